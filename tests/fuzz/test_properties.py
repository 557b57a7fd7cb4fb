"""The contracts of the readers over inputs that hypothesis makes, over inputs that broke one once, and over seeds."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scrapers.isolation import here
from tests.fuzz.contracts import CONTRACTS, holds
from tests.fuzz.material import seeds
from tests.fuzz.plants import PLANTS, REPOSITORY, Plant

SLOW = {"plans": 25, "prose": 40, "pdfs": 25, "sheets": 60}
"""Inputs of contracts that take longer than a millisecond."""
DAMAGED = ("nbs", "portals", "archives", "sheets", "pdfs", "decoding")
"""Contracts over files: random bytes are refused at once, damage to sound ones is not."""
PIECES = (b'"', b"1", b"{", b"[", b"]", b"null,", b"-", b".5", b"e9", b"\\ud800", b"\xff\xff")


@pytest.fixture(autouse=True, scope="module")
def _in_this_process() -> Iterator[None]:
    with here():
        yield


@pytest.mark.parametrize("name", CONTRACTS)
def test_contract_holds_over_any_bytes(name: str) -> None:
    @settings(max_examples=SLOW.get(name, 150), deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.binary(max_size=120))
    def holds_over(data: bytes) -> None:
        holds(name, data)

    holds_over()


@pytest.mark.parametrize("name", DAMAGED)
def test_contract_holds_over_damaged_files(name: str) -> None:
    chance = random.Random(name)
    for seed in seeds(name):
        holds(name, seed)
        for _ in range(SLOW.get(name, 150)):
            holds(name, _damaged(seed, chance))


@pytest.mark.parametrize("found", sorted((Path(__file__).parent / "found").glob("*-*")), ids=lambda path: path.name)
def test_what_broke_a_contract_once_does_not_break_it_again(found: Path) -> None:
    holds(found.name.partition("-")[0], found.read_bytes())


@pytest.mark.parametrize("plant", PLANTS, ids=lambda plant: f"{plant.contract}: {plant.kind}")
def test_every_fault_to_plant_still_has_its_place(plant: Plant) -> None:
    text = (REPOSITORY / "scrapers" / plant.file).read_text(encoding="utf-8")
    assert text.count(plant.was) == 1


def _damaged(seed: bytes, chance: random.Random) -> bytes:
    made = bytearray(seed)
    for _ in range(chance.randrange(1, 5)):
        at = chance.randrange(len(made))
        way = chance.random()
        if way < 0.4:
            made[at] = chance.randrange(256)
        elif way < 0.7 and len(made) > 20:
            del made[at : at + chance.randrange(1, 12)]
        else:
            made[at:at] = chance.choice(
                [b'"', b"1", b"{", b"[", b"]", b"null,", b"-", b".5", b"e9", b"\\ud800", b"\xff\xff"]
            )
    return bytes(made)
