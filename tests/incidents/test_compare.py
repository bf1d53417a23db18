"""What speaks for and against one happening, and that it is told in words."""

from __future__ import annotations

from marsad.incidents.block import Blocks, posts, probes
from marsad.incidents.compare import compare
from marsad.incidents.items import Item
from marsad.incidents.score import score
from marsad.knowledge.loader import Knowledge
from marsad.records import Name, PlaceRef

from .conftest import MONITOR, NEXT, TOWN, actor, event, items, killed, report


def _names(a: Item, b: Item, knowledge: Knowledge) -> set[str]:
    return {e.name for e in compare(a, b, knowledge)}


def _two(knowledge: Knowledge, left: dict, right: dict) -> tuple[Item, Item]:  # type: ignore[type-arg]
    a, b = items(knowledge, report("r1", event(**left)), report("r2", event(**right)))
    return a, b


def test_same_day_and_place_score_high_and_say_why(knowledge: Knowledge) -> None:
    a, b = _two(knowledge, {"casualties": (killed(3, 3, 3),)}, {"casualties": (killed(3, 3, 3),)})
    chance, reasons = score(compare(a, b, knowledge), knowledge.models["link"])
    assert chance > 0.5
    assert {"date_same", "place_first", "killed_exact"} <= {r.rule for r in reasons}
    assert all(r.words for r in reasons)


def test_comparison_is_symmetric(knowledge: Knowledge) -> None:
    a, b = _two(knowledge, {"casualties": (killed(2, 2, 2),)}, {"day": "2016-03-05", "place": NEXT})
    assert {(e.name, e.value) for e in compare(a, b, knowledge)} == {
        (e.name, e.value) for e in compare(b, a, knowledge)
    }


def test_a_week_apart_is_no_match(knowledge: Knowledge) -> None:
    a, b = _two(knowledge, {}, {"day": "2016-03-14"})
    assert score(compare(a, b, knowledge), knowledge.models["link"])[0] < 0.1


def test_a_toll_that_may_still_grow_does_not_conflict(knowledge: Knowledge) -> None:
    a, b = _two(knowledge, {"casualties": (killed(5),)}, {"casualties": (killed(9, 9, 9),)})
    assert "killed_meet" in _names(a, b, knowledge)
    a, b = _two(knowledge, {"casualties": (killed(2, 2, 2),)}, {"casualties": (killed(19, 19, 19),)})
    assert "killed_conflict" in _names(a, b, knowledge)


def test_sides_of_one_camp_are_kin_and_of_two_conflict(knowledge: Knowledge) -> None:
    army, force = actor("sy.army", "الجيش"), actor("sy.air_force", "سلاح الجو")
    other = actor("iq.isis", "تنظيم") if "iq.isis" in knowledge.actors else actor("tr.army", "الجيش التركي")
    a, b = _two(knowledge, {"side_a": (army,)}, {"side_a": (force,)})
    assert "side_a_conflict" not in _names(a, b, knowledge)
    a, b = _two(knowledge, {"side_a": (army,)}, {"side_a": (other,)})
    assert "side_a_conflict" in _names(a, b, knowledge)


def test_an_undated_report_is_compared_by_its_weekday(knowledge: Knowledge) -> None:
    dated, undated = items(
        knowledge,
        report("r1", event(day="2016-03-04")),
        report("r2", event(day=None), published=None, text="قصف على القرية صباح اليوم الجمعة"),
    )
    assert "weekday_same" in _names(dated, undated, knowledge)
    (other,) = items(knowledge, report("r3", event(day=None), published=None, text="قصف على القرية صباح اليوم الاثنين"))
    assert "weekday_conflict" in _names(dated, other, knowledge)


def test_whoever_finds_is_found(knowledge: Knowledge) -> None:
    wide = PlaceRef(None, Name(ar="ريف إدلب"), "countryside", 35.8, 36.6, "SY", "Idlib", None, 4)
    nowhere = PlaceRef(None, Name(ar="خربة السماق"), "قرية", None, None, None, None, None, 7)
    made = items(
        knowledge,
        *(
            report(f"r{n}", event(day=day, place=place), published=None)
            for n, (day, place) in enumerate(
                (d, p) for d in ("2016-03-04", "2016-03-06", "2016-03", None) for p in (TOWN, NEXT, wide, nowhere)
            )
        ),
    )
    for a in made:
        for b in made:
            assert bool(probes(a) & posts(b)) == bool(probes(b) & posts(a)), (
                a.event.when,
                a.spots,
                b.event.when,
                b.spots,
            )


def test_blocks_leave_out_what_is_far(knowledge: Knowledge) -> None:
    a, b, c = items(
        knowledge, report("r1", event()), report("r2", event(day="2016-03-05")), report("r3", event(day="2016-05-01"))
    )
    assert [i.ref for i in Blocks([a, b, c]).near(a)] == ["r2/e1"]


def test_one_source_is_named_as_a_reason(knowledge: Knowledge) -> None:
    a, b = _two(knowledge, {"attribution": (MONITOR,)}, {"attribution": (MONITOR,)})
    assert "origin_same" in _names(a, b, knowledge)


def test_what_one_report_tells_as_two_things_is_never_one(knowledge: Knowledge) -> None:
    """A bombing and the arrests after it share report, place, day and words; the arrests are no second telling of the bombing."""
    bomb, again, arrest = (
        event("e1", type="vehicle_bomb"),
        event("e2", type="explosive_device"),
        event("e3", type="arrest"),
    )
    one, two, three = items(knowledge, report("r1", bomb, again, arrest))
    assert "report_same" in _names(one, two, knowledge)
    assert "report_other" in _names(one, three, knowledge)
    assert score(compare(one, three, knowledge), knowledge.models["link"])[0] < 0.05


def test_sites_without_a_name_tie_nothing(knowledge: Knowledge) -> None:
    """ "منازل" stands in every report; a village that no table holds is one place."""
    houses = PlaceRef(None, Name(ar="منازل"), "place", None, None, None, None, None, 7)
    village = PlaceRef(None, Name(ar="تل السنديان"), "قرية", None, None, None, None, None, 7)
    a, b = _two(knowledge, {"place": houses}, {"place": houses})
    assert a.spots == b.spots == ()
    a, b = _two(knowledge, {"place": village}, {"place": village})
    assert "place_name" in _names(a, b, knowledge)
