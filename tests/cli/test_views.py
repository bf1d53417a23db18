"""`marsad view` from the command line."""

from __future__ import annotations

import json

import pytest
import typer
from typer.testing import CliRunner

from marsad.archive import code_waiting, link_waiting, take_in
from marsad.cli import views
from marsad.knowledge.loader import load_knowledge
from marsad.records import Report
from marsad.store import open_store

REPORTS = (
    Report("r1", "سيطر تنظيم داعش على مدينة تدمر اليوم الأربعاء، وفق المرصد السوري لحقوق الإنسان.", publisher="شبكة الميزان", published="2015-05-20"),
    Report("r2", "استعادت قوات النظام السيطرة على مدينة تدمر اليوم الأحد، وفق وكالة سانا.", publisher="راصد الشمال", published="2016-03-27"),
    Report(
        "r3",
        "وقع اليوم الخميس في مدينة الحسكة هجوم بسيارة مفخخة، هو الهجوم الرابع منذ الـ 30 من أيار / مايو من العام الجاري.",
        publisher="راصد الشمال",
        published="2015-06-25",
    ),
)  # fmt: skip


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory, own_home: None) -> str:
    where = tmp_path_factory.mktemp("views") / "store"
    with open_store(where, create=True) as opened:
        take_in(opened, REPORTS)
        list(code_waiting(opened))
        link_waiting(opened, load_knowledge())
    return str(where)


def _run(*args: str) -> list[str]:
    app = typer.Typer()
    views.register(app)
    result = CliRunner().invoke(app, list(args), catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output.splitlines()


def test_control_of_a_place_over_time(store: str) -> None:
    told = [json.loads(line) for line in _run("control", "-s", store, "--place", "تدمر", "--json")]
    assert [(c["since"], c["move"], c["holder"]["id"]) for c in told] == [
        ("2015-05-20", "taken", "sy.islamic_state"),
        ("2016-03-27", "taken", "sy.army"),
    ]
    assert all(c["claimants"] and c["events"] for c in told)


@pytest.mark.parametrize(
    ("day", "holder"), [("2015-12-31", "sy.islamic_state"), ("2016-04-01", "sy.army"), ("2014-01-01", None)]
)
def test_holder_on_a_day(store: str, day: str, holder: str | None) -> None:
    told = [json.loads(line)["holder"]["id"] for line in _run("control", "-s", store, "--on", day, "--json")]
    assert told == ([holder] if holder else [])


def test_series_say_what_is_only_implied(store: str) -> None:
    (line,) = _run("series", "-s", store)
    assert "since منذ 2015-05-30" in line and line.count("implied, not documented") == 3 and "4: i-" in line


def test_who_quoted_whom(store: str) -> None:
    edges = [json.loads(line) for line in _run("quotes", "-s", store, "--json")]
    assert {(e["outlet"], e["kind"]) for e in edges} >= {("شبكة الميزان", "monitor")}
    assert any("→" in line for line in _run("quotes", "-s", store))
