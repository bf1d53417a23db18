"""Which words name a party: noun phrases that stand for one, known or recognised by their form.

Comes in: a `Scan`. Goes out: `Party` mentions in text order. A known name gives its actor; a head noun (قوات، مسلحون، مدنيين) with
adjectives and complements gives the actor it belongs to, the forces of the country its adjective names, or a party without id.
People may be named by their nation alone ("16 فلسطينيا") or by their own name ("مقتل خالد عبد القادر"), where only people can stand.
"""

from __future__ import annotations

from collections.abc import Collection

from marsad.coding.actors import ARMED, Party, drop_unsupported, wordings
from marsad.coding.lexicon import Match
from marsad.coding.person_name import PersonNames
from marsad.coding.scan import Scan
from marsad.coding.wording import Wording
from marsad.knowledge.loader import Knowledge
from marsad.records import Name

_OF_PERSONS = frozenset(["killing", "arrest", "abduction", "release", "torture", "sexual_violence"])
"""Acts that are done to persons: a name or a nation behind their word is a person's."""


def find_parties(scan: Scan, knowledge: Knowledge, counts: Collection[int] = frozenset()) -> list[Party]:
    """All mentions of parties in title and body, in text order, not overlapping. counts: the last tokens of quantities."""
    finder = _Finder(scan, knowledge, counts)
    out: list[Party] = []
    for first, last in scan.sentences:
        i = first
        while i <= last:
            party = finder.at(i, last)
            if party is None:
                i += 1
                continue
            out.append(party)
            finder.before = party
            i = party.end + 1
    drop_unsupported(out, scan, knowledge)
    return [p for p in out if p.kind != "drop"]


_LIKE_ADJECTIVES = ("ي", "يه", "ين", "ون")
_LEADS = frozenset([":", "-", "(", "ـ", "–", "*", "/"])  # before a name that is announced
_ASIDE = 7  # tokens of the longest aside between two names of a list: "(20 عاما)، و"


