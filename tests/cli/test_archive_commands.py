"""The archive's commands, on reports of our own."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
from source_tools import NEWS, feed
from typer.testing import CliRunner

from marsad.cli import archive
from marsad.errors import SourceError, StoreError
from marsad.sources import fetch
from marsad.store import open_store

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


@pytest.fixture
def near(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Fetching may ask this machine; the user's own files are in a folder of the test."""
    rules = fetch.FetchRules(allow_loopback=True, delay=0.0, attempts=1)
    monkeypatch.setattr(fetch, "Fetcher", lambda: FETCHER(rules))
    monkeypatch.setenv("MARSAD_HOME", str(tmp_path / "home"))
    (tmp_path / "home" / "sources").mkdir(parents=True)
    return tmp_path


FETCHER = fetch.Fetcher
HTML = {"Content-Type": "text/html; charset=utf-8"}


def test_a_list_of_addresses_is_fetched_and_one_that_fails_loses_nothing(app: object, site: Any, near: Path) -> None:
    site.routes["/a"] = (200, HTML, NEWS)
    addresses = near / "addresses.txt"
    addresses.write_text(f"{site.root}/a\n{site.root}/gone\n", encoding="utf-8")
    store = str(near / "store")
    asked = ["ingest", "--urls", str(addresses), "--store", store, "--json", "--quiet"]
    result = CliRunner().invoke(app, asked, catch_exceptions=False)  # type: ignore[arg-type]
    assert result.exit_code == 1 and f"{site.root}/gone" in result.stderr
    assert json.loads(result.stdout)["taken"] == 1
    assert json.loads(_run(app, "search", "الدالية", "--store", store, "--json"))["report_id"]
    with pytest.raises(SourceError, match="not a readable list"):
        _run(app, "ingest", "--urls", str(near / "none.txt"), "--store", store)


def test_watch_takes_what_is_new_into_each_store_once(app: object, site: Any, near: Path) -> None:
    with pytest.raises(SourceError, match="no outlet with a feed"):
        _run(app, "watch", "--once", "--store", str(near / "one"))
    source = f"- {{id: mizan, label: {{ar: الميزان, en: Mizan}}, kind: media, feed: {site.root}/feed, timezone: Asia/Damascus}}"
    (near / "home" / "sources" / "own.yml").write_text(source, encoding="utf-8")
    site.routes["/feed"] = (200, {"Content-Type": "application/rss+xml"}, feed(site.root, 1))
    site.routes["/n/1"] = (200, HTML, NEWS)
    for store in (str(near / "one"), str(near / "two")):
        done = json.loads(_run(app, "watch", "--once", "--store", store, "--json", "--quiet"))
        assert (done["taken"], done["coded"]) == (1, 1)
        again = json.loads(_run(app, "watch", "--once", "--store", store, "--json", "--quiet"))
        assert again["taken"] == 0


def test_recoding_keeps_the_old_coding(
    app: object, files: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from marsad.pipeline import rule_coder

    store = str(tmp_path / "store")
    _run(app, "ingest", str(files), "--store", store)
    coder = rule_coder(())
    first = coder.knowledge.version
    monkeypatch.setattr(coder, "knowledge", msgspec.structs.replace(coder.knowledge, version="later"))
    done = json.loads(_run(app, "link", "--recode", "--store", store, "--json", "--quiet"))
    assert done["coded"] == 2
    with open_store(store) as held:
        assert [c.knowledge_version for c in held.history("r1")] == [first, "later"]
    assert _run(app, "verify", "--store", store).startswith("0 damaged")
