"""Arabic full-text search over folded, stemmed words: SQLite FTS5 and PostgreSQL `tsvector` hold the same stems.

A query is words that must all be there, "words in quotes" that must follow one another, and -words that must not. Each
word also finds itself behind a proclitic (ب، و، ل …), which a stemmer without a lexicon cannot always take off.
Readers' comments and page furniture are not searched.
"""

from __future__ import annotations

import re
from functools import cache
from itertools import islice, product

import msgspec
from sqlalchemy import Connection, text

from marsad.errors import StoreError
from marsad.records import Report, Span
from marsad.store import postgres
from marsad.store.rows import Hit
from marsad.store.stems import stem, stems_at
from marsad.text.normalize import fold
from marsad.text.sections import SectionWords, find_sections, load_sections
from marsad.text.tokens import variants

_PART = re.compile(r'(-?)"([^"]*)"|(-?)(\S+)')
_PROCLITICS = ("", "ب", "و", "ل", "ف", "وب")
_PHRASE_READINGS = 128
_SPANS = 10


class Term(msgspec.Struct, frozen=True):
    """A word or phrase of a query: for each word the stems it may be kept under."""

    words: tuple[tuple[str, ...], ...]
    excluded: bool = False


def parse(query: str) -> tuple[Term, ...]:
    """The terms of a query, in its order.

    Raises: StoreError: nothing in it can be searched for.
    """
    terms = []
    for minus, phrase, minus_word, word in _PART.findall(query):
        words = tuple(_readings(query_word) for query_word in _words(phrase or word))
        if words:
            terms.append(Term(words, bool(minus or minus_word)))
    if all(term.excluded for term in terms):
        raise StoreError("search: no word to look for")
    return tuple(terms)


def _words(part: str) -> list[str]:
    return [part[start:end] for _, start, end in stems_at(part)]


def _readings(word: str) -> tuple[str, ...]:
    """Stems under which a word may be kept: its own, without its proclitics, and behind others."""
    folded = fold(word)
    bare = [rest for rest, _ in variants(folded) if len(rest) > 2] or [folded]
    stems = [stem(proclitic + folded) for proclitic in _PROCLITICS] + [stem(rest) for rest in bare]
    return tuple(dict.fromkeys(stems))


@cache
def _section_words() -> SectionWords:
    return load_sections()


def searched_stems(report: Report) -> list[str]:
    """The search words of a report: its title and text, comments and furniture left out."""
    parts = [] if report.title is None or report.title in report.text else [report.title]
    sections = report.sections or find_sections(report.text, report.title, _section_words())
    parts += [report.text[section.start : section.end] for section in sections if section.kind in ("title", "body")]
    return [stemmed for part in parts for stemmed, _, _ in stems_at(part)]


def add(conn: Connection, seq: int, report: Report) -> None:
    """Index a version of a report under its `seq`."""
    stems = searched_stems(report)
    if conn.dialect.name == "sqlite":
        insert, value = "INSERT INTO report_search(rowid, stems) VALUES (:seq, :stems)", " ".join(stems)
    else:
        insert = "INSERT INTO report_search(seq, stems) VALUES (:seq, to_tsvector('simple', :stems))"
        value = postgres.search_text(stems)
    conn.execute(text(insert), {"seq": seq, "stems": value})


def clear(conn: Connection) -> None:
    """Empty the index, for a rebuild."""
    sqlite = "INSERT INTO report_search(report_search) VALUES ('delete-all')"
    conn.execute(text(sqlite if conn.dialect.name == "sqlite" else "DELETE FROM report_search"))


def search(conn: Connection, query: str, limit: int) -> tuple[Hit, ...]:
    """Newest versions of reports that match, best first, with the words that matched.

    Raises: StoreError: nothing in the query can be searched for.
    """
    terms = parse(query)
    if conn.dialect.name == "sqlite":
        statement = _SQLITE
        match = _fts5(terms)
    else:
        statement, match = _POSTGRES, _tsquery(terms)
    rows = conn.execute(text(statement), {"match": match, "limit": limit}).mappings().all()
    wanted = {s for term in terms if not term.excluded for word in term.words for s in word}
    return tuple(
        Hit(row["id"], row["title"], row["published"], float(row["score"]), _matches(row["text"], wanted))
        for row in rows
    )


_SQLITE = """
SELECT r.id, r.title, r.published, r.text, -bm25(report_search) AS score
FROM report_search JOIN heads h ON h.report_seq = report_search.rowid JOIN reports r ON r.seq = h.report_seq
WHERE report_search MATCH :match ORDER BY bm25(report_search), r.id LIMIT :limit
"""
_POSTGRES = """
SELECT r.id, r.title, r.published, r.text, ts_rank_cd(s.stems, q) AS score
FROM to_tsquery('simple', :match) q JOIN report_search s ON s.stems @@ q
JOIN heads h ON h.report_seq = s.seq JOIN reports r ON r.seq = h.report_seq
ORDER BY score DESC, r.id LIMIT :limit
"""


def _fts5(terms: tuple[Term, ...]) -> str:
    """FTS5's syntax. Phrases cannot hold alternatives there, so a phrase is spelt out in its readings."""
    wanted = " AND ".join(_fts5_term(term) for term in terms if not term.excluded)
    excluded = [_fts5_term(term) for term in terms if term.excluded]
    return f"({wanted}) NOT ({' OR '.join(excluded)})" if excluded else wanted


def _fts5_term(term: Term) -> str:
    readings = islice(product(*term.words), _PHRASE_READINGS)
    return "(" + " OR ".join('"' + " ".join(reading) + '"' for reading in readings) + ")"


def _tsquery(terms: tuple[Term, ...]) -> str:
    parts = []
    for term in terms:
        words = ["(" + " | ".join(f"'{s}'" for s in word) + ")" for word in term.words]
        parts.append(("!" if term.excluded else "") + "(" + " <-> ".join(words) + ")")
    return " & ".join(parts)


def _matches(report_text: str, wanted: set[str]) -> tuple[Span, ...]:
    found = (Span(start, end, report_text[start:end]) for s, start, end in stems_at(report_text) if s in wanted)
    return tuple(islice(found, _SPANS))
