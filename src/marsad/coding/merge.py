"""One event, many mentions: folds drafts that speak of the same happening.

Comes in: complete drafts in text order, and what their places and dates resolve to. Goes out: one draft an event. Every pair that
could be one is weighed by named features (`knowledge/models/merge.yml` holds the weights; scripts/train.py fits them on coded
reports); the reasons go into the draft's notes, for `marsad explain`.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from marsad.coding.actors import ARMED, Party
from marsad.coding.frames import ANOTHER, Draft
from marsad.coding.scan import Scan

CLASH = frozenset(["armed_clash", "assault", "territory_gain"])
BLOW = frozenset(["shelling", "air_strike", "drone_strike"])
BLAST = frozenset(["explosive_device", "vehicle_bomb", "suicide_bombing"])
_SPECIFIC = {
    "shelling": BLOW,
    "explosive_device": BLAST,
    "assault": BLOW | BLAST | {"killing", "armed_clash", "chemical_attack"},
    "killing": BLOW | BLAST | {"assault", "armed_clash"},
}


class Keys:
    """What mentions resolve to, to compare them by: places and dates, by their number in the report's lists."""

    def __init__(
        self,
        places: Mapping[int, object],
        dates: Mapping[int, object],
        within: Mapping[int, frozenset[object]],
        spots: frozenset[int],
    ) -> None:
        self.places, self.dates, self.within, self.spots = places, dates, within, spots


def merge(drafts: list[Draft], scan: Scan, keys: Keys, weights: Mapping[str, float]) -> list[Draft]:
    """Folds every draft into the best earlier one that it agrees with well enough."""
    out: list[Draft] = []
    for draft in drafts:
        draft.parts = [_snapshot(draft)]
        best, best_score = None, weights["threshold"]
        for other in reversed(out):
            if not _kinds_agree(other, draft, scan):
                continue
            score = sum(weights.get(name, 0.0) * value for name, value in features(other, draft, scan, keys).items())
            if score > best_score:
                best, best_score = other, score
        if best is None:
            out.append(draft)
        else:
            _fold(best, draft, scan, best_score)
    return out


def _kinds_agree(a: Draft, b: Draft, scan: Scan) -> bool:
    if a.type == b.type:
        return True
    if a.type in _SPECIFIC.get(b.type, ()):
        return b.definite or (b.noun and bool(b.pronoun)) or (b.weak and not b.noun)
    return b.type in _SPECIFIC.get(a.type, ()) and (
        (scan.kinds[a.sentence] == "title" and a.weak) or (b.definite and a.weak and b.type != "armed_clash")
    )


def features(a: Draft, b: Draft, scan: Scan, keys: Keys) -> dict[str, float]:
    """What speaks for and against `b` (later) being `a` again: values 0..1, except the distances, which count."""
    out = {
        "same_type": float(a.type == b.type),
        "definite": float(b.definite),
        "pronoun": float(bool(b.pronoun) and b.noun),
        "title": float(all(scan.kinds[s] == "title" for s in a.sentences) and scan.kinds[b.sentence] != "title"),
        "both_title": float(scan.kinds[a.sentence] == "title" and scan.kinds[b.sentence] == "title"),
        "same_sentence": float(a.sentence == b.sentence),
        "sentences_apart": float(min(b.sentence - a.sentences[-1], 8)) if b.sentence != a.sentence else 0.0,
        "another": float(_another(b, scan)),
        "background_differs": float(a.background != b.background),
        "verb_again": float(not b.noun and not a.noun),
        "weak": float(b.weak),
    }
    out |= _place_features(a, b, keys) | _side_features(a, b) | _toll_features(a, b)
    if a.own_dates and b.own_dates and a.dates and b.dates:
        same = keys.dates.get(a.dates[0]) == keys.dates.get(b.dates[0])
        out["date_same" if same else "date_conflict"] = 1.0
    return out


def _place_features(a: Draft, b: Draft, keys: Keys) -> dict[str, float]:
    """Spots are compared with spots: two villages of one countryside are two places, however often the countryside is named."""
    if not b.own_places or not a.places:
        return {"place_untold": 1.0}
    mine, other = {keys.places.get(n) for n in a.places}, {keys.places.get(n) for n in b.places}
    spots, other_spots = (
        {keys.places.get(n) for n in a.places if n in keys.spots},
        {keys.places.get(n) for n in b.places if n in keys.spots},
    )
    if spots and other_spots:
        return {"place_same": 1.0} if spots & other_spots else {"place_conflict": 1.0}
    if mine & other:
        return {"area_same": 1.0}
    wide = frozenset[object]().union(*(keys.within.get(n, frozenset()) for n in (*a.places, *b.places)))
    return {"place_within": 1.0} if wide & (mine | other) else {"area_conflict": 1.0}


