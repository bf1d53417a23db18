"""Reads and checks the knowledge files, once; everything else takes the `Knowledge` as an argument.

Comes in: a folder in the form of docs/knowledge.md. Goes out: `Knowledge`, typed and cross-checked. A file that cannot be used
stops start-up with its name, the entry and the reason. The parsed form is kept in the user's cache under the digest of the
files, because parsing YAML takes longer than coding a hundred reports; without a writable cache it is parsed each time.
"""

from __future__ import annotations

import csv
import hashlib
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Literal

import msgspec
import yaml

from marsad.errors import KnowledgeError
from marsad.text.normalize import fold

FOLDER = Path(__file__).parent

ActorKind = Literal[
    "state_force", "police", "government", "rebel_group", "political_militia", "communal_militia", "foreign_force", "coalition",
    "peacekeepers", "party", "civilians", "journalists", "medics", "aid_workers", "protesters", "rioters", "unidentified", "other",
]  # fmt: skip


class Label(msgspec.Struct, frozen=True):
    ar: str
    en: str


class Names(msgspec.Struct, frozen=True):
    ar: list[str] = []
    en: list[str] = []


class Verb(msgspec.Struct, frozen=True):
    """A trigger verb. object: words one of which must follow (`adjacent`: at once), or stand before a verb that points back; prep:
    preposition that governs its object; bare: no object pronouns (their spelling is another word); subject: who can do it, armed or
    civilians (`needs_subject`: must be named); needs: a list of means.yml, one of whose words must stand in the clause."""

    past: str
    present: str
    past_c: str | None = None
    voice: Literal["active", "passive"] = "active"
    weak: bool = False
    phrase: bool = False
    bare: bool = False
    prep: str | None = None
    object: list[str] = []
    adjacent: bool = False
    subject: Literal["armed", "civilians"] | None = None
    needs_subject: bool = False
    needs: str | None = None
    status: str | None = None


class EventType(msgspec.Struct, frozen=True, rename={"klass": "class", "is_not": "not"}):
    """One event type: its labels, definition, the shape of its sides and the words that name it.

    "إطلاق … النار": behind the dots stands the object that must follow a verbal noun, over its doer.
    weak_nouns are ordinary words too and count beside other signs of an event only (coding/choose.py).
    fallback_nouns name an event only where no other word of their sentence does ("قذائف الهاون" are means, else the event itself).
    needs: of which means (a list of means.yml) a word must stand in the clause of a noun.
    """

    id: str
    label: Label
    definition: str
    source: str
    checked: str
    is_not: str
    klass: Literal["battles", "explosions", "civilians", "strategic", "demonstrations"]
    sides: Literal["mutual", "directed"]
    nouns: list[str] = []
    weak_nouns: list[str] = []
    fallback_nouns: list[str] = []
    needs: dict[str, str] = {}
    idafa: Literal["a", "b"] = "a"
    idafa_b: list[str] = []
    verbs: list[Verb] = []


class Allegiance(msgspec.Struct, frozen=True, rename={"since": "from"}):
    """Whom an actor fought for, and when (ISO dates as precise as known; None is open)."""

    to: str | None = None
    since: str | None = None
    until: str | None = None


class Actor(msgspec.Struct, frozen=True, rename={"since": "from"}):
    id: str
    label: Label
    kind: ActorKind
    source: str
    checked: str
    country: str | None = None
    parent: str | None = None
    allegiance: str | list[Allegiance] | None = None
    since: str | None = None
    until: str | None = None
    names: Names = Names()
    weak_names: Names = Names()
    partisan_names: Names = Names()
    wikidata: str | None = None
    note: str | None = None


class Person(msgspec.Struct, frozen=True):
    """A noun for persons and the forms that count them."""

    id: str
    actor: str | None = None
    role: str = "any"
    sg: list[str] = []
    dual: list[str] = []
    pl: list[str] = []
    harm: str | None = None
    ambiguous: bool = False
    possessed: bool = False  # kin and company: mostly somebody's (زوجته، طفلها، مرافقيه)


