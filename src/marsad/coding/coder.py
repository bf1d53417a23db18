"""The rule coder: a report in, its coded events out; deterministic, offline, every value with its words.

Comes in: a `Report`. Goes out: a `CodedReport`. What cannot be read is a warning, never an exception: any text has a coding, if an
empty one. Other coders may stand beside this one behind the `Coder` protocol; none may return a value without a span.
"""

from __future__ import annotations

from typing import Protocol

import msgspec

from marsad.coding.actors import ARMED, Party, actor_ref, resolve_short
from marsad.coding.assemble import Assembler
from marsad.coding.attribution import find_voices
from marsad.coding.choose import Chooser
from marsad.coding.choose_places import PlaceGrammar
from marsad.coding.compile import compile_lexicon
from marsad.coding.counts import toll_words
from marsad.coding.frames import Draft, Filler, fill_sides
from marsad.coding.held import HeldFinder
from marsad.coding.lexicon import Lexicon, Match
from marsad.coding.link import Linker
from marsad.coding.merge import Keys, merge
from marsad.coding.outlet import own_sources
from marsad.coding.party_finder import find_parties
from marsad.coding.place_choice import ResolvedPlace, locate
from marsad.coding.place_mention import PlaceMention
from marsad.coding.places import find_places
from marsad.coding.rank import Decision
from marsad.coding.scan import Scan
from marsad.coding.stamp import Stamp, find_stamp
from marsad.coding.status import set_background, set_status
from marsad.coding.toll_link import TollLinker
from marsad.coding.tolls import Toll, TollFinder
from marsad.coding.triggers import find_triggers, retype_by_doer, retype_by_sides, suits
from marsad.coding.voice import Voice
from marsad.coding.when import Dating
from marsad.knowledge.gazetteer import LEAD, Gazetteer
from marsad.knowledge.loader import Knowledge
from marsad.records import Claim, CodedReport, Event, Report, Section, Series, Span, Warning, sha256
from marsad.text.dates import DateMention, Dates, find_ages, find_dates
from marsad.text.normalize import fold
from marsad.text.numbers import Numbers, Quantity, bound_after, find_quantities
from marsad.text.sections import find_sections, load_sections

_NO_PLACES = (
    "trigger",
    "harm",
    "report",
    "adjective",
    "nationality",
    "mostly",
    "subtotals",
    "others",
    "voice_back",
    "source",
)
_AREAS = frozenset(["governorate", "countryside", "district", "country", "region"])


class Coder(Protocol):
    """What every coder is: reports in, coded reports out."""

    name: str

    def code(self, report: Report) -> CodedReport: ...


def publication_day(report: Report) -> str | None:
    """The ISO day on which a report appeared; None when only its month or year is known, so that no relative day is worked out."""
    return report.published[:10] if report.published and len(report.published) >= 10 else None


def _undated(report: Report, stamp: Stamp | None) -> tuple[Warning, ...]:
    if report.published:
        return ()
    if stamp is not None:
        return (
            Warning("date_of_page", f"no publication date: taken from the page's own line “{stamp.evidence.text}”"),
        )
    return (Warning("no_date", "no publication date: relative dates are left open"),)


class Trace(msgspec.Struct):
    """What a coding rested on, for `marsad explain`: every mention, draft and decision in text order."""

    scan: Scan | None = None
    parties: list[Party] = []
    places: list[PlaceMention] = []
    resolved: list[ResolvedPlace] = []
    tolls: list[Toll] = []
    voices: list[Voice] = []
    drafts: list[Draft] = []
    decisions: list[Decision] = []
    merged: list[Draft] = []


