"""The tables, one schema for SQLite and PostgreSQL; migrations/ builds it, a test proves that they agree.

Two sorts of tables. **Base** tables are append-only (triggers refuse UPDATE and DELETE) and every row carries the `seq` of
the journal entry that seals it. **Derived** tables are pointers and indexes that `rebuild` makes again from the base.
Texts, dates and JSON are plain text in both engines, so that a row has the same digest everywhere.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Double,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    Table,
    Text,
)

REVISION = "0002"
"""The newest migration: what this version of Marsad reads and writes."""

metadata = MetaData()


def _seq() -> Column[int]:
    return Column("seq", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=False)


journal = Table(
    "journal",
    metadata,
    _seq(),
    Column("at", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("digest", Text, nullable=False),
    Column("prev_hash", Text, nullable=False),
    Column("hash", Text, nullable=False),
    Index("journal_subject", "kind", "subject"),
)

documents = Table(
    "documents",
    metadata,
    _seq(),
    Column("sha256", Text, nullable=False),
    Column("media_type", Text, nullable=False),
    Column("size", BigInteger, nullable=False),
    Index("documents_sha256", "sha256", unique=True),
)

retrievals = Table(
    "retrievals",
    metadata,
    _seq(),
    Column("document", Text, nullable=False),
    Column("url", Text),
    Column("retrieved_at", Text),
    Column("headers", Text, nullable=False),
    Column("tool", Text, nullable=False),
    Column("timestamp_token", LargeBinary),
    Index("retrievals_document", "document"),
)

# Raw bytes live here on PostgreSQL and in memory; a store in a directory keeps them as files instead.
blobs = Table(
    "blobs",
    metadata,
    Column("sha256", Text, primary_key=True),
    Column("bytes", LargeBinary, nullable=False),
)

reports = Table(
    "reports",
    metadata,
    _seq(),
    Column("id", Text, nullable=False),
    Column("document", Text),
    Column("url", Text),
    Column("title", Text),
    Column("publisher", Text),
    Column("published", Text),
    Column("language", Text, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("sections", Text, nullable=False),
    Column("text", Text, nullable=False),
    Index("reports_id", "id"),
    Index("reports_sha256", "sha256"),
)

codings = Table(
    "codings",
    metadata,
    _seq(),
    Column("report_id", Text, nullable=False),
    Column("report_seq", BigInteger, nullable=False),
    Column("knowledge_version", Text, nullable=False),
    Column("coder", Text, nullable=False),
    Column("beside", Boolean, nullable=False),
    Column("events", Integer, nullable=False),
    Column("coded", Text, nullable=False),
    Index("codings_report", "report_id"),
)

# Where each report stands: its newest version and the coding that counts.
heads = Table(
    "heads",
    metadata,
    Column("report_id", Text, primary_key=True),
    Column("report_seq", BigInteger, nullable=False),
    Column("report_digest", Text, nullable=False),
    Column("coding_seq", BigInteger),
    Column("coding_digest", Text),
    Column("coded_seq", BigInteger),
    Column("knowledge_version", Text),
    Index("heads_report_seq", "report_seq", unique=True),
    Index("heads_knowledge", "knowledge_version", "report_seq"),
)

events = Table(
    "events",
    metadata,
    Column("ref", Text, primary_key=True),
    Column("report_id", Text, nullable=False),
    Column("event_id", Text, nullable=False),
    Column("coding_seq", BigInteger, nullable=False),
    Column("type", Text, nullable=False),
    Column("family", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("background", Boolean, nullable=False),
    Column("fingerprint", Text, nullable=False),
    Column("when_start", Text),
    Column("when_end", Text),
    Column("when_precision", Text, nullable=False),
    Column("when_stated", Boolean, nullable=False),
    Column("place_id", Text),
    Column("place_precision", SmallInteger, nullable=False),
    Column("country", Text),
    Column("admin1", Text),
    Column("lat", Double),
    Column("lon", Double),
    Column("confidence", Double, nullable=False),
    Index("events_report", "report_id"),
    Index("events_when", "when_start"),
    Index("events_place", "lat", "lon"),
)

event_blocks = Table(
    "event_blocks",
    metadata,
    Column("block_key", Text, primary_key=True),
    Column("ref", Text, primary_key=True),
    Index("event_blocks_ref", "ref"),
    sqlite_with_rowid=False,
)

# The one table that is replaced in place: what stands now; every state it had is in the journal, every link below.
incidents = Table(
    "incidents",
    metadata,
    Column("id", Text, primary_key=True),
    Column("status", Text, nullable=False),
    Column("type", Text, nullable=False),
    Column("when_start", Text),
    Column("when_end", Text),
    Column("country", Text),
    Column("admin1", Text),
    Column("lat", Double),
    Column("lon", Double),
    Column("derived", Text, nullable=False),
    Column("created_seq", BigInteger, nullable=False),
    Column("updated_seq", BigInteger, nullable=False),
    Column("reopened", Integer, nullable=False),
    Index("incidents_when", "when_start"),
    Index("incidents_place", "lat", "lon"),
)

links = Table(
    "links",
    metadata,
    _seq(),
    Column("incident", Text, nullable=False),
    Column("event", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("score", Double, nullable=False),
    Column("reasons", Text, nullable=False),
    Column("made_by", Text, nullable=False),
    Column("judgement", Text),
    Index("links_incident", "incident"),
    Index("links_event", "event"),
)

# The newest link of each event: incident is null after an unlink.
members = Table(
    "members",
    metadata,
    Column("event", Text, primary_key=True),
    Column("incident", Text),
    Column("link_seq", BigInteger, nullable=False),
    Column("made_by", Text, nullable=False),
    Index("members_incident", "incident"),
)

judgements = Table(
    "judgements",
    metadata,
    _seq(),
    Column("id", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("value", Text, nullable=False),
    Column("who", Text, nullable=False),
    Column("decided_at", Text, nullable=False),
    Column("why", Text, nullable=False),
    Column("undoes", Text),
    Index("judgements_id", "id", unique=True),
    Index("judgements_subject", "subject"),
    Index("judgements_undoes", "undoes", unique=True),
)

editions = Table(
    "editions",
    metadata,
    _seq(),
    Column("id", Text, nullable=False),
    Column("manifest", Text, nullable=False),
    Column("checksums", Text, nullable=False),
    Column("head_seq", BigInteger, nullable=False),
    Column("head_hash", Text, nullable=False),
    Index("editions_id", "id", unique=True),
)

BASE: dict[str, Table] = {
    "document": documents,
    "retrieval": retrievals,
    "intake": reports,
    "coding": codings,
    "link": links,
    "judgement": judgements,
    "edition": editions,
}
"""Append-only tables by the kind of their journal entries; `incident` entries seal rows of `incidents`."""
