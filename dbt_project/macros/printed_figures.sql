{#-
Half a unit of the last printed digit, in the printed unit: 0.5 for `1,897`, 0.005 for `3.79`. A whole unit where words make the
figure approximate (余, 多, 近, 超 …), which the parsers keep in the note.
-#}
{% macro printed_half_unit(value_text, note) -%}
    cast(
        power(10, -length(regexp_extract({{ value_text }}, '[.．]([0-9０-９]+)', 1)))
        * case when {{ is_approximate(note) }} then 1 else 0.5 end
        as decimal(20, 7)
    )
{%- endmacro %}

{#- True where the note holds one of the words that make a figure approximate. -#}
{% macro is_approximate(note) -%}
    regexp_matches(
        coalesce({{ note }}, ''),
        '(^|[、;；，, ])(超过|突破|接近|将近|大约|不足|近|超|逾|约|左右|以上|余|多)($|[、;；，, ])'
    )
{%- endmacro %}

{#- A decimal without the zeros behind it, for messages. -#}
{% macro plain_number(value) -%}
    regexp_replace(cast({{ value }} as varchar), '[.]?0+$', '')
{%- endmacro %}
