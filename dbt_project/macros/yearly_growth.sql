{#- Compound growth a year between two positive values, as a share (0.05 is 5 %); NULL where it is not defined. -#}
{% macro yearly_growth(from_value, to_value, months) -%}
    case
        when {{ from_value }} > 0 and {{ to_value }} > 0 and {{ months }} > 0
            then pow(cast({{ to_value }} as double) / cast({{ from_value }} as double), 12.0 / {{ months }}) - 1
    end
{%- endmacro %}
