"""One event, many mentions: folds drafts that speak of the same happening.

Comes in: complete drafts in text order, and what their places and dates resolve to. Goes out: one draft an event. Every pair that
could be one is weighed by named features (`knowledge/models/merge.yml` holds the weights; scripts/train_merge.py fits them on coded
reports); the pairs are kept as decisions and the folding is noted, for `marsad explain`.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from marsad.coding.actors import ARMED, Party
from marsad.coding.frames import ANOTHER, FURTHER, Draft
from marsad.coding.rank import Decision, Features, probability
from marsad.coding.scan import Scan

CLASH = frozenset(["armed_clash", "assault", "territory_gain"])
BLOW = frozenset(["shelling", "air_strike", "drone_strike"])
LASTING = frozenset(
    ["armed_clash", "assault", "siege", "protest", "agreement", "displacement", "movement_restriction", "withdrawal"]
)
"""What may still go on when the report comes back to it; a blow that is told again is over ("amid continued shelling")."""
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


def merge(
    drafts: list[Draft], scan: Scan, keys: Keys, weights: Mapping[str, float], decisions: list[Decision] | None = None
) -> list[Draft]:
    """Folds every draft into the best earlier one that it agrees with well enough. Every pair that was weighed goes to `decisions`."""
    out: list[Draft] = []
    pairs = Pairs(scan, keys)
    for draft in drafts:
        draft.parts = [_snapshot(draft)]
        best, best_answer = None, 0.5
        rivals = [other for other in out if _may_be_one(other, draft, scan, keys)]
        for n, other in enumerate(reversed(rivals)):
            features = pairs.features(other, draft)
            features["rivals_nearer"] = min(n, 3) / 3
            features["only"] = float(len(rivals) == 1)
            answer = probability(features, weights)
            if decisions is not None:
                decisions.append(Decision("merge", draft.parts[0], list(other.parts), features, answer))
            if answer > best_answer:
                best, best_answer = other, answer
        if best is None:
            out.append(draft)
        else:
            _fold(best, draft, scan, best_answer)
    return out


def _may_be_one(a: Draft, b: Draft, scan: Scan, keys: Keys) -> bool:
    """What no weighing can join: kinds that exclude each other, what the text itself calls a further one, two years."""
    return _kinds_agree(a, b, scan) and not _further(b, scan) and not _years_apart(a, b, keys)


def _further(draft: Draft, scan: Scan) -> bool:
    """ "انفجرت سيارة مفخخة أخرى", "غارة ثانية": an indefinite that counts on ("new" may be the news itself)."""
    _, end = scan.sentence_of(draft.first)
    reach = range(draft.last + 1, min(draft.last + (2 if draft.noun else 8), end) + 1)
    here = [i for i in reach if scan.clause[i] == scan.clause[draft.first]]
    return not draft.definite and not draft.pronoun and any(scan.words[i] in FURTHER for i in here)


def _years_apart(a: Draft, b: Draft, keys: Keys) -> bool:
    """Both name their dates, and no year is common to them."""
    mine = {str(keys.dates.get(p.dates[0]))[:4] for p in (a.parts or [a]) if p.own_dates}
    other = str(keys.dates.get(b.dates[0]))[:4] if b.own_dates else ""
    years = {year for year in mine if year.isdigit()}
    return other.isdigit() and bool(years) and min(abs(int(other) - int(year)) for year in years) > 1


def _kinds_agree(a: Draft, b: Draft, scan: Scan) -> bool:
    if a.type == b.type:
        return True
    if a.type in _SPECIFIC.get(b.type, ()):
        return b.definite or (b.noun and bool(b.pronoun)) or (b.weak and not b.noun)
    return b.type in _SPECIFIC.get(a.type, ()) and (
        (scan.kinds[a.sentence] == "title" and a.weak) or (b.definite and a.weak and b.type != "armed_clash")
    )


_SHORT = 4  # letters: shorter words are mostly grammar
_DUAL = ("ين", "ان")


class Pairs:
    """Weighs pairs of one report: what speaks for and against a later mention being an earlier event again."""

    def __init__(self, scan: Scan, keys: Keys) -> None:
        self.scan, self.keys = scan, keys
        self._content: dict[int, frozenset[str]] = {}

    def features(self, a: Draft, b: Draft) -> Features:
        """`b` (later) against all that was folded into `a` so far: values 0..1."""
        scan = self.scan
        first = scan.sentence_of(b.first)[0]
        clause = (
            next((i for i in range(b.first, first - 1, -1) if scan.clause[i] != scan.clause[b.first]), first - 1) + 1
        )
        apart = b.sentence - a.sentences[-1]
        title_a, title_b = (scan.kinds[s] == "title" for s in (a.sentence, b.sentence))
        only_title = all(scan.kinds[s] == "title" for s in a.sentences)
        shift = scan.has_cue("shift", clause, b.first - 1) is not None
        opening = scan.has_cue("shift", first, min(first + 4, b.first - 1)) is not None
        form = _number(b)
        out: Features = {
            "same_type": float(a.type == b.type),
            f"type_{b.type}": 1.0,
            "same_word": float(any(p.spec is b.spec for p in a.parts)),
            "definite": float(b.definite),
            "definite_plural": float(b.definite and form == "pl"),
            "plural": float(b.noun and form == "pl"),
            "dual": float(b.noun and form == "du"),
            "number_differs": float(b.noun and a.noun and form != _number(a)),
            "this": float(b.noun and b.first > 0 and scan.has_cue("this", b.first - 1, b.first - 1) is not None),
            "pronoun": float(bool(b.pronoun) and b.noun),
            "indefinite": float(b.noun and not b.definite and not b.pronoun),
            "title": float(only_title and not title_b),
            "title_near": float(only_title and not title_b and apart <= 2),
            "both_title": float(title_a and title_b),
            "same_sentence": float(apart <= 0),
            "same_clause": float(apart <= 0 and scan.clause[a.triggers[-1][0]] == scan.clause[b.first]),
            "apart_1": float(apart == 1),
            "apart_2": float(apart == 2),
            "apart_far": min(max(apart - 2, 0), 8) / 8,
            "another": float(_another(b, scan)),
            "shift": float(shift),
            "shift_opens": float(opening),
            "and": float(scan.words[b.first].startswith("و") and apart <= 0),
            "background_differs": float(a.background != b.background),
            "background": float(b.background),
            "verb_again": float(not b.noun and not a.noun),
            "verb": float(not b.noun),
            "present": float(_present(b)),
            "weak": float(b.weak),
            "status_differs": float(a.status != b.status),
            "toll": float(bool(b.tolls)),
            "toll_both": float(bool(b.tolls) and bool(a.tolls)),
            "parts": min(len(a.parts) - 1, 5) / 5,
            "shared_words": self._overlap(a, b),
        }
        out |= _place_features(a, b, self.keys) | _side_features(a, b) | _toll_features(a, b)
        if b.own_dates:
            out["date_told"] = 1.0
        if a.own_dates and b.own_dates and a.dates and b.dates:
            same = self.keys.dates.get(a.dates[0]) == self.keys.dates.get(b.dates[0])
            out["date_same" if same else "date_conflict"] = 1.0
        if a.sources and b.sources:
            out["source_same" if set(a.sources) & set(b.sources) else "source_differs"] = 1.0
        for name in ("definite", "place_conflict", "place_untold", "verb"):
            if out.get(name) and apart <= 0:
                out[f"{name}_here"] = 1.0
        return {name: value for name, value in out.items() if value}

    def _words(self, sentence: int) -> frozenset[str]:
        """The words of a sentence that carry meaning, without their clitics."""
        if sentence not in self._content:
            first, last = self.scan.sentences[sentence]
            words = (w.lstrip("و").removeprefix("ب").removeprefix("ال") for w in self.scan.words[first : last + 1])
            self._content[sentence] = frozenset(w for w in words if len(w) >= _SHORT)
        return self._content[sentence]

    def _overlap(self, a: Draft, b: Draft) -> float:
        """The largest share of words that the sentence of `b` has in common with one of `a`'s."""
        mine = self._words(b.sentence)
        shares = (
            len(mine & other) / max(3, min(len(mine), len(other)))
            for other in (self._words(s) for s in a.sentences if s != b.sentence)
        )
        return max(shares, default=0.0)


