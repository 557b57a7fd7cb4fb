{#- First day of a printed period (`YYYY`, `YYYY-MM`, `YYYY-MM-DD` or `A..B` of these); NULL where it is none. -#}
{% macro period_start(period) -%}
    {%- set first = "split_part(" ~ period ~ ", '..', 1)" -%}
    case length({{ first }})
        when 4 then try_cast({{ first }} || '-01-01' as date)
        when 7 then try_cast({{ first }} || '-01' as date)
        when 10 then try_cast({{ first }} as date)
    end
{%- endmacro %}

{#- Last day of a printed period; NULL where it is none. -#}
{% macro period_end(period) -%}
    {%- set last = "split_part(" ~ period ~ ", '..', -1)" -%}
    case length({{ last }})
        when 4 then try_cast({{ last }} || '-12-31' as date)
        when 7 then last_day(try_cast({{ last }} || '-01' as date))
        when 10 then try_cast({{ last }} as date)
    end
{%- endmacro %}

{#- A readable period from its days: `2021`, `2020-11`, `2023-01..2023-08`, `2021-12-31`. -#}
{% macro readable_period(period_start, period_end) -%}
    case
        when {{ period_start }} = {{ period_end }} then strftime({{ period_end }}, '%Y-%m-%d')
        when {{ covers_year(period_start, period_end) }} then strftime({{ period_end }}, '%Y')
        when
            {{ period_start }} = date_trunc('month', {{ period_end }}) and {{ period_end }} = last_day({{ period_end }})
            then strftime({{ period_end }}, '%Y-%m')
        when {{ period_start }} = date_trunc('month', {{ period_start }}) and {{ period_end }} = last_day({{ period_end }})
            then strftime({{ period_start }}, '%Y-%m') || '..' || strftime({{ period_end }}, '%Y-%m')
        else strftime({{ period_start }}, '%Y-%m-%d') || '..' || strftime({{ period_end }}, '%Y-%m-%d')
    end
{%- endmacro %}

{#- True for 1 January to 31 December of one year. -#}
{% macro covers_year(period_start, period_end) -%}
    (
        {{ period_start }} = date_trunc('year', {{ period_end }})
        and strftime({{ period_end }}, '%m-%d') = '12-31'
    )
{%- endmacro %}

{#- Year-end that a monthly table's population speaks of: communiqués come out in spring, so January to March still print the one before. -#}
{% macro last_communique_date(day) -%}
    make_date(year({{ day }}) - case when month({{ day }}) >= 4 then 1 else 2 end, 12, 31)
{%- endmacro %}

{#-
False where a kind cannot have that many days: a monthly table that does not name its month is dated with the year alone. Days are
counted because months and years of the Trademark Office end on the 15th.
-#}
{% macro kind_fits_span(period_kind, period_start, period_end) -%}
    {%- set days = period_end ~ " - " ~ period_start ~ " + 1" -%}
    case {{ period_kind }}
        when 'month' then {{ days }} between 28 and 31
        when 'quarter' then {{ days }} between 90 and 92
        when 'year' then {{ days }} between 365 and 366
        when 'year_to_date' then {{ days }} < 365
        else true
    end
{%- endmacro %}
