{# Pairs of pages (`capture_a`, `capture_b`) as one row for each page of a pair, the other one beside it. `columns` are
   taken over; with `excluded`, whether the page is kept out as well. #}
{% macro both_sides(pairs, columns, excluded=false) -%}
    {%- for side, other in [("a", "b"), ("b", "a")] %}
    select
        capture_{{ side }} as capture_id,
        capture_{{ other }} as other_capture_id,
        {% if excluded %}is_{{ side }}_excluded as is_excluded,{% endif %}
        {{ columns | join(", ") }}
    from {{ pairs }}
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
{%- endmacro %}
