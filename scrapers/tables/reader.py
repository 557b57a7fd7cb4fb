"""Read all statistical tables of a page into records: the one reader that every table parser builds on.

Story: the page's lines and grids → the grids that hold figures, each with the lines around it → its layout (header,
body, row labels) → its caption (title, unit, period) → its columns → its rows → one record per figure. What cannot be
explained is refused with a code or reported as left over; nothing is guessed.
"""

from __future__ import annotations

from scrapers.captures import Knowledge
from scrapers.grid import Grid, HtmlContent, Line
from scrapers.records import Finding, PeriodKind, Record, Refusal
from scrapers.tables.caption import agree, caption_of, heading_region
from scrapers.tables.cells import are_fractions
from scrapers.tables.columns import columns_of
from scrapers.tables.confidence import LEAST, confidence_of
from scrapers.tables.header import holds_figures, layout_of
from scrapers.tables.making import RecordMaker
from scrapers.tables.model import Caption, Column, DataGrid, Group, Layout, Role, StubKind, Table
from scrapers.tables.rows import RowReader
from scrapers.tables.stacked import stacked
from scrapers.tables.text_rows import SERVICE_PARTS, text_grids
from scrapers.tables.words import EACH_REGION, NAVIGATION, NOTE_LINE, SUBJECT

MAX_REFUSED_SHARE = 0.34
"""With more of its rows refused, the layout itself is not understood and the page is quarantined."""


def read_page(content: HtmlContent, knowledge: Knowledge) -> list[Table]:
    """All tables of a page that hold figures, numbered from 1 in page order.

    Raises Refusal: `no_table` where no grid holds figures; the refusal of the first table where none can be read.
    """
    tables: list[Table] = []
    refusals: list[Refusal] = []
    left: list[str] = []
    data = data_grids(content) or text_grids(content)
    for found in data:
        try:
            tables.append(read_table(found, content, knowledge, len(tables) + 1))
        except Refusal as error:
            refusals.append(error)
            left.append(f"a table of {found.grid.height} rows was not read ({error.code}: {error})")
    if not tables:
        raise refusals[0] if refusals else Refusal("no_table", "no table with figures is on the page")
    tables[0].leftovers.extend(left)
    for refusal in refusals:
        tables[0].findings.append(Finding("table_not_read", False, f"{refusal.code}: {refusal}"))
    return tables


def data_grids(content: HtmlContent) -> list[DataGrid]:
    """Grids that hold figures, with the lines (of text and of tables without figures) before and after each."""
    found: list[DataGrid] = []
    lines: list[str] = []
    for item in content.items:
        if isinstance(item, Line):
            if not item.is_link and not NAVIGATION.match(item.text):
                lines.extend(item.text.split("\n"))
        elif holds_figures(item):
            if found:
                found[-1].after = lines
            for part in stacked(item):
                found.append(DataGrid(part, lines, []))
                lines = []
        else:
            lines.extend(_lines_of(item))
    if found:
        found[-1].after = lines
    return found


def read_table(found: DataGrid, content: HtmlContent, knowledge: Knowledge, number: int) -> Table:
    """One table as records. Raises Refusal where its layout cannot be explained."""
    grid, layout = found.grid, layout_of(found.grid)
    inside = [line for r in layout.captions for line in _row_lines(grid, r)]
    caption = caption_of([*found.before, *inside], content, knowledge)
    if len(set(caption.units)) > 1 and _contradict(caption.units):
        raise Refusal("unit_conflict", f"the table states two units: {', '.join(caption.units)}")
    table = Table(number, caption)
    table.leftovers.extend(_notes(grid, layout, number))
    headers: list[list[str]] = []
    for group in layout.groups:
        _use_title(group, grid, layout, caption)
        columns = columns_of(grid, layout, group, caption)
        columns = _without_untied(columns, table)
        if content.is_unformatted:
            columns = _without_unknown_scale(columns, grid, layout, table)
        _check_group(group, columns, caption)
        _check_periods(columns, caption)
        if all(c.header_period is not None and c.header_period.kind is not PeriodKind.YEAR for c in columns):
            caption.months_not_named = False  # every column names its own
        reader = RowReader(grid, layout, group, columns, number)
        labels = reader.labels()
        table.body_rows += len(labels) + reader.refused
        table.refused_rows += reader.refused
        table.findings.extend(reader.findings)
        table.leftovers.extend(reader.leftovers)
        maker = RecordMaker(table, grid, columns, group)
        for label in labels:
            maker.read_row(label)
        headers.append([column.measure for column in columns])
        table.told_apart |= any(column.told_apart for column in columns)
    table.records.sort(key=lambda record: (record.row_no, record.column_no))
    _check_table(table)
    _check_subject(table, layout)
    for conflict in caption.conflicts:
        table.findings.append(Finding("period_conflict", False, conflict, number))
    sure = confidence_of(table, layout.groups, has_markup=found.has_markup)
    if sure.value < LEAST:
        raise Refusal("not_sure_enough", f"sure to {sure.value:.2f}, {LEAST:.2f} is needed: {'; '.join(sure.reasons)}")
    table.shape = {
        "table_no": number,
        "title": caption.title,
        "subject": caption.subject,
        "units": caption.units,
        "period": caption.period.period if caption.period else None,
        "headers": headers,
        "rows": table.body_rows,
        "refused_rows": table.refused_rows,
        "regions": len({r.region_label for r in table.records}),
        "percentage_rows": len({r.row_no for r in table.records if r.is_percentage_row}),
        "confidence": sure.value,
        "reasons": sure.reasons,
    }
    return table


