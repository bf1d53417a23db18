"""Which statements of a toll stand on an event: repeats go, and so does what another statement says better.

Comes in: the tolls that were tied to one event. Goes out: those that stand, in text order.
"""

from __future__ import annotations

from marsad.coding.actors import ARMED, CIVIL, PEOPLE, Party
from marsad.coding.scan import Scan
from marsad.coding.tolls import Toll

_STATE = frozenset(["state_force", "police", "foreign_force", "coalition", "peacekeepers", "government"])


def distinct(tolls: list[Toll], scan: Scan) -> list[Toll]:
    """The tolls of one event, each statement once: repeats, headlines that the body makes exact, and "some" beside a number go."""
    best = [t for t in tolls if not any(_says_more(other, t, scan) for other in tolls if other is not t)]
    out: list[Toll] = []
    for toll in best:
        named = any(_names(other, toll, scan) for other in best if other is not toll)
        if not named and not _is_told_apart(toll, tolls) and not any(_repeats(other, toll) for other in out):
            out.append(toll)
    return out


def _is_vague(toll: Toll) -> bool:
    return toll.best is None and toll.high is None


def _is_told_apart(toll: Toll, tolls: list[Toll]) -> bool:
    """ "مقتل وإصابة 16", "العشرات بين قتيل وجريح" beside the numbers of both."""
    if toll.harm != "killed_and_wounded":
        return False
    killed, wounded = (
        [t for t in tolls if t.harm == harm and not t.part and not t.bare] for harm in ("killed", "wounded")
    )
    if _is_vague(toll):
        return bool(killed and wounded)
    return any((k.low or 0) + (w.low or 0) == toll.low for k in killed for w in wounded)


def _group(toll: Toll) -> str | None:
    """The victim group a toll names; None for people at large."""
    if toll.victims is None or toll.victims.person in PEOPLE:
        return None
    return toll.victims.id or toll.victims.kind


def _is_open(party: Party) -> bool:
    """ "جنود", "مسلحون", "عناصر": fighters whose side is not told."""
    return party.id is None or party.id.startswith("common.")


def _names(other: Toll, toll: Toll, scan: Scan) -> bool:
    """ "مقتل 25 جنديا", and then "25 من قوات الصاعقة": the same dead are told again; the statement stands that says whose they were."""
    told, named = toll.victims, other.victims
    if (other.harm, other.low) != (toll.harm, toll.low) or told is None or named is None:
        return False
    if scan.sentence[other.anchor] == scan.sentence[toll.anchor]:
        return False
    if other.high == toll.high == 1 and named.is_only_name:
        return not told.is_only_name  # "مقتل شاب", and then "الشاب سالم الحمدو قتل"
    if not _is_open(told) or not {told.kind, named.kind} <= ARMED:
        return False
    if _is_open(named) and other.first > toll.first:
        return False
    return None in (told.id, named.id) or (told.kind in _STATE) == (named.kind in _STATE)


def _are_civil(*tolls: Toll) -> bool:
    return all(t.victims is not None and t.victims.kind in CIVIL for t in tolls)


def _repeats(kept: Toll, toll: Toll) -> bool:
    same = (kept.harm, kept.low) == (toll.harm, toll.low)  # "21 على الأقل" and then "21" say the same
    return same and (
        _group(kept) == _group(toll) or (not kept.part and not toll.part and None in (_group(kept), _group(toll)))
    )


def _says_more(other: Toll, toll: Toll, scan: Scan) -> bool:
    """Whether `other` makes `toll` superfluous: a number beside a vague word, the body beside the headline, a named group beside none."""
    if other.harm != toll.harm or toll.part or other.part:
        return False
    if None not in (_group(other), _group(toll)) and _group(other) != _group(toll):
        return _is_vague(toll) and (toll.low or 0) <= 3 and not _is_vague(other) and _are_civil(toll, other)
    title, other_title = (scan.kinds[scan.sentence[t.anchor]] == "title" for t in (toll, other))
    if title != other_title:
        return title
    if _is_vague(toll) != _is_vague(other):
        return _is_vague(toll) and ((toll.low or 0) <= 3 or (other.low or 0) >= (toll.low or 0))
    if _is_vague(toll) and toll.low == 1 and (other.low or 0) > 1:
        return True
    return (toll.low, toll.high) == (other.low, other.high) and _group(toll) is None and _group(other) is not None
