{#- The band of a pace (DESIGN.md: Status, 8), rounded first, so that a hair below a threshold is not lost. -#}
{% macro pace_band(pace) -%}
    case
        when round({{ pace }}, 9) >= 1.05 then 'ahead'
        when round({{ pace }}, 9) >= 0.95 then 'on_track'
        when round({{ pace }}, 9) >= 0.60 then 'behind'
        when round({{ pace }}, 9) >= 0 then 'far_behind'
        when {{ pace }} < 0 then 'moving_away'
    end
{%- endmacro %}
