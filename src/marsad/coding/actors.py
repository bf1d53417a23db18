"""Who is named: noun phrases that stand for a party, known or recognised by their form.

Comes in: a `Scan`. Goes out: `Party` mentions in text order. A known name gives its actor; a head noun (قوات، مسلحون، مدنيين) with
adjectives and complements gives the actor it belongs to, the forces of the country its adjective names, or a party without id.
A name that is weak counts only with support nearby. Definite short forms ("التنظيم") are left open here and resolved by
`resolve_short` from what the report said before.
"""

from __future__ import annotations

import msgspec

from marsad.coding.lexicon import Match
from marsad.coding.scan import Scan
from marsad.knowledge.loader import Knowledge
from marsad.records import ActorRef, Name, Span
from marsad.text.normalize import fold

CIVIL = frozenset(["civilians", "journalists", "medics", "aid_workers", "protesters"])
ARMED = frozenset(
    ["state_force", "police", "rebel_group", "political_militia", "communal_militia", "foreign_force", "coalition", "unidentified", "rioters", "government", "peacekeepers", "party"]
)  # fmt: skip

PEOPLE = frozenset(
    ["person", "individual", "human", "soul", "victim_person"]
)  # nouns that say no more than that they are people


class Party(msgspec.Struct, eq=False):
    """A mention of a party at tokens first..last; core: the tokens of its proper name.

    number: sg | dual | pl | group; role: of the head noun; short: a definite short form still to be resolved; harm: victim nouns.
    """

    first: int
    last: int
    core: tuple[int, int]
    id: str | None
    kind: str
    country: str | None
    number: str
    pro: str
    person: str | None = None
    short: bool = False
    weak: bool = False
    allegiance: str | None = None
    spans: tuple[Span, ...] = ()
    name: Name | None = None
    bare: bool = False
    head: str = ""


def find_parties(scan: Scan, knowledge: Knowledge) -> list[Party]:
    """All mentions of parties in title and body, in text order, not overlapping."""
    finder = _Finder(scan, knowledge)
    out: list[Party] = []
    for first, last in scan.sentences:
        i = first
        while i <= last:
            party = finder.at(i, last)
            if party is None:
                i += 1
                continue
            out.append(party)
            i = party.last + 1
    _drop_unsupported(out, scan, knowledge)
    return [p for p in out if p.kind != "drop"]


