"""Why a report was coded as it was: every mention, draft and decision with its rule, for the terminal and as a page.

Comes in: a report and the rule coder. Goes out: an `Explanation`: tables in the order in which the coder works, whose cells are words.
`explain_text` prints it, `explain_html` makes a self-contained page of it.
"""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from marsad.coding.actors import Party
from marsad.coding.coder import RuleCoder, Trace, publication_day
from marsad.coding.frames import Draft
from marsad.coding.lexicon import longest
from marsad.coding.place_choice import ResolvedPlace
from marsad.coding.rank import Decision, reasons
from marsad.coding.scan import Scan
from marsad.coding.stamp import find_stamp
from marsad.coding.voice import Voice
from marsad.records import CodedReport, Event, Report
from marsad.text.dates import find_dates

Row = tuple[str, ...]


class Part(msgspec.Struct, frozen=True):
    """One table of an explanation. key: its heading in knowledge/labels.yml (`explain.KEY`); columns likewise (`column.KEY`)."""

    key: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]


class Explanation(msgspec.Struct, frozen=True):
    """What was coded, and the tables that say why."""

    coded: CodedReport
    parts: tuple[Part, ...]


def explain(report: Report, coder: RuleCoder) -> Explanation:
    """Code a report and keep what led to each value."""
    trace = Trace()
    coded = coder.code(report, trace)
    parts = [_sections(coded)]
    if trace.scan is not None:
        teller = _Teller(trace, trace.scan, coded, coder)
        parts += [
            teller.words(), teller.parties(), teller.places(), teller.dates(), teller.tolls(), teller.voices(), teller.not_events(),
            teller.drafts(), teller.merged(), teller.dropped(), teller.decisions(),
        ]  # fmt: skip
    return Explanation(coded, tuple(part for part in parts if part.rows))


def _short(text: str, most: int = 70) -> str:
    text = " ".join(text.split())
    return text if len(text) <= most else text[: most - 1] + "…"


def _sections(coded: CodedReport) -> Part:
    text = coded.report.text
    rows = ((s.kind, f"{s.start}–{s.end}", _short(text[s.start : s.end])) for s in coded.report.sections)
    return Part("sections", ("kind", "offsets", "words"), tuple(rows))


