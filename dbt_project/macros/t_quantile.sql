{#- The 90 % quantile of Student's t for so many degrees of freedom, by which an interval holds 80 %; beyond ten the normal one. -#}
{% macro t_quantile_90(degrees_of_freedom) -%}
    coalesce(
        [3.078, 1.886, 1.638, 1.533, 1.476, 1.440, 1.415, 1.397, 1.383, 1.372][{{ degrees_of_freedom }}],
        if({{ degrees_of_freedom }} > 10, 1.282, null)
    )
{%- endmacro %}
