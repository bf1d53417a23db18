"""Control of places and attack series."""

from __future__ import annotations

from marsad.incidents import changes_of, holder_on, link_all, series_of
from marsad.knowledge.loader import Knowledge

from .conftest import NEXT, Series, actor, event, items, report

REBELS, ARMY = actor("sy.x_rebels", "فصائل الجبل"), actor("sy.army", "الجيش السوري", "state_force")


def test_control_over_time(knowledge: Knowledge) -> None:
    told = items(
        knowledge,
        report("r1", event(type="territory_gain", day="2016-03-01", side_a=(REBELS,))),
        report("r2", event(type="territory_gain", day="2016-03-01", side_a=(REBELS,)), publisher="وكالة النورس"),
        report("r3", event(type="territory_gain", day="2016-03-05", side_a=(ARMY,), status="attempted")),
        report("r4", event(type="territory_gain", day="2016-03-09", side_a=(ARMY,))),
        report(
            "r5",
            event(type="territory_gain", day="2016-03-02", side_a=(ARMY,), place=NEXT),
            event("e2", type="withdrawal", day="2016-03-02", side_a=(ARMY,), place=NEXT),
        ),
    )
    changes = changes_of(told)
    town = changes["x.town"]
    assert [(c.move, c.since, len(c.events)) for c in town] == [
        ("taken", "2016-03-01", 2),
        ("contested", "2016-03-05", 1),
        ("taken", "2016-03-09", 1),
    ]
    assert [c.move for c in changes["x.next"]] == ["lost", "reached"] or [c.move for c in changes["x.next"]] == [
        "reached",
        "lost",
    ]
    assert (held := holder_on(town, "2016-03-06")) is not None
    assert held.holder is not None
    assert held.holder.id == "sy.x_rebels"
    assert holder_on(town, "2016-02-01") is None


def test_a_denied_gain_changes_nothing(knowledge: Knowledge) -> None:
    assert (
        changes_of(items(knowledge, report("r1", event(type="territory_gain", status="denied", side_a=(REBELS,)))))
        == {}
    )


def test_a_series_implies_members_that_nobody_documents(knowledge: Knowledge) -> None:
    told = items(
        knowledge,
        report("r1", event(day="2016-03-01"), published="2016-03-01"),
        report("r2", event(day="2016-03-20", series=Series(4, "2016-02-01")), published="2016-03-20"),
    )
    memory = link_all(told, knowledge)
    held = {ident: memory.items(i.events) for ident, i in memory.incidents.items()}
    (counted,) = series_of(told, list(memory.incidents.values()), held)
    of = {r: i.id for i in memory.incidents.values() for r in i.events}
    assert [(m.ordinal, m.incident) for m in counted.members] == [
        (1, None),
        (2, None),
        (3, of["r1/e1"]),
        (4, of["r2/e1"]),
    ]
    assert counted.surplus == ()
