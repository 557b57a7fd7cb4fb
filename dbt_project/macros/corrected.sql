{#-
A column of a target as the standing decision has it, else as it was coded. An empty correction clears it. The decision's file
and its contents are checked when it is loaded.
-#}
{% macro corrected(column, type, name=none) -%}
    {%- set key = "'$." ~ (name or column) ~ "'" -%}
    case
        when json_exists(reviews.corrections, {{ key }})
            then cast(nullif(json_extract_string(reviews.corrections, {{ key }}), '') as {{ type }})
        else targets.{{ column }}
    end
{%- endmacro %}
