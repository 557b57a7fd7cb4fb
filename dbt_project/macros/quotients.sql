{#- A quotient times a factor, as a value of the marts; NULL where nothing can be divided by. -#}
{% macro quotient(numerator, denominator, factor) -%}
    cast(
        cast({{ numerator }} as double) / nullif(cast({{ denominator }} as double), 0) * {{ factor }} as decimal(28, 6)
    )
{%- endmacro %}

{#- The half unit of a quotient: those of the printed digits of both parts, carried through the division. -#}
{% macro quotient_half_unit(numerator, numerator_half_unit, denominator, denominator_half_unit, factor) -%}
    cast(
        cast({{ factor }} as double) * (
            {{ numerator_half_unit }} / nullif(cast({{ denominator }} as double), 0)
            + {{ numerator }} * {{ denominator_half_unit }} / pow(nullif(cast({{ denominator }} as double), 0), 2)
        ) as decimal(28, 6)
    )
{%- endmacro %}

{#- Why a difference may be that of the parts: two series without a jump between them, or two publishers. -#}
{% macro parts_note(one, other) -%}
    case
        when reason is not null then null
        when ({{ one }}.series_id is distinct from {{ other }}.series_id) then 'other_series'
        when ({{ one }}.source_id is distinct from {{ other }}.source_id) then 'other_source'
    end
{%- endmacro %}
