"""`marsad init`, `ingest`, `watch`, `link`, `incidents`, `show`, `search`, `verify`, `stats`: the archive from the command line.

Every command takes `--store DIR|URL` (default: MARSAD_STORE, else ./marsad-store) and `--json`; what went wrong is one line on standard error.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import typer

from marsad.errors import SourceError, StoreError

if TYPE_CHECKING:
    from marsad.records import Report
    from marsad.records_incident import Incident
    from marsad.sources.fetch import Taken
    from marsad.store import Store

_STORE = typer.Option(
    None,
    "--store",
    "-s",
    metavar="DIR|URL",
    help="Folder or postgresql:// address; default MARSAD_STORE or ./marsad-store. المستودع",
)
_JSON = typer.Option(False, "--json", help="Machine-readable output, one object a line. إخراج JSON")
_QUIET = typer.Option(False, "--quiet", "-q", help="No progress. بلا تقدّم")
_POLICY = typer.Option(
    "marsad", "--policy", help="marsad, ucdp or acled: how figures are derived from claims. قاعدة الأرقام"
)


class Shape(StrEnum):
    """Shapes in which `marsad incidents` writes."""

    table = "table"
    jsonl = "jsonl"


def register(app: typer.Typer) -> None:
    for command in (init, ingest, watch, link, incidents, show, search, verify, stats):
        app.command(command.__name__, help=command.__doc__)(command)


@contextmanager
def _opened(where: str | None, create: bool = False) -> Iterator[Store]:
    from marsad.store import open_store

    with open_store(_address(where), create=create) as store:
        yield store


def _address(where: str | None) -> str:
    return where or os.environ.get("MARSAD_STORE") or "marsad-store"


def _say(value: Any, as_json: bool, words: str) -> None:
    """One line: the value as JSON, or the same in words."""
    typer.echo(msgspec.json.encode(value).decode() if as_json else words)


def _progress(what: str, quiet: bool) -> Callable[[int], None]:
    """A counter on standard error, only where somebody looks."""
    if quiet or not sys.stderr.isatty():
        return lambda _: None

    def show(count: int) -> None:
        print(f"\r{what}: {count}", end="", file=sys.stderr, flush=True)

    return show


def init(where: str = _STORE, as_json: bool = _JSON) -> None:
    """Create a store, or bring an older one to the present form. إنشاء مستودع.

    Examples:

      marsad init --store archive

      marsad init --store postgresql://localhost/marsad
    """
    with _opened(where, create=True) as store:
        _say(store.stats(), as_json, "The store is ready. المستودع جاهز")


def ingest(
    inputs: list[str] = typer.Argument(
        None,
        metavar="[FILE|DIR|-]...",
        help="Anything `marsad code` reads, saved pages, feeds, WARC, Telegram exports. ملفات",
    ),
    where: str = _STORE,
    urls: str | None = typer.Option(
        None, "--urls", metavar="FILE", help="Page addresses, one a line, fetched politely; - for standard input. روابط"
    ),
    jobs: int = typer.Option(1, "--jobs", "-j", min=0, help="Processes that code; 0 takes every core. عدد العمليات"),
    no_code: bool = typer.Option(False, "--no-code", help="Only take in; code and link later. بلا ترميز"),
    no_link: bool = typer.Option(False, "--no-link", help="Take in and code; link later. بلا ربط"),
    policy: str = _POLICY,
    as_json: bool = _JSON,
    quiet: bool = _QUIET,
) -> None:
    """Take reports into the store, code them and link them into incidents. إدخال الأخبار وترميزها وربطها.

    What is there already is left alone; a changed report is kept as a new version. Safe to run again after any interruption.

    Examples:

      marsad ingest reports.jsonl --store archive

      marsad ingest pages/ --no-link

      marsad ingest --urls addresses.txt --store archive
    """
    from itertools import chain

    from marsad.archive import take_in
    from marsad.sources.files import read_reports

    count = 0
    tick = _progress("taken in أُدخل", quiet)

    def seen(item: Report | SourceError) -> None:
        nonlocal count
        if isinstance(item, SourceError):
            print(f"marsad: {item}", file=sys.stderr)
        count += 1
        tick(count)

    files = read_reports(inputs or ([] if urls else ["-"]))
    with _opened(where, create=True) as store:
        intake = take_in(store, chain(files, _fetched(urls) if urls else ()), seen)
        done: dict[str, Any] = {"taken": intake.taken, "known": intake.known, "failed": intake.failed}
        if not no_code:
            done["coded"] = _code(store, jobs, quiet)
        if not no_code and not no_link:
            done["linked"] = _link(store, policy, quiet)
    words = f"{intake.taken} reports taken in أخبار أُدخلت, {intake.known} known معروفة, {intake.failed} failed فشلت"
    _say(done, as_json, words + _rest(done))
    if intake.failed:
        raise typer.Exit(1)


def _fetched(urls: str) -> Iterator[Taken | SourceError]:
    """The reports behind a file of addresses. Raises: SourceError: the file cannot be read."""
    from marsad.sources.fetch import Fetcher, fetch_reports
    from marsad.sources.outlets import load_outlets

    try:
        lines = (sys.stdin.read() if urls == "-" else Path(urls).read_text(encoding="utf-8")).split()
    except (OSError, UnicodeDecodeError) as error:
        raise SourceError(urls, None, f"not a readable list of addresses: {error}") from None
    with Fetcher() as fetcher:
        yield from fetch_reports(lines, fetcher, load_outlets().values())


def _rest(done: dict[str, Any]) -> str:
    words = f"; {done['coded']} coded رُمّزت" if "coded" in done else ""
    if "linked" in done:
        words += f"; {done['linked']['events']} events linked أحداث رُبطت, {done['linked']['incidents']} incidents made or changed وقائع"
    return words


def _code(store: Store, jobs: int, quiet: bool, again: bool = False) -> int:
    from marsad.archive import code_waiting

    tick, count = _progress("coded رُمّز", quiet), 0
    for count, _ in enumerate(code_waiting(store, jobs, again=again), 1):
        tick(count)
    return count


def _link(store: Store, policy: str, quiet: bool) -> dict[str, int]:
    from marsad.archive import link_waiting
    from marsad.knowledge.loader import load_knowledge

    linked = link_waiting(store, load_knowledge(), policy, seen=_progress("linked رُبط", quiet))
    return msgspec.structs.asdict(linked)


def watch(
    outlets: list[str] = typer.Argument(
        None, metavar="[OUTLET]...", help="Ids of source files with feeds; default: all. المصادر"
    ),
    where: str = _STORE,
    once: bool = typer.Option(False, "--once", help="One round over all feeds, then stop. جولة واحدة"),
    every: int = typer.Option(15, "--every", min=1, help="Minutes between rounds. الدقائق بين الجولات"),
    as_json: bool = _JSON,
    quiet: bool = _QUIET,
) -> None:
    """Poll the feeds of outlets politely, and take in what is new. متابعة المصادر.

    An outlet with a feed is an entry of a source file in MARSAD_HOME/sources (docs/sources.md).

    Examples:

      marsad watch --once

      marsad watch enab_baladi --every 30 --store archive
    """
    import time

    try:
        while True:
            _round(outlets or [], where, as_json, quiet)
            if once:
                return
            time.sleep(every * 60)
    except KeyboardInterrupt:
        raise typer.Exit(0) from None


def _round(wanted: list[str], where: str | None, as_json: bool, quiet: bool) -> None:
    """One visit to each outlet; reports are kept before the feed's memory says that they were seen."""
    from datetime import UTC, datetime

    from marsad.archive import take_in
    from marsad.settings import settings
    from marsad.sources.fetch import Fetcher
    from marsad.sources.outlets import load_outlets
    from marsad.sources.watch import Alarm, FileMemory, poll

    known = load_outlets()
    missing = [name for name in wanted if name not in known]
    if missing:
        raise SourceError(missing[0], None, "no such outlet (see `marsad knowledge`)")
    chosen = [o for name, o in sorted(known.items()) if o.feed and (not wanted or name in wanted)]
    if not chosen:
        raise SourceError(
            str(settings().source_dir), None, "no outlet with a feed: describe one there (docs/sources.md)"
        )
    memory, fetcher = FileMemory(settings().watched(_address(where))), Fetcher()
    with _opened(where, create=True) as store:

        def kept() -> Iterator[Taken | SourceError]:
            for outlet in chosen:
                for found in poll(outlet, fetcher, memory, datetime.now(UTC)):
                    if isinstance(found, Alarm):
                        print(f"marsad: {found}", file=sys.stderr)
                    else:
                        yield found

        intake = take_in(
            store, kept(), lambda i: print(f"marsad: {i}", file=sys.stderr) if isinstance(i, SourceError) else None
        )
        done: dict[str, Any] = {
            **msgspec.structs.asdict(intake),
            "coded": _code(store, 1, quiet),
            "linked": _link(store, "marsad", quiet),
        }
    _say(
        done, as_json, f"{len(chosen)} outlets مصادر: {intake.taken} new جديد, {intake.failed} failed فشل{_rest(done)}"
    )


