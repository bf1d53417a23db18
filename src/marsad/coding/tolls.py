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
from marsad.coding.lexicon import Match
from marsad.coding.scan import Scan
from marsad.records import Name
from marsad.text.numbers import Quantity

PREPOSITIONS = frozenset(
    [
        "في",
        "من",
        "على",
        "علي",
        "الي",
        "عن",
        "مع",
        "بين",
        "عند",
        "قرب",
        "جراء",
        "اثر",
        "نتيجه",
        "خلال",
        "بعد",
        "قبل",
        "بسبب",
        "حتي",
        "امس",
        "اليوم",
        "فجر",
        "صباح",
        "مساء",
        "داخل",
        "حيث",
        "كما",
    ]
)


_UNCOUNTED = frozenset(["ضحايا", "اصابات", "جثث"])  # without a number these announce a toll, they do not state one
_TWO = frozenset(["اثنين", "اثنان", "اثنتين", "اثنتان"])
_BETWEEN_VERB_AND_COUNT = frozenset(
    [
        "خلاله",
        "خلالها",
        "خلالهما",
        "فيه",
        "فيها",
        "فيهما",
        "اثرها",
        "اثره",
        "بذلك",
        "بسببه",
        "جراءه",
        "حتي",
        "الان",
        "امس",
        "اليوم",
        "فجر",
        "مساء",
        "صباح",
    ]
)


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


class _Count(msgspec.Struct):
    low: int | None
    best: int | None
    high: int | None
    first: int
    last: int
    victims: Party | None
    harm: str | None = None


