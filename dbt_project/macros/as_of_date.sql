{#- The one as-of date of a build, as a DATE literal: the var `as_of`, else the day of the run in Asia/Shanghai. -#}
{% macro as_of_date() -%}
    {%- set day = var("as_of") or run_started_at.astimezone(modules.pytz.timezone("Asia/Shanghai")).strftime("%Y-%m-%d") -%}
    date '{{ day }}'
{%- endmacro %}