def link(
    where: str = _STORE,
    policy: str = _POLICY,
    again: bool = typer.Option(
        False, "--recode", help="First code anew what an earlier knowledge coded. أعد الترميز أولًا"
    ),
    jobs: int = typer.Option(1, "--jobs", "-j", min=0, help="Processes that code. عدد العمليات"),
    as_json: bool = _JSON,
    quiet: bool = _QUIET,
) -> None:
    """Code what waits and link it into incidents; what people decided stands. ربط الأحداث في وقائع.

    Examples:

      marsad link --store archive

      marsad link --recode --policy ucdp
    """
    with _opened(where) as store:
        done: dict[str, Any] = {"coded": _code(store, jobs, quiet, again), "linked": _link(store, policy, quiet)}
    _say(done, as_json, _rest(done).removeprefix("; "))


def incidents(
    where: str = _STORE,
    format: Shape = typer.Option(
        None, "--format", "-f", help="Default: a table in a terminal, else jsonl. صيغة الإخراج"
    ),
    status: str = typer.Option(None, help="open, closed, reopened or merged; default: all that hold events. الحالة"),
    since: str = typer.Option(None, help="ISO day: incidents that touch this day or later. منذ"),
    until: str = typer.Option(None, help="ISO day: incidents that touch this day or earlier. حتى"),
    as_json: bool = _JSON,
) -> None:
    """List incidents with their reports, grade and contradictions. الوقائع.

    `reports` are those that tell an incident as news, `recalled_by` those that only look back on it.

    Examples:

      marsad incidents --format jsonl

      marsad incidents --since 2016-03-01 --until 2016-03-31
    """
    shape = Shape.jsonl if as_json else format or (Shape.table if sys.stdout.isatty() else Shape.jsonl)
    with _opened(where) as store:
        telling = Telling(store)
        for incident in store.incidents(status, since, until):
            if status is None and not incident.events:
                continue
            if shape is Shape.jsonl:
                typer.echo(msgspec.json.encode(as_row(incident, telling)).decode())
            else:
                typer.echo(_line(incident))


