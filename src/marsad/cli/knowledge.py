"""`marsad knowledge`: look into what Marsad knows, and check it."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import msgspec
import typer

from marsad.errors import KnowledgeError

knowledge_app = typer.Typer(
    no_args_is_help=True, help="Check, show and count what Marsad knows. فحص المعرفة وعرضها وعدّها"
)


@knowledge_app.command("check")
def check(
    folder: Path = typer.Argument(None, metavar="[FOLDER]", help="Default: the packaged knowledge. مجلد المعرفة"),
) -> None:
    """Read every file and refuse what cannot be used. فحص ملفات المعرفة.

    Examples:

      marsad knowledge check

      marsad knowledge check src/marsad/knowledge
    """
    from marsad.knowledge.gazetteer import load_gazetteer
    from marsad.knowledge.loader import FOLDER, load_knowledge

    folder = folder or FOLDER
    if not folder.is_dir():
        raise KnowledgeError(str(folder), None, "there is no such folder")
    knowledge = load_knowledge(folder)
    places = load_gazetteer(folder) if (folder / "places").is_dir() else ()
    typer.echo(
        f"ok: {len(knowledge.events)} event types, {len(knowledge.actors)} actors, {len(knowledge.sources)} sources, "
        f"{len(places)} places (version {knowledge.version})"
    )


@knowledge_app.command("show")
def show(
    id: str = typer.Argument(..., metavar="ID", help="Event type, actor, source, weapon or country. المعرّف"),
) -> None:
    """Show one entry as it stands in the data. عرض مدخل واحد.

    Examples:

      marsad knowledge show shelling

      marsad knowledge show sy.ndf
    """
    from marsad.knowledge.loader import load_knowledge

    knowledge = load_knowledge()
    tables: tuple[tuple[str, dict[str, Any]], ...] = (
        ("event type", knowledge.events),
        ("actor", knowledge.actors),
        ("source", knowledge.sources),
        ("weapon", knowledge.weapons),
        ("country", knowledge.countries),
        ("persons", knowledge.people),
    )
    found = [(kind, table[id]) for kind, table in tables if id in table]
    if not found:
        near = sorted(known for _, table in tables for known in table if id.casefold() in known.casefold())[:8]
        hint = f"; did you mean {', '.join(near)}?" if near else ""
        raise KnowledgeError(id, None, f"nothing known has this id{hint}")
    for kind, entry in found:
        typer.echo(_entry(kind, entry))
        if kind == "event type":
            for scheme, rows in knowledge.crosswalks.items():
                row = {k: v for k, v in rows[id].items() if v and k not in ("type", "note")}
                typer.echo(f"  {scheme}: " + ", ".join(f"{k} {v}" for k, v in row.items()))


def _entry(kind: str, entry: Any) -> str:
    import yaml

    fields = {k: v for k, v in msgspec.to_builtins(entry).items() if v not in (None, [], {}, "")}
    body = yaml.safe_dump(
        _without_empty(fields), allow_unicode=True, sort_keys=False, width=120, default_flow_style=None
    )
    return f"# {kind}\n{body.rstrip()}"


def _without_empty(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: _without_empty(v) for k, v in value.items() if v not in (None, [], {}, "", False)}
    if isinstance(value, list):
        return [_without_empty(v) for v in value]
    return value


@knowledge_app.command("stats")
def stats() -> None:
    """Count what is known, by kind and country. أعداد المعرفة."""
    from rich import box
    from rich.console import Console
    from rich.table import Table

    from marsad.knowledge.gazetteer import load_gazetteer
    from marsad.knowledge.loader import FOLDER, load_knowledge

    knowledge = load_knowledge()
    sites: Counter[str] = Counter()
    folder = FOLDER / "places"
    for path in [*sorted(folder.glob("conflict_sites_*.tsv")), folder / "places_abroad.tsv"]:
        header, *rows = (line.split("\t") for line in path.read_text(encoding="utf-8").splitlines() if line)
        sites.update(row[header.index("country")] for row in rows)
    actors = Counter(a.country or "–" for a in knowledge.actors.values())
    sources = Counter(s.country or "–" for s in knowledge.sources.values())
    table = Table(title="Known, by country ما يعرفه مرصد", box=box.SIMPLE_HEAD, title_justify="left")
    for column in ("country البلد", "actors الفاعلون", "sources المصادر", "own sites مواقعنا"):
        table.add_column(column, justify="right" if column != "country البلد" else "left")
    for country in sorted(actors.keys() | sources.keys() | sites.keys(), key=lambda c: (-actors[c], c)):
        table.add_row(country, *(str(n) if n else "" for n in (actors[country], sources[country], sites[country])))
    table.add_section()
    table.add_row("total", str(actors.total()), str(sources.total()), str(sites.total()))
    console = Console()
    console.print(table)
    kinds = Counter(a.kind for a in knowledge.actors.values())
    console.print("actors by kind: " + ", ".join(f"{k} {n}" for k, n in kinds.most_common()))
    console.print(
        f"event types {len(knowledge.events)}, weapons {len(knowledge.weapons)}, nouns for persons {len(knowledge.people)}, "
        f"countries {len(knowledge.countries)}, places {len(load_gazetteer(FOLDER))}"
    )


__all__ = ["knowledge_app"]
