"""Values side by side, origins once, policies, grades."""

from __future__ import annotations

import random

import pytest

from marsad.errors import PublishError
from marsad.incidents import reconcile
from marsad.incidents.origins import quotes
from marsad.knowledge.loader import Knowledge
from marsad.records import Attribution, Name

from .conftest import MONITOR, NEXT, actor, event, items, killed, report

ARMY, TURKS = actor("sy.army", "الجيش السوري", "state_force"), actor("tr.army", "الجيش التركي", "state_force")


def test_ten_outlets_quoting_one_monitor_are_one_origin(knowledge: Knowledge) -> None:
    told = [
        report(f"r{n}", event(attribution=(MONITOR,), casualties=(killed(4, 4, 4),)), publisher=f"صحيفة {n}")
        for n in range(10)
    ]
    told.append(report("r99", event(casualties=(killed(7, 7, 7),)), publisher="وكالة النورس"))
    incident = reconcile(items(knowledge, *told), knowledge)
    assert incident.origins == 2
    assert incident.grade == "fair"
    (toll,) = incident.tolls
    assert (toll.low, toll.high) == (4, 7)
    assert sorted(len(c.claimants) for c in toll.claims) == [1, 10]
    assert [c.field for c in incident.conflicts] == ["killed: common.civilians"]


def test_a_later_running_total_supersedes_and_is_never_added(knowledge: Knowledge) -> None:
    early = report("r1", event(casualties=(killed(5, 5, 5, True),)), publisher="صحيفة الفجر")
    late = report("r2", event(casualties=(killed(8, 8, 8, True),)), publisher="وكالة النورس", published="2016-03-05")
    (toll,) = reconcile(items(knowledge, early, late), knowledge).tolls
    assert (toll.low, toll.best, toll.high) == (8, 8, 8)
    assert [c.superseded for c in toll.claims] == [True, False]


@pytest.mark.parametrize(("policy", "best"), [("marsad", 8), ("ucdp", 5), ("acled", 4)])
def test_policies(knowledge: Knowledge, policy: str, best: int) -> None:
    figures = [(5, "2016-03-04"), (5, "2016-03-04"), (8, "2016-03-05"), (8, "2016-03-05"), (4, "2016-03-04")]
    told = [
        report(f"r{n}", event(casualties=(killed(f, f, f),)), publisher=f"صحيفة {n}", published=day)
        for n, (f, day) in enumerate(figures)
    ]
    (toll,) = reconcile(items(knowledge, *told), knowledge, policy).tolls
    assert (toll.low, toll.best, toll.high) == (4, best, 8)


@pytest.mark.parametrize(("policy", "best"), [("marsad", None), ("ucdp", 10), ("acled", 10)])
def test_tens_are_ten_where_the_policy_says_so(knowledge: Knowledge, policy: str, best: int | None) -> None:
    told = report("r1", event(casualties=(killed(20, words="عشرات القتلى"),)))
    (toll,) = reconcile(items(knowledge, told), knowledge, policy).tolls
    assert toll.best == best
    assert toll.claims[0].low == 20, "the claim stays as it was coded"


def test_an_unknown_policy_is_refused(knowledge: Knowledge) -> None:
    with pytest.raises(PublishError, match="no such policy: ours"):
        reconcile(items(knowledge, report("r1", event(casualties=(killed(1),)))), knowledge, "ours")


def test_grades(knowledge: Knowledge) -> None:
    local = Attribution(None, Name(ar="مصادر محلية"), "local", "stated")
    itself = Attribution("sy.army", Name(ar="الجيش السوري"), "official", "stated")
    one = report("r1", event(side_a=(ARMY,)))

    def grade(*reports):  # type: ignore[no-untyped-def]
        return reconcile(items(knowledge, *reports), knowledge).grade

    assert grade(one) == "single_source"
    assert grade(report("r1", event(attribution=(local,)))) == "weak"
    assert grade(one, report("r2", event(side_a=(ARMY,)), publisher="وكالة النورس")) == "fair"
    assert grade(one, report("r2", event(side_a=(TURKS,)), publisher="وكالة النورس")) == "contested"
    assert grade(one, report("r2", event(status="denied"), publisher="وكالة النورس")) == "contested"
    assert grade(report("r2", event(status="denied"))) == "discounted"
    assert grade(one, report("r2", event(side_a=(ARMY,), attribution=(itself,)))) == "confirmed"


def test_conflicting_values_keep_their_claimants(knowledge: Knowledge) -> None:
    told = [
        report("r1", event(side_a=(ARMY,)), publisher="صحيفة الفجر"),
        report("r2", event(day="2016-03-05", place=NEXT, side_a=(TURKS,)), publisher="وكالة النورس"),
    ]
    incident = reconcile(items(knowledge, *told), knowledge)
    assert [c.field for c in incident.conflicts] == ["when", "place", "side_a"]
    assert all({v.claimants[0].event for v in c.values} == {"r1/e1", "r2/e1"} for c in incident.conflicts)


def test_order_of_items_does_not_matter(knowledge: Knowledge) -> None:
    told = [
        report(
            f"r{n}",
            event(day=f"2016-03-0{4 + n % 2}", casualties=(killed(n, n, n),), side_a=(ARMY,) if n % 2 else ()),
            publisher=f"ص {n % 3}",
        )
        for n in range(6)
    ]
    made = items(knowledge, *told)
    expected = reconcile(made, knowledge)
    for seed in range(5):
        assert reconcile(random.Random(seed).sample(made, len(made)), knowledge) == expected


def test_the_graph_of_quotes(knowledge: Knowledge) -> None:
    (edge,) = quotes(items(knowledge, report("r1", event(attribution=(MONITOR,)))))
    assert (edge.outlet, edge.source, edge.events) == ("صحيفة الفجر", "sohr", ("r1/e1",))


def test_a_fight_told_from_either_side_is_no_contradiction(knowledge: Knowledge) -> None:
    army, rebels = actor("sy.army", "قوات النظام", "state_force"), actor("sy.ahrar_sham", "أحرار الشام")
    one = event(type="armed_clash", side_a=(army,), side_b=(rebels,))
    two = event(type="armed_clash", side_a=(rebels,), side_b=(army,))
    incident = reconcile(items(knowledge, report("r1", one), report("r2", two)), knowledge)
    assert [[a.id for a in side] for side in (incident.side_a, incident.side_b)] == [["sy.army"], ["sy.ahrar_sham"]]
    assert [c.field for c in incident.conflicts] == []