def _use_title(group: Group, grid: Grid, layout: Layout, caption: Caption) -> None:
    """Row labels under no header are regions where the title says so (各镇区, 分市)."""
    heading = "".join(grid.text(r, group.stubs[0]) for r in layout.header)
    if group.kind is StubKind.MEASURE and not heading and EACH_REGION.search(caption.title or ""):
        group.kind, group.names_measures = StubKind.REGION, False


def _without_untied(columns: list[Column], table: Table) -> list[Column]:
    """Leave out growth that stands after several columns and names none of them."""
    for column in columns:
        if column.is_untied:
            message = f"nothing says of which column {column.path[0]} speaks"
            table.leftovers.append(f"table {table.number} column {column.index + 1}: {message}")
            table.findings.append(Finding("base_not_known", False, message, table.number, None, column.index + 1))
    return [column for column in columns if not column.is_untied]


def _without_unknown_scale(columns: list[Column], grid: Grid, layout: Layout, table: Table) -> list[Column]:
    """Leave out shares and growth that a spreadsheet stores as fractions: 0.7 may be shown as 0.7 or as 70.0%.

    Growth under a header that states `(%)` is a number of percents; whether a share is, is not sure even then.
    """
    kept = []
    for column in columns:
        texts = [grid.text(r, column.index) for r in layout.body if grid.is_origin(r, column.index)]
        is_relative = column.role in (Role.SHARE, Role.GROWTH) and not (column.own_unit and column.role is Role.GROWTH)
        if is_relative and are_fractions(texts):
            message = f"{column.measure} is stored as fractions, and the format that shows them is not known"
            table.leftovers.append(f"table {table.number} column {column.index + 1}: {message}")
            table.findings.append(Finding("scale_not_known", False, message, table.number, None, column.index + 1))
        else:
            kept.append(column)
    return kept


def _check_group(group: Group, columns: list[Column], caption: Caption) -> None:
    if not columns:
        raise Refusal("no_header", "no column of figures has a header")
    unnamed = [c.index + 1 for c in columns if not c.measure and not group.names_measures]
    if unnamed:
        raise Refusal("subject_unknown", f"nothing says what column {unnamed[0]} measures")
    wrong = next((c for c in columns if len(c.path) > 1 and _is_under_the_wrong_head(c.path[0], c.path[1])), None)
    if wrong is not None:
        raise Refusal("header_data_mismatch", f"column {wrong.index + 1} is headed {wrong.measure}, which cannot be")
    if group.kind is not StubKind.REGION and heading_region(caption) is None:
        raise Refusal("no_region", "the rows are no regions and the heading names none")


def _is_under_the_wrong_head(head: str, label: str) -> bool:
    """True for 职务 over 个人 and 非职务 over 企业: the header lost or swapped a cell."""
    other = SERVICE_PARTS.get("非职务" if head == "职务" else "职务")
    own = SERVICE_PARTS.get(head)
    return own is not None and other is not None and bool(other.match(label)) and not own.match(label)


def _check_periods(columns: list[Column], caption: Caption) -> None:
    """Note a conflict where no header period can be reconciled with the one stated around the table."""
    stated = caption.period
    own = [c.header_period for c in columns if c.header_period is not None and c.role is not Role.COMPARISON]
    if stated is None or stated.kind is None or not own or any(agree(stated, period) for period in own):
        return
    conflict = f"the table is dated {stated.label}, its columns are headed {own[0].label}"
    if conflict not in caption.conflicts:
        caption.conflicts.append(conflict)


def _check_table(table: Table) -> None:
    if not table.records:
        raise Refusal("no_body", "no row of the table could be used: " + "; ".join(table.leftovers[:3]))
    if table.refused_rows > max(2, MAX_REFUSED_SHARE * table.body_rows):
        first = next(f.message for f in table.findings if not f.passed)
        raise Refusal(
            "header_data_mismatch", f"{table.refused_rows} of {table.body_rows} rows do not fit the header: {first}"
        )
    seen: dict[tuple[object, ...], Record] = {}
    for record in table.records:
        key = (record.row_no, record.column_no, record.measure_label)
        if key in seen:
            raise Refusal("header_data_mismatch", f"row {record.row_no} column {record.column_no} was read twice")
        seen[key] = record


def _check_subject(table: Table, layout: Layout) -> None:
    """Without a title, labels such as 合计 and 职务 do not say what is counted; neither does the table's address."""
    if table.caption.subject or any(group.names_measures for group in layout.groups):
        return
    unclear = next((r.measure_label for r in table.records if not SUBJECT.search(r.measure_label)), None)
    if unclear is not None:
        message = f"no title says what the table counts, and {unclear} does not either"
        table.findings.append(Finding("subject_not_stated", False, message, table.number))


def _contradict(units: list[str]) -> bool:
    """Two units that differ in scale only (件, 万件) cannot both hold; 万元 and % are for different columns."""
    bare = [unit.lstrip("十百千万亿") for unit in units]
    return len(set(bare)) < len(bare)


def _notes(grid: Grid, layout: Layout, number: int) -> list[str]:
    """Single texts in or below the body that are no footnotes. What follows 注 at the end belongs to the note."""
    left: list[str] = []
    in_note = False
    for r in layout.notes:
        text = " ".join(_row_lines(grid, r))
        in_note = NOTE_LINE.match(text) is not None or (in_note and not any(row > r for row in layout.body))
        if text and not in_note:
            left.append(f"table {number} row {r + 1}: {text}")
    return left


def _lines_of(grid: Grid) -> list[str]:
    return [line for r in range(grid.height) for line in _row_lines(grid, r)]


def _row_lines(grid: Grid, row: int) -> list[str]:
    cells = [cell for c, cell in enumerate(grid.cells[row]) if cell.text and grid.is_origin(row, c)]
    return [line for cell in cells for line in cell.text.split("\n")]
