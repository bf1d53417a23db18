"""How like two events are: named features, each with its reason in words and the two values compared.

Comes in: two items and the knowledge. Goes out: `Evidence` records, in a fixed order; what neither report says gives none. Features are
facts ("the places lie 3 km apart"); what they weigh is data (`knowledge/models/link.yml`, see score.py). The comparison is symmetric.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from datetime import date

import msgspec

from marsad.incidents.items import FINE, Item, Spot, weight_of
from marsad.incidents.sides import actor_lines, camps, is_crossed, is_mutual, swapped
from marsad.knowledge.loader import Knowledge
from marsad.records import ActorRef, Casualty

SAME_KM, NEAR_KM, AROUND_KM = 3.0, 8.0, 20.0
_BROAD = frozenset(
    ["city", "governorate", "district", "region", "countryside"]
)  # the same city is a weaker tie than the same village
_FEW = 30.0  # a text with fewer telling words (log units) than this is never wholly contained in another
_ROUND = 0.25  # vague tolls agree within a quarter


Crowd = Callable[[str], int]
_SHARED = frozenset(["place_first", "place_same", "place_city", "place_name"])


class Evidence(msgspec.Struct, frozen=True):
    """One feature of a pair: its name (a key of the model), its value (mostly 1), a sentence, and the two values compared."""

    name: str
    value: float
    words: str
    left: str | None = None
    right: str | None = None


def compare(a: Item, b: Item, knowledge: Knowledge, crowd: Crowd | None = None) -> tuple[Evidence, ...]:
    """Everything that speaks for or against two events being one happening.

    Args: crowd: how many events of the archive are at a place (its folded name); what few name ties more strongly.
    """
    place = _place(a, b)
    if is_mutual(a, knowledge) and is_mutual(b, knowledge) and is_crossed(camps(a, knowledge), camps(b, knowledge)):
        b = swapped(b)
    parts = [place, _crowd(place, crowd), _headed(place, a, b), _date(a, b), _type(a, b, knowledge)]
    parts += [
        _side("side_a", a.event.side_a, b.event.side_a, knowledge),
        _side("side_b", a.event.side_b, b.event.side_b, knowledge),
    ]
    parts += [_toll(harm, a, b) for harm in ("killed", "wounded")]
    parts += [*_text(a, b, knowledge), _origin(a, b), _recalled(a, b), _kin(a, b, knowledge)]
    return tuple(p for p in parts if p is not None)


# ---- place ------------------------------------------------------------------------------------------------------------------------
def _place(a: Item, b: Item) -> Evidence | None:
    """The closest two places of the events, the sharper pair first; where one is only an area, whether it holds the other."""
    names = {s.name for s in a.spots if s.precision <= FINE or s.lat is None} & {
        s.name for s in b.spots if s.precision <= FINE or s.lat is None
    }
    fine = [(km(s, t), s, t) for s in _sharp(a) for t in _sharp(b)]
    if fine:
        distance, s, t = min(
            fine, key=lambda p: (_broad(p[1]) + _broad(p[2]) if p[0] <= SAME_KM else 9, p[0], p[1].name, p[2].name)
        )
        if distance > NEAR_KM and names:
            return Evidence("place_name", 1, "both name the same place", min(names), min(names))
        first = s is a.spots[0] and t is b.spots[0]
        name = _reach(distance)
        if name == "place_same" and {s.kind, t.kind} & _BROAD:
            name = "place_city"
        elif name == "place_same" and first:
            name = "place_first"
        return Evidence(name, 1, f"the places lie {distance:.0f} km apart", s.name, t.name)
    if names:
        return Evidence("place_name", 1, "both name the same place", min(names), min(names))
    return _area(a, b)


def _headed(place: Evidence | None, a: Item, b: Item) -> Evidence | None:
    """Do both reports open with the place they share? Then it is what they are about."""
    if place is None or place.name not in _SHARED:
        return None
    names = (place.left in a.headed) + (place.right in b.headed)
    if not names and a.headed & b.headed:
        names = 2
    if names == 2:
        return Evidence("place_headed", 1, "both reports open with this place", place.left, place.right)
    return Evidence("place_passing", 1, "the place is named in passing", place.left, place.right) if not names else None


def _crowd(place: Evidence | None, crowd: Crowd | None) -> Evidence | None:
    if place is None or crowd is None or place.name not in _SHARED or place.left is None:
        return None
    count = crowd(place.left)
    return Evidence(
        "place_crowd",
        math.log2(max(count, 1)),
        f"{count} events of the archive are at this place",
        place.left,
        place.right,
    )


def _broad(spot: Spot) -> int:
    return int(spot.kind in _BROAD)


def _sharp(item: Item) -> list[Spot]:
    return [s for s in item.spots if s.lat is not None and s.precision <= FINE]


def _reach(distance: float) -> str:
    for limit, name in ((SAME_KM, "place_same"), (NEAR_KM, "place_near"), (AROUND_KM, "place_around")):
        if distance <= limit:
            return name
    return "place_apart"


def _area(a: Item, b: Item) -> Evidence | None:
    units_a, units_b = ({(s.country, s.admin1) for s in i.spots if s.admin1} for i in (a, b))
    if not units_a or not units_b:
        return None
    left, right = (", ".join(sorted(str(u[1]) for u in units)) for units in (units_a, units_b))
    if units_a & units_b:
        return Evidence("place_within", 1, "one names only the area that the other lies in", left, right)
    return Evidence("place_apart", 1, "the areas named are different ones", left, right)


def km(s: Spot, t: Spot) -> float:
    """Great-circle distance of two located spots."""
    lat1, lon1, lat2, lon2 = (math.radians(v or 0.0) for v in (s.lat, s.lon, t.lat, t.lon))
    h = math.sin((lat2 - lat1) / 2) ** 2 + math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
    return 12742.0 * math.asin(min(1.0, math.sqrt(h)))


# ---- time -------------------------------------------------------------------------------------------------------------------------
def _date(a: Item, b: Item) -> Evidence | None:
    if a.first_day is None or b.first_day is None:
        return _hinted(a, b)
    left, right = _shown(a), _shown(b)
    gap = max(a.first_day, b.first_day) - min(a.last_day or 0, b.last_day or 0)
    wide = max((i.last_day or 0) - (i.first_day or 0) for i in (a, b)) > 3
    if gap <= 0:
        return Evidence("date_within" if wide else "date_same", 1, "the days told may be the same", left, right)
    if gap <= 2:
        return Evidence(f"date_{gap}", 1, f"the days told are {gap} apart", left, right)
    return Evidence("date_week" if gap <= 7 else "date_apart", 1, f"the days told are {gap} apart", left, right)


def _hinted(a: Item, b: Item) -> Evidence | None:
    """At least one report is undated: do the full dates in its text meet the other's day?"""
    days_a, days_b = _days(a), _days(b)
    if not days_a or not days_b:
        return _clued(a, b)
    gap, x, y = min((abs(x - y), x, y) for x in days_a for y in days_b)
    left, right = date.fromordinal(x).isoformat(), date.fromordinal(y).isoformat()
    if gap <= 2:
        return Evidence("hint_same", 1, "a full date in the undated text meets the other's day", left, right)
    return _clued(a, b) or Evidence(
        "hint_apart", 1, f"the dates in the texts are {gap} days apart at least", left, right
    )


