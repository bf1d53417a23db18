"""Countries, forces, weapons, sources and crosswalks: what the loader cannot see is checked here."""

import csv
import gzip
import json
import string
from collections import Counter
from pathlib import Path

import pytest

from marsad.knowledge.loader import FOLDER, Knowledge, load_knowledge
from marsad.text.normalize import fold


def _shared() -> Path:
    """The folder of shared references, beside the repository or beside the folder of its worktrees; absent elsewhere."""
    places = [FOLDER.parents[n] / "shared" for n in (3, 4)]
    return next((p for p in places if p.exists()), places[0])


SHARED = _shared()
HEADS = ("acled", "ucdp", "plover", "cameo")


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    return load_knowledge()


def _key(name: str) -> str:
    return " ".join(fold(name).casefold().split())


def test_enough_of_each(knowledge: Knowledge) -> None:
    assert len(knowledge.countries) >= 75
    assert len(knowledge.weapons) >= 60
    assert len(knowledge.sources) >= 170
    assert set(HEADS) <= knowledge.crosswalks.keys()


def test_no_name_denotes_two_sources(knowledge: Knowledge) -> None:
    owner: dict[str, str] = {}
    for source in knowledge.sources.values():
        for name in (*source.names.ar, *source.names.en):
            assert owner.setdefault(_key(name), source.id) == source.id, name


def test_a_weak_name_of_a_source_is_not_strong_elsewhere(knowledge: Knowledge) -> None:
    strong = {_key(n) for s in knowledge.sources.values() for n in s.names.ar}
    weak = {n for s in knowledge.sources.values() for n in s.weak_names.ar if _key(n) in strong}
    assert not weak


@pytest.mark.parametrize(
    "phrase", ["اليوم السابع", "دير الزور 24", "بغداد اليوم", "المصري اليوم", "روسيا اليوم", "الحدود"]
)
def test_everyday_phrases_are_no_strong_names(knowledge: Knowledge, phrase: str) -> None:
    assert _key(phrase) not in {_key(n) for s in knowledge.sources.values() for n in s.names.ar}


def test_no_name_denotes_two_countries(knowledge: Knowledge) -> None:
    owner: dict[str, str] = {}
    for country in knowledge.countries.values():
        for name in (*country.names.ar, *country.adjectives, *country.metonyms, *country.partisan):
            assert owner.setdefault(_key(name), country.id) == country.id, name


def test_adjectives_are_single_words(knowledge: Knowledge) -> None:
    """A second word (جنوبي) would turn every compass adjective into a nationality."""
    assert not [a for c in knowledge.countries.values() for a in c.adjectives if " " in a]


def test_templates_of_forces_name_known_fields(knowledge: Knowledge) -> None:
    fields = {"adj_m", "adj_f", "adj_p", "def_m", "def_f", "def_p", "name"}
    for force in knowledge.forces:
        used = {name for _, name, _, _ in string.Formatter().parse(force.template) if name}
        assert used and used <= fields, force.template
    assert max(Counter(f.template for f in knowledge.forces).values()) == 1


def test_weapons_imply_known_event_types(knowledge: Knowledge) -> None:
    assert {w.implies for w in knowledge.weapons.values() if w.implies} <= knowledge.events.keys()


def test_crosswalk_rules_name_known_weapons_and_kinds(knowledge: Knowledge) -> None:
    for scheme in HEADS:
        for kind, row in knowledge.crosswalks[scheme].items():
            assert kind in knowledge.events
            for clause in filter(None, row["rule"].split("; ")):
                tests, arrow, _ = clause.partition(" -> ")
                assert arrow, (scheme, kind, clause)
                for test in tests.split(" & "):
                    field, _, values = test.partition(":")
                    assert field in {"a", "b", "weapon", "targets", "killed>0", "harmed>0"}, test
                    if field == "weapon":
                        assert set(values.split("|")) <= knowledge.weapons.keys(), (scheme, kind, values)


@pytest.mark.shared
def test_acled_names_are_acleds(knowledge: Knowledge) -> None:
    table = SHARED / "formats/acled_event_subevent.csv"
    if not table.exists():
        pytest.skip(f"{table} is absent")
    with open(table, encoding="utf-8") as file:
        pairs = {(r["event_type"], r["sub_event_type"]) for r in csv.DictReader(file)}
    for kind, row in knowledge.crosswalks["acled"].items():
        values = [(row["event_type"], row["sub_event_type"])]
        for clause in filter(None, row["rule"].split("; ")):
            event, _, sub = clause.partition(" -> ")[2].partition(" / ")
            values.append((event, sub))
        assert set(values) <= pairs, kind


@pytest.mark.shared
def test_most_reports_come_from_known_publishers(knowledge: Knowledge) -> None:
    pool = SHARED / "corpus/pool.jsonl.gz"
    if not pool.exists():
        pytest.skip(f"{pool} is absent")
    names = {_key(n) for s in knowledge.sources.values() for n in (*s.names.ar, *s.names.en, s.label.ar, s.label.en)}
    with gzip.open(pool, "rt", encoding="utf-8") as file:
        known = [_key(json.loads(line)["publisher"] or "") in names for line in file]
    assert sum(known) / len(known) > 0.7


def test_every_file_says_what_reads_it() -> None:
    files: list[Path] = [FOLDER / "countries.yml", FOLDER / "weapons.yml", *(FOLDER / "sources").glob("*.yml")]
    files += [
        *(FOLDER / "crosswalks").glob("*.tsv"),
        FOLDER / "languages/ar/forces.yml",
        FOLDER / "languages/ar/attribution.yml",
    ]
    assert all(path.read_text(encoding="utf-8").startswith("#") for path in files)
