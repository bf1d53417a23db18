"""The archive: documents, reports, codings, the journal that seals them, and the search index."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from marsad.store.migrations.guard import append_only

revision = "0001"
down_revision = None

_BIG = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Create the archive's tables."""
    _journal()
    _documents()
    _reports()
    _search()
    append_only("journal", "documents", "retrievals", "reports", "codings")


def _seq() -> sa.Column[int]:
    return sa.Column("seq", _BIG, primary_key=True, autoincrement=False)


def _journal() -> None:
    op.create_table(
        "journal",
        _seq(),
        *[
            sa.Column(name, sa.Text, nullable=False)
            for name in ("at", "kind", "subject", "digest", "prev_hash", "hash")
        ],
    )
    op.create_index("journal_subject", "journal", ["kind", "subject"])


def _documents() -> None:
    op.create_table(
        "documents",
        _seq(),
        sa.Column("sha256", sa.Text, nullable=False),
        sa.Column("media_type", sa.Text, nullable=False),
        sa.Column("size", sa.BigInteger, nullable=False),
    )
    op.create_index("documents_sha256", "documents", ["sha256"], unique=True)
    op.create_table(
        "retrievals",
        _seq(),
        sa.Column("document", sa.Text, nullable=False),
        sa.Column("url", sa.Text),
        sa.Column("retrieved_at", sa.Text),
        sa.Column("headers", sa.Text, nullable=False),
        sa.Column("tool", sa.Text, nullable=False),
        sa.Column("timestamp_token", sa.LargeBinary),
    )
    op.create_index("retrievals_document", "retrievals", ["document"])
    op.create_table(
        "blobs",
        sa.Column("sha256", sa.Text, primary_key=True),
        sa.Column("bytes", sa.LargeBinary, nullable=False),
    )


def _reports() -> None:
    op.create_table(
        "reports",
        _seq(),
        sa.Column("id", sa.Text, nullable=False),
        *[sa.Column(name, sa.Text) for name in ("document", "url", "title", "publisher", "published")],
        *[sa.Column(name, sa.Text, nullable=False) for name in ("language", "sha256", "sections", "text")],
    )
    op.create_index("reports_id", "reports", ["id"])
    op.create_index("reports_sha256", "reports", ["sha256"])
    op.create_table(
        "codings",
        _seq(),
        sa.Column("report_id", sa.Text, nullable=False),
        sa.Column("report_seq", sa.BigInteger, nullable=False),
        sa.Column("knowledge_version", sa.Text, nullable=False),
        sa.Column("coder", sa.Text, nullable=False),
        sa.Column("beside", sa.Boolean, nullable=False),
        sa.Column("events", sa.Integer, nullable=False),
        sa.Column("coded", sa.Text, nullable=False),
    )
    op.create_index("codings_report", "codings", ["report_id"])
    op.create_table(
        "heads",
        sa.Column("report_id", sa.Text, primary_key=True),
        sa.Column("report_seq", sa.BigInteger, nullable=False),
        sa.Column("report_digest", sa.Text, nullable=False),
        sa.Column("coding_seq", sa.BigInteger),
        sa.Column("coding_digest", sa.Text),
        sa.Column("coded_seq", sa.BigInteger),
        sa.Column("knowledge_version", sa.Text),
    )
    op.create_index("heads_report_seq", "heads", ["report_seq"], unique=True)
    op.create_index("heads_knowledge", "heads", ["knowledge_version", "report_seq"])


def _search() -> None:
    """The one table that differs: FTS5 without its own copy of the text, or a tsvector; `rowid`/`seq` is the report's."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute("CREATE VIRTUAL TABLE report_search USING fts5(stems, content='', tokenize='unicode61')")
        return
    op.execute("CREATE TABLE report_search (seq bigint PRIMARY KEY, stems tsvector NOT NULL)")
    op.execute("CREATE INDEX report_search_stems ON report_search USING gin (stems)")