def _number(draft: Draft) -> str:
    if draft.form.endswith("ات"):
        return "pl"
    return "du" if draft.form.endswith(_DUAL) else "sg"


def _present(draft: Draft) -> bool:
    return draft.inflection is not None and draft.inflection.tense == "present"


def _place_features(a: Draft, b: Draft, keys: Keys) -> Features:
    """Spots are compared with spots: two villages of one countryside are two places, however often the countryside is named."""
    if not b.own_places:
        return {"place_untold": 1.0}
    if not a.places:
        return {"place_new": 1.0}
    mine, other = {keys.places.get(n) for n in a.places}, {keys.places.get(n) for n in b.places}
    spots, other_spots = (
        {keys.places.get(n) for n in a.places if n in keys.spots},
        {keys.places.get(n) for n in b.places if n in keys.spots},
    )
    if spots and other_spots:
        if spots & other_spots:
            return {"place_same": 1.0, "place_more": float(bool(other_spots - spots))}
        return {"place_conflict": 1.0}
    if mine & other:
        return {"area_same": 1.0}
    wide = frozenset[object]().union(*(keys.within.get(n, frozenset()) for n in (*a.places, *b.places)))
    return {"place_within": 1.0} if wide & (mine | other) else {"area_conflict": 1.0}


def _identities(parties: list[Party]) -> set[str]:
    return {p.id or f"?{p.kind}" for p in parties if p.kind in ARMED}


def _known(parties: list[Party]) -> set[str]:
    return {p.id for p in parties if p.id is not None and p.kind in ARMED}


def _side_features(a: Draft, b: Draft) -> Features:
    pairs = [(_identities(a.side_a), _identities(b.side_a)), (_identities(a.side_b), _identities(b.side_b))]
    if a.type in ("armed_clash", "agreement"):
        pairs = [(pairs[0][0] | pairs[1][0], pairs[0][1] | pairs[1][1])]
    out: Features = {}
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


def _toll_features(a: Draft, b: Draft) -> Features:
    mine = {t.harm: t.low for t in a.tolls if not t.part}
    other = {t.harm: t.low for t in b.tolls if not t.part}
    shared = mine.keys() & other.keys()
    if not shared:
        return {}
    if any(mine[h] == other[h] for h in shared):
        large = any(mine[h] == other[h] and (mine[h] or 0) > 3 for h in shared)
        return {"toll_same": 1.0, "toll_same_large": float(large)}
    return {"toll_conflict": 1.0}


def _another(draft: Draft, scan: Scan) -> bool:
    """ "هجوم آخر", "انفجار ثان", "الانفجار الثالث": the text itself counts a further event."""
    after = scan.words[draft.last + 1 : draft.last + 3]
    return draft.noun and any(w.removeprefix("ال") in ANOTHER for w in after if w.startswith("ال") == draft.definite)


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
    if draft.status == "ongoing" and target.status == "occurred" and target.type in LASTING:
        target.status = "ongoing"
    target.note(f"one event with “{scan.span(draft.first, draft.last).text}” (agreement {score:.2f})")
