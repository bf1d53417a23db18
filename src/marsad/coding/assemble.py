"""The records of a report's events: what was decided, put into the form that leaves the coder.

Comes in: drafts that stand, with what their numbers point at. Goes out: `Event`s, every value with its words. Nothing is decided
here any more but the order of places and which repeated statements of a toll are one.
"""

from __future__ import annotations

import msgspec

from marsad.coding.actors import PEOPLE, Party, actor_ref
from marsad.coding.confidence import by_field, confidence
from marsad.coding.frames import Draft
from marsad.coding.place_choice import ResolvedPlace, place_ref
from marsad.coding.scan import Scan
from marsad.coding.stamp import Stamp
from marsad.coding.toll_choice import distinct
from marsad.coding.tolls import Toll
from marsad.coding.voice import Voice, attribution
from marsad.knowledge.loader import Knowledge
from marsad.records import Acled, ActorRef, Attribution, Casualty, Event, Evidence, Span, Weapon, When
from marsad.text.dates import DateMention


class Assembler:
    """Makes the events of one report."""

    def __init__(
        self,
        scan: Scan,
        knowledge: Knowledge,
        published: str | None,
        resolved: list[ResolvedPlace],
        dates: list[DateMention],
        voices: list[Voice],
        stamp: Stamp | None = None,
    ) -> None:
        self.scan, self.knowledge, self.published = scan, knowledge, published
        self.resolved, self.dates, self.voices = resolved, dates, voices
        self.page_says = (stamp.evidence,) if stamp else ()

    def event(self, number: int, draft: Draft) -> Event:
        """The record of a draft."""
        scan = self.scan
        event = Event(
            id=f"e{number}",
            type=draft.type,
            acled=self._acled(draft),
            status=draft.status,  # type: ignore[arg-type]
            background=draft.background,
            side_a=tuple(actor_ref(p, scan, self.knowledge) for p in draft.side_a),
            side_b=tuple(actor_ref(p, scan, self.knowledge) for p in draft.side_b),
            places=tuple(place_ref(r, scan.tokens) for r in self._places(draft)),
            when=self._when(draft),
            casualties=self._casualties(draft),
            attribution=self._attribution(draft),
            weapons=self._weapons(draft),
            confidence=confidence(draft.score, self.knowledge.models["confidence"]),
            series=draft.series,
            evidence=Evidence(
                tuple(scan.span(a, b) for a, b in sorted(set(draft.triggers))),
                tuple(scan.span(*scan.sentences[n]) for n in sorted(set(draft.sentences))),
            ),
        )
        sure = by_field(event, draft.sure, self.knowledge.models["confidence"])
        return msgspec.structs.replace(event, field_confidence=sure)

    def _places(self, draft: Draft) -> list[ResolvedPlace]:
        """The event's places, most specific first, each once; a country only where nothing nearer is named."""
        kept: dict[object, ResolvedPlace] = {}
        for n in draft.places:
            place = self.resolved[n]
            side = place.relation if place.relation == "countryside" else None
            kept.setdefault((place.place.id if place.place else " ".join(place.mention.name_words), side), place)
        refs = sorted(kept.values(), key=lambda r: r.precision if r.place else 3)
        nearer = [r for r in refs if r.place is None or r.place.kind != "country" or r.relation]
        return nearer or refs

    def _acled(self, draft: Draft) -> Acled:
        row = self.knowledge.crosswalks.get("acled", {}).get(draft.type)
        if row is None:
            return Acled("", "")
        sub = row["sub_event_type"]
        if draft.type == "territory_gain" and draft.side_a:
            government = draft.side_a[0].kind in ("state_force", "police", "government")
            sub = "Government regains territory" if government else "Non-state actor overtakes territory"
        return Acled(row["event_type"], sub)

    def _when(self, draft: Draft) -> When:
        """The draft's own date; else that of the news told before it; else the day of publication; nothing for what is recalled."""
        if draft.dates:
            return self._stated(self.dates[draft.dates[0]])
        if draft.carried is not None:
            day = self.dates[draft.carried]
            return When(day.start, day.end if day.end != day.start else None, day.precision, False)  # type: ignore[arg-type]
        if draft.background or self.published is None:
            return When()
        return When(self.published[:10], None, "day", False, self.page_says)

    def _stated(self, mention: DateMention) -> When:
        end = None if mention.end == mention.start else mention.end
        precision = mention.precision if mention.start else "unknown"
        evidence = (self.scan.span(mention.first, mention.last),)
        return When(mention.start, end, precision, True, evidence)  # type: ignore[arg-type]

    def _casualties(self, draft: Draft) -> tuple[Casualty, ...]:
        return tuple(self._casualty(toll) for toll in distinct(draft.tolls, self.scan))

    def _casualty(self, toll: Toll) -> Casualty:
        words = (self.scan.span(toll.first, toll.last),)
        victims = self._victims(toll.victims)
        return Casualty(toll.harm, victims, toll.low, toll.best, toll.high, toll.cumulative, words)  # type: ignore[arg-type]

    def _victims(self, victims: Party | None) -> ActorRef | None:
        """None for "ثلاثة أشخاص" too: people of whom nothing is said are no group of victims; their number stands in the words."""
        if victims is None or (victims.id is None and victims.bare and victims.person in PEOPLE):
            return None
        return actor_ref(victims, self.scan, self.knowledge)

    def _attribution(self, draft: Draft) -> tuple[Attribution, ...]:
        """Its sources, each once."""
        out: dict[str | None, Attribution] = {}
        for n in draft.sources:
            record = attribution(self.voices[n], self.scan)
            out.setdefault(record.id or record.name.ar, record)
        return tuple(out.values())

    def _weapons(self, draft: Draft) -> tuple[Weapon, ...]:
        out: dict[str, list[Span]] = {}
        for first, last in draft.triggers:
            _, end = self.scan.sentence_of(first)
            for match in self.scan.inside("weapon", first, min(end, last + 10)):
                out.setdefault(match.entry.ref, []).append(self.scan.span(match.first, match.last))
        return tuple(Weapon(k, tuple(dict.fromkeys(v))) for k, v in out.items())
