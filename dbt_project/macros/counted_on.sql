{#-
The day up to which time is counted for a figure (DESIGN.md: Dates): the last day of its period. The trademark year runs from
16 to 15 December and counts as the calendar year.
-#}
{% macro counted_on(right_kind, period_end) -%}
    case
        when {{ right_kind }} = 'trademark' and month({{ period_end }}) = 12 and day({{ period_end }}) = 15
            then last_day({{ period_end }})
        else {{ period_end }}
    end
{%- endmacro %}

{#- True for a figure of a whole calendar year, also one that is printed as the year so far. -#}
{% macro is_whole_year(period_kind, counted_on) -%}
    ({{ period_kind }} = 'year' or (
        {{ period_kind }} = 'year_to_date' and {{ counted_on }} = make_date(year({{ counted_on }}), 12, 31)
    ))
{%- endmacro %}

{#- True for a figure that can be compared by itself: of a flow a whole year, of a stock or ratio a state. -#}
{% macro is_comparable(indicator_kind, period_kind, counted_on) -%}
    case
        when {{ indicator_kind }} = 'flow' then {{ is_whole_year(period_kind, counted_on) }}
        when {{ indicator_kind }} = 'stock' then {{ period_kind }} in ('point_in_time', 'cumulative', 'year')
        when {{ indicator_kind }} = 'ratio' then {{ period_kind }} in ('point_in_time', 'year')
    end
{%- endmacro %}

{#- Of the figures of one day: a state itself before a total that ends on it. -#}
{% macro period_kind_order(period_kind) -%}
    case {{ period_kind }} when 'point_in_time' then 1 when 'year' then 2 when 'cumulative' then 3 else 4 end
{%- endmacro %}
