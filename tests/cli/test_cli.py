"""The program as people meet it: good input coded, bad input told in one line with file and line, and the exit status."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest
from typer.testing import CliRunner

from marsad.cli import app as program
from marsad.records import decode

NEWS = "قصفت قوات النظام بالمدفعية مدينة دوما، ما أدى إلى مقتل ثلاثة مدنيين، حسبما أفاد ناشطون."


@pytest.fixture(scope="session")
def marsad(own_home):
    """Runs `marsad` in its own process: arguments and standard input in; exit status, output and error lines out."""

    def run(*arguments: str, given: bytes = b"") -> tuple[int, bytes, str]:
        start = [sys.executable, "-c", "from marsad.cli import main; main()", *arguments]
        done = subprocess.run(
            start, input=given, capture_output=True, timeout=300, env=os.environ | {"PYTHONIOENCODING": "utf-8"}
        )
        return done.returncode, done.stdout, done.stderr.decode()

    return run


def line(**fields: object) -> str:
    return json.dumps(fields, ensure_ascii=False)


def test_text_to_events(marsad, tmp_path):
    (tmp_path / "a.txt").write_text(NEWS, encoding="utf-8")
    status, out, err = marsad("code", str(tmp_path / "a.txt"), "--published", "2016-03-04", "--format", "jsonl")
    coded = decode(out.splitlines()[0])
    assert (status, err) == (0, "") and [e.type for e in coded.events] == ["shelling"]


def test_bad_input_costs_one_line_each_and_nothing_else(marsad, tmp_path):
    """Every kind of trouble in one run: each is told by file and place, all the rest is coded, the status is 1."""
    good = line(id="good", text=NEWS, published="2016-03-04")
    lines = [
        good,
        '{"id": "broken", "text": ',
        line(id="empty"),
        line(id="absurd", text=NEWS, published="0016-99-99"),
        "[1]",
        line(id="last", text=NEWS),
    ]
    (tmp_path / "a.jsonl").write_text("\n".join(lines), encoding="utf-8")
    (tmp_path / "b.txt").write_bytes((NEWS * 3).encode("cp1256"))
    (tmp_path / "c.txt").write_bytes(bytes(range(256)) * 64)
    (tmp_path / "d.txt").write_text("", encoding="utf-8")
    missing = tmp_path / "nowhere.txt"
    status, out, err = marsad("code", str(tmp_path), str(missing), "--format", "jsonl")
    told = err.splitlines()
    assert status == 1
    for place in ("a.jsonl:2:", "a.jsonl:3:", "a.jsonl:4:", "a.jsonl:5:", "c.txt:", "d.txt:", "nowhere.txt:"):
        assert sum(place in one for one in told) == 1, f"{place} in {told}"
    assert len(told) == 7 and "Traceback" not in err
    coded = [decode(one) for one in out.splitlines()]
    assert [c.report.id for c in coded][:2] == ["good", "last"] and len(coded) == 3
    assert coded[2].report.text == NEWS * 3, "windows-1256 is detected and read"


def test_an_unreadable_file_is_told(marsad, tmp_path):
    folder_as_file = tmp_path / "locked.txt"
    folder_as_file.write_text(NEWS, encoding="utf-8")
    folder_as_file.chmod(0)
    if os.access(folder_as_file, os.R_OK):  # the superuser reads everything: a link to itself is unreadable for anybody
        folder_as_file.unlink()
        folder_as_file.symlink_to(folder_as_file)
    status, out, err = marsad("code", str(folder_as_file), "--format", "jsonl")
    assert status == 1 and out == b"" and len(err.splitlines()) == 1 and "locked.txt" in err


@pytest.mark.slow
def test_fifty_megabytes_are_no_report(marsad, tmp_path):
    (tmp_path / "a_huge.txt").write_bytes((NEWS + "\n").encode() * (50_000_000 // len((NEWS + "\n").encode())))
    (tmp_path / "b.txt").write_text(NEWS, encoding="utf-8")
    status, out, err = marsad("code", str(tmp_path), "--format", "jsonl")
    assert status == 1 and len(out.splitlines()) == 1
    assert len(err.splitlines()) == 1 and "a_huge.txt" in err


def test_wrong_use_and_unwritable_output(marsad, tmp_path):
    assert marsad("code", "--format", "poem")[0] == 2
    status, _, err = marsad("code", "-", "--output", str(tmp_path / "no" / "such" / "file"), given=NEWS.encode())
    assert status == 1 and "cannot be written" in err and len(err.splitlines()) == 1


def test_an_absurd_date_option_is_told(marsad):
    status, _, err = marsad("code", "-", "--published", "2016-02-31", "--format", "jsonl", given=NEWS.encode())
    assert status == 1 and "2016-02-31" in err and len(err.splitlines()) == 1


@pytest.mark.parametrize("shape", ["table", "jsonl", "csv", "acled", "geojson"])
def test_every_shape(marsad, shape):
    status, out, err = marsad("code", "-", "--published", "2016-03-04", "--format", shape, given=NEWS.encode())
    assert (status, err) == (0, "") and "دوما" in out.decode()


def test_jobs_change_nothing(marsad, tmp_path):
    lines = [line(id=f"r{n}", text=f"{NEWS} وأصيب {n} آخرون.", published="2016-03-04") for n in range(2, 90)]
    (tmp_path / "a.jsonl").write_text("\n".join(lines), encoding="utf-8")
    one, two = (marsad("code", str(tmp_path / "a.jsonl"), "--format", "jsonl", "--jobs", jobs) for jobs in "12")
    assert one == two and one[0] == 0 and len(one[1].splitlines()) == 88


def test_explain_in_the_terminal_and_as_a_page(marsad, tmp_path):
    (tmp_path / "a.txt").write_text(NEWS, encoding="utf-8")
    status, out, _ = marsad("explain", str(tmp_path / "a.txt"), "--published", "2016-03-04")
    assert status == 0 and "names shelling" in " ".join(out.decode().split())
    status, _, _ = marsad("explain", str(tmp_path / "a.txt"), "--html", str(tmp_path / "why.html"))
    page = (tmp_path / "why.html").read_text(encoding="utf-8")
    assert status == 0 and "<mark" in page and "://" not in page.replace("http://www.w3.org", "")


def test_demo_writes_everything(marsad, tmp_path):
    status, _out, err = marsad("demo", "--output", str(tmp_path / "out"))
    assert (status, err) == (0, "")
    names = {p.name for p in (tmp_path / "out").iterdir()}
    assert {"reports.html", "events.csv", "events.geojson", "coded.jsonl", "reports.jsonl"} <= names
    coded = [decode(one) for one in (tmp_path / "out" / "coded.jsonl").read_bytes().splitlines()]
    assert len(coded) >= 15 and sum(len(c.events) for c in coded) >= 25
    silent = [c.report.id for c in coded if not c.events]
    assert {"silent-1", "threats-1"} <= set(silent)
    assert json.loads((tmp_path / "out" / "events.geojson").read_bytes())["features"]
    page = (tmp_path / "out" / "reports.html").read_text(encoding="utf-8")
    assert "<script" not in page and "src=" not in page and "url(" not in page, "the page loads nothing"


def test_knowledge_commands(marsad, tmp_path):
    assert marsad("knowledge", "check")[0] == 0
    assert b"\xd9\x82\xd8\xb5\xd9\x81" in marsad("knowledge", "show", "shelling")[1]
    status, _, err = marsad("knowledge", "show", "no.such")
    assert status == 1 and len(err.splitlines()) == 1
    assert marsad("knowledge", "stats")[0] == 0
    (tmp_path / "actors").mkdir()
    status, _, err = marsad("knowledge", "check", str(tmp_path / "nowhere"))
    assert status == 1 and len(err.splitlines()) == 1


def test_help_has_examples():
    program._register()
    for command in ("code", "explain", "demo"):
        shown = CliRunner().invoke(program.app, [command, "--help"])
        assert shown.exit_code == 0 and "Examples" in shown.stdout
