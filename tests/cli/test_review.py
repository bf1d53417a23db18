"""`marsad judge` and `judgements` from the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from marsad.archive import code_waiting, link_waiting, take_in
from marsad.cli import review
from marsad.errors import PublishError, StoreError
from marsad.knowledge.loader import load_knowledge
from marsad.records import Report
from marsad.store import open_store

TEXTS = {
    "r1": "قصفت قوات النظام بالمدفعية مدينة دوما اليوم الجمعة، ما أدى إلى مقتل ثلاثة مدنيين.",
    "r2": "قتل خمسة مدنيين جراء قصف مدفعي لقوات النظام على مدينة دوما اليوم الجمعة.",
    "r3": "انفجرت سيارة مفخخة في مدينة الحسكة اليوم الجمعة.",
}


@pytest.fixture
def store(tmp_path: Path) -> str:
    with open_store(tmp_path / "store", create=True) as opened:
        take_in(opened, [Report(name, text, published="2016-03-04") for name, text in TEXTS.items()])
        list(code_waiting(opened))
        link_waiting(opened, load_knowledge())
    return str(tmp_path / "store")


def _run(*args: str) -> str:
    app = typer.Typer()
    review.register(app)
    result = CliRunner().invoke(app, list(args), catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


def _judge(store: str, *args: str) -> dict:
    return json.loads(_run("judge", *args, "-s", store, "--who", "R. Salem", "--why", "seen", "--json"))


def _incident_of(store: str, ref: str) -> str:
    with open_store(store) as opened:
        return opened.incidents_of([ref])[ref]


def test_merge_split_and_undo(store: str) -> None:
    shelled, bomb = _incident_of(store, "r1/e1"), _incident_of(store, "r3/e1")
    assert shelled == _incident_of(store, "r2/e1") != bomb
    merged = _judge(store, "merge", shelled, bomb)
    assert _incident_of(store, "r1/e1") == _incident_of(store, "r3/e1")
    _judge(store, "undo", merged["id"])
    assert _incident_of(store, "r1/e1") != _incident_of(store, "r3/e1")
    _judge(store, "split", _incident_of(store, "r1/e1"), "r2/e1")
    assert _incident_of(store, "r1/e1") != _incident_of(store, "r2/e1")
    _judge(store, "link", "r2/e1", "r1/e1")
    assert _incident_of(store, "r1/e1") == _incident_of(store, "r2/e1")
    kinds = [json.loads(line)["kind"] for line in _run("judgements", "-s", store, "--json").splitlines()]
    assert kinds == ["merge", "undo", "split", "link"]
    assert "R. Salem  split" in _run("judgements", "-s", store, "--standing")


def test_correct_and_reject_are_kept_beside_the_machines_values(store: str) -> None:
    _judge(store, "correct", "r3/e1", "--set", 'type="explosive_device"')
    _judge(store, "reject", "r1/e1")
    with open_store(store) as opened:
        assert opened.events(["r3/e1"])["r3/e1"].type == "vehicle_bomb"
        assert [j.value for j in opened.judgements("r3/e1")] == [{"type": "explosive_device"}]
        assert list(opened.verify()) == []


@pytest.mark.parametrize(
    ("args", "error", "words"),
    [
        (("accept", "i-none"), StoreError, "no such incident"),
        (("reject", "r9/e1"), StoreError, "no such event"),
        (("praise", "r1/e1"), StoreError, "there is accept, correct"),
        (("correct", "r1/e1"), StoreError, "--set FIELD=JSON"),
        (("correct", "r1/e1", "--set", "type"), StoreError, "not FIELD=JSON"),
        (("correct", "r1/e1", "--set", "colour=1"), PublishError, "can be corrected in colour"),
        (("correct", "r1/e1", "--set", "background=7"), PublishError, "background"),
        (("link", "r1/e1"), StoreError, "name the others"),
        (("undo", "j-none"), StoreError, "no judgement j-none"),
    ],
)
def test_wrong_use_is_one_line_and_changes_nothing(store: str, args: tuple[str, ...], error: type, words: str) -> None:
    with pytest.raises(error, match=words) as raised:
        _judge(store, *args)
    assert "\n" not in str(raised.value)
    assert _run("judgements", "-s", store) == ""


def test_a_judgement_is_signed(store: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MARSAD_WHO", raising=False)
    with pytest.raises(StoreError, match="nobody signs it"):
        _run("judge", "reject", "r1/e1", "-s", store, "--why", "x")
    monkeypatch.setenv("MARSAD_WHO", "desk")
    assert "reject r1/e1" in _run("judge", "reject", "r1/e1", "-s", store, "--why", "x")
