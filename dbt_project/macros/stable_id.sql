{#- A stable id: the first 32 hexadecimal digits of the SHA-256 of the keys, NULLs told from empty text. -#}
{% macro stable_id(columns) -%}
    substr(sha256(concat_ws(chr(31),
    {%- for column in columns %} coalesce(cast({{ column }} as varchar), chr(30)){{ "," if not loop.last }}{% endfor -%}
    )), 1, 32)
{%- endmacro %}