def _clued(a: Item, b: Item) -> Evidence | None:
    """Weekdays and days of a month: a pair that can only be compared by these is compared by these."""
    for kind, name in (("m", "monthday"), ("w", "weekday")):
        left, right = ({c for c in i.clues if c[0] == kind} for i in (a, b))
        if left and right:
            shown = (" ".join(sorted(left)), " ".join(sorted(right)))
            if left & right:
                return Evidence(f"{name}_same", 1, f"the same {name} in an undated report", *shown)
            return Evidence(f"{name}_conflict", 1, f"another {name} in an undated report", *shown)
    return None


def _days(item: Item) -> list[int]:
    return [d for d in (item.first_day, item.last_day) if d is not None] or list(item.hints)


def _shown(item: Item) -> str:
    first, last = (date.fromordinal(d or 1).isoformat() for d in (item.first_day, item.last_day))
    return first if first == last else f"{first} … {last}"


# ---- what and who -------------------------------------------------------------------------------------------------------------------
def _type(a: Item, b: Item, knowledge: Knowledge) -> Evidence:
    left, right = a.event.type, b.event.type
    if left == right:
        return Evidence("type_same", 1, "the same type of event", left, right)
    classes = [_class(i, knowledge) for i in (a, b)]
    if classes[0] == classes[1] != "strategic":
        return Evidence("type_family", 1, f"types of one family ({classes[0]})", left, right)
    if set(classes) <= {"explosions", "battles", "civilians"}:
        return Evidence("type_kindred", 1, "types of violence that reports mix up", left, right)
    return Evidence("type_apart", 1, "different types of event", left, right)


def _class(item: Item, knowledge: Knowledge) -> str:
    """The class of an event's type; a type that knowledge does not have is a class of its own."""
    known = knowledge.events.get(item.event.type)
    return known.klass if known else item.event.type


def _side(name: str, left: tuple[ActorRef, ...], right: tuple[ActorRef, ...], knowledge: Knowledge) -> Evidence | None:
    a, b = actor_lines(left, knowledge), actor_lines(right, knowledge)
    if not a or not b:
        return None
    shown = (_names(left), _names(right))
    label = "those who acted" if name == "side_a" else "those it was done to"
    if {x[0] for x in a} & {x[0] for x in b}:
        return Evidence(f"{name}_same", 1, f"the same actor among {label}", *shown)
    if any(set(x) & set(y) for x in a for y in b):
        return Evidence(f"{name}_kin", 1, f"actors of one camp among {label}", *shown)
    return Evidence(f"{name}_conflict", 1, f"different actors named as {label}", *shown)


def _names(actors: tuple[ActorRef, ...]) -> str:
    return "، ".join(dict.fromkeys(a.name.ar or a.name.en or "" for a in actors))