class Country(msgspec.Struct, frozen=True):
    id: str
    label: Label
    state: str
    forces: str
    names: Names = Names()
    adjectives: list[str] = []
    plurals: list[str] = []
    capital: Names = Names()
    forces_label: Label | None = None
    timezone: str | None = None
    month_names: str | None = None
    metonyms: list[str] = []
    partisan: list[str] = []


class Force(msgspec.Struct, frozen=True):
    """A template of how a country's forces are named: {adj_m} {adj_f} {def_m} {def_f} {name} …"""

    template: str
    kind: ActorKind
    branch: str = "any"
    weight: Literal["strong", "weak"] = "strong"
    label: Label | None = None


class Source(msgspec.Struct, frozen=True):
    id: str
    label: Label
    kind: Literal["monitor", "official", "media", "local", "party", "anonymous"]
    source: str
    checked: str
    country: str | None = None
    position: str | None = None
    seat: Label | None = None
    names: Names = Names()
    weak_names: Names = Names()
    timezone: str | None = None


class Weapon(msgspec.Struct, frozen=True):
    id: str
    label: Label
    kind: str
    names: Names = Names()
    implies: str | None = None


class Knowledge(msgspec.Struct, frozen=True):
    """All that is known, keyed by id. `words` holds the language files as parsed, by file name. `version` digests every file."""

    version: str
    events: dict[str, EventType]
    crosswalks: dict[str, dict[str, dict[str, str]]]
    actors: dict[str, Actor]
    people: dict[str, Person]
    countries: dict[str, Country]
    forces: list[Force]
    sources: dict[str, Source]
    weapons: dict[str, Weapon]
    words: dict[str, Any]
    models: dict[str, dict[str, float]] = {}


def load_knowledge(folder: Path = FOLDER, cache: Path | None = None) -> Knowledge:
    """The knowledge in a folder, checked.

    Args:    folder: as described in docs/knowledge.md; cache: where the parsed form is kept (default: the user's cache).
    Raises:  KnowledgeError: file, entry and reason of the first thing that cannot be used.
    """
    files = sorted(p for p in folder.rglob("*") if p.suffix in (".yml", ".tsv") and not p.name.endswith(".cases.yml"))
    files = [p for p in files if p.parent.name != "places"]
    digest = hashlib.sha256()
    for path in files:
        digest.update(str(path.relative_to(folder)).encode() + b"\0" + path.read_bytes() + b"\0")
    version = digest.hexdigest()[:16]
    kept = (cache or _cache_folder()) / f"knowledge-{_FORM}-{version}.msgpack"
    try:
        return msgspec.msgpack.decode(kept.read_bytes(), type=Knowledge)
    except (OSError, msgspec.MsgspecError):
        pass
    knowledge = _parse(folder, version)
    _check(knowledge)
    try:
        kept.parent.mkdir(parents=True, exist_ok=True)
        part = kept.with_suffix(f".{os.getpid()}.part")
        part.write_bytes(msgspec.msgpack.encode(knowledge))
        part.replace(kept)
    except OSError:
        pass  # a read-only home only costs the time of parsing again
    return knowledge


_FORM = 4  # of the parsed form; raise it with the structures above


def _cache_folder() -> Path:
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "marsad"


def _yaml(path: Path) -> Any:
    try:
        with open(path, encoding="utf-8") as file:
            return yaml.load(file, Loader=yaml.CSafeLoader)
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise KnowledgeError(path.name, None, " ".join(str(error).split())) from None