class TollFinder:
    """Finds the tolls of one report."""

    def __init__(
        self, scan: Scan, parties: list[Party], quantities: list[Quantity], units: frozenset[str], bound_after: object
    ) -> None:
        self.scan, self.words = scan, scan.words
        self.party = {p.first: p for p in parties}
        self.inside_party = {i: p for p in parties for i in range(p.first, p.last + 1)}
        self.quantity = {q.first: q for q in quantities if not q.ordinal}
        self.quantity_end = {q.last: q for q in quantities if not q.ordinal}
        self.harm = scan.at.get("harm", {})
        self.units = units
        self.bound_after = bound_after
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
                counts = self._counts(i, end)
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
        elif spec.number == "pl" and not match.form.startswith("ال") and match.form not in _UNCOUNTED:
            low, best, high, start = 1, None, None, i
        else:
            return []
        end, victims = match.last, None
        after = self.quantity.get(end + 1)
        if start == i and after is not None and after.last <= last and self._countable(after.last + 1):
            low, best, high, end = after.low, after.best, after.high, after.last
        follower = self._of(end + 1, last)
        if follower is not None:
            victims, end = follower, follower.last
        low, best, high, end = self._bound(end, low, best, high, last)
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
            counts = self._counts(joint.last + 1, last)
            return [
                Toll("killed_and_wounded", c.low, c.best, c.high, match.first, c.last, match.first, c.victims)
                for c in counts
            ]
        counts = self._counts(i, last, named=spec.harm in ("killed", "captured"))
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
            counts = self._counts(i, done - 1) or self._counts_before(match.first, first)
            return [
                Toll(spec.harm, c.low, c.best, c.high, c.first, max(c.last, done), match.first, c.victims, verb=True)
                for c in counts
            ]
        if spec.voice != "undergo":
            active = self._active(match, spec, i, first, last)
            if active is not None:
                return active
        while i <= last and self.words[i] in _BETWEEN_VERB_AND_COUNT:
            i += 1
        counts = self._counts(i, last)
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
        if follower is not None and doer and self._counts(follower.last + 1, last, bare=False):
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
            counts = self._counts(i, last)
            return [
                Toll(spec.harm, c.low, c.best, c.high, match.first, c.last, match.first, c.victims, verb=True)
                for c in counts
            ]
        if agent is None:
            return None
        counts = self._counts(j, last)
        return [
            Toll(spec.harm, c.low, c.best, c.high, match.first, c.last, match.first, c.victims, agent, verb=True)
            for c in counts
        ]

    def _starts_count(self, i: int) -> bool:
        return i in self.quantity or i in self.party

    # ---- counted noun phrases ------------------------------------------------------------------------------------
    def _counts(self, i: int, last: int, named: bool = False, bare: bool = True) -> list[_Count]:
        """The counted people from token i on, with those joined by و: "طفل وامرأتان وثلاثة رجال"."""
        out: list[_Count] = []
        count = self._count(i, last, named, bare)
        while count is not None:
            out.append(count)
            nxt = count.last + 1
            if (
                count.victims is not None
                and count.victims.first > count.first
                and nxt in self.party
                and self.party[nxt].pro == "و"
                and self.party[nxt].number in ("group", "pl")
            ):
                count.last = self.party[nxt].last  # "30 من قوات النظام والمسلحين الموالين لها": one count of both
                break
            if nxt > last or not self.words[nxt].startswith("و") or nxt in self.harm:
                if nxt <= last and self.words[nxt] in ("و", "اضافه", "فضلا"):
                    nxt += 1
                else:
                    break
            count = self._count(nxt, last, False, False, joined=True)
        return out

    def _count(self, i: int, last: int, named: bool, bare: bool, joined: bool = False) -> _Count | None:
        if i > last:
            return None
        quantity = self.quantity.get(i)
        if (
            quantity is not None
            and quantity.last <= last
            and (not joined or self.words[i].startswith("و") or self.words[i - 1] == "و")
        ):
            return self._quantified(quantity, last)
        party = self.party.get(i)
        if party is None or party.last > last:
            return self._unnamed(i, last, named)
        if joined and not (party.pro.startswith("و") or self.words[i - 1] == "و"):
            return None
        if party.pro.endswith(("ب", "ل", "ك")):
            return None
        if party.person is None and (
            party.number != "group" or party.kind in ("state_force", "government") or not bare
        ):
            return None
        if joined and party.person is None:
            return None
        if party.number == "dual":
            low, best, high = 2, 2, 2
        elif party.number == "sg":
            low, best, high = 1, 1, 1
        else:
            low, best, high = 1, None, None
        end = party.last
        if self.words[end + 1 : end + 2] and self.words[end + 1] in _TWO:
            low, best, high, end = 2, 2, 2, end + 1
        return _Count(low, best, high, i, end, party)

    def _quantified(self, quantity: Quantity, last: int) -> _Count | None:
        i = quantity.last + 1
        low, best, high = quantity.low, quantity.best, quantity.high
        harm = self.harm.get(i)
        party = self.party.get(i)
        if i <= last and i in self.scan.at.get("others", {}):
            end, victims = i, None
        elif harm is not None and harm.last <= last and harm.entry.data.shape == "victim":
            victims = self._of(harm.last + 1, last)
            end = victims.last if victims else harm.last
            low, best, high, end = self._bound(end, low, best, high, last)
            return _Count(low, best, high, quantity.first, end, victims, harm.entry.data.harm)
        elif party is not None and party.last <= last:
            victims, end = party, party.last
            of = self._of(end + 1, last)
            if of is not None and victims.id is None:
                victims, end = of, of.last
        elif i <= last and self.words[i] in self.units:
            return None
        elif i <= last and i in self.scan.at.get("nationality", {}) and not self.scan.at["nationality"][i].pro:
            end = i
            victims = Party(
                i,
                i,
                (i, i),
                "common.civilians",
                "civilians",
                self.scan.at["nationality"][i].entry.ref,
                "pl",
                "",
                "nationality",
                spans=(self.scan.span(i, i),),
                name=Name(self.scan.span(i, i).text),
            )
        else:
            of = self._of(i, last)
            victims, end = of, of.last if of else quantity.last
            if of is None and i <= last and self._unknown_noun(i):
                end = i
        if end + 1 <= last and end + 1 in self.scan.at.get("others", {}):
            end += 1
        low, best, high, end = self._bound(end, low, best, high, last)
        of = self._of(end + 1, last) if victims is None or victims.id is None else None
        if of is not None:
            victims, end = of, of.last
        return _Count(low, best, high, quantity.first, end, victims)

    def _unknown_noun(self, i: int) -> bool:
        """A counted noun that no list knows: accusative or plural, no preposition, no punctuation."""
        word = self.words[i]
        return (
            word.isalpha()
            and word not in PREPOSITIONS
            and not word.startswith(("و", "ب", "ال", "ل"))
            and (word.endswith(("ا", "ين", "ات", "ون")))
        )

    def _unnamed(self, i: int, last: int, named: bool) -> _Count | None:
        if i in self.scan.at.get("others", {}) and self.scan.at["others"][i].last <= last:
            word = self.words[i].lstrip("و")
            many = word in ("اخرون", "اخرين", "الاخرين")
            dual = word == "اخران"
            return _Count(
                2 if dual else 1, None if many else (2 if dual else 1), None if many else (2 if dual else 1), i, i, None
            )
        if (
            named
            and self.words[i].isalpha()
            and self.words[i] not in PREPOSITIONS
            and i not in self.harm
            and self._is_free(i)
        ):
            end = i
            while (
                end < last
                and end - i < 3
                and self._is_free(end + 1)
                and self.words[end + 1].isalpha()
                and self.words[end + 1] not in PREPOSITIONS
            ):
                end += 1
            if end == i:
                return None
            spans = (self.scan.span(i, end),)
            person = Party(i, end, (i, end), None, "civilians", None, "sg", "", None, spans=spans)
            return _Count(1, 1, 1, i, end, person)
        return None

    def _is_free(self, i: int) -> bool:
        """No list claims the word: it may be part of a person's name."""
        at = self.scan.at
        return not any(
            i in at.get(k, {})
            for k in (
                "trigger",
                "harm",
                "group",
                "person",
                "actor",
                "nationality",
                "adjective",
                "of",
                "mostly",
                "subtotals",
            )
        ) and not any(i in table for table in self.scan.cues.values())

    def _of(self, i: int, last: int) -> Party | None:
        """The party after "من": "30 قتيلا من قوات النظام", "سبعة من عناصر"."""
        if i > last:
            return None
        if self.words[i] in ("من", "في") and i + 1 <= last:
            if self.words[i] == "في" and self.words[i + 1] not in ("صفوف", "صفوفهم"):
                return None
            j = i + 2 if self.words[i + 1] in ("صفوف", "بين", "عناصر") and i + 1 not in self.party else i + 1
            party = self.party.get(j)
            if party is not None and party.last <= last and not party.pro:
                return party
        party = self.party.get(i)
        if party is not None and party.pro == "ل" and party.last <= last and party.kind in ARMED:
            return party
        return None

    def _countable(self, i: int) -> bool:
        return not (i < len(self.words) and self.words[i] in self.units)

    def _bound(
        self, end: int, low: int | None, best: int | None, high: int | None, last: int
    ) -> tuple[int | None, int | None, int | None, int]:
        """Applies a bound that follows the noun: "خمسة جرحى على الأقل"."""
        found = self.bound_after(self.scan.tokens, end + 1)  # type: ignore[operator]
        if found is None or found[1] > last:
            return low, best, high, end
        kind, stop = found
        if kind == "floor":
            return low, best, None, stop
        if kind == "ceiling":
            return None, None, high, stop
        return low, best, high, stop

    # ---- what stands before, and parts ---------------------------------------------------------------------------
    def _party_before(self, i: int, first: int, reach: int = 3) -> Party | None:
        for j in range(i - 1, max(first, i - 1 - reach) - 1, -1):
            party = self.inside_party.get(j)
            if party is not None:
                return party
            if self.words[j] in "،.؛:" or j in self.harm:
                return None
        return None

    def _counts_before(self, i: int, first: int) -> list[_Count]:
        """ "ثلاثة مدنيين قتلوا": the count stands before its verb, in the same clause or just behind أن."""
        for j in range(i - 1, max(first, i - 14) - 1, -1):
            if j in self.used or j in self.harm:
                return []
            quantity = self.quantity_end.get(j)
            if quantity is not None and quantity.first >= first:
                count = self._quantified(quantity, i - 1)
                return [count] if count else []
        party = self._party_before(i, first, reach=2)
        if (
            party is not None
            and party.person is not None
            and party.number in ("sg", "dual")
            and not party.pro.endswith(("ب", "ل"))
        ):
            n = 1 if party.number == "sg" else 2
            return [_Count(n, n, n, party.first, party.last, party)]
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
        for count in self._counts(opener.last + 1, last):
            out.append(
                Toll(
                    whole.harm,
                    count.low,
                    count.best,
                    count.high,
                    count.first,
                    count.last,
                    whole.anchor,
                    count.victims,
                    part=True,
                )
            )
            self.used.update(range(count.first, count.last + 1))
        return out


