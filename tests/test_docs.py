"""The docs name everything a user can meet, and what they show runs."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
import typer

from marsad.cli import app as program
from marsad.publish.coded import ACLED_COLUMNS, CSV_COLUMNS

ROOT = Path(__file__).resolve().parent.parent
GUIDE = (ROOT / "docs" / "guide.md").read_text(encoding="utf-8")
README = (ROOT / "README.md").read_text(encoding="utf-8")
ARABIC = (ROOT / "README.ar.md").read_text(encoding="utf-8")
PAGES = [ROOT / "README.md", ROOT / "README.ar.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]


def commands() -> list[str]:
    """Every command and subcommand of the program."""
    if not program.app.registered_commands:
        program._register()
    group = typer.main.get_command(program.app)
    out = []
    for name, command in group.commands.items():  # type: ignore[attr-defined]
        below = getattr(command, "commands", {})
        out += [f"{name} {sub}" for sub in below] or [name]
    return sorted(out)


@pytest.mark.parametrize("command", commands())
def test_every_command_is_in_the_guide_and_the_readmes(command):
    assert f"marsad {command}" in GUIDE
    for word in command.split()[:1]:
        assert re.search(rf"\b{word}\b", README) and re.search(rf"\b{word}\b", ARABIC)


def test_every_published_column_is_in_the_codebook():
    codebook = (ROOT / "docs" / "codebook.md").read_text(encoding="utf-8")
    assert [c for c in (*CSV_COLUMNS, *ACLED_COLUMNS) if f"`{c}`" not in codebook] == []


def test_every_setting_is_in_the_guide():
    used = {
        v for p in (ROOT / "src").rglob("*.py") for v in re.findall(r"MARSAD_[A-Z_]+", p.read_text(encoding="utf-8"))
    }
    assert sorted(v for v in used if v not in GUIDE) == []


def test_the_codebook_is_up_to_date():
    done = subprocess.run(
        [sys.executable, str(ROOT / "scripts" / "build_codebook.py"), "--check"], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(ROOT)))
def test_links_lead_somewhere(page):
    targets = re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8"))
    assert [t for t in targets if not (page.parent / t).exists()] == []


def examples() -> list[str]:
    """The commands of the guide that need no network and no file of the user's."""
    found = [line for block in re.findall(r"```sh\n(.*?)```", GUIDE, re.S) for line in block.splitlines()]
    return [line for line in found if not re.search(r"fetch|import|remove|watch", line)]


def test_the_examples_of_the_guide_run(tmp_path, own_home):
    text = re.search(r"\$ cat report.txt\n(.*?)\n\n", README, re.S)
    assert text
    (tmp_path / "report.txt").write_text(text.group(1), encoding="utf-8")
    start = [sys.executable, "-c", "from marsad.cli import main; main()"]
    subprocess.run([*start, "demo", "--quiet"], cwd=tmp_path, check=True, capture_output=True)
    for line in examples():
        name, *arguments = shlex.split(line)
        done = subprocess.run(
            [*start, *arguments],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            env=os.environ | {"PYTHONPATH": str(ROOT / "src")},
        )
        assert name == "marsad" and done.returncode == 0, f"{line}: {done.stderr}"


def test_the_example_of_the_readme_is_what_comes_out(coder):
    from marsad.records import Report

    text = re.search(r"\$ cat report.txt\n(.*?)\n\n", README, re.S)
    assert text
    (event,) = coder.code(Report("r", text.group(1), published="2016-03-14")).events
    assert (event.type, [a.id for a in event.side_a], event.places[0].id) == ("shelling", ["sy.army"], "gn:168661")
    assert [(c.harm, c.low, c.high) for c in event.casualties] == [
        ("killed", 7, 7),
        ("killed", 3, 3),
        ("wounded", 20, 20),
    ]
    assert (event.when.start, event.when.stated) == ("2016-03-14", True)