class RuleCoder:
    """The coder of the design. Build once, use for any number of reports."""

    name = "rules"

    def __init__(self, knowledge: Knowledge, gazetteer: Gazetteer, numbers: Numbers, dates: Dates) -> None:
        self.knowledge, self.gazetteer, self.numbers, self.dates = knowledge, gazetteer, numbers, dates
        self.lexicon: Lexicon = compile_lexicon(knowledge)
        self.furniture = load_sections()
        self.grammar = PlaceGrammar.of(knowledge)
        self.kinds = frozenset(fold(w) for kind in knowledge.words["places"]["kinds"] for w in kind.get("sg", ()))
        self.toll_words = toll_words(knowledge.words)

    def code(self, report: Report, trace: Trace | None = None) -> CodedReport:
        """Code one report. The trace, when given, is filled with what led to each value."""
        report = self._prepare(report)
        scan = Scan(report, self.lexicon)
        stamp = None if report.published else find_stamp(scan, self.dates)
        events: tuple[Event, ...] = ()
        if any(m.entry.kind in ("trigger", "harm") and scan.sentence[m.first] >= 0 for m in scan.matches):
            events = self._events(report, scan, stamp, trace)
        return CodedReport(report, events, self._claims(report), _undated(report, stamp))

    def _prepare(self, report: Report) -> Report:
        sections = report.sections or find_sections(report.text, report.title, self.furniture)
        return msgspec.structs.replace(report, sections=sections, sha256=report.sha256 or sha256(report.text))

    # ---- the passes ----------------------------------------------------------------------------------------------
    def _events(self, report: Report, scan: Scan, stamp: Stamp | None, trace: Trace | None) -> tuple[Event, ...]:
        knowledge = self.knowledge
        today = stamp.day if stamp else publication_day(report)
        published = today or report.published
        drafts = find_triggers(scan, knowledge)
        quantities = find_quantities(scan.tokens, self.numbers)
        dates = [d for d in find_dates(scan.tokens, today, self.dates) if scan.sentence[d.first] >= 0]
        ages = find_ages(scan.tokens, dates, today, self.dates)
        counts = {q.last for q in quantities}
        parties = [p for p in find_parties(scan, knowledge, counts) if not self._begins_place(p, scan)]
        dated = {i for d in dates for i in range(d.first, d.last + 1)}
        drafts = [d for d in drafts if d.first not in dated]
        finder = TollFinder(scan, parties, quantities, dated, self.toll_words, bound_after)
        tolls = finder.find()
        if not drafts and not tolls:
            return ()
        for n, party in enumerate(parties):
            if party.short and party.id is None:
                known = resolve_short(party, parties[:n], scan, knowledge)
                if known is not None:
                    party.id, party.name, party.kind, party.country = known.id, known.name, known.kind, known.country
                    party.spans = (scan.span(*known.core),)
        voices = find_voices(scan, knowledge, report.publisher, dated)
        named = {p.first: p.last for p in parties}
        places = find_places(scan.tokens, self.gazetteer, self._claimed(scan, parties, dates, quantities), named)
        places = [
            p for p in places if scan.sentence[p.first] >= 0 and not self._only_kind(p) and not self._is_seat(p, scan)
        ]
        for place in places:
            place.spoken = self._in_voice(place, voices)
        told = [p for p in places if not p.spoken]
        drafts = [d for d in drafts if not self._is_name(d, told, scan)]
        filler = Filler(scan, parties, knowledge, [*(p.first for p in told), *(q.first for q in quantities)])
        fill_sides(drafts, filler)
        drafts = [d for d in drafts if suits(d)]
        for draft in drafts:
            retype_by_doer(draft, scan, knowledge)
        tolls = [t for t in tolls if not any(d.first <= t.first and t.last <= d.last for d in dates)]
        linker = Linker(scan, places, voices, self.grammar)
        drafts = TollLinker(scan, tolls, frozenset(scan.sentence[p.first] for p in told)).link(drafts)
        captives = HeldFinder(scan, finder, {d.first for d in drafts})
        for draft in drafts:
            if draft.type in ("arrest", "abduction") and not draft.tolls:
                draft.tolls += captives.held(draft.first, draft.last, draft.noun)
        self._fresh_sides(drafts, filler)
        chooser = Chooser(scan, parties, filler, voices, knowledge, self.grammar)
        linker.places_to_drafts(drafts)
        dating = Dating(scan, dates, ages)
        dating.propose(drafts)
        linker.voices_to_drafts(drafts)
        self._series(drafts, quantities, dates, scan)
        for n, draft in enumerate(drafts):
            set_status(draft, scan)
            set_background(draft, scan, dates, ages)
            if n and drafts[n - 1].background and drafts[n - 1].sentence == draft.sentence and not draft.own_dates:
                draft.background = True
        resolved = locate(places, scan.tokens, self.gazetteer, self._home(report.publisher), self._homes(parties))
        drafts = merge(drafts, scan, self._keys(resolved, places, dates), knowledge.models["merge"], chooser.decisions)
        chooser.sides(drafts)
        for draft in drafts:
            retype_by_sides(draft)
        chooser.places(drafts, resolved)
        chooser.voice(drafts)
        dating.decide(drafts, chooser)
        everything = list(drafts)
        drafts = chooser.standing(drafts)
        assembler = Assembler(scan, knowledge, published, resolved, dates, voices, stamp)
        events = [assembler.event(n, d) for n, d in enumerate(drafts, 1)]
        if trace is not None:
            trace.merged = everything
            trace.scan, trace.parties, trace.places, trace.resolved = scan, parties, places, resolved
            trace.tolls, trace.voices, trace.drafts = tolls, voices, drafts
            trace.decisions = chooser.decisions
        return tuple(events)

    def _series(self, drafts: list[Draft], quantities: list[Quantity], dates: list[DateMention], scan: Scan) -> None:
        """ "الهجوم الرابع منذ الـ 30 من أيار": the draft is counted in a series, and the date opens the series, not the event."""
        ordinals = {q.first: q for q in quantities if q.ordinal}
        for draft in drafts:
            ordinal = next((ordinals[last + 1] for _, last in draft.triggers if last + 1 in ordinals), None)
            if ordinal is None or not draft.noun or ordinal.best is None:
                continue
            since = next(
                (
                    d
                    for d in dates
                    if d.direction == "since" and scan.sentence[d.first] == draft.sentence and d.first > draft.last
                ),
                None,
            )
            spans = [scan.span(draft.first, ordinal.last), *([scan.span(since.first, since.last)] if since else [])]
            draft.series = Series(ordinal.best, since.start if since else None, tuple(spans))
            for other in drafts:
                if (
                    since is not None
                    and other.sentence == draft.sentence
                    and other.first < since.first
                    and other.dates
                    and dates[other.dates[0]] is since
                ):
                    other.dates, other.own_dates = [], 0

    def _claimed(
        self, scan: Scan, parties: list[Party], dates: list[DateMention], quantities: list[Quantity]
    ) -> set[int]:
        """Tokens that are something else for certain: no place is read from them, whatever the gazetteer holds."""
        out = {i for p in parties if p.kind != "government" for i in range(p.first, p.last + 1)}
        out |= {i for part in (dates, quantities) for m in part for i in range(m.first, m.last + 1)}
        for kind in _NO_PLACES:
            out |= {
                i
                for i, m in scan.at.get(kind, {}).items()
                if m.last == i and not m.entry.weak and not self._misplaced(m, scan)
            }
        # "قاعدة", "حاجز" and "وسط" are cues of their own, and begin places too
        return out | {i for cues in scan.cues.values() for i in cues if self.gazetteer.may_start(scan.words[i]) != LEAD}

    def _begins_place(self, party: Party, scan: Scan) -> bool:
        """ "الشيخ" of "الشيخ زويد" is nobody: a title that a name of several words on the map begins with."""
        i, words = party.first, scan.words
        if party.last != i or i + 1 >= len(words) or (party.id and not party.id.startswith("common.")):
            return False
        return self.gazetteer.goes_on(words[i], words[i + 1]) and any(
            found is not None and found[0] > 1 and reading.rest in self.gazetteer.words.openers
            for reading in self.gazetteer.readings(words[i])
            for found in [self.gazetteer.longest(reading, words[i + 1 : i + 6])]
        )

    def _homes(self, parties: list[Party]) -> list[str]:
        """The countries at home in which the armed actors of a report are, one for each."""
        found = {
            p.id: self.knowledge.actors[p.id].country
            for p in parties
            if p.id in self.knowledge.actors and p.kind in ARMED
        }
        return [country for country in found.values() if country]

    def _home(self, publisher: str | None) -> str | None:
        """The country of the report's outlet, when we know the outlet: what an ambiguous name most likely means to it."""
        countries = {self.knowledge.sources[i].country for i in own_sources(self.knowledge, publisher)}
        return countries.pop() if len(countries) == 1 else None

    def _keys(self, resolved: list[ResolvedPlace], places: list[PlaceMention], dates: list[DateMention]) -> Keys:
        """What places and dates resolve to, so that mentions are compared by meaning and not by wording."""
        names = {n: (r.place.id if r.place else " ".join(places[n].name_words)) for n, r in enumerate(resolved)}
        found = {n: r.place for n, r in enumerate(resolved) if r.place is not None}
        within = {n: frozenset(x for x in (p.admin1, p.admin2) if x) for n, p in found.items()}
        wide = {n: p for n, p in found.items() if p.kind in _AREAS}
        areas = {n: frozenset(names[m] for m, p in wide.items() if p.admin1 in w) for n, w in within.items()}
        spots = frozenset(
            n
            for n, r in enumerate(resolved)
            if (r.place.kind not in _AREAS if r.place else places[n].kind_word is not None)
            and r.relation != "countryside"
        )
        return Keys(names, {n: d.start or " ".join((d.kind, str(d.first))) for n, d in enumerate(dates)}, areas, spots)

    def _only_kind(self, place: PlaceMention) -> bool:
        """ "سوق مدينة": a kind word that is also some town's name is no name, unless it points back at one."""
        return (
            len(place.name_words) == 1 and not place.anaphor and not place.generic and place.name_words[0] in self.kinds
        )

    def _misplaced(self, match: Match, scan: Scan) -> bool:
        """A verb right after a preposition or a kind of place ("في تدمر", "مدينة تدمر") is none: Arabic has only names there."""
        spec, before = match.entry.data, scan.words[match.first - 1] if match.first else ""
        verb = match.entry.kind == "trigger" and spec is not None and not spec.noun
        return verb and not match.pro and (before in self.toll_words.prepositions or before in self.kinds)

    def _is_name(self, draft: Draft, places: list[PlaceMention], scan: Scan) -> bool:
        """ "مدينة تدمر", "في تدمر": a verb that stands where only a name can, after a kind of place or a preposition, is the place."""
        if draft.noun:
            return False
        place = next((p for p in places if p.core_first <= draft.first <= p.core_last), None)
        if place is None or place.key is None:
            return False
        before = scan.words[draft.first - 1] if draft.first else ""
        return place.first < draft.first or bool(place.pro) or before in self.toll_words.prepositions

    def _is_seat(self, place: PlaceMention, scan: Scan) -> bool:
        """ "هيئة مقرها لندن": where somebody sits is no place of events."""
        return any(
            w.lstrip("و") in ("مقرها", "مقره", "مقرهما") for w in scan.words[max(0, place.first - 2) : place.first]
        )

    def _in_voice(self, place: PlaceMention, voices: list[Voice]) -> bool:
        return any(v.first <= place.first <= v.last for v in voices)

    def _fresh_sides(self, drafts: list[Draft], filler: Filler) -> None:
        """Killings that tolls gave rise to get their doers from "برصاص", "على يد" and the like."""
        fresh = [d for d in drafts if not d.form]
        fill_sides(fresh, filler)
        for draft in fresh:
            victims = {id(t.victims) for t in draft.tolls}
            draft.side_a = [p for p in draft.side_a if id(p) not in victims]

    def _claims(self, report: Report) -> tuple[Claim, ...]:
        """What comments allege: the actors they name, kept apart."""
        comments = [(n, s) for n, s in enumerate(report.sections) if s.kind == "comment"]
        out = []
        for number, section in comments:
            part = msgspec.structs.replace(report, sections=(Section("body", section.start, section.end),))
            scan = Scan(part, self.lexicon)
            parties = [p for p in find_parties(scan, self.knowledge) if p.id and p.person is None]
            if parties:
                span = Span(section.start, section.end, report.text[section.start : section.end])
                refs = list({p.id: actor_ref(p, scan, self.knowledge) for p in parties}.values())
                out.append(Claim(number, "rumoured", (), tuple(refs), (span,)))
        return tuple(out)
