{#- The same day a year before; the last day of a month stays one (29 February comes from 28). -#}
{% macro year_before(day) -%}
    cast(cast(cast({{ day }} + 1 as date) - interval 1 year as date) - 1 as date)
{%- endmacro %}

{#- True where one row is of the same kind of period as the other, a year before: stocks by their day, flows by both. -#}
{% macro is_a_year_before(earlier, later) -%}
    (
        {{ later }}.period_kind = {{ earlier }}.period_kind
        and {{ year_before(later ~ ".period_end") }} = {{ earlier }}.period_end
        and (
            {{ later }}.period_kind in ('point_in_time', 'cumulative')
            or cast({{ later }}.period_start - interval 1 year as date) = {{ earlier }}.period_start
        )
    )
{%- endmacro %}

{#- Whole months of a period, whatever day it begins on. -#}
{% macro month_count(period_start, period_end) -%}
    date_diff('month', {{ period_start }}, cast({{ period_end }} + 1 as date))
{%- endmacro %}
