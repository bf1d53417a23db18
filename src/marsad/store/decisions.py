"""Judgements of people and frozen editions: only ever added, never overwritten; an undo is a judgement of its own."""

from __future__ import annotations

from typing import Any

import msgspec
from sqlalchemy import Connection, select

from marsad.errors import StoreError
from marsad.records_incident import Judgement
from marsad.store import schema
from marsad.store.archive import from_json, to_json
from marsad.store.journal import Writer
from marsad.store.rows import Edition, Head

_judgements, _editions = schema.judgements, schema.editions


def add_judgement(writer: Writer, judgement: Judgement, at: str | None) -> bool:
    """Keep a person's decision; False if this very judgement is there.

    Raises: StoreError: the id is taken by another, nobody signs it, or it undoes what is unknown or undone already.
    """
    values = _judgement_values(judgement, judgement.when or at or writer.clock())
    old = _judgement(writer.conn, judgement.id)
    if old is not None:
        if judgement == old or judgement == msgspec.structs.replace(old, when=judgement.when):
            return False
        raise StoreError(f"judgement {judgement.id}: the id is taken by another judgement")
    _check_judgement(writer.conn, judgement)
    writer.append("judgement", _judgements, judgement.id, values, at or values["decided_at"])
    return True


def _judgement_values(judgement: Judgement, when: str) -> dict[str, Any]:
    return {
        "id": judgement.id,
        "kind": judgement.kind,
        "subject": judgement.subject,
        "value": to_json(judgement.value),
        "who": judgement.who,
        "decided_at": when,
        "why": judgement.why,
        "undoes": judgement.undoes,
    }


def _check_judgement(conn: Connection, judgement: Judgement) -> None:
    name = f"judgement {judgement.id}"
    if not judgement.who.strip():
        raise StoreError(f"{name}: nobody signs it (who is empty)")
    if (judgement.kind == "undo") != (judgement.undoes is not None):
        raise StoreError(f"{name}: kind undo and `undoes` go together")
    if judgement.undoes is None:
        return
    if _judgement(conn, judgement.undoes) is None:
        raise StoreError(f"{name}: there is no judgement {judgement.undoes} to undo")
    if conn.execute(select(_judgements.c.id).where(_judgements.c.undoes == judgement.undoes)).first():
        raise StoreError(f"{name}: judgement {judgement.undoes} is undone already")


def _judgement(conn: Connection, judgement_id: str) -> Judgement | None:
    row = conn.execute(select(_judgements).where(_judgements.c.id == judgement_id)).mappings().first()
    return _as_judgement(row) if row else None


def _as_judgement(row: Any) -> Judgement:
    return Judgement(
        id=row["id"],
        kind=row["kind"],
        subject=row["subject"],
        who=row["who"],
        why=row["why"],
        value=from_json(row["value"], dict[str, Any], f"judgement {row['id']}"),
        when=row["decided_at"],
        undoes=row["undoes"],
    )


def judgements(conn: Connection, subject: str | None, standing: bool) -> tuple[Judgement, ...]:
    """Judgements, oldest first; only those that are not undone (an undone undo gives its subject back) if `standing`."""
    query = select(_judgements).order_by(_judgements.c.seq)
    if subject is not None:
        query = query.where(_judgements.c.subject == subject)
    found = tuple(_as_judgement(row) for row in conn.execute(query).mappings())
    if not standing:
        return found
    return tuple(j for j in found if j.kind != "undo" and not is_undone(conn, j.id))


def is_undone(conn: Connection, judgement_id: str) -> bool:
    """Has somebody taken a judgement back, without that being taken back in turn?"""
    undo = conn.execute(select(_judgements.c.id).where(_judgements.c.undoes == judgement_id)).first()
    return undo is not None and not is_undone(conn, undo.id)


def add_edition(
    writer: Writer, edition_id: str, manifest: dict[str, Any], checksums: dict[str, str], at: str | None
) -> Edition:
    """Freeze a release: its manifest and checksums are kept with the journal's head.

    Raises: StoreError: there is an edition of this id; editions never change.
    """
    if writer.conn.execute(select(_editions.c.id).where(_editions.c.id == edition_id)).first():
        raise StoreError(f"edition {edition_id} exists already; editions never change")
    head, at = writer.head, at or writer.clock()
    values = {
        "id": edition_id,
        "manifest": to_json(manifest),
        "checksums": to_json(checksums),
        "head_seq": head.seq,
        "head_hash": head.hash,
    }
    writer.append("edition", _editions, edition_id, values, at)
    return Edition(edition_id, at, manifest, checksums, head)


def editions(conn: Connection) -> tuple[Edition, ...]:
    """All editions, oldest first."""
    query = select(_editions, schema.journal.c.at).join(schema.journal, schema.journal.c.seq == _editions.c.seq)
    return tuple(
        Edition(
            row.id,
            row.at,
            from_json(row.manifest, dict[str, Any], f"edition {row.id}"),
            from_json(row.checksums, dict[str, str], f"edition {row.id}"),
            Head(row.head_seq, row.head_hash),
        )
        for row in conn.execute(query.order_by(_editions.c.seq))
    )