class _Finder:
    def __init__(self, scan: Scan, knowledge: Knowledge, counts: Collection[int]) -> None:
        self.scan, self.knowledge, self.words, self.counts = scan, knowledge, scan.words, counts
        table = scan.at.get
        self.actor, self.person, self.group = table("actor", {}), table("person", {}), table("group", {})
        self.nationality, self.adjective = table("nationality", {}), table("adjective", {})
        self.country, self.state = table("country", {}), table("state", {})
        self.of, self.loyal, self.named = table("of", {}), table("loyal", {}), table("named", {})
        self.short, self.demonstrative = table("definite_short", {}), table("demonstrative", {})
        self.site_adjective, self.trigger = table("site_adjective", {}), table("trigger", {})
        self.sites = scan.cues.get("sites", {})
        self.units, self.arms, self.ordinal = table("units", {}), table("arms", {}), table("ordinal", {})
        self.names, self.wording = PersonNames(scan), Wording(scan)
        self.judging, self.no_party = table("judging", {}), table("no_party", {})
        self.naming = frozenset(m.last for m in table("naming", {}).values())
        self.before: Party | None = None

    def at(self, i: int, end: int) -> Party | None:
        """The party that begins at token i, or None."""
        known = self.actor.get(i)
        if i in self.no_party and not (known and known.last >= self.no_party[i].last):
            return None
        if known and known.entry.weak and known.first == known.last and known.last + 1 in self.site_adjective:
            return None
        if self._is_adjective(i):
            return None
        if (
            known
            and known.last <= end
            and not (known.entry.weak and i in self.group and self.group[i].last >= known.last)
        ):
            return self._known(known, end)
        head = self._head(i, end)
        if head:
            return self._headed(*head, end)
        if known and known.last <= end:
            return self._known(known, end)
        return self._named(i, end) or self._nationals(i, end) or self._state(i, end)

    def _is_adjective(self, i: int) -> bool:
        """ "حاجز عسكري", "صدام مسلح", "المناطق المدنية": a noun for persons that only describes the noun before it."""
        if i not in self.person or self.person[i].last > i or not i:
            return False
        before, word = self.words[i - 1], self.words[i]
        if word == "مدنيه" and before.endswith("ه") and before.isalpha() and not self._may_govern(i - 1):
            return True  # "سيارة مدنية"
        if i not in self.adjective or (word.endswith(("ين", "ون")) and not before.endswith(("ين", "ان"))):
            return False  # "معسكرات مسلحين": no adjective of things
        definite = word.startswith("ال")
        if definite:
            return before.startswith("ال") and len(before) > 4 and not self._may_govern(i - 1)
        trigger = self.trigger.get(i - 1)
        fight = trigger is not None and trigger.entry.data.noun and self._is_fight(trigger)
        return fight or (i - 1 in self.sites and not before.startswith("ال"))

    def _describes(self, i: int) -> bool:
        """ "القذائف المدفعية", "هجمات مدفعية": a noun for forces that is an adjective of the noun before it."""
        match = self.scan.at.get("describing", {}).get(i)
        if match is None or match.pro not in ("", "و") or not i or match.last != i:
            return False
        before, definite = self.words[i - 1], self.words[i].removeprefix(match.pro).startswith("ال")
        if definite:
            return before.startswith("ال") and before.isalpha()
        return before.isalpha() and before.endswith(("ات", "يه")) and not before.startswith("ال")

    def _may_govern(self, i: int) -> bool:
        """Whether token i is a word that the party behind it may depend on: an act, a verb of speech, a cause of harm."""
        return any(i in self.scan.at.get(kind, {}) for kind in ("trigger", "harm", "report"))

    def _is_fight(self, trigger: Match) -> bool:
        return self.knowledge.events[trigger.entry.ref].klass == "battles"

    def _known(self, match: Match, end: int) -> Party:
        actor = self.knowledge.actors[match.entry.ref]
        last = self._adjectives(match.last + 1, end)[0]
        party = Party(
            match.first,
            max(last, match.last),
            (match.first, match.last),
            actor.id,
            actor.kind,
            actor.country,
            "group",
            match.pro,
        )
        party.weak = match.entry.weak
        party.name = Name(actor.label.ar, actor.label.en)
        party.short = match.entry.weak and match.first in self.short
        party.head = match.form
        return self._loyal_tail(party, end)

    def _head(self, i: int, end: int) -> tuple[Match, str, str, str | None] | None:
        """(match, kind, number, person id) of a head noun at i: person nouns before group heads where they are as long."""
        person, group = self.person.get(i), self.group.get(i)
        if person and person.last <= end and not (group and group.last > person.last):
            entry = self.knowledge.people[person.entry.ref]
            actor = self.knowledge.actors.get(entry.actor or "")
            kind = actor.kind if actor else (group.entry.ref if group else "other")
            if group and entry.role in ("combatant", "any", "police", "official") and kind in ("other", "unidentified"):
                kind = group.entry.ref
            return person, kind, str(person.entry.data), entry.id
        if group and group.last <= end and not self._describes(i):
            return group, group.entry.ref, "group", None
        return None

    def _headed(self, match: Match, kind: str, number: str, person: str | None, end: int) -> Party | None:
        last, country, adjectives = self._adjectives(match.last + 1, end)
        last = max(last, match.last)
        party = Party(
            match.first, last, (match.first, last), None, kind, country, number, match.pro, person, head=match.form
        )
        judged = all(j in self.judging for j in range(match.last + 1, last + 1))
        if country is None and (not adjectives or judged):
            party.short = match.first in self.short and self.short[match.first].last == match.last
        unit = match.first in self.units and self.units[match.first].last == match.last
        extended = (unit and self._numbered(party, end)) or self._complement(party, end)
        if (
            not extended
            and not adjectives
            and match.entry.kind == "group"
            and match.first in self.named
            and not party.short
        ):
            extended = self._proper(party, end)
        if not extended and person is None and last == match.last and not self.words[match.last].startswith("ال"):
            extended = self._idafa(party, end)
        if unit and not extended and (not party.short or number != "group"):
            return None
        if party.id is None and party.country is not None:
            self._national(party)
        weak = self.actor.get(party.first)
        if party.id is None and party.country is None and not person and weak and weak.last == party.last:
            self._perhaps(party, weak)
        if party.id is None and person and not (party.short and party.core[0] > party.first):
            party.id = self.knowledge.people[person].actor
            party.bare = party.last == match.last
        if person and number in ("sg", "dual"):
            self._person_named(party, end)
        return self._loyal_tail(party, end)

    def _perhaps(self, party: Party, match: Match) -> None:
        """ "النظام", "المعارضة": a common noun that is some actor's short name too, if the report names that actor."""
        actor = self.knowledge.actors[match.entry.ref]
        party.id, party.country, party.weak, party.short = actor.id, actor.country, True, True
        party.name = Name(actor.label.ar, actor.label.en)

    def _adjectives(self, i: int, end: int) -> tuple[int, str | None, int]:
        """Last token of the adjectives that follow, the country one of them names, and how many there are."""
        country, count, start = None, 0, i
        while i <= end and count < 3:
            if i in self.nationality and not self.nationality[i].pro:
                country = country or self.nationality[i].entry.ref
            elif not (i in self.adjective and not self.adjective[i].pro) or self.wording.tie(i) is not None:
                break
            i += 1
            count += 1
        return (i - 1 if count else start - 1), country, count

    def _complement(self, party: Party, end: int) -> bool:
        """ "elements (of) X", "factions belonging to X": the head takes X's identity."""
        i = party.last + 1
        of = self.of.get(i) or self.loyal.get(i)
        j = of.last + 1 if of else i
        if of and j in self.demonstrative:
            j = self.demonstrative[j].last + 1
        if of and of.last > of.first and of.last in self.actor and self.actor[of.last].last > of.last:
            j = of.last  # "من قوات العدو السعودي": the noun belongs to the name
        if self._is_short(j, end) and (of or self._belongs(self.short[j], party)) and self._may_be_of(party):
            party.last, party.core, party.short, party.head = j, (j, j), True, self.words[j]
            return True
        tail = self.actor.get(j)
        if tail is None and of is None and i <= end and i in self.actor:
            tail = self.actor[i]
        if of is not None and of.entry.data and not (j <= end and self.words[j].startswith(of.entry.data)):
            return False
        if tail is not None and tail.last <= end and (of or self._belongs(tail, party)):
            actor = self.knowledge.actors[tail.entry.ref]
            if of and of.entry.kind == "loyal":
                party.allegiance = actor.id
            else:
                party.id, party.country, party.weak = actor.id, actor.country, tail.entry.weak
                party.name = Name(actor.label.ar, actor.label.en)
                party.kind = actor.kind if actor.kind not in ("government",) else party.kind
            party.last = max(tail.last, self._adjectives(tail.last + 1, end)[0])
            party.core = (tail.first, tail.last)
            return True
        if of and of.entry.kind == "loyal" and of.entry.data and j <= end:
            party.tail, party.short = self.wording.end(party.first, party.last, False, end), False
            return True
        squad = of is None and party.first in self.units  # "فرقة الشرطة العدلية"
        if (squad or (of and of.entry.kind == "of")) and j <= end:
            nested = self._head(j, end)
            if nested and nested[0].entry.kind == "group":
                inner = self._headed(*nested, end)
                if inner is not None and inner.kind in ARMED:
                    party.last, party.core = inner.last, (inner.first, inner.last)
                    party.id, party.country, party.name, party.kind = inner.id, inner.country, inner.name, inner.kind
                    return True
        if of is None and i <= end and party.person is None and party.kind == "political_militia":
            members = self._head(i, end)  # "مجموعة ناشطين شباب": they are what the group consists of
            definite = any(self.words[j].removeprefix(party.pro).startswith("ال") for j in (party.first, i))
            if members and members[3] is not None and members[2] == "pl" and not definite:
                person = self.knowledge.people[members[3]]
                party.person, party.id, party.kind = person.id, person.actor, members[1]
                party.last = max(members[0].last, self._adjectives(members[0].last + 1, end)[0])
                party.core, party.number = (members[0].first, party.last), "pl"
                return True
        if of is None:
            state = self.country.get(i) or self.state.get(i)
            if state and not state.pro and party.person is None:
                party.country, party.last = state.entry.ref, state.last
                return True
        return False

    def _belongs(self, tail: Match, party: Party) -> bool:
        """ "عناصر التنظيم", "دورية للجيش", "القائد الميداني للحوثيين": a genitive, or whose an indefinite noun is."""
        definite = self.words[party.first].removeprefix(party.pro).startswith("ال")
        return not tail.pro or (tail.pro == "ل" and (not definite or party.person == "leader"))

    def _is_short(self, j: int, end: int) -> bool:
        """A definite short form that stands alone at token j: "الجيش", not "الجيش المصري"."""
        match, known = self.short.get(j), self.actor.get(j)
        if match is None or match.last > end or (known is not None and known.last > j):
            return False
        adjectives = range(j + 1, self._adjectives(j + 1, end)[0] + 1)
        return match.last == j and all(i in self.judging for i in adjectives)

    def _may_be_of(self, party: Party) -> bool:
        """ "عناصر التنظيم", "مسلحين من الجماعة": fighters of a party that the report named before."""
        if party.person is None:
            return party.kind in ARMED and party.first not in self.named
        return self.knowledge.people[party.person].role in ("combatant", "unidentified", "police")

    def _proper(self, party: Party, end: int) -> bool:
        """A named head takes up to three words that nothing else claims: "لواء أحفاد الرسول", "كتيبة خالد بن الوليد"."""
        i = party.last + 1
        if i < end and self.words[i] == "ال":  # "قبيلة آل …"
            i += 1
        unit = party.first in self.units
        person = self.names.end(i, end) if unit else None
        if person is not None:
            i = person + 1
        taken = 0
        while person is None and i <= end and taken < 3 and self._is_name_word(i, taken, unit):
            i += 1
            taken += 1
        alone = unit and taken == 1 and person is None and not self.words[i - 1].startswith("ال")
        if i == party.last + 1 or alone:  # "فرقة أسعفت": a name of one indefinite word is none
            return False
        party.last = i - 1
        party.core = (party.first, party.last)
        return True

    def _is_name_word(self, i: int, taken: int, unit: bool) -> bool:
        word = self.words[i]
        if not word.isalpha() or len(word) < 3 or (word.endswith("يه") and not word.startswith("ال")):
            return False
        at = self.scan.at
        people = () if unit and not taken else ("harm", "group", "person")  # "لواء شهداء …", "كتيبة أنصار …"
        others = ("trigger", "report", "nationality", "adjective", "of")
        if any(i in at.get(kind, {}) for kind in (*others, *people)):
            return False
        if any(i in table for kind, table in self.scan.cues.items() if kind != "clauses" or taken):
            return False
        adjective = word.endswith(_LIKE_ADJECTIVES) and i not in at.get("place_kind", {})
        if taken and self.words[i - 1].startswith("ال") and not adjective:
            return False  # "لواء أحفاد الوادي القرية": the village is no part of the name
        return taken == 0 or word.startswith("ال")

    def _numbered(self, party: Party, end: int) -> bool:
        """ "الكتيبة 102 مشاة", "اللواء 35 مدرع", "السرية الثالثة": a unit by its number and arm."""
        i = party.last + 1
        if i > end or not (self.words[i].isdigit() or i in self.ordinal):
            return False
        party.last = self.ordinal[i].last if i in self.ordinal else i
        arm = self.arms.get(party.last + 1)
        if arm is not None and not arm.pro and arm.last <= end:
            party.last, party.kind = arm.last, "state_force"
        party.core, party.short = (party.first, party.last), False
        return True

    def _person_named(self, party: Party, end: int) -> None:
        """ "الشيخ نجم الدين الجبوري", "قائد الفرقة العقيد نديم الحسن": the name of a person who is named by a title."""
        starts = [party.last + 1]
        if party.number == "sg" and not self.words[party.first].removeprefix(party.pro).startswith("ال"):
            starts.append(self.wording.completed(party.last, end) + 1)
        for start in dict.fromkeys(starts):
            title = self.person.get(start)
            titled = title is not None and title.entry.data == "sg" and not title.pro and title.last < end
            i = title.last + 1 if title is not None and titled else start
            last = self.names.after_title(i, end)
            if last is not None:
                break
        else:
            return
        party.spans += tuple(self.scan.span(j, last) for j in dict.fromkeys((i, start)))
        party.last, party.bare, party.by_name = last, False, True
        if party.id is None or party.id.startswith("common."):
            party.name = Name(wordings(party, self.scan)[0].text)

    def _named(self, i: int, end: int) -> Party | None:
        """A person by name alone, where only people stand: "مقتل خالد عبد القادر", "اعتقال … وسالم الأحمد", "المدعو …"."""
        last = self.names.end(i, end)
        if last is None or not self._people_stand(i):
            return None
        pro = self.names.pro(i)
        return Party(i, last, (i, last), None, "civilians", None, "sg", pro, "named", by_name=True)

    def _people_stand(self, i: int) -> bool:
        """Whether token i is where a person's name can stand: behind harm or arrest, a word of naming, or another name."""
        if self._is_listed(i):
            return True
        j = i - 1
        while j > 0 and (self.words[j] in _LEADS or j in self.scan.at.get("style", {})):
            j -= 1
        if j in self.naming:
            return True
        harm = next((m for m in self._ending(j, "harm") if m.entry.data.shape in ("masdar", "verb", "victim")), None)
        act = next((m for m in self._ending(j, "trigger") if m.entry.ref in _OF_PERSONS), None)
        return harm is not None or act is not None

    def _is_listed(self, i: int) -> bool:
        """Whether a name at token i goes on a list of names: "خالد الصايل (20 عاما) وسالم الأحمد"."""
        before = self.before
        if before is None or not before.by_name or not 0 < i - before.last <= _ASIDE:
            return False
        gap, ages = range(before.last + 1, i), self.scan.at.get("age", {})
        between = [self.words[j] for j in gap if not self.words[j].isdigit() and j not in ages]
        joined = self.names.pro(i) == "و" or (bool(between) and between[-1] in ("،", ",", "و", "-"))
        return joined and all(w in _LEADS or w in ("،", ",", ")", "و") for w in between)

    def _ending(self, j: int, kind: str) -> list[Match]:
        """The matches of a kind whose last token is j."""
        table = self.scan.at.get(kind, {})
        return [table[k] for k in range(max(j - 2, 0), j + 1) if k in table and table[k].last == j]

    def _nationals(self, i: int, end: int) -> Party | None:
        """ "16 فلسطينيا", "مقتل سوريين", "منازل الفلسطينيين": people by their nation alone, no adjective of a noun before it."""
        match = self.nationality.get(i)
        if match is None or match.last > end or not i:
            return None
        if self.words[i].removeprefix(match.pro).startswith("ال") and (name := self._national_by_name(match, end)):
            return name
        word = self.words[i].removeprefix(match.pro)
        plural = word.endswith(("ون", "ين")) or not word.endswith(("ي", "يه", "يا", "ان"))
        counted = i - 1 in self.counts
        governed = any(self._ending(i - 1, "harm")) or any(
            m.entry.ref in _OF_PERSONS for m in self._ending(i - 1, "trigger")
        )
        owned = (
            self.words[i - 1] in ("بين", "وسط", "ضد")
            or i - 1 in self.sites
            or i - 1 in self.scan.at.get("of", {})
            or bool(match.pro)
        )
        if not (counted or governed or (plural and owned)) or (word.startswith("ال") and not plural):
            return None
        last = max(self._adjectives(i + 1, end)[0], i)
        number = "pl" if plural else "dual" if word.endswith("ان") else "sg"
        civil = ("common.civilians", "civilians", match.entry.ref)
        party = Party(i, last, (i, last), *civil, number, match.pro, "national")
        party.name = Name(wordings(party, self.scan)[0].text)
        return party

    def _national_by_name(self, match: Match, end: int) -> Party | None:
        """ "الفلسطيني محمد أبو سالم": the nation stands like a title before a name."""
        last = self.names.end(match.last + 1, end)
        if last is None or self.names.pro(match.last + 1):
            return None
        civil = (None, "civilians", match.entry.ref)
        own = (self.scan.span(match.last + 1, last),)
        return Party(match.first, last, (match.first, last), *civil, "sg", match.pro, "named", spans=own, by_name=True)

    def _idafa(self, party: Party, end: int) -> bool:
        """A construct head takes the definite word behind it: "قوات الأمن اليمنية", "سكان البلدة"."""
        i = party.last + 1
        if (
            i > end
            or not self.words[i].startswith("ال")
            or i in self.scan.at.get("trigger", {})
            or i in self.scan.at.get("name_end", {})
            or self.words[i] in ("التي", "الذين", "الذي")
        ):
            return False
        last, country, _ = self._adjectives(i + 1, end)
        party.last = max(last, i)
        party.core = (party.first, party.last)
        party.country = party.country or country
        return True

    def _national(self, party: Party) -> None:
        country = self.knowledge.countries.get(party.country or "")
        if country is None:
            return
        if party.kind == "state_force":
            party.id = country.forces
            label = country.forces_label or country.label
            party.name = Name(label.ar, label.en)

    def _loyal_tail(self, party: Party, end: int) -> Party:
        """Takes "loyal to it", "backed by X" into the evidence, so that the wording stays with the name."""
        loyal = self.loyal.get(party.last + 1)
        if loyal:
            j = loyal.last + 1
            tail = self.actor.get(j) or self.state.get(j) or self.country.get(j)
            if tail and tail.last <= end:
                party.allegiance = (
                    tail.entry.ref if tail.entry.kind == "actor" else self.knowledge.countries[tail.entry.ref].state
                )
                party.last = tail.last
        nouns = party.person is not None and party.number in ("pl", "sg") and party.core == (party.first, party.last)
        head = self.words[party.core[1]]
        construct = nouns and not head.removeprefix(party.pro).startswith("ال") and not head.endswith(("ون", "ين"))
        wording = self.wording.end(party.first, party.last, construct, end)
        party.tail = wording if wording > party.last else -1
        return party

    def _state(self, i: int, end: int) -> Party | None:
        """A country, a capital as its government, or partisan wording for one."""
        match = self.state.get(i) or self.country.get(i)
        if match is None or match.last > end:
            return None
        country = self.knowledge.countries[match.entry.ref]
        party = Party(
            match.first,
            match.last,
            (match.first, match.last),
            country.state,
            "government",
            country.id,
            "group",
            match.pro,
        )
        party.weak = match.entry.weak or match.entry.kind == "country"
        party.name = Name(country.label.ar, country.label.en)
        return party
