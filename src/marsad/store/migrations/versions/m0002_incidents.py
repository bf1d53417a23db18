"""Events flattened for blocking, incidents and their links, judgements, editions."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from marsad.store.migrations.guard import append_only

revision = "0002"
down_revision = "0001"

_BIG = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Create the tables of reconciliation; existing codings are flattened by `rebuild` right after."""
    _events()
    _incidents()
    _people()
    append_only("links", "judgements", "editions")


def _texts(*names: str, nullable: bool = False) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text, nullable=nullable) for name in names]


def _events() -> None:
    op.create_table(
        "events",
        sa.Column("ref", sa.Text, primary_key=True),
        *_texts("report_id", "event_id"),
        sa.Column("coding_seq", sa.BigInteger, nullable=False),
        *_texts("type", "family", "status"),
        sa.Column("background", sa.Boolean, nullable=False),
        *_texts("fingerprint"),
        *_texts("when_start", "when_end", nullable=True),
        *_texts("when_precision"),
        sa.Column("when_stated", sa.Boolean, nullable=False),
        *_texts("place_id", nullable=True),
        sa.Column("place_precision", sa.SmallInteger, nullable=False),
        *_texts("country", "admin1", nullable=True),
        sa.Column("lat", sa.Double),
        sa.Column("lon", sa.Double),
        sa.Column("confidence", sa.Double, nullable=False),
    )
    op.create_index("events_report", "events", ["report_id"])
    op.create_index("events_when", "events", ["when_start"])
    op.create_index("events_place", "events", ["lat", "lon"])
    op.create_table(
        "event_blocks",
        sa.Column("block_key", sa.Text, primary_key=True),
        sa.Column("ref", sa.Text, primary_key=True),
        sqlite_with_rowid=False,
    )
    op.create_index("event_blocks_ref", "event_blocks", ["ref"])


def _incidents() -> None:
    op.create_table(
        "incidents",
        sa.Column("id", sa.Text, primary_key=True),
        *_texts("status", "type"),
        *_texts("when_start", "when_end", "country", "admin1", nullable=True),
        sa.Column("lat", sa.Double),
        sa.Column("lon", sa.Double),
        *_texts("derived"),
        sa.Column("created_seq", sa.BigInteger, nullable=False),
        sa.Column("updated_seq", sa.BigInteger, nullable=False),
        sa.Column("reopened", sa.Integer, nullable=False),
    )
    op.create_index("incidents_when", "incidents", ["when_start"])
    op.create_index("incidents_place", "incidents", ["lat", "lon"])
    op.create_table(
        "links",
        sa.Column("seq", _BIG, primary_key=True, autoincrement=False),
        *_texts("incident", "event", "action"),
        sa.Column("score", sa.Double, nullable=False),
        *_texts("reasons", "made_by"),
        *_texts("judgement", nullable=True),
    )
    op.create_index("links_incident", "links", ["incident"])
    op.create_index("links_event", "links", ["event"])
    op.create_table(
        "members",
        sa.Column("event", sa.Text, primary_key=True),
        *_texts("incident", nullable=True),
        sa.Column("link_seq", sa.BigInteger, nullable=False),
        *_texts("made_by"),
    )
    op.create_index("members_incident", "members", ["incident"])


def _people() -> None:
    op.create_table(
        "judgements",
        sa.Column("seq", _BIG, primary_key=True, autoincrement=False),
        *_texts("id", "kind", "subject", "value", "who", "decided_at", "why"),
        *_texts("undoes", nullable=True),
    )
    op.create_index("judgements_id", "judgements", ["id"], unique=True)
    op.create_index("judgements_subject", "judgements", ["subject"])
    op.create_index("judgements_undoes", "judgements", ["undoes"], unique=True)
    op.create_table(
        "editions",
        sa.Column("seq", _BIG, primary_key=True, autoincrement=False),
        *_texts("id", "manifest", "checksums"),
        sa.Column("head_seq", sa.BigInteger, nullable=False),
        *_texts("head_hash"),
    )
    op.create_index("editions_id", "editions", ["id"], unique=True)