class Telling:
    """Which of an incident's reports tell it as news, and which only recall it."""

    def __init__(self, store: Store) -> None:
        from marsad.knowledge.loader import FOLDER
        from marsad.text.dates import load_dates

        self._store = store
        self._dates = load_dates(FOLDER / "languages" / "ar")
        self._main: dict[str, frozenset[str]] = {}

    def is_news(self, ref: str) -> bool:
        """Is the event one that its report is about?"""
        from marsad.incidents.items import main_refs
        from marsad.records_incident import split_ref

        report_id = split_ref(ref)[0]
        if report_id not in self._main:
            coded = self._store.coded(report_id)
            self._main[report_id] = main_refs(coded, self._dates) if coded else frozenset()
        return ref in self._main[report_id]


def as_row(incident: Incident, telling: Telling) -> dict[str, Any]:
    """An incident as one JSON object: its own fields, and the ids of its reports."""
    from marsad.records_incident import split_ref

    told = sorted({split_ref(r)[0] for r in incident.events if telling.is_news(r)})
    recalled = sorted({split_ref(r)[0] for r in incident.events} - set(told))
    return {**msgspec.to_builtins(incident), "reports": told, "recalled_by": recalled}


def _line(incident: Incident) -> str:
    place = next((p.name.ar or p.name.en for p in incident.places), None) or "?"
    dead = " ".join(f"{t.harm}: {t.low if t.best is None else t.best}" for t in incident.tolls)
    sides = " / ".join(
        "، ".join(a.name.ar or a.name.en or "" for a in side) for side in (incident.side_a, incident.side_b)
    )
    doubt = f"  contradictions تعارض: {', '.join(c.field for c in incident.conflicts)}" if incident.conflicts else ""
    return f"{incident.id}  {incident.when.start or '?':<10}  {incident.type:<16} {place}  {sides}  {dead}  {incident.grade} ({incident.origins}){doubt}"


