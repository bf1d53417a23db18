"""`marsad edition` from the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from marsad.cli import edition
from marsad.errors import PublishError, StoreError
from marsad.records import Report
from marsad.store import open_store


@pytest.fixture
def store(tmp_path: Path) -> str:
    from marsad.archive import code_waiting, link_waiting, take_in
    from marsad.knowledge.loader import load_knowledge

    where = tmp_path / "store"
    with open_store(where, create=True) as opened:
        text = "قصفت قوات النظام بالمدفعية مدينة دوما اليوم الجمعة، ما أدى إلى مقتل ثلاثة مدنيين."
        take_in(opened, [Report("r1", text, published="2016-03-04")])
        list(code_waiting(opened))
        link_waiting(opened, load_knowledge())
    return str(where)


def _run(*args: str, code: int = 0) -> str:
    app = typer.Typer()
    edition.register(app)
    result = CliRunner().invoke(app, list(args), catch_exceptions=False)
    assert result.exit_code == code, result.output
    return result.output


def test_an_edition_is_made_checked_and_listed(store: str, tmp_path: Path) -> None:
    to = tmp_path / "editions"
    made = json.loads(_run("first", "-s", store, "--to", str(to), "--as-of", "2016-04-01", "-f", "csv", "--json"))
    assert (made["folder"], made["date"], made["counts"]["incidents"]) == (str(to / "first"), "2016-04-01", 1)
    assert "1 incidents" in _run("second", "-s", store, "--to", str(to), "--licence", "Public domain", "--delay", "9")
    assert (to / "second" / "LICENSE.txt").read_text(encoding="utf-8") == "Public domain\n"
    rows = [json.loads(line) for line in _run("--list", "-s", store, "--json").splitlines()]
    assert [r["name"] for r in rows] == ["first", "second"]
    assert "first  2016-04-01  1 incidents" in _run("--list", "-s", store)
    assert "0 faults" in _run("--check", str(to / "second"), "--store", store)
    (to / "second" / "data" / "csv.csv").write_text("id\n")
    assert "data/csv.csv: changed" in _run("--check", str(to / "second"), code=1)
    said = [json.loads(line) for line in _run("--check", str(to / "second"), "--json", code=1).splitlines()]
    assert said[0] == {"file": "data/csv.csv", "what": "changed"} and said[-1]["faults"] == 1


def test_a_licence_may_be_a_file(store: str, tmp_path: Path) -> None:
    (tmp_path / "terms.txt").write_text("Our terms\n", encoding="utf-8")
    _run("one", "-s", store, "--to", str(tmp_path / "e"), "--licence", str(tmp_path / "terms.txt"))
    assert (tmp_path / "e" / "one" / "LICENSE.txt").read_text(encoding="utf-8") == "Our terms\n"


def test_wrong_use_is_one_line(store: str, tmp_path: Path) -> None:
    assert "give one of NAME" in _run("one", "--list", code=2)
    with pytest.raises(PublishError, match="not an ISO day"):
        _run("one", "-s", store, "--as-of", "April")
    with pytest.raises(StoreError, match="no store there"):
        _run("one", "-s", str(tmp_path / "none"))
    with pytest.raises(PublishError, match="not an edition"):
        _run("--check", str(tmp_path))
    _run("one", "-s", store, "--to", str(tmp_path / "e"))
    with pytest.raises(PublishError, match="edition of this name"):
        _run("one", "-s", store, "--to", str(tmp_path / "e"))
