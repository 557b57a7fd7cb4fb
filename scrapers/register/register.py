"""The register: the plans and targets of the seeds and those that were added to the home, and how the home's are kept.

`plans/<plan_id>/` holds `targets.csv`, `places.csv` and, written last, `plan.json`: a folder without it is no plan yet.
"""

from __future__ import annotations

import csv
import fcntl
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, fields
from decimal import Decimal, InvalidOperation
from pathlib import PurePosixPath

from scrapers.home import Home
from scrapers.seeds import SEEDS
from scrapers.spreadsheet import as_it_was, csv_lines

PLANS = "plans"
TARGET_COLUMNS = (
    "target_id", "plan_id", "target_no", "indicator_id", "indicator_zh", "region_code", "target_type", "direction",
    "condition", "target_value", "target_value_high", "unit_zh", "target_value_si", "unit_base", "baseline_value",
    "baseline_value_si", "baseline_year", "period_start_year", "target_year", "target_date", "deliverable",
    "responsible_units", "section", "form", "nature", "is_approximate", "year_inferred", "part_of_target_id",
    "conflict_note", "note", "confidence",
)  # fmt: skip
"""Those of the seeds, and the confidence of the extractor, which reviewed rows do not have."""
_OPTIONAL = ("condition", "confidence")
"""Columns that the files of a home may lack: those written before there were conditions have none."""
PLACE_COLUMNS = ("target_id", "body_sha256", "start", "end", "quote_sha256", "form")

Row = Mapping[str, str]
"""A target as text, column by column; empty where unknown."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A registered plan. None where nothing is known."""

    plan_id: str
    title_zh: str | None = None
    region_code: str | None = None
    issuer_zh: str | None = None
    doc_no: str | None = None
    issued_on: str | None = None
    period_start: int | None = None
    period_end: int | None = None
    kind: str | None = None
    note: str | None = None
    url: str | None = None
    """Address, or `imported:<name>`; of the home's plans only."""
    capture_id: str | None = None
    """The capture that the proposals were read from, and the hash of its body."""
    body_sha256: str | None = None
    added_on: str | None = None
    is_seed: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """Where a promise stands in a body: offsets in the decoded text, and the hash of the visible words."""

    target_id: str
    body_sha256: str
    start: int
    end: int
    quote_sha256: str
    form: str = "text"


@dataclass(slots=True)
class Register:
    """Everything registered. Where the seeds and the home have the same id, the row of the seeds stands."""

    plans: dict[str, Plan] = field(default_factory=dict)
    targets: dict[str, Row] = field(default_factory=dict)
    """By target id, in the order of the register."""
    places: dict[str, list[Place]] = field(default_factory=dict)
    """By target id, the leading place of each body first."""
    problems: list[str] = field(default_factory=list)
    """Plans of the home that cannot be read, one line each."""

    def targets_of(self, plan_id: str) -> list[Row]:
        """The targets of one plan."""
        return [row for row in self.targets.values() if row["plan_id"] == plan_id]

    def places_of(self, plan_id: str) -> list[Place]:
        """All places of the targets of one plan."""
        return [place for row in self.targets_of(plan_id) for place in self.places.get(row["target_id"], [])]

    def owns(self, target_id: str) -> bool:
        """True for an id that can only belong to a registered plan: `<plan_id>-…`."""
        return target_id.rpartition("-")[0] in self.plans


def read_register(home: Home) -> Register:
    """The register as it is now. What cannot be read of the home is a problem, and stops nothing."""
    register = Register()
    for row in _rows((SEEDS / "plans.csv").read_text(encoding="utf-8")):
        register.plans[row["plan_id"]] = _plan(row, is_seed=True)
    _take(
        register,
        _rows((SEEDS / "targets.csv").read_text(encoding="utf-8")),
        _rows((SEEDS / "target_places.csv").read_text(encoding="utf-8")),
    )
    for plan_id in home_plans(home):
        try:
            plan, targets, places = read_home_plan(home, plan_id)
            if plan_id in register.plans:
                continue
            _take(register, targets, [_place_row(place) for place in places])
            register.plans[plan_id] = plan
        except (OSError, ValueError, KeyError, TypeError, AttributeError, csv.Error, RecursionError) as error:
            register.problems.append(f"{PLANS}/{plan_id}: cannot be read: {error}")
    return register


def home_plans(home: Home) -> list[str]:
    """Ids of the plans that were added to the home, sorted."""
    found = [PurePosixPath(path) for path in home.list(PLANS, suffix="/plan.json")]
    return [path.parts[1] for path in found if len(path.parts) == 3]


def is_whole_plan(home: Home, plan_id: str) -> bool:
    """True for an added plan whose three files can be read and fit together."""
    try:
        read_home_plan(home, plan_id)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, csv.Error, RecursionError):
        return False
    return True


