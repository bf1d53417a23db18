"""The knowledge files: all load, refer to what exists, and bad ones are refused by file, entry and reason."""

from __future__ import annotations

import shutil
from typing import get_args

import pytest
import yaml

from marsad import records
from marsad.errors import KnowledgeError
from marsad.knowledge.labels import load_labels
from marsad.knowledge.loader import FOLDER, load_knowledge
from marsad.text.normalize import fold

KNOWN = load_knowledge()


def files(pattern: str):
    return sorted(p for p in FOLDER.glob(pattern) if not p.name.endswith(".cases.yml"))


def test_every_yaml_file_reads():
    for path in FOLDER.rglob("*.yml"):
        yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
        assert "\t" not in path.read_text(encoding="utf-8"), f"{path.name} holds a tab"


def test_how_much_is_known():
    assert len(KNOWN.events) == 26
    assert len(KNOWN.actors) >= 500
    assert set(KNOWN.crosswalks) == {"acled", "cameo", "plover", "ucdp"}


def test_labels_in_both_languages():
    for table in (KNOWN.events, KNOWN.actors, KNOWN.sources, KNOWN.weapons, KNOWN.countries):
        for entry in table.values():
            assert entry.label.ar.strip() and entry.label.en.strip(), entry.id
            assert any("\u0600" <= c <= "\u06ff" for c in entry.label.ar), (
                f"{entry.id}: the Arabic label has no Arabic letter"
            )


def test_ids_are_unique_across_files():
    seen: dict[str, str] = {}
    for path in [*files("actors/*.yml"), *files("sources/*.yml"), FOLDER / "weapons.yml"]:
        for entry in yaml.safe_load(path.read_text(encoding="utf-8")) or []:
            assert seen.setdefault(entry["id"], path.name) == path.name, (
                f"{entry['id']}: in {path.name} and {seen[entry['id']]}"
            )


def test_every_entry_says_where_it_came_from():
    for entry in [*KNOWN.actors.values(), *KNOWN.sources.values()]:
        assert entry.source and len(entry.checked) == 10, entry.id


def test_dates_are_in_order():
    for actor in KNOWN.actors.values():
        spans = [actor] + (actor.allegiance if isinstance(actor.allegiance, list) else [])
        for span in spans:
            assert not (span.since and span.until) or span.since <= span.until, actor.id


def test_references_resolve_and_make_no_circle():
    states = {c.state for c in KNOWN.countries.values()} | {c.forces for c in KNOWN.countries.values()}
    for actor in KNOWN.actors.values():
        seen, at = {actor.id}, actor.parent
        while at:
            assert at not in seen, f"{actor.id}: is part of itself"
            assert at in KNOWN.actors or at in states, f"{actor.id}: unknown parent {at}"
            seen.add(at)
            at = KNOWN.actors[at].parent if at in KNOWN.actors else None


def test_weak_names_are_not_also_strong():
    for actor in KNOWN.actors.values():
        strong = {fold(n) for n in actor.names.ar}
        assert not strong & {fold(n) for n in actor.weak_names.ar}, actor.id


def test_every_event_type_has_words_and_crosswalks():
    for event in KNOWN.events.values():
        assert event.nouns or event.verbs, event.id
        for scheme, rows in KNOWN.crosswalks.items():
            assert any(rows[event.id].values()), f"{event.id} in {scheme}"


def test_labels_cover_what_records_can_hold():
    labels = load_labels()
    kinds = {
        "harm": records.Harm,
        "status": records.Status,
        "section": records.SectionKind,
        "stance": records.Stance,
        "precision": records.Precision,
    }
    for group, kind in kinds.items():
        for key in get_args(kind):
            assert f"{group}.{key}" in labels
    assert all(f"where.{precision}" in labels for precision in range(1, 8))


# ---- what is refused -------------------------------------------------------------------------------------------------
@pytest.fixture
def copy(tmp_path):
    """A copy of the knowledge without its big tables, to be spoilt."""
    folder = tmp_path / "knowledge"
    shutil.copytree(FOLDER, folder, ignore=shutil.ignore_patterns("places", "*.py", "__pycache__", "*.cases.yml"))
    return folder


ACTOR = {
    "id": "zz.new",
    "label": {"ar": "لواء الرمل", "en": "Sand Brigade"},
    "kind": "rebel_group",
    "source": "invented",
    "checked": "2026-11-24",
}


def spoil(copy, entry):
    (copy / "actors" / "zz.yml").write_text(yaml.safe_dump([entry], allow_unicode=True), encoding="utf-8")


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"label": {"ar": "لواء الرمل"}}, "en"),
        ({"kind": "wizard"}, "wizard"),
        ({"parent": "zz.nobody"}, "unknown actor zz.nobody"),
        ({"allegiance": "zz.nobody"}, "unknown actor zz.nobody"),
        ({"from": "2020", "until": "2015"}, "later than"),
        ({"names": {"ar": "لواء الرمل"}}, "array"),
    ],
)
def test_a_bad_actor_is_refused_by_name(copy, tmp_path, change, why):
    spoil(copy, ACTOR | change)
    with pytest.raises(KnowledgeError) as caught:
        load_knowledge(copy, tmp_path / "cache")
    assert caught.value.file == "zz.yml" and caught.value.entry == "zz.new" and why in str(caught.value)


def test_a_strong_name_denotes_one_actor(copy, tmp_path):
    owner = next(a for a in KNOWN.actors.values() if a.names.ar)
    spoil(copy, ACTOR | {"names": {"ar": [owner.names.ar[0]]}})
    with pytest.raises(KnowledgeError, match="also denotes"):
        load_knowledge(copy, tmp_path / "cache")


def test_an_id_used_twice_is_refused(copy, tmp_path):
    spoil(copy, ACTOR | {"id": next(iter(KNOWN.actors))})
    with pytest.raises(KnowledgeError, match="twice"):
        load_knowledge(copy, tmp_path / "cache")


def test_broken_yaml_is_refused_by_file(copy, tmp_path):
    (copy / "actors" / "zz.yml").write_text("- id: [", encoding="utf-8")
    with pytest.raises(KnowledgeError, match=r"zz\.yml"):
        load_knowledge(copy, tmp_path / "cache")


def test_an_event_type_without_crosswalk_is_refused(copy, tmp_path):
    path = copy / "crosswalks" / "acled.tsv"
    path.write_text(
        "".join(line for line in path.read_text(encoding="utf-8").splitlines(True) if not line.startswith("siege")),
        encoding="utf-8",
    )
    with pytest.raises(KnowledgeError, match=r"acled\.tsv: siege"):
        load_knowledge(copy, tmp_path / "cache")


def test_a_file_named_otherwise_than_its_id_is_refused(copy, tmp_path):
    (copy / "events" / "siege.yml").rename(copy / "events" / "blockade.yml")
    with pytest.raises(KnowledgeError, match=r"blockade\.yml"):
        load_knowledge(copy, tmp_path / "cache")
