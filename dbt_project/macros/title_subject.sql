{#-
What a table is about: its normalised title without table number, period, unit, the words for a table, what a headline adds behind
a comma, and an English title behind a Chinese one. `3-7国内职务发明创造专利有效量(2019)` becomes `国内职务发明创造专利有效量`. The region is taken out by the caller.
-#}
{% macro title_subject(title_key) -%}
    {%- set year = "(19|20)[0-9]{2}" -%}
    {%- set steps = [
        ("(表号|单位|unit):.*$", ""),
        ("([\u4e00-\u9fff)])[a-z][-a-z0-9,.'():;&/]{7,}$", "\\1"),
        ("([\u4e00-\u9fff)]),.*$", "\\1"),
        ("^(分省|主要城市|全国)?(年度|季度|月度)数据", ""),
        ("^(表|table)?[0-9]+(-[0-9]+)+[:.、]?", ""),
        ("^(表|table)[0-9]+[:.、]?", ""),
        (year ~ "[./][0-9]{1,2}(-(" ~ year ~ "[./])?[0-9]{1,2})?", ""),
        (year ~ "年?-" ~ year ~ "(年度|年)?", ""),
        (year ~ "(年度|年)?", ""),
        ("[0-9]{1,2}(月?-[0-9]{1,2})?(月份|月)", ""),
        ("第?[一二三四1-4]季度|前[二两三]季度|[上下]半年|全年", ""),
        ("(january|february|march|april|may|june|july|august|september|october|november|december)", ""),
        ("\\(\\)|\\[\\]", ""),
        ("(数据)?(出炉|发布|公布|揭晓)$", ""),
        ("(分(市州?|州|县|地区|省))?(情况)?(一览|统计|月度|年度)*(情况|状况|汇总)?(统计)?(表|月报|年报|分布)?$", ""),
        ("^[-,.:;、和及的]+|[-,.:;、和及的]+$", ""),
    ] -%}
    {%- set ns = namespace(text=title_key) -%}
    {%- for pattern, replacement in steps -%}
        {%- set ns.text = "regexp_replace(" ~ ns.text ~ ", '" ~ pattern | replace("'", "''") ~ "', '" ~ replacement ~ "', 'g')" -%}
    {%- endfor -%}
    {{ ns.text }}
{%- endmacro %}
