{#- True for units that only count things; nobody prints 万 with them without saying so, so that a missing unit is no doubt. -#}
{% macro is_counter(unit_base) -%}
    {{ unit_base }} in ('件', '个', '家', '项', '次', '起', '宗', '单', '户', '枚', '人次', '名')
{%- endmacro %}

{#- A unit label as it is looked up: half-width, without white space and the brackets around it. -#}
{% macro unit_key(unit_label) -%}
    regexp_replace({{ narrow_text(unit_label) }}, '^[(\[]|[)\]]$', '', 'g')
{%- endmacro %}

{#- A figure times the factor of its unit, exactly; NULL where it has no unit or more digits than a value can hold. -#}
{% macro times_factor(figure, factor) -%}
    try_cast(
        case
            when {{ factor }} = trunc({{ factor }})
                then try_cast({{ figure }} as decimal(24, 6)) * cast({{ factor }} as decimal(14, 0))
            else try_cast({{ figure }} as decimal(18, 6)) * cast({{ factor }} as decimal(12, 6))
        end as decimal(28, 6)
    )
{%- endmacro %}
