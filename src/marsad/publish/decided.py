"""What people decided about values, applied to what is published; linkage (merge, split, link) is in the store already.

Comes in: entries and the standing judgements. Goes out: the entries as decided: `correct` puts the fields of `value` in the place of an
incident's (subject an incident id) or an event's (subject an event ref), `reject` leaves an event or a whole incident out. An incident one of
whose events was corrected or rejected is derived anew from the others, under its own policy.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, TypeVar

import msgspec

from marsad.errors import PublishError
from marsad.incidents.items import items_of
from marsad.incidents.reconcile import reconcile
from marsad.knowledge.loader import FOLDER, Knowledge
from marsad.publish.entries import Entry, Member
from marsad.records import CodedReport, Event
from marsad.records_incident import Incident, Judgement
from marsad.text.dates import load_dates

_Record = TypeVar("_Record", Event, Incident)


def decided(found: Iterable[Entry], judgements: Sequence[Judgement], knowledge: Knowledge) -> Iterator[Entry]:
    """The entries as people decided; those with no event left are left out.

    Raises: PublishError: a correction names a field that there is not, or a value of another shape.
    """
    corrections: dict[str, list[Judgement]] = {}
    for judgement in judgements:
        if judgement.kind == "correct":
            corrections.setdefault(judgement.subject, []).append(judgement)
    rejected = {j.subject for j in judgements if j.kind == "reject"}
    for entry in found:
        if entry.incident.id in rejected:
            continue
        made = _events_decided(entry, corrections, rejected, knowledge)
        if made.members:
            yield Entry(corrected(made.incident, corrections.get(made.incident.id, ())), made.members)


def _events_decided(
    entry: Entry, corrections: dict[str, list[Judgement]], rejected: set[str], knowledge: Knowledge
) -> Entry:
    members = tuple(
        Member(m.ref, m.report, corrected(m.event, corrections.get(m.ref, ())))
        for m in entry.members
        if m.ref not in rejected
    )
    if members == entry.members or not members:
        return Entry(entry.incident, members)
    dates, weights = load_dates(FOLDER / "languages" / "ar"), knowledge.models["words"]
    items = [i for m in members for i in items_of(CodedReport(m.report, (m.event,)), weights, dates)]
    made = reconcile(items, knowledge, entry.incident.policy, entry.incident.id)
    return Entry(msgspec.structs.replace(made, status=entry.incident.status), members)


def corrected(record: _Record, corrections: Sequence[Judgement]) -> _Record:
    """The record under corrections, later ones over earlier.

    Raises: PublishError: no such field, or a value of another shape.
    """
    for judgement in corrections:
        unknown = sorted(judgement.value.keys() - set(record.__struct_fields__) | judgement.value.keys() & {"id"})
        if unknown:
            raise PublishError(f"judgement {judgement.id}: nothing of {record.id} can be corrected in {unknown[0]}")
        whole: dict[str, Any] = {**msgspec.to_builtins(record), **judgement.value}
        try:
            record = msgspec.convert(whole, type(record))
        except msgspec.ValidationError as error:
            raise PublishError(f"judgement {judgement.id}: {error}") from None
    return record
