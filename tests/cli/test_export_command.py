"""`marsad export` from the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from marsad.archive import code_waiting, judge, link_waiting, take_in
from marsad.cli import publish
from marsad.errors import PublishError, StoreError
from marsad.knowledge.loader import load_knowledge
from marsad.publish.export import FORMATS
from marsad.records import Report
from marsad.records_incident import Judgement
from marsad.store import open_store

SHELLED = "قصفت قوات النظام بالمدفعية مدينة دوما اليوم الجمعة، ما أدى إلى مقتل ثلاثة مدنيين."


@pytest.fixture
def store(tmp_path: Path) -> str:
    where = tmp_path / "store"
    with open_store(where, create=True) as opened:
        take_in(opened, [Report("r1", SHELLED, published="2016-03-04")])
        list(code_waiting(opened))
        link_waiting(opened, load_knowledge())
    return str(where)


def _run(*args: str) -> bytes:
    app = typer.Typer()
    publish.register(app)
    result = CliRunner().invoke(app, list(args), catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.stdout_bytes


@pytest.mark.parametrize("form", FORMATS)
def test_a_file_and_standard_output_are_the_same(store: str, tmp_path: Path, form: str) -> None:
    path = tmp_path / "out"
    said = json.loads(_run("-s", store, "-f", form, "-o", str(path), "--json"))
    assert said == {"file": str(path), "format": form, "incidents": 1}
    if form != "parquet":
        assert _run("-s", store, "-f", form) == path.read_bytes()


def test_what_people_rejected_is_left_out_unless_the_machines_view_is_asked(store: str) -> None:
    with open_store(store) as opened:
        incident = next(iter(opened.incidents())).id
        judge(opened, Judgement("j1", "reject", incident, "analyst", "hoax"), load_knowledge())
    assert len(_run("-s", store).splitlines()) == 1
    assert len(_run("-s", store, "--machine").splitlines()) == 2


def test_formats_are_listed() -> None:
    assert [json.loads(line)["format"] for line in _run("--list", "--json").splitlines()] == list(FORMATS)


def test_wrong_use_is_one_line(store: str, tmp_path: Path) -> None:
    with pytest.raises(PublishError, match="name a file"):
        _run("-s", store, "-f", "parquet")
    with pytest.raises(PublishError, match="there is"):
        _run("-s", store, "-f", "xls")
    with pytest.raises(StoreError):
        _run("-s", str(tmp_path / "absent"))
