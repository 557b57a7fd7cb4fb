{#- The statuses of a target in the order of their columns: decided, by pace, without a rating. -#}
{% macro target_statuses() -%}
    {{ return([
        "achieved", "missed", "ahead", "on_track", "behind", "far_behind", "moving_away",
        "due", "no_data", "unrated", "not_started", "not_measurable"
    ]) }}
{%- endmacro %}

{#- One count column a status, `<prefix><status>_count`, over the rows of which `condition` holds. -#}
{% macro status_counts(prefix="", condition="true") -%}
    {%- for status in target_statuses() %}
        cast(count(*) filter (where status = '{{ status }}' and {{ condition }}) as integer) as {{ prefix }}{{ status }}_count
        {%- if not loop.last %},{% endif %}
    {%- endfor %}
{%- endmacro %}

{#- The columns of `status_counts`, each with what stands behind it, for instance a comma. -#}
{% macro status_count_columns(prefix="") -%}
    {%- for status in target_statuses() %}
        {{ prefix }}{{ status }}_count{% if not loop.last %},{% endif %}
    {%- endfor %}
{%- endmacro %}

{#- The sum of the columns of `status_counts`. -#}
{% macro status_count_sum() -%}
    {%- for status in target_statuses() %}{{ status }}_count{% if not loop.last %} + {% endif %}{% endfor %}
{%- endmacro %}

{#- What a scorecard says of a group of rows of int_target_completion, beside the counts by status. -#}
{% macro scorecard_measures() -%}
        cast(count(*) filter (where is_rated) as integer) as rated_count,
        cast(count(*) filter (where is_numeric) as integer) as numeric_count,
        cast(count(*) filter (where nature = 'binding') as integer) as binding_count,
        cast(count(*) filter (where nature = 'expected') as integer) as expected_count,
        cast(count(*) filter (where is_measurable) as integer) as measurable_count,
        cast(count(*) filter (where is_covered) as integer) as covered_count,
        round(count(*) filter (where is_covered) / nullif(count(*) filter (where is_measurable), 0), 6) as data_coverage,
        cast(count(completion) as integer) as completion_count,
        round(avg(completion), 6) as completion_unweighted,
        round(sum(completion * weight) / nullif(sum(weight) filter (where completion is not null), 0), 6)
            as completion_weighted,
        cast(count(*) filter (where is_task) as integer) as task_count,
        cast(count(*) filter (where is_done) as integer) as tasks_done
{%- endmacro %}
