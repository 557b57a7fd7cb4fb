"""A mistake on the command line or in the surroundings: one line, no traceback, a code that a script can rely on."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.refresh.running import zhibiao

MISTAKES = [
    (["refresh", "--source", "nobody"], {}, 2, "no such source: nobody"),
    (["refresh", "--source", "nbs_exports", "--source", "no-one"], {}, 2, "no such source: no-one"),
    (["refresh", "--as-of", "yesterday"], {}, 2, "'yesterday' is no date"),
    (["refresh", "--as-of", "2021-02-29"], {}, 2, "'2021-02-29' is no date"),
    (["refresh"], {"ZHIBIAO_CATALOG": "no/such/folder"}, 2, "the catalog folder no/such/folder does not exist"),
    (["import", "no/such/folder"], {}, 2, "there is no file or folder no/such/folder"),
    (["import", "Makefile", "--source", "nobody"], {}, 2, "no such source: nobody"),
    (["import", "tests", "--url", "https://example.org/a.html"], {}, 2, "an address is that of one page"),
    (["import", "Makefile", "--url", "ftp://example.org/a"], {}, 2, "is no web address"),
    (["parse", "no/such/file.html"], {}, 2, "there is no file"),
    (["parse", "Makefile", "--parser", "nobody"], {}, 2, "nobody"),
    (["sql", "select 1"], {}, 4, "nothing is published yet"),
    (["rollback", "latest"], {}, 4, "latest"),
]


@pytest.mark.parametrize(("arguments", "variables", "code", "words"), MISTAKES)
def test_a_mistake_is_told_in_one_line(
    tmp_path: Path, arguments: list[str], variables: dict[str, str], code: int, words: str
) -> None:
    done = zhibiao(tmp_path / "home", *arguments, **variables)
    assert (done.returncode, done.stdout) == (code, ""), done.stderr
    assert words in done.stderr and "Traceback" not in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert not (tmp_path / "home" / "releases").exists()


def test_a_home_that_cannot_be_written_is_told_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    done = zhibiao(tmp_path / "file", "refresh", "--offline")
    assert done.returncode == 3 and "Traceback" not in done.stderr
    assert "is no folder" in done.stderr and len(done.stderr.strip().splitlines()) == 1


def test_a_wrong_catalog_file_names_the_file_the_field_and_what_is_allowed(tmp_path: Path) -> None:
    catalog = tmp_path / "catalog"
    catalog.mkdir()
    (catalog / "a_source.yaml").write_text("source_id: a_source\ncadence: hourly\n")
    done = zhibiao(tmp_path / "home", "refresh", ZHIBIAO_CATALOG=str(catalog))
    assert done.returncode == 2 and "Traceback" not in done.stderr
    assert "a_source.yaml: cadence" in done.stderr and "monthly" in done.stderr
