"""Whether an event is news or recalled, and whether it happened, goes on, failed or is denied.

Comes in: a draft with its dates. Goes out: the draft with `status` and `background` set, and the rule noted.
"""

from __future__ import annotations

from collections.abc import Sequence

from marsad.coding.frames import Draft
from marsad.coding.scan import Scan
from marsad.text.dates import DateMention

_RECALLED_AFTER_DAYS = 3


def set_status(draft: Draft, scan: Scan) -> None:
    """Reads ongoing and attempted from the words of the draft's clause."""
    first, last = scan.sentence_of(draft.first)
    clause = scan.clause[draft.first]
    a = max(first, draft.first - 6)
    while a < draft.first and scan.clause[a] < clause - 1:
        a += 1
    b = min(last, draft.last + 8)
    while b > draft.last and scan.clause[b] > clause:
        b -= 1
    if (
        draft.status == "occurred"
        and scan.has_cue("attempted", a, min(b, draft.last + 4))
        and draft.type not in ("killing", "displacement", "protest")
    ):
        draft.status = "attempted"
        draft.note("status attempted: the words around say that it failed or was foiled")
    elif draft.status == "occurred" and (scan.has_cue("ongoing", a, b) or _present(draft, scan)):
        draft.status = "ongoing"
        draft.note("status ongoing: the words around say that it goes on")


def _present(draft: Draft, scan: Scan) -> bool:
    """Told in the present; not so after a particle ("قبل أن تسيطر") and in a title, where what is over is told in it too."""
    form = draft.inflection
    if form is None or form.tense != "present" or scan.kinds[draft.sentence] == "title":
        return False
    return scan.has_cue("particles", draft.first - 1, draft.first - 1) is None


def set_background(draft: Draft, scan: Scan, dates: list[DateMention], ages: Sequence[int | None]) -> None:
    """What speaks for a recollection: opened by "وكان … قد", "يذكر أن", or dated well before the report. coding/when.py weighs it.

    Args: ages: how many days old each date is, None where that cannot be known.
    """
    rule = _recollection(draft, scan) or _old(draft, dates, ages)
    if rule:
        draft.background, draft.recalled_by = True, rule
        draft.note(f"background: {RULES[rule]}")


RULES = {
    "opening": "its sentence opens as a recollection",
    "pluperfect": "pluperfect",
    "vague": "“recently” recalls",
    "dated": "dated days before the report",
}


def _recollection(draft: Draft, scan: Scan) -> str:
    """The way in which its sentence turns to the past."""
    first, _last = scan.sentence_of(draft.first)
    words = scan.words
    said = _said(scan, first, draft.first)
    if scan.has_cue("background", first, min(first + 3, draft.first)) is not None and not said:
        return "opening"
    was = ("كان", "كانت", "وكان", "وكانت")
    if (
        any(w in was for w in words[max(first, draft.first - 8) : draft.first])
        and "قد" in words[max(first, draft.first - 6) : draft.first]
    ) or (words[first] in was and not said):
        return "pluperfect"
    return ""


def _old(draft: Draft, dates: list[DateMention], ages: Sequence[int | None]) -> str:
    if not draft.own_dates:
        return ""
    when, age = dates[draft.dates[0]], ages[draft.dates[0]]
    if when.kind == "vague":
        return "vague"
    return "dated" if when.direction != "since" and age is not None and age > _RECALLED_AFTER_DAYS else ""


def _said(scan: Scan, first: int, last: int) -> bool:
    """ "وكان المرصد قد أعلن أن …": the speech lies back, not what it reports."""
    return any(i in scan.at.get("report", {}) for i in range(first, last))