def _identities(parties: list[Party]) -> set[str]:
    return {p.id or f"?{p.kind}" for p in parties if p.kind in ARMED}


def _known(parties: list[Party]) -> set[str]:
    return {p.id for p in parties if p.id is not None and p.kind in ARMED}


def _side_features(a: Draft, b: Draft) -> dict[str, float]:
    pairs = [(_identities(a.side_a), _identities(b.side_a)), (_identities(a.side_b), _identities(b.side_b))]
    if a.type in ("armed_clash", "agreement"):
        pairs = [(pairs[0][0] | pairs[1][0], pairs[0][1] | pairs[1][1])]
    out: dict[str, float] = {}
    if a.type not in ("armed_clash", "agreement") and (
        _known(a.side_a) & _known(b.side_b) or _known(a.side_b) & _known(b.side_a)
    ):
        out["roles_swapped"] = 1.0
    for mine, other in pairs:
        if mine and other:
            known = {i for i in mine | other if not i.startswith("?")}
            if mine & other:
                out["side_same"] = 1.0
            elif len(known & mine) and len(known & other):
                out["side_conflict"] = 1.0
    return out


def _toll_features(a: Draft, b: Draft) -> dict[str, float]:
    mine = {t.harm: t.low for t in a.tolls if not t.part}
    other = {t.harm: t.low for t in b.tolls if not t.part}
    shared = mine.keys() & other.keys()
    if not shared:
        return {}
    return {"toll_same": 1.0} if any(mine[h] == other[h] for h in shared) else {"toll_conflict": 1.0}


def _another(draft: Draft, scan: Scan) -> bool:
    """ "هجوم آخر", "انفجار ثان": the text itself counts a further event."""
    return draft.noun and not draft.definite and any(w in ANOTHER for w in scan.words[draft.last + 1 : draft.last + 3])


def _snapshot(draft: Draft) -> Draft:
    """The mention as the rules left it: what it proposes must not change when the event it opens takes others in."""
    lists = {name: list(getattr(draft, name)) for name in ("side_a", "side_b", "places", "tolls", "sources")}
    return msgspec.structs.replace(draft, parts=[], **lists)


def _fold(target: Draft, draft: Draft, scan: Scan, score: float) -> None:
    """Takes over what the later mention adds."""
    target.parts += draft.parts
    target.triggers += draft.triggers
    target.sentences += [s for s in draft.sentences if s not in target.sentences]
    for name in ("side_a", "side_b"):
        mine, other = getattr(target, name), getattr(draft, name)
        known = {p.id for p in mine if p.id}
        opposite = {p.id for p in (target.side_b if name == "side_a" else target.side_a) if p.id}
        if not mine:
            mine += [p for p in other if p.id is None or p.id not in opposite]
        else:
            mine += [
                p
                for p in other
                if p.id is not None
                and p.id not in known | opposite
                and p.person is None
                and draft.own_places
                and not target.own_places
            ]
    if draft.own_places:
        if not target.own_places:
            target.places = []
        target.places = target.places + [n for n in draft.places if n not in target.places]
        target.own_places += draft.own_places
    if not target.dates or (draft.own_dates and not target.own_dates):
        target.dates, target.own_dates = draft.dates, draft.own_dates
    target.tolls += draft.tolls
    target.sources += [n for n in draft.sources if n not in target.sources]
    if draft.type in _SPECIFIC.get(target.type, ()) and not (draft.weak and not target.weak):
        target.type = draft.type
    if target.background and not draft.background and scan.kinds[target.sentence] == "title":
        target.background = False
    if draft.series is not None and (
        target.series is None or (target.series.since is None and draft.series.since is not None)
    ):
        target.series = draft.series
    target.weak = target.weak and draft.weak
    if draft.status == "ongoing" and target.status == "occurred":
        target.status = "ongoing"
    target.note(f"one event with “{scan.span(draft.first, draft.last).text}” (agreement {score:.1f})")