class _Teller:
    """Puts one trace into words."""

    def __init__(self, trace: Trace, scan: Scan, coded: CodedReport, coder: RuleCoder) -> None:
        self.trace, self.scan, self.coded, self.coder = trace, scan, coded, coder
        self.weights = coder.knowledge.models
        self.number = {id(d): f"e{n}" for n, d in enumerate(trace.drafts, 1)}

    def said(self, first: int, last: int) -> str:
        """The report's words behind tokens; parties that no words stand for have none."""
        return _short(self.scan.span(first, last).text) if 0 <= first <= last else "–"

    # ---- mentions ------------------------------------------------------------------------------------------------
    def words(self) -> Part:
        """Words that knowledge has a name for, the longest of each kind."""
        rows = []
        for kind in sorted(self.scan.at):
            for match in longest(m for m in self.scan.at[kind].values() if self.scan.sentence[m.first] >= 0):
                rows.append(
                    (
                        match.first,
                        (self.said(match.first, match.last), kind, match.entry.ref, "weak" if match.entry.weak else ""),
                    )
                )
        return Part("words", ("words", "kind", "means", "rule"), tuple(row for _, row in sorted(rows)))

    def parties(self) -> Part:
        def rule(p: Party) -> str:
            tags = [("short", p.short), ("weak", p.weak), ("bare", p.bare), (f"noun {p.person}", bool(p.person))]
            return ", ".join([p.number, *(name for name, holds in tags if holds)])

        rows = ((self.said(p.first, p.last), p.id or "–", p.kind, p.country or "", rule(p)) for p in self.trace.parties)
        return Part("parties", ("words", "means", "kind", "country", "rule"), tuple(rows))

    def places(self) -> Part:
        return Part(
            "places",
            ("words", "means", "precision", "relation", "sure", "rule"),
            tuple(map(self._place, self.trace.resolved)),
        )

    def _place(self, resolved: ResolvedPlace) -> Row:
        place, mention = resolved.place, resolved.mention
        name = (
            f"{place.name_ar or place.name_en} ({place.id}, {place.kind}, {place.admin1 or place.country})"
            if place
            else "–"
        )
        sure = f"{resolved.confidence:.2f}" if place else ""
        return (
            self.said(mention.first, mention.last),
            name,
            str(resolved.precision),
            resolved.relation or "",
            sure,
            resolved.reason,
        )

    def dates(self) -> Part:
        stamp = None if self.coded.report.published else find_stamp(self.scan, self.coder.dates)
        today = stamp.day if stamp else publication_day(self.coded.report)
        found = find_dates(self.scan.tokens, today, self.coder.dates)
        rows = ((self.said(d.first, d.last), f"{d.start or '?'} – {d.end or '?'}" if d.end != d.start else d.start or "?", d.precision, d.kind)
                for d in found if self.scan.sentence[d.first] >= 0)  # fmt: skip
        return Part("dates", ("words", "means", "precision", "rule"), tuple(rows))

    def tolls(self) -> Part:
        rows = []
        for toll in self.trace.tolls:
            bounds = f"{'?' if toll.low is None else toll.low} – {'?' if toll.high is None else toll.high}"
            whom = self.said(toll.victims.first, toll.victims.last) if toll.victims else "–"
            rule = ", ".join(name for name in ("part", "cumulative", "verb", "bare") if getattr(toll, name))
            rows.append((self.said(toll.first, toll.last), toll.harm, bounds, whom, rule))
        return Part("tolls", ("words", "harm", "bounds", "victims", "rule"), tuple(rows))

    def voices(self) -> Part:
        def row(v: Voice) -> Row:
            return (self.said(v.first, v.last), v.id or "–", v.kind, v.stance, "relayed" if v.relayed else "")

        return Part("voices", ("words", "means", "kind", "stance", "rule"), tuple(map(row, self.trace.voices)))

    # ---- drafts --------------------------------------------------------------------------------------------------
    def not_events(self) -> Part:
        """Trigger words from which no draft was made."""
        used = {
            i for d in self.trace.merged for part in (d, *d.parts) for a, b in part.triggers for i in range(a, b + 1)
        }
        table = self.scan.at.get("trigger", {})
        left = [m for m in longest(table.values()) if m.first not in used and self.scan.sentence[m.first] >= 0]
        why = "denied, planned or feared, lacks what it needs, or part of another word"
        return Part(
            "not_events",
            ("words", "means", "rule"),
            tuple((self.said(m.first, m.last), m.entry.ref, why) for m in left),
        )

    def drafts(self) -> Part:
        rows = []
        for draft in self.trace.drafts:
            a, b = (" + ".join(self.said(p.first, p.last) for p in side) for side in (draft.side_a, draft.side_b))
            rows.append(
                (
                    self.number[id(draft)],
                    draft.type,
                    self.said(draft.first, draft.last),
                    a or "–",
                    b or "–",
                    "; ".join(dict.fromkeys(draft.reasons)),
                )
            )
        return Part("drafts", ("event", "type", "words", "side_a", "side_b", "rule"), tuple(rows))

    def merged(self) -> Part:
        rows = [
            (self.number.get(id(d), "–"), d.type, " + ".join(self.said(p.first, p.last) for p in d.parts))
            for d in self.trace.merged
            if len(d.parts) > 1
        ]
        return Part("merged", ("event", "type", "words"), tuple(rows))

    def dropped(self) -> Part:
        stands = {id(d.subject): d for d in self.trace.decisions if d.model == "stands"}
        rows = []
        for draft in self.trace.merged:
            if id(draft) in self.number:
                continue
            decision = stands.get(id(draft))
            why = (
                f"{decision.probability:.2f}: {self._weighed(decision)}"
                if decision
                else "too little speaks for a happening"
            )
            why += "".join(f"; {rule}" for rule in draft.reasons if rule.startswith("left out"))
            rows.append((draft.type, self.said(draft.first, draft.last), why))
        return Part("dropped", ("type", "words", "rule"), tuple(rows))

    def decisions(self) -> Part:
        rows = [self._decision(d) for d in self.trace.decisions if d.probability >= 0.05]
        return Part("decisions", ("event", "decision", "words", "probability", "rule"), tuple(rows))

    def _decision(self, decision: Decision) -> Row:
        subject, item = decision.subject, decision.item
        event = self.number.get(id(subject), "–")
        if event == "–" and isinstance(subject, Draft):
            event = f"– ({self.said(subject.first, subject.last)})"
        return (event, decision.model, self._item(item), f"{decision.probability:.2f}", self._weighed(decision))

    def _item(self, item: object) -> str:
        if isinstance(item, Party | Voice):
            return self.said(item.first, item.last)
        if isinstance(item, ResolvedPlace):
            return self.said(item.mention.first, item.mention.last)
        if isinstance(item, list):  # the mentions of the earlier event that a later one may be again
            return self.said(item[0].first, item[0].last)
        return "–"

    def _weighed(self, decision: Decision) -> str:
        return reasons(decision.features, self.weights.get(decision.model, {}))


# ---- showing ---------------------------------------------------------------------------------------------------------
def explain_text(report: Report, coder: RuleCoder) -> None:
    """Print the explanation to standard output, as tables that fit the terminal."""
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from marsad.knowledge.labels import load_labels

    labels = load_labels()
    told = explain(report, coder)
    console = Console()
    console.rule(f"{told.coded.report.id} · {told.coded.report.published or '?'}")
    for part in told.parts:
        table = Table(
            title=labels.both(f"explain.{part.key}"), title_justify="left", box=box.SIMPLE_HEAD, title_style="bold"
        )
        for column in part.columns:
            table.add_column(labels.en(f"column.{column}"), overflow="fold", ratio=2 if column == "rule" else None)
        for row in part.rows:
            table.add_row(
                *(Text(cell, style=_style(column, cell)) for column, cell in zip(part.columns, row, strict=True))
            )
        console.print(table)
    _summary(told, console.print)


def _style(column: str, cell: str) -> str:
    if column == "probability":
        return "green" if float(cell) >= 0.5 else "dim"
    return {"words": "cyan", "rule": "dim", "event": "bold"}.get(column, "")


def _summary(told: Explanation, say: Callable[[str], object]) -> None:
    events = told.coded.events
    say(
        f"{len(events)} events: " + ", ".join(f"{e.id} {e.type} ({_sure(e)})" for e in events)
        if events
        else "no event لا حدث"
    )
    for warning in told.coded.warnings:
        say(f"[yellow]{warning.code}[/yellow]: {warning.message}")


def explain_html(report: Report, coder: RuleCoder) -> str:
    """The explanation as one self-contained page, in Arabic and English."""
    from marsad.publish.page import render_explanation

    told = explain(report, coder)
    return render_explanation(told.coded, [(p.key, p.columns, p.rows) for p in told.parts])


def _sure(event: Event) -> str:
    """How sure the event is, and each of its fields if it is one."""
    return "; ".join([f"{event.confidence:.2f}", *(f"{field} {p:.2f}" for field, p in event.field_confidence.items())])
