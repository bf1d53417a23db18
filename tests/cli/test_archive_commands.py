"""The archive's commands, on reports of our own."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from marsad.cli import archive
from marsad.errors import StoreError

TEXTS = [
    (
        "r1",
        "صحيفة الفجر",
        "قصفت قوات النظام بالمدفعية مدينة دوما بريف دمشق اليوم الجمعة، ما أدى إلى مقتل ثلاثة مدنيين وإصابة سبعة.",
    ),
    ("r2", "وكالة النورس", "قتل خمسة مدنيين وأصيب سبعة جراء قصف مدفعي لقوات النظام على مدينة دوما في ريف دمشق اليوم."),
]


@pytest.fixture
def app() -> object:
    import typer

    made = typer.Typer()
    archive.register(made)
    return made


@pytest.fixture
def files(tmp_path: Path) -> Path:
    path = tmp_path / "reports.jsonl"
    rows = [{"id": i, "publisher": p, "published": "2016-03-04", "text": t} for i, p, t in TEXTS]
    path.write_text("\n".join(json.dumps(r, ensure_ascii=False) for r in rows), encoding="utf-8")
    return path


def _run(app: object, *args: str) -> str:
    result = CliRunner().invoke(app, list(args), catch_exceptions=False)  # type: ignore[arg-type]
    assert result.exit_code == 0, result.output
    return result.stdout


def test_from_files_to_an_incident(app: object, files: Path, tmp_path: Path) -> None:
    store = str(tmp_path / "store")
    _run(app, "init", "--store", store)
    done = json.loads(_run(app, "ingest", str(files), "--store", store, "--json", "--quiet"))
    assert (done["taken"], done["coded"]) == (2, 2)
    rows = [json.loads(line) for line in _run(app, "incidents", "--store", store, "--format", "jsonl").splitlines()]
    (both,) = [r for r in rows if r["reports"] == ["r1", "r2"]]
    assert any(c["field"].startswith("killed") for c in both["conflicts"]), "three or five dead: both stand"
    assert json.loads(_run(app, "show", both["id"], "--store", store, "--json"))["incident"]["id"] == both["id"]
    assert both["id"] in _run(app, "show", both["id"], "--store", store)
    assert json.loads(_run(app, "show", "r1", "--store", store, "--json"))["incidents"]
    assert "r1" in _run(app, "search", "دوما", "--store", store)
    assert json.loads(_run(app, "stats", "--store", store, "--json"))["reports"] == 2
    assert _run(app, "verify", "--store", store).startswith("0 damaged")
    again = json.loads(_run(app, "ingest", str(files), "--store", store, "--json", "--quiet"))
    assert (again["taken"], again["known"], again["coded"], again["linked"]["events"]) == (0, 2, 0, 0)


def test_what_is_not_there_is_said(app: object, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="no store there"):
        _run(app, "stats", "--store", str(tmp_path / "none"))
    _run(app, "init", "--store", str(tmp_path / "s"))
    with pytest.raises(StoreError, match="no incident and no report"):
        _run(app, "show", "x", "--store", str(tmp_path / "s"))