class _Finder:
    def __init__(self, scan: Scan, knowledge: Knowledge) -> None:
        self.scan, self.knowledge, self.words = scan, knowledge, scan.words
        table = scan.at.get
        self.actor, self.person, self.group = table("actor", {}), table("person", {}), table("group", {})
        self.nationality, self.adjective = table("nationality", {}), table("adjective", {})
        self.country, self.state = table("country", {}), table("state", {})
        self.of, self.loyal, self.named = table("of", {}), table("loyal", {}), table("named", {})
        self.short, self.demonstrative = table("definite_short", {}), table("demonstrative", {})
        self.site_adjective, self.trigger = table("site_adjective", {}), table("trigger", {})
        self.sites = scan.cues.get("sites", {})

    def at(self, i: int, end: int) -> Party | None:
        """The party that begins at token i, or None."""
        known = self.actor.get(i)
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
        return self._state(i, end)

    def _is_adjective(self, i: int) -> bool:
        """ "حاجز عسكري", "صدام مسلح", "المناطق المدنية": a noun for persons that only describes the noun before it."""
        if i not in self.adjective or i not in self.person or self.person[i].last > i or not i:
            return False
        before, definite = self.words[i - 1], self.words[i].startswith("ال")
        if definite:
            return before.startswith("ال") and len(before) > 4 and not self._may_govern(i - 1)
        trigger = self.trigger.get(i - 1)
        fight = trigger is not None and trigger.entry.data.noun and self._is_fight(trigger)
        return fight or (i - 1 in self.sites and not before.startswith("ال"))

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
        if group and group.last <= end:
            return group, group.entry.ref, "group", None
        return None

    def _headed(self, match: Match, kind: str, number: str, person: str | None, end: int) -> Party | None:
        last, country, adjectives = self._adjectives(match.last + 1, end)
        last = max(last, match.last)
        party = Party(
            match.first, last, (match.first, last), None, kind, country, number, match.pro, person, head=match.form
        )
        if country is None and not adjectives:
            party.short = match.first in self.short and self.short[match.first].last == match.last
        extended = self._complement(party, end)
        if not extended and match.entry.kind == "group" and match.first in self.named and not party.short:
            extended = self._proper(party, end)
        if not extended and person is None and last == match.last and not self.words[match.last].startswith("ال"):
            extended = self._idafa(party, end)
        if party.id is None and party.country is not None:
            self._national(party)
        weak = self.actor.get(party.first)
        if party.id is None and party.country is None and not person and weak and weak.last == party.last:
            self._perhaps(party, weak)
        if party.id is None and person:
            party.id = self.knowledge.people[person].actor
            party.bare = party.last == match.last
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
            elif not (i in self.adjective and not self.adjective[i].pro):
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
        tail = self.actor.get(j)
        if tail is None and of is None and i <= end and i in self.actor:
            tail = self.actor[i]
        if of is not None and of.entry.data and not (j <= end and self.words[j].startswith(of.entry.data)):
            return False
        if tail is not None and tail.last <= end and (of or not tail.pro):
            if of is None and tail.pro:
                return False
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
            party.last = max(j, self._adjectives(j + 1, end)[0])
            return True
        if of and of.entry.kind == "of" and j <= end:
            nested = self._head(j, end)
            if nested and nested[0].entry.kind == "group":
                inner = self._headed(*nested, end)
                if inner is not None and inner.kind in ARMED:
                    party.last, party.core = inner.last, (inner.first, inner.last)
                    party.id, party.country, party.name, party.kind = inner.id, inner.country, inner.name, inner.kind
                    return True
        if of is None and party.person is None and party.kind == "political_militia":
            members = self._head(i, end)  # "مجموعة ناشطين شباب": they are what the group consists of
            if members and members[3] is not None and members[2] == "pl" and not self.words[i].startswith("ال"):
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

    def _proper(self, party: Party, end: int) -> bool:
        """A named head takes up to three words that nothing else claims: "لواء أحفاد الرسول"."""
        i = party.last + 1
        taken = 0
        while i <= end and taken < 3 and self._is_name_word(i, taken):
            i += 1
            taken += 1
        if not taken:
            return False
        party.last = i - 1
        party.core = (party.first, party.last)
        return True

    def _is_name_word(self, i: int, taken: int) -> bool:
        word = self.words[i]
        if not word.isalpha() or len(word) < 3:
            return False
        at = self.scan.at
        if any(
            i in at.get(kind, {})
            for kind in ("trigger", "harm", "group", "person", "report", "nationality", "adjective", "of")
        ):
            return False
        if any(i in table for kind, table in self.scan.cues.items() if kind != "clauses" or taken):
            return False
        return taken == 0 or word.startswith("ال")

    def _idafa(self, party: Party, end: int) -> bool:
        """A construct head takes the definite word behind it: "قوات الأمن اليمنية", "سكان البلدة"."""
        i = party.last + 1
        if (
            i > end
            or not self.words[i].startswith("ال")
            or i in self.scan.at.get("trigger", {})
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


def _drop_unsupported(parties: list[Party], scan: Scan, knowledge: Knowledge) -> None:
    """A weak name stands only beside a strong mention of the same actor or country; else it keeps no id.

    Of several actors that share it ("طيران التحالف") it is the one named strongly, else the one at home where most of the others are.
    """
    strong = {p.id for p in parties if p.id and not p.weak}
    countries = [p.country for p in parties if p.country and not p.weak]
    rivals: dict[tuple[int, int], list[str]] = {}
    for match in scan.matches:
        if match.entry.kind == "actor" and match.entry.weak:
            rivals.setdefault((match.first, match.last), []).append(match.entry.ref)

    def support(actor: str) -> tuple[bool, int]:
        return actor in strong, sum(c in _homes(actor, knowledge) for c in countries)

    for party in parties:
        if not party.weak or party.kind == "government" or party.id is None:
            continue
        best = max([party.id, *rivals.get(party.core, ())], key=support)
        if best != party.id:
            actor = knowledge.actors[best]
            party.id, party.country, party.kind = best, actor.country, actor.kind
            party.name = Name(actor.label.ar, actor.label.en)
        if support(best) == (False, 0):
            if party.short:
                party.id, party.name, party.country = None, None, None
            elif party.person is not None:  # "جنديا من قوات الحرس": whosever guard it is, he is a soldier
                party.id, party.name, party.country = knowledge.people[party.person].actor, None, None
            else:
                party.kind = "drop"


def _homes(actor: str, knowledge: Knowledge) -> set[str]:
    """Where an actor is at home: its country, that of its file and, for coalitions, that of the side it fights for."""
    known = knowledge.actors[actor]
    side = knowledge.actors.get(known.allegiance) if isinstance(known.allegiance, str) else None
    return {c for c in (known.country, actor.split(".")[0].upper(), side.country if side else None) if c}


def resolve_short(party: Party, before: list[Party], scan: Scan, knowledge: Knowledge) -> Party | None:
    """The earlier mention that a definite short form stands for.

    The last armed party that this report named with the same noun ("تنظيم الدولة" … "التنظيم"); failing that, the last whose own name
    opens with it ("داعش" … "التنظيم").
    """
    stem = party.head.removeprefix("ال")
    known = [p for p in reversed(before) if not p.short and p.kind in ARMED and p.id in knowledge.actors]
    for other in known:
        if stem in " ".join(scan.words[other.first : other.last + 1]):
            return other
    return next(
        (p for p in known if fold(knowledge.actors[p.id or ""].label.ar).removeprefix("ال").startswith(stem)), None
    )


def actor_ref(party: Party, scan: Scan, knowledge: Knowledge) -> ActorRef:
    """The record of a mention: the known actor's names, or the words themselves."""
    spans = [scan.span(party.first, party.last)]
    core = scan.span(*party.core)
    if core != spans[0]:
        spans.append(core)
    spans += [s for s in party.spans if s not in spans]
    actor = knowledge.actors.get(party.id or "")
    name = party.name
    if name is None:
        name = Name(actor.label.ar, actor.label.en) if actor else Name(spans[0].text)
    allegiance = party.allegiance or (actor.allegiance if actor and isinstance(actor.allegiance, str) else None)
    return ActorRef(party.id, name, party.kind, party.country, allegiance, tuple(spans))
