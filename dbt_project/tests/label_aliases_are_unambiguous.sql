-- Two rows of the label table that are the same after normalising would give one figure twice.
select
    coalesce({{ title_subject(label_key("subject_label")) }}, '') as subject_key,
    {{ measure_key("measure_label") }} as measure_key,
    count(*) as row_count
from {{ ref("label_aliases") }}
group by 1, 2
having count(*) > 1
