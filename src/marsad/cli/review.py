"""`marsad judge`, `judgements`: what people decide, kept beside what the machine says, each decision signed and undoable."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import msgspec
import typer

from marsad.errors import StoreError

if TYPE_CHECKING:
    from marsad.records_incident import Judgement
    from marsad.store import Store

_STORE = typer.Option(None, "--store", "-s", metavar="DIR|URL", help="Default MARSAD_STORE or ./marsad-store. المستودع")
_JSON = typer.Option(False, "--json", help="Machine-readable output, one object a line. إخراج JSON")


def register(app: typer.Typer) -> None:
    for command in (judge, judgements):
        app.command(command.__name__, help=command.__doc__)(command)


def judge(
    kind: str = typer.Argument(
        metavar="KIND", help="accept, reject, correct, merge, split, link, unlink or undo. نوع القرار"
    ),
    subject: str = typer.Argument(
        metavar="SUBJECT", help="Incident id, event (REPORT/EVENT), or, to undo, a judgement. موضوعه"
    ),
    others: list[str] = typer.Argument(
        None, metavar="[OTHER]...", help="Incidents to merge with; events to split off, to link or to unlink. غيره"
    ),
    who: str = typer.Option(None, "--who", help="Who decides; default MARSAD_WHO. صاحب القرار"),
    why: str = typer.Option(..., "--why", help="The reason; it is published in change logs. السبب"),
    values: list[str] = typer.Option(None, "--set", metavar="FIELD=JSON", help="For correct; again for more. القيم"),
    where: str = _STORE,
    as_json: bool = _JSON,
) -> None:
    """Decide on an incident or event; the machine never undoes it. قرار بشري.

    Examples:

      marsad judge accept i-0123456789ab --who "R. Salem" --why "two videos seen"

      marsad judge correct rasd-1/e1 --set 'type="air_strike"' --why "the crater"

      marsad judge merge i-0123456789ab i-ba9876543210 --why "one convoy"

      marsad judge split i-0123456789ab rasd-3/e2 --why "another street"

      marsad judge undo j-5d3c91aa --why "the video is of 2013"
    """
    from marsad.archive import judge as keep
    from marsad.knowledge.loader import load_knowledge
    from marsad.store import open_store

    signed = who or os.environ.get("MARSAD_WHO") or ""
    with open_store(where or os.environ.get("MARSAD_STORE") or "marsad-store") as store:
        decision = _decision(store, kind, subject, others or [], _values(values or []), signed, why)
        changes = keep(store, decision, load_knowledge())
    touched = [i.id for i in changes.incidents]
    said = {**msgspec.to_builtins(decision), "incidents": touched}
    words = f"{decision.id}: {kind} {decision.subject}; incidents made or changed وقائع: {', '.join(touched) or '–'}"
    typer.echo(msgspec.json.encode(said).decode() if as_json else words)


def judgements(
    subject: str = typer.Argument(None, help="Of this incident or event only. الموضوع"),
    standing: bool = typer.Option(False, "--standing", help="Without what was undone. القائمة فقط"),
    where: str = _STORE,
    as_json: bool = _JSON,
) -> None:
    """List what people decided, oldest first. القرارات البشرية.

    Examples:

      marsad judgements --store archive --standing
    """
    from marsad.store import open_store

    with open_store(where or os.environ.get("MARSAD_STORE") or "marsad-store") as store:
        for j in store.judgements(subject, standing):
            undone = f" {j.undoes}" if j.undoes else ""
            words = f"{j.id}  {j.when}  {j.who}  {j.kind}{undone} {j.subject}: {' '.join(j.why.split())}"
            typer.echo(msgspec.json.encode(j).decode() if as_json else words)


def _values(stated: Sequence[str]) -> dict[str, Any]:
    out: dict[str, Any] = {}
    for one in stated:
        field, equals, value = one.partition("=")
        try:
            if not equals:
                raise msgspec.DecodeError("there is no “=”")
            out[field] = msgspec.json.decode(value)
        except msgspec.DecodeError as error:
            raise StoreError(f"--set {one}: not FIELD=JSON ({error}) قيمة غير صالحة") from None
    return out


def _decision(
    store: Store, kind: str, subject: str, others: Sequence[str], values: dict[str, Any], who: str, why: str
) -> Judgement:
    from marsad.records_incident import Judgement, JudgementKind

    value, undoes = values, None
    if kind in ("merge", "split"):
        value = {"groups": _groups(store, kind, subject, others)}
    elif kind in ("link", "unlink"):
        value = {"events": [_event(store, ref) for ref in others]}
    elif kind == "correct":
        _check_correction(store, subject, values)
    elif kind == "undo":
        undoes = subject
        subject = next((j.subject for j in store.judgements() if j.id == undoes), subject)
    if kind in ("link", "unlink", "merge", "split") and not others:
        raise StoreError(f"judge {kind}: name the others too اذكر غيره أيضا")
    if kind != "undo":
        _event(store, subject) if "/" in subject else _events(store, subject)
    raw = {"id": f"j-{secrets.token_hex(4)}", "kind": kind, "subject": subject, "who": who, "why": why}
    try:
        return msgspec.convert({**raw, "value": value, "undoes": undoes}, Judgement)
    except msgspec.ValidationError:
        kinds = ", ".join(JudgementKind.__args__)  # type: ignore[attr-defined]
        raise StoreError(f"judge {kind}: there is {kinds} قرار غير معروف") from None


def _groups(store: Store, kind: str, subject: str, others: Sequence[str]) -> list[list[str]]:
    if kind == "merge":
        return [_events(store, ident) for ident in (subject, *others)]
    apart = [_event(store, ref) for ref in others]
    whole = _events(store, subject)
    strange = sorted(set(apart) - set(whole))
    if strange:
        raise StoreError(f"judge split: {strange[0]} is not in {subject} ليس في الواقعة")
    return [apart, [ref for ref in whole if ref not in apart]]


def _events(store: Store, ident: str) -> list[str]:
    incident = store.incident(ident)
    if incident is None:
        raise StoreError(f"{ident}: there is no such incident لا توجد واقعة كهذه")
    return list(incident.events)


def _event(store: Store, ref: str) -> str:
    if ref not in store.events([ref]):
        raise StoreError(f"{ref}: there is no such event لا يوجد حدث كهذا")
    return ref


def _check_correction(store: Store, subject: str, values: dict[str, Any]) -> None:
    """A correction that could not be applied is refused when it is made, not when an edition is."""
    from marsad.publish.decided import corrected

    if not values:
        raise StoreError("judge correct: say what with --set FIELD=JSON اذكر القيمة الصحيحة")
    find: Callable[[str], Any] = store.incident if "/" not in subject else lambda ref: store.events([ref]).get(ref)
    record = find(subject)
    if record is not None:
        from marsad.records_incident import Judgement

        corrected(record, [Judgement("new", "correct", subject, "-", "-", values)])
