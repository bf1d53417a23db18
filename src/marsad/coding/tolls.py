"""How many were harmed, as reported: each toll with its bounds, its victims and its words.

Comes in: a `Scan` with its parties and quantities. Goes out: `Toll`s in text order. Numbers are kept as written: a floor stays a
floor, "killed and wounded" in one breath stays joint, a plural without a number counts at least one, and "among them three
children" is an entry of its own. Which event caused a toll is not decided here (see coding/link.py).
Source: gold/GUIDELINES.md, "Casualties" and "Settled cases".
"""

from __future__ import annotations

import msgspec

from marsad.coding.actors import ARMED, Party
from marsad.coding.compile import HarmSpec
from marsad.coding.counts import BoundAfter, Count, Counter, TollWords
from marsad.coding.lexicon import Match
from marsad.coding.scan import Scan
from marsad.text.numbers import Quantity


class Toll(msgspec.Struct, eq=False):
    """One reported count. first..last: its tokens; anchor: the harm word; agent: who did it, where an active verb says so.

    part: a subtotal of the toll before it. active: the harm verb has its agent as subject.
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


class TollFinder:
    """Finds the tolls of one report."""

    def __init__(
        self, scan: Scan, parties: list[Party], quantities: list[Quantity], words: TollWords, bound_after: BoundAfter
    ) -> None:
        self.scan, self.words, self.small = scan, scan.words, words
        self.counter = Counter(scan, parties, quantities, words, bound_after)
        self.party, self.quantity = self.counter.party, self.counter.quantity
        self.quantity_end = self.counter.quantity_end
        self.inside_party = {i: p for p in parties for i in range(p.first, p.last + 1)}
        self.harm = scan.at.get("harm", {})
        self.used: set[int] = set()

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

    def held(self, first: int, last: int) -> list[Toll]:
        """The people that an arrest or abduction at tokens first..last was done to: "أوقفت القوات … 320 شخصا"."""
        _, end = self.scan.sentence_of(first)
        i = last + 1
        while i <= min(end, last + 9) and self.scan.clause[i] - self.scan.clause[first] <= 1:
            party = self.party.get(i)
            if i in self.used or (i in self.harm and i > last + 1):
                return []
            if i in self.quantity or (
                party is not None and party.person is not None and (party.kind not in ARMED or party.number == "sg")
            ):
                counts = self.counter.people(i, end)
                return [Toll("captured", c.low, c.best, c.high, c.first, c.last, first, c.victims) for c in counts]
            i = party.last + 1 if party is not None else i + 1
        return []

    # ---- one harm word -------------------------------------------------------------------------------------------
    def _read(self, match: Match, first: int, last: int) -> list[Toll]:
        spec: HarmSpec = match.entry.data
        if self._denied(match, first):
            return []
        if spec.shape == "victim":
            tolls = self._victim_noun(match, spec, first, last)
        elif spec.shape == "joint":
            tolls = self._joint(match, first)
        elif spec.shape == "masdar":
            tolls = self._masdar(match, spec, last)
        else:
            tolls = self._verb(match, spec, first, last)
        if tolls:
            for toll in tolls:
                self.used.update(range(toll.first, toll.last + 1))
            tolls += self._parts(tolls[-1], last)
        return tolls

    def _denied(self, match: Match, first: int) -> bool:
        """ "دون وقوع إصابات", "ولم يسفر عن ضحايا"."""
        return self.scan.has_cue("negation", max(first, match.first - 4), match.first - 1) is not None

    def _victim_noun(self, match: Match, spec: HarmSpec, first: int, last: int) -> list[Toll]:
        """ "30 قتيلا", "خمسة جرحى", "قتلى وجرحى", "قتيلان"."""
        i = match.first
        before = self.quantity_end.get(i - 1)
        if before is not None and before.first >= first:
            low, best, high, start = before.low, before.best, before.high, before.first
        elif spec.number == "dual" and not self.words[i].removeprefix("و").startswith("ال"):
            low, best, high, start = 2, 2, 2, i
        elif spec.number == "sg" and not self.words[i].startswith("ال"):
            low, best, high, start = 1, 1, 1, i
        elif spec.number == "pl" and not match.form.startswith("ال") and match.form not in self.small.uncounted:
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
            party = self._party_before(match.first, first)
            quantity = self.quantity_end.get(party.first - 1) if party else None
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

    def _masdar(self, match: Match, spec: HarmSpec, last: int) -> list[Toll]:
        """ "مقتل ثلاثة مدنيين وإصابة خمسة", "مقتل وإصابة عدد من"."""
        i = match.last + 1
        joint = self.harm.get(i)
        if (
            joint
            and joint.pro == "و"
            and joint.entry.data.shape == "masdar"
            and joint.entry.data.harm != spec.harm
            and {joint.entry.data.harm, spec.harm} == {"killed", "wounded"}
        ):
            counts = self.counter.people(joint.last + 1, last)
            return [
                Toll("killed_and_wounded", c.low, c.best, c.high, match.first, c.last, match.first, c.victims)
                for c in counts
            ]
        counts = self.counter.people(i, last, named=spec.harm in ("killed", "captured"))
        return [
            Toll(
                c.harm or spec.harm,
                c.low,
                c.best,
                c.high,
                match.first if n == 0 else c.first,
                c.last,
                match.first,
                c.victims,
            )
            for n, c in enumerate(counts)
        ]

    def _verb(self, match: Match, spec: HarmSpec, first: int, last: int) -> list[Toll]:
        form = spec.forms.get(match.form)
        if form is None or form.tense in ("future", "purpose"):
            return []
        i = match.last + 1
        if spec.completed_by:
            done = next((j for j in range(i, min(i + 14, last + 1)) if self.words[j] in spec.completed_by), None)
            if done is None:
                return []
            counts = self.counter.people(i, done - 1) or self._counts_before(match.first, first)
            return [
                Toll(spec.harm, c.low, c.best, c.high, c.first, max(c.last, done), match.first, c.victims, verb=True)
                for c in counts
            ]
        if spec.voice != "undergo":
            active = self._active(match, spec, i, first, last)
            if active is not None:
                return active
        while i <= last and self.words[i] in self.small.between:
            i += 1
        counts = self.counter.people(i, last)
        if not counts and (form.plural or form.feminine or spec.voice == "undergo"):
            counts = self._counts_before(match.first, first)
        return [
            Toll(
                c.harm or spec.harm,
                c.low,
                c.best,
                c.high,
                min(match.first, c.first),
                max(c.last, match.last),
                match.first,
                c.victims,
                verb=True,
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
        if follower is not None and doer and self.counter.people(follower.last + 1, last, bare=False):
            agent, j = follower, follower.last + 1
        if agent is None:
            before = self._party_before(match.first, first, reach=1)
            if (
                before is not None
                and before.kind in ARMED
                and not before.pro.endswith(("ب", "ل"))
                and (form.feminine or form.plural)
                and self._starts_count(i)
            ):
                agent = before
        if agent is None and spec.voice == "act":
            counts = self.counter.people(i, last)
            return [
                Toll(spec.harm, c.low, c.best, c.high, match.first, c.last, match.first, c.victims, verb=True)
                for c in counts
            ]
        if agent is None:
            return None
        counts = self.counter.people(j, last)
        return [
            Toll(spec.harm, c.low, c.best, c.high, match.first, c.last, match.first, c.victims, agent, verb=True)
            for c in counts
        ]

    def _starts_count(self, i: int) -> bool:
        return i in self.quantity or i in self.party

    # ---- what stands before, and parts ---------------------------------------------------------------------------
    def _party_before(self, i: int, first: int, reach: int = 3) -> Party | None:
        for j in range(i - 1, max(first, i - 1 - reach) - 1, -1):
            party = self.inside_party.get(j)
            if party is not None:
                return party
            if self.words[j] in "،.؛:" or j in self.harm:
                return None
        return None

    def _counts_before(self, i: int, first: int) -> list[Count]:
        """ "ثلاثة مدنيين قتلوا": the count stands before its verb, in the same clause or just behind أن."""
        for j in range(i - 1, max(first, i - 14) - 1, -1):
            if j in self.used or j in self.harm:
                return []
            quantity = self.quantity_end.get(j)
            if quantity is not None and quantity.first >= first:
                count = self.counter.quantified(quantity, i - 1)
                return [count] if count else []
        party = self._party_before(i, first, reach=2)
        if (
            party is not None
            and party.person is not None
            and party.number in ("sg", "dual")
            and not party.pro.endswith(("ب", "ل"))
        ):
            n = 1 if party.number == "sg" else 2
            return [Count(n, n, n, party.first, party.last, party)]
        return []

    def _parts(self, whole: Toll, last: int) -> list[Toll]:
        """ "بينهم ثلاثة أطفال وامرأة": subtotals of other victim groups."""
        i = whole.last + 1
        while i <= last and self.words[i] in "،,(-":
            i += 1
        opener = self.scan.at.get("subtotals", {}).get(i)
        if opener is None or opener.last > last:
            return []
        out = []
        for count in self.counter.people(opener.last + 1, last):
            out.append(
                Toll(
                    count.harm or whole.harm,
                    count.low,
                    count.best,
                    count.high,
                    count.first,
                    count.last,
                    whole.anchor,
                    count.victims,
                    part=count.harm in (None, whole.harm),
                )
            )
            self.used.update(range(count.first, count.last + 1))
        return out
