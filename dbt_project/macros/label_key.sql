{#-
The one normalising function of labels. Both sides of every join over label seeds go through it; the join itself is exact.
It takes away what the same label may differ in from page to page: full-width forms, white space, letter case,
footnote marks, a unit in brackets (`常住人口(万人)`), an English name behind the Chinese one (`合计Total`), brackets around the
whole (`(广州)`), punctuation at the end.
DuckDB has no NFKC: the characters that these pages use are listed.
-#}
{% macro label_key(label) -%}
    regexp_replace(
        regexp_replace(
            regexp_replace(
                regexp_replace(
                    regexp_replace({{ narrow_text(label) }}, '{{ footnote_pattern() }}', '', 'g'),
                    '{{ bracketed_unit_pattern() }}', '', 'g'
                ),
                '([一-鿿)])[|/]?[a-z][-a-z''.,&() ]{3,}(/|$)', '\1\2', 'g'
            ),
            '^\((.*)\)$', '\1'
        ),
        '[:;,.。、]+$', ''
    )
{%- endmacro %}

{#- Half-width lower-case text without white space. -#}
{% macro narrow_text(label) -%}
    lower(regexp_replace(translate(
        {{ label }},
        '！＂＃＄％＆＇（）＊＋，－．／０１２３４５６７８９：；＜＝＞？＠ＡＢＣＤＥＦＧＨＩＪＫＬＭＮＯＰＱＲＳＴＵＶＷＸＹＺ［＼］＾＿｀ａｂｃｄｅｆｇｈｉｊｋｌｍｎｏｐｑｒｓｔｕｖｗｘｙｚ｛｜｝～　–—―‐‑−﹣“”〔〕【】～〜∶﹕﹪‘’',
        '!"#$%&''()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\]^_`abcdefghijklmnopqrstuvwxyz{|}~ -------""[][]~~::%'''''
    ), '\s+', '', 'g'))
{%- endmacro %}

{#- Marks that point to a note: `*`, `[1]`, `①`, `(注)`. -#}
{% macro footnote_pattern() -%}
    [*†‡①-⑳]|\[(注|[0-9])[0-9]*\]|\((注|见注)[0-9]*\)
{%- endmacro %}

{#- A bracket that holds nothing but a unit, also `单位:件` and `件/万人`. -#}
{% macro bracketed_unit_pattern() -%}
    \((单位:?)?[十百千万亿]*(件|个|家|项|人|户|元|美元|份|宗|次|人次|起|枚|种|篇|%|‰|百分点|位|名|分|pieces?)(/[百千万亿]*(人|家|户|人口|件))?\)
{%- endmacro %}

{#-
A measure as it is looked up. A first header that only says which block of periods stands below it (总累计, 当年累计, 当月) is taken
away: the period of the record says it.
-#}
{% macro measure_key(label) -%}
    regexp_replace({{ label_key(label) }}, '^(总累计|当年累计|当月累计|本月累计|当年|当月|本月)/', '')
{%- endmacro %}
