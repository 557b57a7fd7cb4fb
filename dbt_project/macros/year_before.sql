{#- The same day a year before; the last day of a month stays one (29 February comes from 28). -#}
{% macro year_before(day) -%}
    cast(cast(cast({{ day }} + 1 as date) - interval 1 year as date) - 1 as date)
{%- endmacro %}
