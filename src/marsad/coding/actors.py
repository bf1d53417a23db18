"""Who a mention of a party stands for: the record of a mention, and what the rest of the report says of it.

Comes in: mentions as coding/party_finder.py reads them. Goes out: the same with their actors. A name that is weak counts only with
support nearby. Definite short forms ("التنظيم") are resolved by `resolve_short` from what the report said before.
"""

from __future__ import annotations

import msgspec

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

    number: sg | dual | pl | group; short: a definite short form still to be resolved; tail: last token of its full wording, where words
    go with it that name other things too ("سكان البلدة", "القوات الموالية للرئيس السابق"); -1 without one. by_name: a person's own name is part of it.
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
    by_name: bool = False
    head: str = ""
    tail: int = -1

    @property
    def is_only_name(self) -> bool:
        """Somebody of whom nothing but his name is told."""
        return self.person in (None, "named") and self.id is None and self.number == "sg"

    @property
    def end(self) -> int:
        """The last token of its full wording."""
        return max(self.last, self.tail)


def drop_unsupported(parties: list[Party], scan: Scan, knowledge: Knowledge) -> None:
    """A weak name stands only beside a strong mention of the same actor or country; else it keeps no id.

    Of several actors that share it ("طيران التحالف") it is the one named strongly, else the one at home where most of the others are.
    """
    strong = {p.id for p in parties if p.id and not p.weak}
    countries = [p.country for p in parties if p.country and (not p.weak or p.kind == "government")]
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
            if party.short or party.core[0] > party.first or party.first in scan.at.get("group", {}):
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


def wordings(party: Party, scan: Scan) -> list[Span]:
    """The words of a mention, its full wording first, without the clitics before them ("وقوات" is no name)."""
    out = [_bare_span(first, last, party, scan) for first, last in _extents(party)]
    return list(dict.fromkeys(out))


def _extents(party: Party) -> list[tuple[int, int]]:
    return [(party.first, party.end), (party.first, party.last), party.core]


def _bare_span(first: int, last: int, party: Party, scan: Scan) -> Span:
    """The span of tokens first..last, without "و", "ب" or "ل" at its head; "للجيش" stays whole, for it holds the article."""
    span = scan.span(first, last)
    written = party.pro.removeprefix(scan.tokens.pro[first]) if first == party.first else ""
    cut = len(written)
    if not cut or not span.text.startswith(written) or span.text[cut - 1 :].startswith("لل"):
        cut = 1 if cut and span.text[0] == "و" and written[0] == "و" else 0
    return Span(span.start + cut, span.end, span.text[cut:])


def actor_ref(party: Party, scan: Scan, knowledge: Knowledge) -> ActorRef:
    """The record of a mention: the known actor's names, or the words themselves."""
    spans = wordings(party, scan)
    spans += [s for s in party.spans if s not in spans]
    actor = knowledge.actors.get(party.id or "")
    name = party.name
    if name is None:
        name = Name(actor.label.ar, actor.label.en) if actor else Name(spans[0].text)
    allegiance = party.allegiance or (actor.allegiance if actor and isinstance(actor.allegiance, str) else None)
    return ActorRef(party.id, name, party.kind, party.country, allegiance, tuple(spans))