def show(
    subject: str = typer.Argument(..., metavar="INCIDENT|REPORT", help="An incident's or a report's id. معرّف"),
    where: str = _STORE,
    as_json: bool = _JSON,
) -> None:
    """Show one incident with every claim and link, or one report with its coding. عرض واقعة أو خبر.

    Examples:

      marsad show i-3f2a9c417b60

      marsad show report-17 --json
    """
    with _opened(where) as store:
        incident = store.incident(subject)
        if incident is not None:
            links = store.links(incident=subject)
            _say({"incident": incident, "links": links}, as_json, _shown(incident, store))
            return
        report = store.report(subject)
        if report is None:
            raise StoreError(f"{subject}: no incident and no report of this id in the store")
        coded = store.coded(subject)
        placed = store.incidents_of([f"{subject}/{e.id}" for e in coded.events] if coded else [])
        _say({"coded": coded, "report": report, "incidents": placed}, as_json, _told(report, placed))


def _shown(incident: Incident, store: Store) -> str:
    lines = [_line(incident), f"policy القاعدة: {incident.policy}  status الحالة: {incident.status}"]
    lines += [f"  why السبب: {reason}" for reason in incident.reasons]
    for toll in incident.tolls:
        who = (toll.victims.name.ar or toll.victims.name.en) if toll.victims else "?"
        lines.append(f"  {toll.harm} {who}: {toll.low} / {toll.best} / {toll.high}")
        for claim in toll.claims:
            by = ", ".join(c.name.ar or c.name.en or c.id or "?" for c in claim.claimants)
            lines.append(
                f"    {claim.low}-{claim.high}{' (superseded تجاوزته حصيلة لاحقة)' if claim.superseded else ''}: {by}"
            )
    for conflict in incident.conflicts:
        lines.append(f"  contradiction تعارض: {conflict.field}")
        lines += [
            f"    {v.value}: {', '.join(c.name.ar or c.name.en or c.id or '?' for c in v.claimants)}"
            for v in conflict.values
        ]
    for row in store.links(incident=incident.id):
        lines.append(f"  {row.action} {row.event}  {row.score:.2f} {row.made_by}")
    return "\n".join(lines)


def _told(report: Report, placed: dict[str, str]) -> str:
    lines = [f"{report.id}  {report.published or '?'}  {report.publisher or '?'}  {report.title or ''}", report.text]
    return "\n".join(lines + [f"  {ref} -> {ident}" for ref, ident in sorted(placed.items())])


def search(
    query: str = typer.Argument(..., help='Words; "a phrase"; -not. كلمات البحث'),
    where: str = _STORE,
    limit: int = typer.Option(20, "--limit", "-n", min=1, help="At most so many. الحد الأقصى"),
    as_json: bool = _JSON,
) -> None:
    """Find reports by their words, whatever their spelling and clitics. البحث في الأخبار.

    Examples:

      marsad search الحسكة

      marsad search '"سيارة مفخخة" -حلب' --limit 5
    """
    with _opened(where) as store:
        hits = store.search(query, limit)
        for hit in hits:
            _say(hit, as_json, f"{hit.report_id}  {hit.published or '?'}  {hit.title or ''}")
    if not hits:
        print("marsad: nothing found لا نتائج", file=sys.stderr)


def verify(where: str = _STORE, as_json: bool = _JSON) -> None:
    """Prove that everything is as it was written, or name what is not. التحقق من سلامة المستودع.

    Exit status 1 if anything is damaged.

    Examples:

      marsad verify --store archive
    """
    damaged = 0
    with _opened(where) as store:
        for damage in store.verify():
            damaged += 1
            _say(damage, as_json, str(damage))
        head = store.head()
    _say({"damaged": damaged, "head": head}, as_json, f"{damaged} damaged تالف; head رأس السجل: {head.seq} {head.hash}")
    if damaged:
        raise typer.Exit(1)


def stats(where: str = _STORE, as_json: bool = _JSON) -> None:
    """Count what is in the store. إحصاء المستودع.

    Examples:

      marsad stats --store archive
    """
    with _opened(where) as store:
        counts = store.stats()
    names = msgspec.structs.asdict(counts)
    _say(
        counts, as_json, "\n".join(f"{name:<12} {value if value is not None else '?'}" for name, value in names.items())
    )