def read_home_plan(home: Home, plan_id: str) -> tuple[Plan, list[Row], list[Place]]:
    """One added plan with its rows. Raises OSError, ValueError, KeyError or csv.Error where its files are not whole.

    Places of targets that the plan does not have are left out.
    """
    plan = _plan(json.loads(home.read(PLANS, plan_id, "plan.json")), is_seed=False)
    if plan.plan_id != plan_id:
        raise ValueError(f"plan.json speaks of {plan.plan_id}")
    if plan.period_start and plan.period_end and plan.period_end < plan.period_start:
        raise ValueError(f"the period ends in {plan.period_end}, before it starts in {plan.period_start}")
    targets = _rows(_told(home, plan_id, "targets.csv", [c for c in TARGET_COLUMNS if c not in _OPTIONAL]))
    targets = [{**dict.fromkeys(_OPTIONAL, ""), **row} for row in targets]
    places = _rows(_told(home, plan_id, "places.csv", PLACE_COLUMNS))
    own: set[str] = set()
    for row in targets:
        _check_row(row, plan_id)
        if row["target_id"] in own:
            raise ValueError(f"{row['target_id']} stands there twice")
        own.add(row["target_id"])
    return plan, targets, [_place(row) for row in places if row["target_id"] in own]


def write_home_plan(home: Home, plan: Plan, targets: Sequence[Row], places: Iterable[Place]) -> None:
    """Write an added plan; each file whole or not at all, the one that makes it a plan last."""
    told = {name: value for name, value in asdict(plan).items() if name != "is_seed"}
    files = {
        "places.csv": csv_text(PLACE_COLUMNS, [_place_row(place) for place in places]),
        "targets.csv": csv_text(TARGET_COLUMNS, targets),
        "plan.json": json.dumps(told, ensure_ascii=False, indent=1) + "\n",
    }
    for name, text in files.items():
        home.write(text.encode(), PLANS, plan.plan_id, name)


@contextmanager
def alone(home: Home) -> Iterator[None]:
    """While the block runs no other process of this machine adds a plan: two could take one id. It waits its turn."""
    if not home.is_local:
        yield
        return
    home.fs.makedirs(home.root, exist_ok=True)
    with open(home.path(f"{PLANS}.lock"), "a") as file:  # the system lets go of it, however its owner ends
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def csv_text(columns: Sequence[str], rows: Iterable[Row]) -> str:
    """Rows as CSV with a header; columns that are not named are left out. People open these files in spreadsheets."""
    return csv_lines(columns, [[row.get(column) or "" for column in columns] for row in rows])


def _told(home: Home, plan_id: str, name: str, columns: Sequence[str]) -> str:
    """A file as text. Raises ValueError where it lacks a column: a cell that is not there is not an empty one."""
    text = home.read(PLANS, plan_id, name).decode("utf-8-sig")
    header = next(csv.reader(io.StringIO(text, newline="")), [])
    if missing := [column for column in columns if column not in header]:
        raise ValueError(f"{name} has no column {', '.join(missing)}")
    return text


def _check_row(row: Row, plan_id: str) -> None:
    """Raise ValueError for a row that belongs to another plan, has no type, or a figure that is none."""
    is_own = row["plan_id"] == plan_id and row["target_id"].rpartition("-")[0] == plan_id
    if not is_own or not row.get("target_type"):
        raise ValueError(f"{row.get('target_id') or 'a row without target_id'} is no target of {plan_id}")
    for name in _FIGURES:
        try:
            number = Decimal(row.get(name) or "0")
            is_figure = number.is_finite() and number.adjusted() < _MOST_DIGITS
        except InvalidOperation:
            is_figure = False
        if not is_figure:
            raise ValueError(f"{row['target_id']}: {name} {row[name][:40]!r} is no number")


_FIGURES = ("target_value", "target_value_high", "target_value_si", "baseline_value", "baseline_value_si")
_MOST_DIGITS = 120
"""Larger ones cannot be reckoned with at all; what a table can hold is for the load to say."""


def _take(register: Register, targets: Iterable[Row], places: Iterable[Row]) -> None:
    for row in targets:
        register.targets.setdefault(row["target_id"], {name: row.get(name, "") for name in TARGET_COLUMNS})
    for row in places:
        register.places.setdefault(row["target_id"], []).append(_place(row))


def _rows(text: str) -> list[Row]:
    told = csv.DictReader(io.StringIO(text, newline=""))
    return [{k: as_it_was(v or "") for k, v in row.items() if k} for row in told]


_PLAN_FIELDS = [each.name for each in fields(Plan) if each.name != "is_seed"]


def _plan(row: Mapping[str, object], *, is_seed: bool) -> Plan:
    told = {name: row.get(name) or None for name in _PLAN_FIELDS}
    years = {name: int(str(told[name])) if told[name] else None for name in ("period_start", "period_end")}
    words = {name: str(value) if value else None for name, value in told.items() if name not in years}
    return Plan(**{**words, **years}, is_seed=is_seed)  # type: ignore[arg-type]


def _place(row: Row) -> Place:
    return Place(
        row["target_id"], row["body_sha256"], int(row["start"]), int(row["end"]), row["quote_sha256"], row["form"]
    )


def _place_row(place: Place) -> Row:
    return {name: str(getattr(place, name)) for name in PLACE_COLUMNS}
