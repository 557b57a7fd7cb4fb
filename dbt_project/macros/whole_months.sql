{#- Whole months from one date to another; the last day of a month completes it (31 December to 30 June is six). -#}
{% macro whole_months(from_date, to_date) -%}
    date_sub('month', {{ from_date }}, {{ to_date }})
{%- endmacro %}
