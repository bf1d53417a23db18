"""Whether an event is news or recalled, and whether it happened, goes on, failed or is denied.

Comes in: a draft with its dates. Goes out: the draft with `status` and `background` set, and the rule noted.
"""

from __future__ import annotations

from datetime import date

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
    elif draft.status == "occurred" and (scan.has_cue("ongoing", a, b) or _present(draft)):
        draft.status = "ongoing"
        draft.note("status ongoing: the words around say that it goes on")


def _present(draft: Draft) -> bool:
    form = draft.spec.forms.get(draft.form) if draft.spec.forms else None
    return form is not None and form.tense == "present"


def set_background(draft: Draft, scan: Scan, dates: list[DateMention], published: str | None) -> None:
    """Recalled: opened by "وكان … قد", "يذكر أن", or dated well before the report."""
    first, _last = scan.sentence_of(draft.first)
    words = scan.words
    opening = words[first : first + 3]
    if scan.has_cue("background", first, min(first + 3, draft.first)) is not None and not _said(
        scan, first, draft.first
    ):
        draft.background = True
        draft.note("background: its sentence opens as a recollection")
    elif (
        any(w in ("كان", "كانت", "وكان", "وكانت") for w in words[max(first, draft.first - 8) : draft.first])
        and "قد" in words[max(first, draft.first - 6) : draft.first]
    ) or (opening and opening[0] in ("وكان", "وكانت", "كان", "كانت") and not _said(scan, first, draft.first)):
        draft.background = True
        draft.note("background: pluperfect")
    if draft.own_dates and dates[draft.dates[0]].kind == "vague":
        draft.background = True
        draft.note("background: “recently” recalls")
    if draft.own_dates and published:
        when = dates[draft.dates[0]]
        if when.direction != "since" and _days_before(when.end or when.start, published) > _RECALLED_AFTER_DAYS:
            draft.background = True
            draft.note("background: dated days before the report")


def _said(scan: Scan, first: int, last: int) -> bool:
    """ "وكان المرصد قد أعلن أن …": the speech lies back, not what it reports."""
    return any(i in scan.at.get("report", {}) for i in range(first, last))


def days_between(start: str, end: str) -> int:
    """Days from one ISO day to another; negative when the second is earlier."""
    return (date.fromisoformat(end[:10]) - date.fromisoformat(start[:10])).days


def _days_before(when: str | None, published: str) -> int:
    if not when:
        return 0
    try:
        if len(when) == 4:
            return 400 if when < published[:4] else 0
        if len(when) == 7:
            return 40 if when < published[:7] else 0
        return days_between(when, published)
    except ValueError:
        return 0