# ---- how many ---------------------------------------------------------------------------------------------------------------------------
def _toll(harm: str, a: Item, b: Item) -> Evidence | None:
    """Do the two events tell a like toll? The later report may tell more of a running total; it never tells less."""
    left, right = (sorted({_bounds(c) for c in i.event.casualties if c.harm == harm}) for i in (a, b))
    if not left or not right:
        return None
    shown = (_tolls(left), _tolls(right))
    exact = {x for x in left if x[0] == x[1]} & {x for x in right if x[0] == x[1]}
    if exact:
        many = max(x[0] for x in exact)
        whole = _main_toll(left) == _main_toll(right)
        name = f"{harm}_exact" if many > 2 and whole else f"{harm}_few" if whole else f"{harm}_part"
        return Evidence(name, 1, f"the same number {harm}", *shown)
    if _main_toll(left) == _main_toll(right):
        return Evidence(f"{harm}_main", 1, f"the same least number {harm}", *shown)
    if any(x[0] <= y[1] and y[0] <= x[1] for x in left for y in right):
        return Evidence(f"{harm}_meet", 1, f"numbers {harm} that can both be true", *shown)
    if any(abs(x[0] - y[0]) <= max(1, _ROUND * max(x[0], y[0])) for x in left for y in right):
        return Evidence(f"{harm}_close", 1, f"nearly the same number {harm}", *shown)
    return Evidence(f"{harm}_conflict", 1, f"different numbers {harm}", *shown)


def _main_toll(bounds: list[tuple[float, float]]) -> float:
    """The largest figure told: the toll itself, of which the others are parts."""
    return max(low for low, _ in bounds)


def _bounds(toll: Casualty) -> tuple[float, float]:
    low = toll.low if toll.low is not None else 0
    return float(low), float(toll.high) if toll.high is not None else math.inf


def _tolls(bounds: list[tuple[float, float]]) -> str:
    return ", ".join(f"{x:.0f}" if x == y else f"{x:.0f}+" if y == math.inf else f"{x:.0f}-{y:.0f}" for x, y in bounds)


# ---- wording ------------------------------------------------------------------------------------------------------------------------------
def _text(a: Item, b: Item, knowledge: Knowledge) -> list[Evidence | None]:
    """Words in common: of the reports, of the sentences that tell the event, and runs copied from one origin."""
    if a.report_id == b.report_id:
        return []
    weights = knowledge.models.get("words", {})
    copied = len(a.runs & b.runs)
    runs = copied / max(1, min(len(a.runs), len(b.runs)))
    pairs = a.pairs & b.pairs
    overlap, shared = _overlap(a.words, b.words, min(a.mass[0], b.mass[0]), weights)
    lead, opening = _overlap(a.lead, b.lead, max(a.mass[1], b.mass[1]), weights)
    focus, named = _overlap(a.focus, b.focus, min(a.mass[2], b.mass[2]), weights)
    return [
        Evidence(
            "words", overlap, f"{100 * overlap:.0f} % of what tells the shorter report apart is in the other", shared
        )
        if overlap
        else None,
        Evidence("lead", lead, f"the openings share {100 * lead:.0f} % of their telling words", opening)
        if lead
        else None,
        Evidence("focus", focus, f"{100 * focus:.0f} % of what tells the event apart is in the other", named)
        if focus
        else None,
        Evidence("copied", min(1.0, 3 * runs), f"{100 * runs:.0f} % of the shorter text is copied or of one origin")
        if copied
        else None,
        Evidence(
            "pairs", math.log2(1 + len(pairs)), f"{len(pairs)} word pairs in common", next(iter(sorted(pairs)), None)
        )
        if pairs
        else None,
    ]


def _overlap(a: frozenset[str], b: frozenset[str], mass: float, weights: Mapping[str, float]) -> tuple[float, str]:
    """The weighted share that two sets of words have in common of `mass`, and their most telling words."""
    shared = a & b
    if not shared:
        return 0.0, ""
    weighed = [(weight_of(w, weights), w) for w in shared]
    return min(1.0, sum(sorted(w for w, _ in weighed)) / max(mass, _FEW)), max(weighed)[1]


def _origin(a: Item, b: Item) -> Evidence | None:
    ids = [
        {
            s.id or s.name.ar
            for s in i.event.attribution
            if s.kind in ("monitor", "official", "party") and (s.id or s.name.ar)
        }
        for i in (a, b)
    ]
    shared = sorted(x for x in ids[0] & ids[1] if x)
    return Evidence("origin_same", 1, "both rest on the same source", shared[0], shared[0]) if shared else None


def _recalled(a: Item, b: Item) -> Evidence | None:
    """A report that only looks back seldom tells enough to be sure which happening it means."""
    if a.main and b.main:
        return None
    return Evidence("recalled", 1, "a report only looks back on it")


def _kin(a: Item, b: Item, knowledge: Knowledge) -> Evidence | None:
    """Two events of one report: alike, they may be one told twice; a bomb and the arrests after it are two, whatever else they share."""
    if a.report_id != b.report_id:
        return None
    name = "report_same" if _class(a, knowledge) == _class(b, knowledge) else "report_other"
    return Evidence(name, 1, "one report tells both, as two events", a.event.id, b.event.id)
