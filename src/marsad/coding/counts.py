"""Counted people: "طفلان وامرأة", "30 من قوات النظام على الأقل", "أحد المدنيين", "عمر خالد الأحمد".

Comes in: a `Scan` with its parties and quantities. Goes out: `Count`s, as asked for by the word of harm that they belong to
(coding/tolls.py). A noun counts by its form: a singular is one, a dual two, a plural at least one. What is counted and is no person
(houses, hours, shells) is no count.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import msgspec

from marsad.coding.actors import ARMED, Party
from marsad.coding.lexicon import Match
from marsad.coding.scan import Scan
from marsad.records import Name
from marsad.text.normalize import fold
from marsad.text.numbers import Quantity
from marsad.text.tokens import Tokens

Bounds = tuple[int | None, int | None, int | None]
BoundAfter = Callable[[Tokens, int], tuple[str, int] | None]
_COUNTED_BY_FORM: dict[str, Bounds] = {"sg": (1, 1, 1), "dual": (2, 2, 2)}
_MANY: Bounds = (1, None, None)
_NAME_WORDS = 5  # a person's name and titles: "القيادي الميداني سالم علي الأحمد"
_DESCRIBED = 4  # words that say more about a person: "قيادي بارز في الحركة"
_WAW_NAME = 4  # letters of the longest common name in و: "وليد", "وائل"; a longer word is joined
_ALI = "علي"  # folded, "على" is the same word; as written it is not
_SIGNS = frozenset('#"«“:')  # may part a word of harm from those harmed
_TIED = ("ال", "و", "ب", "ل", "ف")  # what a word begins with that is no complement of "آخر"
_BRACKET = 16  # tokens of an aside between two people: "امرأة (35 عاما) وطفلها"


class TollWords(msgspec.Struct, frozen=True):
    """The small words of `languages/ar/harm.yml` by which counts are read."""

    units: frozenset[str]
    prepositions: frozenset[str]
    no_names: frozenset[str]
    uncounted: frozenset[str]
    two: frozenset[str]
    one_of: frozenset[str]
    between: frozenset[str]
    some: frozenset[str]
    fallen: frozenset[str]
    of_life: frozenset[str]
    totals: frozenset[str]
    claimed: frozenset[str]
    among: frozenset[str]
    injured: frozenset[str]
    reach: frozenset[str]
    recalled: frozenset[str]
    adjectival: frozenset[str]
    that: frozenset[str]
    who: frozenset[str]
    called: frozenset[str]
    offices: frozenset[str]
    given_names: frozenset[str]
    joiners: tuple[tuple[str, ...], ...]


def harm_matches(scan: Scan) -> dict[int, Match]:
    """The words of harm by the token that they begin at, but for "took him captive", which is written as "family"."""
    return {i: m for i, m in scan.at.get("harm", {}).items() if not _is_taken_him(m)}


def _is_taken_him(match: Match) -> bool:
    spec = match.entry.data
    if spec.shape != "verb" or spec.harm != "captured":
        return False
    form = spec.forms.get(match.form)
    return form is not None and bool(form.pronoun)


def toll_words(words: dict[str, Any]) -> TollWords:
    """The words as they are looked up, folded. words: the language files; of names those count that open one."""
    harm, names = words["harm"], words["names"]

    def folded(words: Iterable[str]) -> frozenset[str]:
        return frozenset(fold(w) for w in words)

    small = {name: folded(words) for name, words in harm["small"].items() if name != "joiners"}
    small["no_names"] |= small["prepositions"]
    given = folded([*names["given"], *names["openers"], *names["inner"]])
    small["given_names"] = given - small["no_names"]  # "علي" is written as "على"
    joiners = tuple(tuple(fold(phrase).split()) for phrase in harm["small"]["joiners"])
    return TollWords(units=folded(harm["units"]), joiners=joiners, **small)


class Count(msgspec.Struct):
    """How many of whom at tokens first..last. harm: where the counted noun itself names it ("30 قتيلا")."""

    low: int | None
    best: int | None
    high: int | None
    first: int
    last: int
    victims: Party | None
    harm: str | None = None


class Counter:
    """Reads counted people in one report."""

    def __init__(
        self, scan: Scan, parties: list[Party], quantities: list[Quantity], words: TollWords, bound_after: BoundAfter
    ) -> None:
        self.scan, self.words, self.small, self.bound_after = scan, scan.words, words, bound_after
        self.harm = harm_matches(scan)
        counted = [q for q in quantities if not q.ordinal and not self._is_adjective(q)]
        self.party = {p.first: p for p in parties}
        self.quantity = {q.first: q for q in counted}
        self.quantity_end = {q.last: q for q in counted}
        self.others = scan.at.get("others", {})

    def _is_adjective(self, quantity: Quantity) -> bool:
        """ "من عائلة واحدة": one that agrees with the noun before it counts nobody."""
        i = quantity.first
        if quantity.last != i or self.words[i] not in ("واحد", "واحده", "واحدا") or not i:
            return False
        before = self.words[i - 1]
        return before.isalpha() and before not in self.small.no_names and i - 1 not in self.harm

    # ---- people joined by و --------------------------------------------------------------------------------------
    def people(
        self, i: int, last: int, named: bool = False, bare: bool = True, couples: bool = True, sure: bool = False
    ) -> list[Count]:
        """The counted people from token i on, with those joined to them: "طفل وامرأتان وثلاثة رجال".

        named: a person's name counts one (sure: if it holds a given name).  bare: a group without a number counts at least one.
        couples: "رجل وامرأة" are one entry.
        """
        out: list[Count] = []
        while i < last and (self.words[i] in _SIGNS or self.words[i : i + 2] == ["كل", "من"]):
            i += 1 if self.words[i] in _SIGNS else 2
        count = self.one(i, last, named, bare, sure)
        while count is not None:
            out.append(count)
            joined = self._joined_group(count)
            if joined is not None:
                count.last = joined
                break
            following = self._joined(count.last + 1, last)
            if following is None:
                break
            apart = self.words[following - 1] in "،,"
            count = self.one(following, last, False, False, joined=True) or self._namesake(following, last, count)
            if apart and count is not None and (count.last + 1 in self.harm or count.harm is not None):
                break  # "قتل ثلاثة، وخمسة آخرون أصيبوا"
            if count is not None and is_named(count) and out[-1].low != 1:
                break  # "الطفلتين شهد العلي وسلام العلي": the second of the two
        return self._couple(out) if couples else out

    def _namesake(self, i: int, last: int, before: Count) -> Count | None:
        """ "الطفلة شهد العلي وعبد الله العلي": a name joined to one person is one more."""
        if (before.low, before.high) != (1, 1) or self._without(i, "و") not in self.small.given_names:
            return None
        return self._by_name(i, last)

    def _joined_group(self, count: Count) -> int | None:
        """ "30 من قوات النظام والمسلحين الموالين لها": one count of both."""
        party = self.party.get(count.last + 1)
        if count.victims is None or count.victims.first <= count.first or party is None:
            return None
        return party.last if party.pro == "و" and party.number in ("group", "pl") else None

    def _joined(self, i: int, last: int) -> int | None:
        """Where the people that are joined to those before token i begin; asides and ages are passed over."""
        i = self._after_aside(i, last)
        listed = i + 1 <= last and self.words[i] in "،,"
        if listed and (
            i + 1 in self.quantity or i + 1 in self.party or self._without(i + 1, "و") in self.small.given_names
        ):
            i += 1
        if i > last or i in self.harm:
            return None
        if self.words[i].startswith("و") and self.words[i] != "و":
            return i
        for joiner in self.small.joiners:
            if tuple(self.words[i : i + len(joiner)]) == joiner:
                return i + len(joiner)
        return None

    def _after_aside(self, i: int, last: int) -> int:
        """The token behind "(35 عاما)", "35 عاما" or a name in brackets that stands at token i."""
        if i <= last and self.words[i] == "(":
            end = next((j for j in range(i, min(i + _BRACKET, last + 1)) if self.words[j] == ")"), None)
            return end + 1 if end is not None else i
        quantity = self.quantity.get(i)
        if quantity is not None and quantity.last < last and self.words[quantity.last + 1] in self.small.units:
            return quantity.last + 2
        return i

    def _couple(self, counts: list[Count]) -> list[Count]:
        """ "رجل وامرأة": single people in one breath are one entry of two, whom the report names together."""
        if len(counts) < 2 or not all(self._is_single(c) for c in counts) or len({_camp(c) for c in counts}) > 1:
            return counts
        first, last, n = counts[0].first, counts[-1].last, sum(c.low or 0 for c in counts)
        head = counts[0].victims
        together = (self.scan.span(first, last),)
        pair = Party(
            first, last, (first, last), None, head.kind if head else "civilians", None, "pl", "", None, spans=together
        )
        return [Count(n, n, n, first, last, pair)]

    def _is_single(self, count: Count) -> bool:
        """One person; or two by the form of the noun, where it names kin: "والداه وشقيقه"."""
        if count.victims is None or count.harm is not None:
            return False
        kin = count.victims.person == "relative" and count.low == 2
        return (count.low, count.high) == (1, 1) or (kin and count.high == 2)

    # ---- one counted noun phrase ---------------------------------------------------------------------------------
    def one(self, i: int, last: int, named: bool, bare: bool, sure: bool = False, joined: bool = False) -> Count | None:
        """The people counted at token i. joined: they must be tied to those before by و.  sure: a name must hold a given name."""
        if i > last:
            return None
        tied = not joined or self.words[i].startswith("و") or self.words[i - 1] in self._joining
        quantity = self.quantity.get(i) or self._bracketed(i, last)
        if quantity is not None and quantity.last <= last and tied:
            return self.quantified(quantity, last)
        if tied and self._without(i, "و") in self.small.one_of:
            return self._one_of(i, last)
        party = self.party.get(i)
        if party is None or party.last > last:
            return self._unnamed(i, last, named, sure)
        if joined and not (party.pro.startswith("و") or self.words[i - 1] in self._joining):
            return None
        if party.pro.endswith(("ب", "ل", "ك")) or not self._is_people(party, bare and not joined):
            return None
        low, best, high = _COUNTED_BY_FORM.get(party.number, _MANY)
        if party.number == "pl" and not joined and self._is_general(party):
            return self._two_by_name(party, i, last)
        end = party.last
        behind = end + 2 if end + 1 in self.others else end + 1
        if behind <= last and self.words[behind] in self.small.two:
            low, best, high, end = 2, 2, 2, behind
        after = self.quantity.get(end + 1)
        if party.number == "pl" and after is not None and after.last <= last and self.words[end + 1].startswith("ال"):
            low, best, high, end = after.low, after.best, after.high, after.last  # "الأشخاص الأربعة"
        low, best, high, end = self.bounded(end, low, best, high, last)
        if end == party.last:
            end = self.named_until(party, last)
        self._describe(party, last)
        return Count(low, best, high, i, end, party)

    def _two_by_name(self, party: Party, i: int, last: int) -> Count | None:
        """ "المواطنين سالم العلي وآزاد الحمدو": the dual is spelt as the plural is, and the names behind it tell."""
        first = self._by_name(party.last + 1, last) if self._may_be_name(party.last + 1) else None
        if first is None or first.last + 2 > last or not self.words[first.last + 1].startswith("و"):
            return None
        second = self._by_name(first.last + 1, last)
        if second is None:
            return None
        party.spans += (self.scan.span(party.first, second.last),)
        return Count(2, 2, 2, i, second.last, party)

    def _is_general(self, party: Party) -> bool:
        """ "مقتل المدنيين": the class is spoken of, and nobody is counted; but "الأشخاص الأربعة"."""
        definite = self._without(party.first, "و").startswith("ال")
        return definite and party.kind not in ARMED and party.last + 1 not in self.quantity

    def _bracketed(self, i: int, last: int) -> Quantity | None:
        """ "إصابة (6) مدنيين": the number with its brackets."""
        inner = self.quantity.get(i + 1) if self.words[i] == "(" else None
        if inner is None or inner.last >= last or self.words[inner.last + 1] != ")":
            return None
        return msgspec.structs.replace(inner, first=i, last=inner.last + 1)

    _joining = frozenset(["و", "الي", "عن"])

    def _without(self, i: int, clitic: str) -> str:
        return self.words[i].removeprefix(clitic)

    def _is_people(self, party: Party, bare: bool) -> bool:
        if party.person is not None:
            return True
        return bare and party.number == "group" and party.kind not in ("state_force", "government")

    def named_until(self, party: Party, last: int) -> int:
        """Gives people the name or attribute that follows ("القيادي سالم الأحمد", "العناصر الداعمة لها").

        Returns: where a single person's name ends if others are joined to it, else where the noun ends.
        """
        end = party.last
        while not party.by_name and end < last and end - party.last < _NAME_WORDS:
            apposed = self._apposed(end + 1) if party.number == "sg" else None
            if apposed is None and not self._may_be_name(end + 1):
                break
            end = apposed or end + 1
        if end == party.last:
            return end
        party.spans += (self.scan.span(party.first, end), self.scan.span(party.last + 1, end))
        return end if party.number == "sg" and self._joined(end + 1, last) is not None else party.last

    def _describe(self, party: Party, last: int) -> None:
        """Gives people whom no list knows the words that say who they are: "سائق سيارة مدنية", "القائد الميداني للثوار سالم"."""
        if party.id is not None and not party.id.startswith("common."):
            return
        end = party.last
        while end < last and end - party.last < _DESCRIBED and self._describes(end + 1):
            end += 1
        said = [self.scan.span(party.first, e) for e in sorted({party.first, end} - {party.last})]
        party.spans += tuple(s for s in said if s not in party.spans)

    def _describes(self, i: int) -> bool:
        word, at = self.words[i], self.scan.at
        if not word.isalpha() or word.startswith("و") or word in self.small.no_names or word in self.small.injured:
            return False
        told = any(i in at.get(kind, {}) for kind in ("trigger", "harm", "report", "subtotals", "mostly", "others"))
        return not told and i not in self.quantity and i not in self.scan.cues.get("clauses", {})

    def _apposed(self, i: int) -> int | None:
        """ "امرأة مسنة", "نقيب شرطة": the last token of a second noun for the same person."""
        party = self.party.get(i)
        if party is not None and not party.pro and party.number == "sg" and party.person is not None:
            return party.last
        group = self.scan.at.get("group", {}).get(i)
        return group.last if group is not None and not group.pro and not self.words[i].startswith("ال") else None

    def _may_be_name(self, i: int) -> bool:
        word = self.words[i]
        if word == _ALI and self.scan.written(i) == _ALI:
            return True
        if not word.isalpha() or len(word) < 2 or word in self.small.no_names or word in self.small.units:
            return False
        if i in self.party or i in self.quantity:
            return False
        joined = word.startswith("و") and len(word) > _WAW_NAME
        return not joined and self._is_free(i)

    def quantified(self, quantity: Quantity, last: int) -> Count | None:
        """ "ثلاثة مدنيين", "30 قتيلا", "سبعة من عناصر الجيش"; None when what is counted is no people."""
        i = quantity.last + 1
        low, best, high = quantity.low, quantity.best, quantity.high
        harm = self.harm.get(i)
        party = self.party.get(i)
        end, victims = quantity.last, None
        if i <= last and i in self.others:
            end = i
        elif harm is not None and harm.last <= last and harm.entry.data.shape == "victim":
            victims = self.of(harm.last + 1, last)
            end = victims.last if victims else harm.last
            low, best, high, end = self.bounded(end, low, best, high, last)
            return Count(low, best, high, quantity.first, end, victims, harm.entry.data.harm)
        elif party is not None and party.last <= last:
            if party.number == "sg" and best is None and high is None:
                return None  # "عدد من المزارع": farms, not a farmer
            victims, end = party, party.last
            of = self.of(end + 1, last)
            if of is not None and victims.id is None:
                victims, end = victims if of.person == "family" else of, of.last
        elif i <= last and not self.small.units.isdisjoint((self.words[i], self.words[i].removeprefix("ال"))):
            return None
        elif i <= last and i in self.scan.at.get("nationality", {}) and not self.scan.at["nationality"][i].pro:
            victims, end = self._nationals(i), i
        else:
            of = self.of(i, last)
            if of is not None:
                victims, end = of, of.last
            elif i <= last and self._is_counted_noun(i):
                end = i
        if end + 1 <= last and end + 1 in self.others:
            end += 1
        low, best, high, end = self.bounded(end, low, best, high, last)
        of = self.of(end + 1, last) if victims is None or victims.id is None else None
        if of is not None:
            victims, end = of if of.person != "family" else victims, of.last
        if victims is not None:
            victims.spans += (self.scan.span(quantity.first, end),)
            self._describe(victims, last)
        return Count(low, best, high, quantity.first, end, victims)

    def _nationals(self, i: int) -> Party:
        country = self.scan.at["nationality"][i].entry.ref
        span = self.scan.span(i, i)
        civil = ("common.civilians", "civilians", country, "pl", "", "nationality")
        return Party(i, i, (i, i), *civil, spans=(span,), name=Name(span.text))

    def _is_counted_noun(self, i: int) -> bool:
        """A counted noun that no list knows: accusative or plural, no preposition, no punctuation."""
        word = self.words[i]
        if not word.isalpha() or word in self.small.no_names or word.startswith(("و", "ب", "ال", "ل")):
            return False
        return word.endswith(("ا", "ين", "ات", "ون"))

    def _one_of(self, i: int, last: int) -> Count | None:
        """ "أحد المدنيين", "إحدى العاملات": one, of those named behind it."""
        j = i + 1
        if j > last:
            return None
        party = self.party.get(j)
        if party is not None and not party.pro and party.last <= last:
            if party.person is None and party.kind not in ARMED:
                return None
            return Count(1, 1, 1, i, party.last, party)
        return Count(1, 1, 1, i, j, None) if self._may_be_name(j) else None

    def _unnamed(self, i: int, last: int, named: bool, sure: bool) -> Count | None:
        """ "آخرون", "آخر"; and, if asked for, a person by name."""
        if i in self.others and self.others[i].last <= last:
            word = self._without(i, "و").removeprefix("ال")
            if word == "اخر" and i < last and self._may_be_name(i + 1) and not self.words[i + 1].startswith(_TIED):
                return None  # "آخر جيوب المقاومة": the last of them
            number = "pl" if word in ("اخرون", "اخرين") else "dual" if word == "اخران" else "sg"
            return Count(*_COUNTED_BY_FORM.get(number, _MANY), i, i, None)
        if named and i < last and self.words[i] in self.small.offices and self._describes(i + 1):
            return self._in_office(i, last)
        word = self.words[i]
        tied = word.startswith(("ل", "ب")) and word not in self.small.given_names  # "مداهمة لمخزن بمدينة …"
        if not named or tied or word.startswith(("و", "ال")) or not self._may_be_name(i):
            return None
        count = self._by_name(i, last)
        if count is None or (sure and self.small.given_names.isdisjoint(self.words[i : count.last + 1])):
            return None
        return count

    def _in_office(self, i: int, last: int) -> Count:
        """ "مدير المصرف", "زعيم التنظيم": one person by what he is."""
        person = Party(i, i, (i, i), None, "civilians", None, "sg", "", "official")
        self._describe(person, last)
        end = i
        while end < last and end - i < _DESCRIBED and self._describes(end + 1):
            end += 1
        person.last, person.core = end, (i, end)
        return Count(1, 1, 1, i, end, person)

    def _by_name(self, i: int, last: int) -> Count | None:
        """One person by a name of two words or more."""
        end = i
        while end < last and end - i < 3 and self._may_be_name(end + 1):
            end += 1
        if end == i:
            return None
        person = Party(i, end, (i, end), None, "civilians", None, "sg", "", None, spans=(self.scan.span(i, end),))
        return Count(1, 1, 1, i, end, person)

    def _is_free(self, i: int) -> bool:
        """No list claims the word: it may be part of a person's name."""
        at = self.scan.at
        return not any(i in at.get(kind, {}) for kind in _CLAIMED) and not any(i in t for t in self.scan.cues.values())

    def of(self, i: int, last: int) -> Party | None:
        """The party after "من": "30 قتيلا من قوات النظام", "سبعة من عناصر"."""
        if i > last:
            return None
        if self.words[i] in ("من", "في", "بين") and i + 1 <= last:
            if self.words[i] != "من" and self.words[i + 1] not in ("صفوف", "صفوفهم"):
                return None
            j = i + 2 if self.words[i + 1] in ("صفوف", "بين", "عناصر") and i + 1 not in self.party else i + 1
            party = self.party.get(j)
            if party is not None and party.last <= last and not party.pro:
                return party
        party = self.party.get(i)
        if party is not None and party.pro == "ل" and party.last <= last and party.kind in ARMED:
            return party
        return None

    def bounded(
        self, end: int, low: int | None, best: int | None, high: int | None, last: int
    ) -> tuple[int | None, int | None, int | None, int]:
        """Applies a bound that follows the noun: "خمسة جرحى على الأقل"."""
        found = self.bound_after(self.scan.tokens, end + 1)
        if found is None or found[1] > last:
            return low, best, high, end
        kind, stop = found
        if kind == "floor":
            return low, best, None, stop
        if kind == "ceiling":
            return None, None, high, stop
        return low, best, high, stop


def is_named(count: Count) -> bool:
    """Somebody who is known by name only."""
    return count.victims is not None and count.victims.is_only_name


def _camp(count: Count) -> str:
    """Civilians and fighters are no couple: "مجند ومسلح"."""
    kind = count.victims.kind if count.victims else ""
    return "armed" if kind in ARMED else "civil"


_CLAIMED = ("trigger", "harm", "group", "person", "actor", "nationality", "adjective", "of", "mostly", "subtotals")
