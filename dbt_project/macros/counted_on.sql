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
