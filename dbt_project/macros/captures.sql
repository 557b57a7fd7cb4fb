{#- Sorts versions by their numbers: 1.10 after 1.9. -#}
{% macro version_key(version) -%}
    try_cast(string_split({{ version }}, '.') as integer [])
{%- endmacro %}

{#- True for an address of a government host. -#}
{% macro is_government_address(url) -%}
    regexp_matches({{ url }}, '^https?://([^/@?#]+\.)?gov\.cn(:[0-9]+)?([/?#]|$)')
{%- endmacro %}
