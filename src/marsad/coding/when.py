"""When each event happened and whether it is news: which date of the report is the event's own, which is carried, what is recalled.

Comes in: drafts, before and after they are folded. Goes out: the drafts with `dates`, `carried` and `background` decided. A date belongs
to the event beside it, unless the words say otherwise; an event without one shares the day of the news that it is told with, else it
happened on the day of publication. What is recalled is weighed by a small model (coding/rank.py), for many small signs speak of it.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

from marsad.coding.choose import Chooser
from marsad.coding.frames import Draft
from marsad.coding.rank import Features
from marsad.coding.scan import Scan
from marsad.text.dates import DateMention

_NEWS_DAYS = 3  # a dated event passes its date on to those told with it only while it is news
_LATER = 5  # sentences in which a report comes back to its first one with the day
_SPEECH = 4  # tokens from a verb of speech to its date: "قال أمس", "أعلن الجيش أمس"
_SPEECH_ON = 2  # sentences: as far as the news lends its day to what is told with it
_VAGUE_REACH = 3  # tokens: "مؤخرا" says something only of the verb that it stands beside
_COUNTED_REACH = 8  # tokens: "بعد ثلاثة أيام على … هجوم"
_BETWEEN = 2  # events between an event and a date in another clause: the date is theirs
_OPENING = 3  # tokens: a date that opens a sentence governs all that it tells


class Dating:
    """The decisions of one report about time."""

    def __init__(self, scan: Scan, dates: Sequence[DateMention], ages: Sequence[int | None]) -> None:
        """ages: of each date, the days from it to the report's own day; None where that cannot be known (text/dates.py)."""
        self.scan, self.dates, self.ages = scan, dates, ages
        self.here: dict[int, list[int]] = {}
        for n, mention in enumerate(dates):
            if mention.start is not None or mention.kind in ("vague", "relative", "weekday", "counted"):
                self.here.setdefault(scan.sentence[mention.first], []).append(n)
        self.triggers = sorted(scan.at.get("trigger", {}))

    # ---- the date beside an event --------------------------------------------------------------------------------
    def propose(self, drafts: list[Draft]) -> None:
        """Gives every draft the nearest date of its sentence that may be its own."""
        for draft in drafts:
            numbers = self.here.get(draft.sentence)
            if not numbers:
                continue
            mates = [d for d in drafts if d.sentence == draft.sentence and d is not draft]
            numbers = [n for n in numbers if self._may_date(self.dates[n], draft)]
            if numbers:
                draft.dates = [min(numbers, key=lambda n: self._distance(self.dates[n], draft, mates))]
                draft.own_dates = 1

    def _may_date(self, mention: DateMention, draft: Draft) -> bool:
        """Whether the words leave it open that a date of the sentence is this event's."""
        after = mention.first > draft.last
        a, b = (draft.last + 1, mention.first - 1) if after else (mention.last + 1, draft.first - 1)
        if mention.kind == "vague":  # "المدينة المحررة حديثا": what is recent is said of the word before
            beside = b - a < _VAGUE_REACH and self.scan.clause[mention.first] == self.scan.clause[draft.first]
            return beside and not self.scan.words[mention.first - 1].startswith("ال")
        if mention.direction == "until":
            return False
        apart = self.scan.clause[mention.first] != self.scan.clause[draft.first]
        if mention.kind == "period" and apart:
            return False  # "the past days" are those of their own clause
        if mention.direction == "since" and (
            self._has("records", mention.first - 7, mention.first) or (after and self._has("relative", a, b))
        ):
            return False  # "the worst since April"; "the coalition, which has flown since March"
        between = self._events(a, b)
        if mention.counted is not None and mention.counted < 0:  # dates what it counts back to: "بعد يوم من مقتل"
            return not after and between == 0 and b - a < _COUNTED_REACH
        if after:
            return between < _BETWEEN or self.scan.clause[mention.first] == self.scan.clause[draft.first]
        if self._is_spoken(mention):
            return not self._speaks(a, b)  # "أعلن أمس …، وأفادت مصادر أن"
        first, _ = self.scan.sentence_of(mention.first)
        opens = mention.first - first <= _OPENING and self._events(first, mention.first) == 0
        return opens or between < _BETWEEN or self.scan.clause[mention.first] == self.scan.clause[draft.first]

    def _distance(self, mention: DateMention, draft: Draft, mates: list[Draft]) -> float:
        gap = draft.first - mention.last if mention.last < draft.first else mention.first - draft.last
        low, high = min(mention.first, draft.first), max(mention.first, draft.first)
        between = sum(low <= d.first <= high for d in mates)
        clause = self.scan.clause[mention.first] != self.scan.clause[draft.first]
        return gap + 8 * between + 4 * clause + (6 if mention.kind == "vague" else 0)

    def _is_spoken(self, mention: DateMention) -> bool:
        """Does the date stand beside a verb of speech ("قال اليوم إن")?"""
        first, _ = self.scan.sentence_of(mention.first)
        first = max(first, mention.first - _SPEECH)
        return self._events(first, mention.first - 1) == 0 and self._speaks(first, mention.first - 1)

    def _speaks(self, first: int, last: int) -> bool:
        table = self.scan.at.get("report", {})
        return any(i in table for i in range(first, last + 1))

    def _events(self, first: int, last: int) -> int:
        """How many event words stand within tokens first..last."""
        return bisect_left(self.triggers, last + 1) - bisect_left(self.triggers, first)

    def _has(self, cue: str, first: int, last: int) -> bool:
        return self.scan.has_cue(cue, first, last) is not None

    # ---- the date of an event ------------------------------------------------------------------------------------
    def decide(self, events: list[Draft], chooser: Chooser) -> None:
        """Date and background of every event, in text order: the news told before lends its day to what follows."""
        news: tuple[Draft, int] | None = None
        before: Draft | None = None
        for event in events:
            own = self._own(event)
            later = self._told_later(event) if own is None or self._is_spoken(self.dates[own]) else None
            own = later if later is not None else own
            carried = news[1] if news is not None and own is None and self._goes_on(event, news[0]) else None
            if later is not None:
                event.note("date told in a later sentence")
            elif carried is not None:
                event.note("date of the news told before")
            event.dates, event.own_dates = ([own], 1) if own is not None else ([], 0)
            event.background = chooser.recalled(event, self._signs(event, carried, news, before))
            event.carried = None if event.background else carried
            before = event
            if own is not None and not event.background and self._passes_on(own):
                news = (event, own)

    def _own(self, event: Draft) -> int | None:
        """The date beside one of its mentions: the first that is not the day of a statement; of later mentions only a day counts."""
        found = [
            part.dates[0]
            for n, part in enumerate(event.parts)
            if part.own_dates and (n == 0 or self.dates[part.dates[0]].precision in ("day", "hour"))
        ]
        return next((n for n in found if not self._is_spoken(self.dates[n])), found[0] if found else None)

    def _told_later(self, event: Draft) -> int | None:
        """The day that a sentence further on gives to "the attack", where the first one only tells of it."""
        if event.sentence > 1 and not event.own_dates:
            return None
        table = self.scan.at.get("trigger", {})
        for number in range(event.sentence + 1, event.sentence + 1 + _LATER):
            for n in self.here.get(number, ()):
                mention = self.dates[n]
                near = self._nearest(mention)
                if near is None or mention.direction is not None or mention.precision not in ("day", "hour"):
                    continue
                spec = table[near].entry.data
                if spec is not None and spec.type == event.type:
                    return n if self.scan.words[near].lstrip("وفب").startswith(("ال", "لل")) else None
        return None

    def _nearest(self, mention: DateMention) -> int | None:
        """The event word of its sentence that stands nearest to a date."""
        first, last = self.scan.sentence_of(mention.first)
        here = self.triggers[bisect_left(self.triggers, first) : bisect_left(self.triggers, last + 1)]
        return min(here, key=lambda i: abs(i - mention.first), default=None)

    def _goes_on(self, event: Draft, news: Draft) -> bool:
        """Whether an event is told with the news before it: by a speaker who goes on, or "meanwhile". Another matter has a day of its own."""
        opening, offset = self.scan.sentence_of(event.first)[0], event.sentence - news.sentence
        paragraph = "\n" not in self.scan.words[news.last : event.first]
        if event.background or offset > _SPEECH_ON or (offset > 1 and not paragraph):
            return False
        meanwhile = paragraph and self._has("meanwhile", opening, opening + 3)
        return meanwhile or opening in self.scan.at.get("report", {})

    def _passes_on(self, n: int) -> bool:
        mention, age = self.dates[n], self.ages[n]
        whole = mention.precision in ("day", "hour") and mention.direction is None
        return whole and age is not None and abs(age) <= _NEWS_DAYS

    # ---- background ----------------------------------------------------------------------------------------------
    def _signs(
        self, event: Draft, carried: int | None, news: tuple[Draft, int] | None, before: Draft | None
    ) -> Features:
        """What speaks for and against the report bringing the event up from before its news."""
        scan = self.scan
        opening = scan.sentence_of(event.first)[0]
        out: Features = {
            f"rule_{event.recalled_by}": float(bool(event.recalled_by)),
            "rule": float(event.background),
            "rule_later": float(any(part.background for part in event.parts[1:])),
            "rule_all": float(all(part.background for part in event.parts)),
            "first": float(before is None),
            "late": float(min(event.sentence, 12)) / 12,
            "late_share": event.sentence / max(1, len(scan.sentences)),
            "undated": float(not event.dates and carried is None),
            "carried": float(carried is not None),
            "aftermath": float(self._aftermath(event)),
            "relative": float(self._has("relative", max(opening, event.first - 8), event.first)),
            "definite": float(event.definite),
            "noun": float(event.noun),
            "ongoing": float(event.status == "ongoing"),
            "voice": float(bool(event.parts[0].sources)),
        }
        if event.dates:
            out |= self._age_signs(event.dates[0], news[1] if news is not None else None)
        if before is not None:
            out["before"] = float(before.background)
            out["before_here"] = float(before.background and before.sentence == event.sentence)
            out["news_here"] = float(not before.background and before.sentence == event.sentence)
        return {name: value for name, value in out.items() if value}

    def _age_signs(self, n: int, news: int | None) -> Features:
        mention, age = self.dates[n], self.ages[n]
        out = {
            "dated": 1.0,
            f"date_{_bucket(age)}": 1.0,
            f"date_{mention.precision}": 1.0,
            f"date_{mention.kind}": 1.0,
            f"date_{mention.direction}": float(mention.direction is not None),
        }
        if news is not None and age is not None:
            out["older_than_news"] = float(age > (self.ages[news] or 0))
            out["as_old_as_news"] = float(age == self.ages[news])
        return out

    def _aftermath(self, draft: Draft) -> bool:
        """Is the event what the news follows, and not the news ("بعد مقتل …", "ردا على الهجوم")?"""
        first = max(self.scan.sentence_of(draft.first)[0], draft.first - 4)
        cue = self.scan.has_cue("aftermath", first, draft.first - 1)
        return cue is not None and self._events(cue.last, draft.first - 1) == 0


def _bucket(age: int | None) -> str:
    """A name for how old a date is."""
    if age is None:
        return "age_unknown"
    if age <= 1:
        return f"age_{'ahead' if age < 0 else age}"
    return f"age_{'2_3' if age <= _NEWS_DAYS else '4_9' if age <= 9 else '10_60' if age <= 60 else 'old'}"
