{#- What a person sees of a stretch of HTML: comments and tags removed, then entities resolved (`&amp;` last). -#}
{% macro visible_text(stretch) -%}
    {%- set entities = {
        "&nbsp;": " ",
        "&#160;": " ",
        "&ensp;": " ",
        "&emsp;": " ",
        "&ldquo;": "“",
        "&rdquo;": "”",
        "&lsquo;": "‘",
        "&rsquo;": "’",
        "&middot;": "·",
        "&mdash;": "—",
        "&ndash;": "–",
        "&hellip;": "…",
        "&quot;": '"',
        "&#34;": '"',
        "&apos;": "''",
        "&#39;": "''",
        "&lt;": "<",
        "&gt;": ">",
        "&amp;": "&",
    } -%}
    {%- set resolved = namespace(text="regexp_replace(" ~ stretch ~ ", '(?s)<!--.*?-->|<[^>]*>', '', 'g')") -%}
    {%- for entity, character in entities.items() -%}
        {%- set resolved.text = "replace(" ~ resolved.text ~ ", '" ~ entity ~ "', '" ~ character ~ "')" -%}
    {%- endfor -%}
    {{ resolved.text }}
{%- endmacro %}

{#- A text without any white space, Unicode's included: the form in which quotes are hashed. -#}
{% macro without_white_space(text) -%}
    regexp_replace({{ text }}, '{{ white_space_pattern() }}', '', 'g')
{%- endmacro %}

{% macro white_space_pattern() -%}
    [\s\p{Z}\x{0b}\x{1c}-\x{1f}\x{85}]+
{%- endmacro %}
