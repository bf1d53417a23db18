"""How many were harmed, as reported: each toll with its bounds, its victims and its words.

Comes in: a `Scan` with its parties and quantities. Goes out: `Toll`s in text order. Numbers are kept as written: a floor stays a
floor, "killed and wounded" in one breath stays joint, a plural without a number counts at least one, and "among them three
children" is an entry of its own. Which event caused a toll is not decided here (see coding/toll_link.py).
Source: gold/GUIDELINES.md, "Casualties" and "Settled cases".
"""

from __future__ import annotations

from typing import Any

import msgspec

from marsad.coding.actors import ARMED, Party
from marsad.coding.beside import Beside
from marsad.coding.compile import HarmSpec
from marsad.coding.counts import BoundAfter, Count, Counter, TollWords, is_named
from marsad.coding.lexicon import Match
from marsad.coding.scan import Scan
from marsad.knowledge.morphology import VerbForm
from marsad.text.numbers import Quantity
from marsad.text.tokens import variants


class Toll(msgspec.Struct, eq=False):
    """One reported count. first..last: its tokens; anchor: the harm word; agent: who did it, where an active verb says so.

    part: a subtotal of the toll before it. people: the last token of people who stand before their verb, else 0.
    """

    harm: str
    low: int | None
    best: int | None
    high: int | None
    first: int
    last: int
    anchor: int
    victims: Party | None = None
    agent: Party | None = None
    part: bool = False
    cumulative: bool = False
    verb: bool = False
    bare: bool = False
    people: int = 0


_MANY = 20  # people without a name who flee: as many are refugees
_RANKS = frozenset(["officer", "leader", "nco"])
_OBJECT_REACH = 9  # tokens from an agent with its relative clause to those it killed
_REACH = 12  # tokens from "عدد القتلى" to the number


def toll_of(
    harm: str, count: Count, anchor: int, first: int | None = None, last: int | None = None, **more: Any
) -> Toll:
    """The toll of a count: its bounds and victims, at its own tokens or at those given."""
    first, last = count.first if first is None else first, count.last if last is None else last
    return Toll(harm, count.low, count.best, count.high, first, last, anchor, count.victims, **more)