def _records(paths: Iterable[Path], kind: type[Any]) -> dict[str, Any]:
    """Entries of list files by id, each checked against its structure."""
    out: dict[str, Any] = {}
    for path in paths:
        for raw in _yaml(path) or []:
            name = str(raw.get("id")) if isinstance(raw, dict) else None
            try:
                record = msgspec.convert(raw, kind)
            except msgspec.ValidationError as error:
                raise KnowledgeError(path.name, name, str(error)) from None
            if record.id in out:
                raise KnowledgeError(path.name, record.id, "this id is used twice")
            out[record.id] = record
    return out


def _parse(folder: Path, version: str) -> Knowledge:
    def listed(sub: str) -> list[Path]:
        return sorted(p for p in (folder / sub).glob("*.yml") if not p.name.endswith(".cases.yml"))

    events: dict[str, EventType] = {}
    for path in listed("events"):
        try:
            event = msgspec.convert(_yaml(path), EventType)
        except msgspec.ValidationError as error:
            raise KnowledgeError(path.name, path.stem, str(error)) from None
        if event.id != path.stem:
            raise KnowledgeError(path.name, event.id, "the id differs from the file's name")
        events[event.id] = event
    words = {p.stem: _yaml(p) for p in listed("languages/ar")}
    forces = [_convert("forces.yml", raw, Force) for raw in words.pop("forces", None) or []]
    words.pop("people", None)
    return Knowledge(
        version=version,
        events=events,
        crosswalks={p.stem: _table(p) for p in sorted((folder / "crosswalks").glob("*.tsv"))},
        actors=_records(listed("actors"), Actor),
        people=_records([folder / "languages/ar/people.yml"], Person),
        countries=_records([folder / "countries.yml"], Country),
        forces=forces,
        sources=_records(listed("sources"), Source),
        weapons=_records([folder / "weapons.yml"], Weapon),
        words=words,
        models={p.stem: _yaml(p) for p in listed("models")},
    )


def _convert(file: str, raw: Any, kind: type[Any]) -> Any:
    try:
        return msgspec.convert(raw, kind)
    except msgspec.ValidationError as error:
        raise KnowledgeError(file, str(raw)[:60], str(error)) from None


def _table(path: Path) -> dict[str, dict[str, str]]:
    """A crosswalk: rows keyed by their first column. Lines that open with # explain."""
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]
    reader = csv.DictReader(lines, delimiter="\t")
    key = (reader.fieldnames or [""])[0]
    return {row[key]: {k: v or "" for k, v in row.items() if k} for row in reader}


def _check(knowledge: Knowledge) -> None:
    """References resolve, and no strong name denotes two actors at once."""
    owner: dict[str, str] = {}
    for actor in knowledge.actors.values():
        file = actor.id.split(".")[0] + ".yml"
        _check_references(knowledge, actor, file)
        for name in (*actor.names.ar, *actor.partisan_names.ar):
            key = " ".join(fold(name).split())
            if owner.setdefault(key, actor.id) != actor.id:
                raise KnowledgeError(file, actor.id, f"the strong name “{name}” also denotes {owner[key]}")
        if actor.since and actor.until and actor.since > actor.until:
            raise KnowledgeError(file, actor.id, f"from {actor.since} is later than until {actor.until}")
    for person in knowledge.people.values():
        if person.actor and person.actor not in knowledge.actors:
            raise KnowledgeError("people.yml", person.id, f"unknown actor {person.actor}")
    for scheme, rows in knowledge.crosswalks.items():
        for missing in knowledge.events.keys() - rows.keys():
            raise KnowledgeError(f"{scheme}.tsv", missing, "this event type has no row")


def _check_references(knowledge: Knowledge, actor: Actor, file: str) -> None:
    referred = [actor.parent]
    if isinstance(actor.allegiance, str):
        referred.append(actor.allegiance)
    elif actor.allegiance:
        referred += [a.to for a in actor.allegiance]
    states = {c.state for c in knowledge.countries.values()} | {c.forces for c in knowledge.countries.values()}
    for other in referred:
        if other and other not in knowledge.actors and other not in states:
            raise KnowledgeError(file, actor.id, f"unknown actor {other}")