def distinct(tolls: list[Toll], scan: Scan) -> list[Toll]:
    """The tolls of one event, each statement once: repeats, headlines that the body makes exact, and "some" beside a number go."""
    out: list[Toll] = []
    for toll in tolls:
        if not any(
            other is not toll and _says_more(other, toll, scan)
            for other in tolls
            if other not in out or other is not toll
        ) and not any(_repeats(other, toll) for other in out):
            out.append(toll)
    return out


def _group(toll: Toll) -> str | None:
    """The victim group a toll names; None for people at large."""
    if toll.victims is None or toll.victims.person in ("person", "individual"):
        return None
    return toll.victims.id or toll.victims.kind


def _repeats(kept: Toll, toll: Toll) -> bool:
    same = (kept.harm, kept.low, kept.high) == (toll.harm, toll.low, toll.high)
    return same and (
        _group(kept) == _group(toll) or (not kept.part and not toll.part and None in (_group(kept), _group(toll)))
    )


def _says_more(other: Toll, toll: Toll, scan: Scan) -> bool:
    """Whether `other` makes `toll` superfluous: a number beside a vague word, the body beside the headline, a named group beside none."""
    if other.harm != toll.harm or toll.part or other.part:
        return False
    if (
        {_group(other), _group(toll)} - {None}
        and None not in (_group(other), _group(toll))
        and _group(other) != _group(toll)
    ):
        return False
    title, other_title = (scan.kinds[scan.sentence[t.anchor]] == "title" for t in (toll, other))
    if title != other_title:
        return title
    vague, other_vague = (t.high is None and (t.low or 0) in (1, 3) for t in (toll, other))
    if vague != other_vague:
        return vague
    return (toll.low, toll.high) == (other.low, other.high) and _group(toll) is None and _group(other) is not None
