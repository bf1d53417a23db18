"""The intake keys of source files: read, checked, matched to addresses; documented."""

from pathlib import Path

import msgspec
import pytest

from marsad.errors import KnowledgeError
from marsad.sources.fetch import FetchRules
from marsad.sources.outlets import Outlet, Rules, load_outlets, outlet_of

DOC = (Path(__file__).parents[2] / "docs" / "sources.md").read_text(encoding="utf-8")


def write(tmp_path, text):
    (tmp_path / "a.yml").write_text(text)
    return load_outlets(tmp_path)


def test_keys_of_the_documented_example(tmp_path):
    example = DOC.split("```yaml\n")[1].split("```")[0]
    outlet = write(tmp_path, example)["mizan"]
    assert (outlet.hosts, outlet.daily, outlet.every_minutes, outlet.pages) == (("mizan.example",), (5, 60), 30, True)
    assert outlet.rules and outlet.rules.drop == (".ad", ".more") and outlet.rules.date == "time@datetime"


@pytest.mark.parametrize("kind", [Outlet, Rules, FetchRules])
def test_every_key_is_documented(kind):
    for field in msgspec.structs.fields(kind):
        assert field.name in DOC, field.name


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("- {id: a, label: {ar: x, en: y}, daily: [9, 1]}", "upside down"),
        ("- {id: a}", "label"),
        ("- {id: a, label: {ar: x, en: y}, rules: [x]}", "rules"),
        ("a: [", "a.yml"),
        ("- {id: a, label: {ar: x, en: y}, timezone: Mars/North}", "unknown time zone"),
        ("- {id: a, label: {ar: x, en: y}, feed: x}", "no web address"),
        ("- {id: a, label: {ar: x, en: y}, rules: {body: '>>['}}", "no CSS selector"),
    ],
)
def test_bad_files_are_refused_by_name(tmp_path, text, why):
    with pytest.raises(KnowledgeError, match=why):
        write(tmp_path, text)


def test_an_address_belongs_to_its_longest_host(tmp_path):
    outlets = write(
        tmp_path,
        "- {id: a, label: {ar: x, en: y}, hosts: a.example}\n- {id: b, label: {ar: x, en: y}, hosts: [ar.a.example]}\n",
    ).values()
    assert [
        getattr(outlet_of(url, outlets), "id", None)
        for url in ("https://www.a.example/1", "https://ar.a.example/", "https://xa.example/", None)
    ] == ["a", "b", None, None]


def test_the_packaged_sources_load():
    load_outlets()