class TollFinder:
    """Finds the tolls of one report."""

    def __init__(
        self,
        scan: Scan,
        parties: list[Party],
        quantities: list[Quantity],
        dated: set[int],
        words: TollWords,
        bound_after: BoundAfter,
    ) -> None:
        """dated: the tokens of dates; their numbers count nobody."""
        self.scan, self.words, self.small, self.dated = scan, scan.words, words, dated
        quantities = [q for q in quantities if not (q.first in dated and q.last in dated)]
        self.counter = Counter(scan, parties, quantities, words, bound_after)
        self.party, self.quantity = self.counter.party, self.counter.quantity
        self.quantity_end = self.counter.quantity_end
        self.harm = self.counter.harm
        self.bounds = {j for q in quantities for j in range(q.first, q.last + 1)}  # "ما لا يقل عن 23" denies nothing
        self.used: set[int] = set()
        self.beside = Beside(scan, parties, self.counter, self.used)

    def find(self) -> list[Toll]:
        out: list[Toll] = []
        for first, last in self.scan.sentences:
            i = first
            while i <= last:
                match = self.harm.get(i)
                if match is None or match.last > last or i in self.used:
                    i += 1
                    continue
                found = self._read(match, first, last)
                out += found
                i = max([match.last, *(t.last for t in found)]) + 1
        return out

    # ---- one harm word -------------------------------------------------------------------------------------------
    def _read(self, match: Match, first: int, last: int) -> list[Toll]:
        spec: HarmSpec = match.entry.data
        if self._denied(match, first):
            return []
        if spec.shape == "victim":
            tolls = self._victim_noun(match, spec, first, last)
        elif spec.shape == "joint":
            tolls = self._joint(match, first)
        elif spec.shape == "running":
            tolls = self._running(match, spec, first, last)
        elif spec.shape == "masdar":
            tolls = self._masdar(match, spec, first, last)
        else:
            tolls = self._verb(match, spec, first, last)
        if spec.harm == "displaced":
            tolls = [t for t in tolls if _is_driven_out(t)]
        if tolls:
            inner = self.parts(tolls[-1], tolls[-1].people + 1, match.first - 1) if tolls[-1].people else []
            for toll in tolls:
                self.used.update(range(toll.first, toll.last + 1))
            tolls += inner or self.parts(tolls[-1], tolls[-1].last + 1, last)
        return tolls

    def _denied(self, match: Match, first: int) -> bool:
        """ "دون وقوع إصابات", "ولم يسفر عن ضحايا", "محاولة اغتيال", "للمطالبة بإعدام"."""
        i = match.first
        if match.entry.data.shape == "masdar" and any(
            self.scan.has_cue(k, i - 1, i - 1) for k in ("attempted", "hypothetical")
        ):
            return True
        if i > first and self.words[i - 1] in self.small.recalled:
            return True  # "ذكرى وفاة الشاعر"
        return any(self._negates(j, i) for j in range(max(first, i - 4), i))

    def _negates(self, j: int, i: int) -> bool:
        """Whether token j denies the harm at i: in its clause, and "غير" only the word right behind it."""
        cue = self.scan.cues.get("negation", {}).get(j)
        if cue is None or self.scan.clause[j] != self.scan.clause[i] or j in self.bounds:
            return False
        return cue.last == i - 1 or self.words[j] not in self.small.adjectival

    def _victim_noun(self, match: Match, spec: HarmSpec, first: int, last: int) -> list[Toll]:
        """ "30 قتيلا", "خمسة جرحى", "قتلى وجرحى", "قتيلان"."""
        i = match.first
        inside = self.beside.inside_party.get(i)
        if inside is not None and inside.first < i and inside.id is not None:
            return []  # "لواء شهداء الإسلام"
        if match.form.startswith("ال") or spec.number == "pl":
            announced = self._announced(match, spec, first, last)
            if announced:
                return announced
        before = self.quantity_end.get(i - 1) or (self.quantity_end.get(i - 2) if self._is_counted(i - 1) else None)
        if before is not None and before.first >= first:
            low, best, high, start = before.low, before.best, before.high, before.first
        elif spec.number == "dual" and not self.words[i].removeprefix("و").startswith("ال"):
            low, best, high, start = 2, 2, 2, i
        elif spec.number == "sg" and not self.words[i].startswith("ال"):
            if i < last and self.words[i + 1].startswith("ال") and i + 1 not in self.party:
                return []  # "جثمان الشهيد": whose death is told elsewhere
            low, best, high, start = 1, 1, 1, i
        elif spec.number == "pl" and not match.form.startswith("ال") and match.form not in self.small.uncounted:
            if self.words[i + 1 : i + 2] and i < last and self.words[i + 1].startswith("ال"):
                return []  # "قتلى الهجوم": spoken of, not counted
            low, best, high, start = 1, None, None, i
        else:
            return []
        end, victims = match.last, None
        after = self.quantity.get(end + 1)
        if (
            start == i
            and after is not None
            and after.last <= last
            and not self.words[end + 1].startswith("و")
            and self.words[after.last + 1 : after.last + 2]
            and self.words[after.last + 1] not in self.small.units
        ):
            low, best, high, end = after.low, after.best, after.high, after.last
        follower = self.counter.of(end + 1, last)
        if follower is not None:
            victims, end = follower, follower.last
        low, best, high, end = self.counter.bounded(end, low, best, high, last)
        joint = self._joined_harm(match, spec, end, last)
        if joint is not None and (before is not None and before.kind == "vague"):
            return [Toll("killed_and_wounded", low, best, high, start, joint, match.first, victims)]
        return [
            Toll(spec.harm, low, best, high, start, end, match.first, victims, bare=start == i and spec.number == "pl")
        ]

    def _is_counted(self, i: int) -> bool:
        """ "1340 فلسطينيا قتيلا", "عشرات من الجرحى": what may stand between a number and the victim noun."""
        return i in self.scan.at.get("nationality", {}) or (
            self.words[i] == "من" and i - 1 in self.quantity_end and self.quantity_end[i - 1].kind == "vague"
        )

    def _announced(self, match: Match, spec: HarmSpec, first: int, last: int) -> list[Toll]:
        """Numbers that a definite victim noun only announces: "عدد القتلى … إلى 26", "من بين القتلى طفلان", "العشرات سقطوا قتلى"."""
        i = match.first
        before = self.words[i - 1] if i > first else ""
        if before in self.small.among and spec.number == "pl":
            whose = self.party.get(match.last + 1)
            start = match.last + 1 if match.form.startswith("ال") or whose is None else whose.last + 1
            return self._as_parts(self.counter.people(start, last, couples=False), spec.harm, i)
        if before in self.small.fallen and not match.form.startswith("ال"):
            return [toll_of(spec.harm, c, i, last=match.last, verb=True) for c in self.beside.before(i - 1, first)]
        if before.removeprefix("و").removeprefix("ال") not in self.small.totals:
            return []
        return self._reached(match, spec.harm, last)

    def _running(self, match: Match, spec: HarmSpec, first: int, last: int) -> list[Toll]:
        """ "حصيلة القصف إلى ستة مدنيين", "راح ضحية الهجوم 42 شخصا"."""
        i = match.first
        if i > first and self.words[i - 1].removeprefix("و") in self.small.claimed:
            for j in range(match.last + 1, min(match.last + 5, last) + 1):
                if j in self.quantity or j in self.harm:
                    return [toll_of(spec.harm, c, i) for c in self.counter.people(j, last)[:1]]
            return []
        if any(stem.removeprefix("ال") in self.small.totals for stem, _ in variants(self.words[i])):
            return self._reached(match, spec.harm, last)
        tolls = self._joint(match, first)
        return [msgspec.structs.replace(t, harm=spec.harm) for t in tolls]  # "214 ضحية"

    def _reached(self, match: Match, harm: str, last: int) -> list[Toll]:
        """The number of people that a total came to: "عدد القتلى في المدينة إلى 26"."""
        for j in range(match.last + 1, min(match.last + _REACH, last) + 1):
            if j in self.harm or self.words[j] in "،؛." or j in self.scan.cues.get("clauses", {}):
                break
            if j in self.quantity and (j == match.last + 1 or self.words[j - 1] in self.small.reach):
                if self.quantity[j].last + 1 in self.harm:
                    return []  # "إلى 66 قتيلا وجريحا": the noun speaks for itself
                return [toll_of(harm, c, match.first) for c in self.counter.people(j, last)[:1]]
        return []

    def _joined_harm(self, match: Match, spec: HarmSpec, end: int, last: int) -> int | None:
        """ "عشرات القتلى والجرحى": the last token when a second victim noun is joined directly."""
        nxt = self.harm.get(end + 1)
        if (
            nxt
            and nxt.last <= last
            and nxt.pro.startswith("و")
            and nxt.entry.data.shape == "victim"
            and nxt.entry.data.harm != spec.harm
        ):
            return nxt.last
        return None

    def _joint(self, match: Match, first: int) -> list[Toll]:
        before = self.quantity_end.get(match.first - 1)
        if before is None:
            party = self.beside.party_before(match.first, first)
            before_it = (
                party.first - 2 if party and self.words[party.first - 1] == "من" else party.first - 1 if party else -1
            )
            quantity = self.quantity_end.get(before_it)
            if quantity is None:
                if (
                    match.last > match.first
                    and match.entry.ref == "killed_and_wounded"
                    and "بين" in self.words[match.first]
                ):
                    return [Toll("killed_and_wounded", 1, None, None, match.first, match.last, match.first)]
                return []
            return [
                Toll(
                    "killed_and_wounded",
                    quantity.low,
                    quantity.best,
                    quantity.high,
                    quantity.first,
                    match.last,
                    match.first,
                    party,
                )
            ]
        return [Toll("killed_and_wounded", before.low, before.best, before.high, before.first, match.last, match.first)]

    def _after_date(self, i: int, last: int) -> int:
        """Past what may stand between a word of harm and those harmed: "قتل أمس", "أعدمت في نيسان"."""
        while i <= last and (
            self.words[i] in self.small.between or i in self.dated or (self.words[i] == "في" and i + 1 in self.dated)
        ):
            i += 1
        return i

    def _joined_verb(self, i: int, spec: HarmSpec) -> Match | None:
        """ "مقتل وإصابة عدد", "قتل وجرح مدنيون": the second word of harm, when it is joined to the first directly."""
        other = self.harm.get(i)
        if other is None or other.pro != "و" or other.entry.data.shape not in ("masdar", "verb"):
            return None
        return other if {other.entry.data.harm, spec.harm} == {"killed", "wounded"} else None

    def _his(self, match: Match, spec: HarmSpec) -> list[Toll]:
        """ "أدى إلى مقتله": one, who was named before; only as an outcome, else what is known is spoken of ("بعد مقتله")."""
        i = match.first
        if match.pro.endswith("ل") or self.words[i - 1] in ("الي", "عن"):
            return [Toll(spec.harm, 1, 1, 1, i, i, i)]
        return []

    def _of_both(self, counts: list[Count], match: Match) -> list[Toll]:
        """One count of killed and wounded together; a plural without a number counts one of each at least."""
        harms = ("killed", "wounded") if all(c.best is None and c.low == 1 for c in counts) else ("killed_and_wounded",)
        return [toll_of(harm, c, match.first, match.first) for c in counts for harm in harms]

    def _masdar(self, match: Match, spec: HarmSpec, first: int, last: int) -> list[Toll]:
        """ "مقتل ثلاثة مدنيين وإصابة خمسة", "مقتل وإصابة عدد من", "أجبر عشرين ألفا على النزوح"."""
        i = match.last + 1
        if match.form.endswith("ته" if spec.harm == "wounded" else "له") and match.first == match.last:
            return self._his(match, spec)
        joint = self._joined_verb(i, spec)
        if joint is not None:
            return self._of_both(self.counter.people(joint.last + 1, last), match)
        named = spec.harm in ("killed", "captured")
        if spec.harm == "captured" and self._is_families(match.first):
            return []
        counts = self.counter.people(self._after_date(i, last), last, named=named, bare=match.first == match.last)
        if not counts and spec.harm == "displaced" and self.words[match.first - 1] in self.small.prepositions:
            counts = self.beside.before(match.first, first)
        harm = spec.harm
        if (
            harm == "missing"
            and counts
            and any(w in self.small.of_life for w in self.words[counts[-1].last + 1 : last + 1][:2])
        ):
            harm = "killed"  # "فقدان مدني لحياته"
        return [
            toll_of(c.harm or harm, c, match.first, match.first if n == 0 and c.first > match.first else None)
            for n, c in enumerate(counts)
        ]

    def _is_families(self, i: int) -> bool:
        """ "عدد من أسر العمال", "إحدى أسر": the plural of family is spelt as capture is."""
        return i > 0 and (self.words[i - 1] == "من" or i - 1 in self.quantity_end)

    def _verb(self, match: Match, spec: HarmSpec, first: int, last: int) -> list[Toll]:
        form = spec.forms.get(match.form)
        if form is None or form.tense in ("future", "purpose") or (form.pronoun and spec.harm == "captured"):
            return []  # "أسرة واحدة" is a family
        i = match.last + 1
        if spec.harm == "captured" and self._is_families(match.first):
            return []
        if spec.completed_by:
            done = next((j for j in range(i, min(i + 14, last + 1)) if self.words[j] in spec.completed_by), None)
            if done is None:
                lost = self.counter.people(i, last) if spec.otherwise and i in self.quantity else []
                return [toll_of(spec.otherwise, c, match.first, match.first, verb=True) for c in lost]
            counts = self.counter.people(i, done - 1, named=True) or self.beside.before(
                match.first, first, self.words[done].endswith(("هم", "هما"))
            )
            return [toll_of(spec.harm, c, match.first, last=max(c.last, done), verb=True) for c in counts]
        if form.plural and i <= last and self.words[i].startswith("و"):
            counts = self.beside.before(match.first, first)  # "خمسة قتلوا وعشرون آخرون أصيبوا"
            return [toll_of(c.harm or spec.harm, c, match.first, last=match.last, verb=True) for c in counts]
        joint = self._joined_verb(i, spec)
        if joint is not None and not form.plural and _agree(form, joint):
            counts = self.counter.people(joint.last + 1, last)
            if counts and (counts[0].victims is not None or self.words[counts[0].last] in self.small.some):
                return self._of_both(counts, match)
        if spec.voice != "undergo":
            active = self._active(match, spec, i, first, last)
            if active is not None:
                return active
        i = self._after_date(i, last)
        counts = self.counter.people(i, last, named=spec.harm == "killed" and not form.plural, sure=True)
        if not counts and not form.plural:
            counts = self.beside.behind(i, last)
        if not counts and (form.plural or form.feminine or spec.voice == "undergo"):
            counts = self.beside.before(match.first, first, form.plural, many=form.plural)
        if not counts and not form.plural:
            counts = self.beside.subject(match.first, first)
            if not counts and spec.harm == "killed":
                counts = self.beside.antecedent(match.first, first)
        return [
            toll_of(
                c.harm or spec.harm,
                c,
                match.first,
                min(match.first, c.first),
                max(c.last, match.last),
                verb=True,
                people=c.last if c.last < match.first else 0,
            )
            for c in counts
        ]

    def _active(self, match: Match, spec: HarmSpec, i: int, first: int, last: int) -> list[Toll] | None:
        """ "قتل الجيش ثلاثة": the agent is the armed party that follows uncounted, or the one right before."""
        follower = self.party.get(i)
        agent, j = None, i
        form = spec.forms[match.form]
        doer = (
            follower is not None and follower.kind in ARMED and follower.number in ("group", "pl") and not follower.pro
        )
        if follower is not None and doer:
            at = self._object_of(follower, last)
            if at is not None:
                agent, j = follower, at
        if agent is None:
            before = self.beside.party_before(match.first, first, reach=1)
            if (
                before is not None
                and before.kind in ARMED
                and not before.pro.endswith(("ب", "ل"))
                and (form.feminine or form.plural)
                and self._starts_count(i)
            ):
                agent = before
        if agent is None and spec.voice == "act":
            return [toll_of(spec.harm, c, match.first, match.first, verb=True) for c in self.counter.people(i, last)]
        if agent is None:
            return None
        counts = self.counter.people(j, last)
        return [toll_of(spec.harm, c, match.first, match.first, agent=agent, verb=True) for c in counts]

    def _object_of(self, agent: Party, last: int) -> int | None:
        """Where the people are that the agent before them harmed: "قتل مسلحون أكراد عشرة جنود"; its adjectives are passed over."""
        if self.counter.people(agent.last + 1, last, bare=False):
            return agent.last + 1
        for i in range(agent.last + 2, min(agent.last + _OBJECT_REACH, last + 1)):
            quantity = self.quantity.get(i)
            if i in self.harm or self.words[i] in "،؛":
                return None
            if quantity is not None:
                count = self.counter.quantified(quantity, last)
                governed = self.words[i - 1] in self.small.prepositions
                return i if count is not None and count.victims is not None and not governed else None
        return None

    def _starts_count(self, i: int) -> bool:
        return i in self.quantity or i in self.party

    # ---- parts --------------------------------------------------------------------------------------------------
    def parts(self, whole: Toll, i: int, last: int) -> list[Toll]:
        """ "بينهم ثلاثة أطفال وامرأة" from token i on: subtotals of other victim groups; kin is none ("بينهم أربعة أشقاء")."""
        while i <= last and (self.words[i] in "،,(-" or self.words[i] in self.small.injured):
            i += 1
        opener = self.scan.at.get("subtotals", {}).get(i)
        if opener is None or opener.last > last:
            return []
        counts = self.counter.people(opener.last + 1, last, couples=False)
        counts = [c for c in counts if not (_is_kin(c) or _is_rank(c, whole) or is_named(c))]
        return self._as_parts(counts, whole.harm, whole.anchor)

    def _as_parts(self, counts: list[Count], harm: str, anchor: int) -> list[Toll]:
        for count in counts:
            self.used.update(range(count.first, count.last + 1))
        return [toll_of(c.harm or harm, c, anchor, part=c.harm in (None, harm)) for c in counts]


def _agree(form: VerbForm, joint: Match) -> bool:
    """ "قتل وجرح", "قتلت وجرحت"; but "قتلت وأصيب ستة" are two statements."""
    other = joint.entry.data.forms.get(joint.form)
    return other is None or other.feminine == form.feminine


def _is_driven_out(toll: Toll) -> bool:
    """Who flees a fight or a prison is not displaced, nor are "others" of whom nothing more is said."""
    if toll.victims is None:
        return (toll.low or 0) >= _MANY
    return toll.victims.kind not in ARMED and toll.victims.id != "common.prisoners"


def _is_rank(count: Count, whole: Toll) -> bool:
    """ "تسعة جنود بينهم ضابط", "13 مسلحا بينهم قيادي": a rank of the same force is no other group."""
    rank = count.victims is not None and count.victims.person in _RANKS
    return rank and whole.victims is not None and whole.victims.kind in ARMED


def _is_kin(count: Count) -> bool:
    return count.victims is not None and count.victims.person == "relative" and count.victims.number != "sg"
