"""Editions: same bytes, an honest change log, nothing named that is withheld, nothing changed unseen. Reports and names are invented."""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import IO, Any
from urllib.parse import quote

import msgspec
import pytest

from marsad.archive import code_waiting, judge, link_waiting, take_in
from marsad.errors import PublishError
from marsad.knowledge.loader import Knowledge, load_knowledge
from marsad.publish import edition, seal
from marsad.publish.edition import Switches, freeze
from marsad.publish.entries import Entry, entries
from marsad.publish.export import Format
from marsad.records import Report, sha256
from marsad.records_incident import Judgement
from marsad.store import Store, open_store

DAY = date(2016, 5, 1)
VICTIM, SPEAKER = "رائد القاسم", "سمير العلي"
SHELLED = "قصفت قوات النظام بالمدفعية مدينة دوما بريف دمشق اليوم الجمعة، ما أدى إلى مقتل ثلاثة مدنيين وإصابة سبعة."
TEXTS = {
    "r1": ("2016-03-04", SHELLED),
    "r2": ("2016-03-04", "قتل خمسة مدنيين وأصيب سبعة جراء قصف مدفعي لقوات النظام على مدينة دوما في ريف دمشق اليوم."),
    "r3": ("2016-03-10", "اغتال مسلحون مجهولون صحفيًا في مدينة إدلب اليوم الخميس."),
    "r4": ("2016-03-12", f"انفجرت سيارة مفخخة في مدينة الحسكة اليوم السبت، ما أدى إلى مقتل المدني {VICTIM} وإصابة عشرة مدنيين."),
    "r5": ("2016-03-20", "سيطر تنظيم داعش على مدينة تدمر اليوم الأحد."),
    "r6": ("2016-03-25", "قصفت طائرات حربية مدينة سراقب في ريف إدلب اليوم الجمعة، ما أدى إلى مقتل أربعة مدنيين."),
    "r7": ("2016-03-28", "انفجرت عبوة ناسفة في مدينة منبج اليوم الاثنين، ما أدى إلى مقتل مدني."),
}  # fmt: skip


def everything(entries: Iterable[Entry], knowledge: Knowledge, stream: IO[bytes]) -> None:
    """The most that a format could show: the whole entry, a line each."""
    for entry in entries:
        stream.write(msgspec.json.encode(entry) + b"\n")


FORMS = {"everything": Format((("entry", "All of it."),), "jsonl", everything, "all of it")}


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    return load_knowledge()


def _take(store: Store, knowledge: Knowledge, texts: dict[str, tuple[str, str]]) -> None:
    reports = [
        Report(i, t, f"https://news.example/{quote(VICTIM)}/{i}", f"مقتل {VICTIM}", "وكالة النورس", d, sha256=sha256(t))
        for i, (d, t) in texts.items()
    ]
    take_in(store, reports)
    list(code_waiting(store, again=True))
    link_waiting(store, knowledge)


@pytest.fixture
def store(tmp_path: Path, knowledge: Knowledge, coder: Any) -> Iterator[Store]:
    with open_store(tmp_path / "store", create=True) as opened:
        _take(opened, knowledge, TEXTS)
        yield opened


def _ident(store: Store, report: str) -> str:
    return next(i.id for i in store.incidents() if f"{report}/e1" in i.events)


def _freeze(store: Store, knowledge: Knowledge, folder: Path, name: str = "one", **switches: Any) -> Path:
    folder.mkdir(exist_ok=True)
    freeze(store, knowledge, name, folder, FORMS, Switches(DAY, **switches))
    return folder / name


def _bytes(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def _log(folder: Path) -> dict[str, dict[str, str]]:
    """CHANGES.md as section -> incident id -> its lines."""
    out: dict[str, dict[str, str]] = {}
    for section in (folder / "CHANGES.md").read_text(encoding="utf-8").split("\n## ")[1:]:
        found = out.setdefault(section.split()[0], {})
        for part in section.split("\n- `")[1:]:
            ident, _, rest = part.partition("`")
            found[ident] = rest
    return out


def test_an_edition_is_whole_and_verifies(store: Store, knowledge: Knowledge, tmp_path: Path) -> None:
    made = _freeze(store, knowledge, tmp_path / "out")
    assert set(_bytes(made)) == {
        "data/everything.jsonl", "README.md", "codebook.md", "LICENSE.txt", "CHANGES.md", "incidents.jsonl", "SHA256SUMS", "manifest.json",
    }  # fmt: skip
    done = subprocess.run(["sha256sum", "-c", "SHA256SUMS"], cwd=made, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
    manifest = seal.read_manifest(made)
    (recorded,) = store.editions()
    assert (recorded.manifest, recorded.checksums["SHA256SUMS"]) == (manifest, seal.digest_of(made / "SHA256SUMS"))
    assert manifest["counts"]["incidents"] == len(list(entries(store))) > 0
    assert manifest["previous"] is None
    readme = (made / "README.md").read_text(encoding="utf-8")
    assert knowledge.version in readme and "sha256sum -c" in readme and "بالعربية" in readme
    assert list(store.verify()) == []
    assert not list((tmp_path / "out").glob(".*")), "nothing is left aside"


def test_the_same_store_gives_the_same_bytes(
    store: Store, knowledge: Knowledge, tmp_path: Path, monkeypatch: Any
) -> None:
    monkeypatch.setattr(edition, "_record", lambda *_: None)
    first, second = (_freeze(store, knowledge, tmp_path / x, delay_days=10) for x in "ab")
    assert _bytes(first) == _bytes(second)


def test_the_change_log_says_what_became_of_each(store: Store, knowledge: Knowledge, tmp_path: Path) -> None:
    out = tmp_path / "out"
    first = _freeze(store, knowledge, out)
    shelled, shot, bomb, taken, raid, mine = (_ident(store, r) for r in ("r1", "r3", "r4", "r5", "r6", "r7"))
    judge(store, Judgement("j1", "correct", bomb, "analyst", "it hung under a bridge", {"type": "ied"}), knowledge)
    groups = [["r3/e1"], ["r6/e1"]]
    judge(store, Judgement("j2", "merge", shot, "analyst", "one happening", {"groups": groups}), knowledge)
    judge(store, Judgement("j3", "reject", taken, "analyst", "an old film"), knowledge)
    _take(store, knowledge, {"r7": ("2016-03-28", "حُذف هذا الخبر لعدم دقته."), "r8": ("2016-03-30", "اغتال مسلحون مجهولون طبيبًا في مدينة درعا اليوم الأربعاء.")})  # fmt: skip
    _take(store, knowledge, {"r9": ("2016-03-04", SHELLED.replace("اليوم الجمعة", "اليوم"))})
    second = _freeze(store, knowledge, out, "two")
    log = _log(second)
    gone = shot if store.incident(shot).status == "merged" else raid
    kept = raid if gone == shot else shot
    assert "type: vehicle_bomb → ied" in log["Corrected"][bomb] and "judgement j1 (correct)" in log["Corrected"][bomb]
    assert f"merged into {kept}" in log["Withdrawn"][gone] and "judgement j2" in log["Withdrawn"][gone]
    assert "rejected: judgement j3 (reject): an old film" in log["Withdrawn"][taken]
    assert "report r7 was withdrawn or changed by its publisher" in log["Withdrawn"][mine]
    assert _ident(store, "r8") in log["Added"]
    grown = log["Corrected"].get(shelled) or log["Confirmed"][shelled]
    assert "report r9 joined" in grown and "reports: r1, r2 → r1, r2, r9" in grown
    manifest = seal.read_manifest(second)
    assert manifest["previous"] == {"name": "one", "sha256sums": seal.digest_of(first / "SHA256SUMS")}
    assert taken not in (second / "data/everything.jsonl").read_text(encoding="utf-8")
    assert '"type":"ied"' in (second / "data/everything.jsonl").read_text(encoding="utf-8")
    assert seal.check(second) == []


def test_a_judgement_undone_is_said_too(store: Store, knowledge: Knowledge, tmp_path: Path) -> None:
    bomb = _ident(store, "r4")
    judge(store, Judgement("j1", "correct", "r4/e1", "analyst", "", {"type": "ied"}), knowledge)
    _freeze(store, knowledge, tmp_path / "out")
    judge(store, Judgement("j2", "undo", "r4/e1", "analyst", "wrong after all", undoes="j1"), knowledge)
    log = _log(_freeze(store, knowledge, tmp_path / "out", "two"))
    assert "type: ied → vehicle_bomb" in log["Corrected"][bomb]
    assert "judgement j2 (undo of j1): wrong after all" in log["Corrected"][bomb]


def test_a_rejected_event_no_longer_counts(store: Store, knowledge: Knowledge, tmp_path: Path) -> None:
    judge(store, Judgement("j1", "reject", "r2/e1", "analyst", "misread"), knowledge)
    made = _freeze(store, knowledge, tmp_path / "out")
    rows = {
        r["incident"]["id"]: r for r in map(msgspec.json.decode, (made / "incidents.jsonl").read_bytes().splitlines())
    }
    row = rows[_ident(store, "r1")]
    assert [r["id"] for r in row["reports"]] == ["r1"]
    assert [t["high"] for t in row["incident"]["tolls"] if t["harm"] == "killed"] == [3], "not the five of the other"


def test_a_correction_that_fits_nothing_is_refused(store: Store, knowledge: Knowledge, tmp_path: Path) -> None:
    judge(store, Judgement("j1", "correct", _ident(store, "r4"), "analyst", "", {"colour": "red"}), knowledge)
    with pytest.raises(PublishError, match=r"j1: nothing of i-\w+ can be corrected in colour"):
        _freeze(store, knowledge, tmp_path / "out")
    assert list((tmp_path / "out").iterdir()) == []


def test_what_is_fresh_waits(store: Store, knowledge: Knowledge, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    freeze(store, knowledge, "early", out, FORMS, Switches(date(2016, 4, 1), delay_days=10))
    manifest = seal.read_manifest(out / "early")
    text = (out / "early" / "incidents.jsonl").read_text(encoding="utf-8")
    assert manifest["counts"]["held_back"] == 2
    assert '"r5/e1"' in text and '"r6/e1"' not in text and '"r7/e1"' not in text
    assert "2 incidents" in (out / "early" / "README.md").read_text(encoding="utf-8")
    _take(store, knowledge, {"r9": ("2016-04-28", "سيطر تنظيم داعش على مدينة تدمر في العشرين من آذار.")})
    late = _freeze(store, knowledge, out, "late", delay_days=10)
    log = _log(late)
    assert _ident(store, "r6") in log["Added"]
    assert _ident(store, "r5") == _ident(store, "r9"), "told again after the first edition"
    assert "held back: a report or date is within" in log["Withdrawn"][_ident(store, "r5")]


def _named(store: Store, knowledge: Knowledge) -> None:
    """Names where records can hold them: sides, victims, claimants, the field of a contradiction, a judgement's reason."""
    victim = {"id": None, "name": {"ar": VICTIM}, "kind": "civilians"}
    speaker = {"event": "r4/e1", "name": {"ar": SPEAKER}, "kind": "local"}
    toll = {"harm": "killed", "victims": victim, "low": 1, "best": 1, "high": 1, "claims": [{"low": 1, "best": 1, "high": 1, "claimants": [speaker]}]}  # fmt: skip
    value = {
        "side_b": [victim],
        "tolls": [toll],
        "conflicts": [{"field": f"killed: {VICTIM}", "values": [{"value": 1, "claimants": [speaker]}]}],
        "reasons": [f"one report: {SPEAKER}"],
    }
    ident = _ident(store, "r4")
    judge(store, Judgement("j9", "correct", ident, "analyst", f"the family of {VICTIM}", value), knowledge)


def test_withheld_names_are_nowhere(store: Store, knowledge: Knowledge, tmp_path: Path) -> None:
    out = tmp_path / "out"
    open_one = _freeze(store, knowledge, out, "open")
    assert VICTIM in (open_one / "data/everything.jsonl").read_text(encoding="utf-8")
    _named(store, knowledge)
    named = _freeze(store, knowledge, out, "named")
    assert SPEAKER in (named / "incidents.jsonl").read_text(encoding="utf-8")
    judge(store, Judgement("j10", "undo", _ident(store, "r4"), "analyst", VICTIM, undoes="j9"), knowledge)
    bare = _freeze(store, knowledge, out, "bare", withhold_names=True)
    judge(store, Judgement("j11", "undo", _ident(store, "r4"), "analyst", VICTIM, undoes="j10"), knowledge)
    withheld = _freeze(store, knowledge, out, "withheld", withhold_names=True)
    for folder in (bare, withheld):
        for file, content in _bytes(folder).items():
            for name in (*VICTIM.split(), *SPEAKER.split()):
                found = [
                    f for f in (name, quote(name), name.encode("unicode_escape").decode()) if f.encode() in content
                ]
                assert not found, f"{file} of {folder.name} tells {name}"
    text = (withheld / "incidents.jsonl").read_text(encoding="utf-8")
    assert "مدنيون" in text and "مصدر محلي" in text and "killed: مدنيون" in text
    assert "judgement j11" in (withheld / "CHANGES.md").read_text(encoding="utf-8")


def test_a_name_is_used_once(store: Store, knowledge: Knowledge, tmp_path: Path) -> None:
    _freeze(store, knowledge, tmp_path / "out")
    with pytest.raises(PublishError, match="one: the store has an edition of this name"):
        _freeze(store, knowledge, tmp_path / "elsewhere")
    for bad in ("../x", ".hidden", "a b", ""):
        with pytest.raises(PublishError, match="a name has letters"):
            _freeze(store, knowledge, tmp_path / "out", bad)


@pytest.mark.parametrize("step", ["seal", "_write", "_record"])
def test_a_kill_leaves_nothing_or_a_whole_edition(
    store: Store, knowledge: Knowledge, tmp_path: Path, step: str, monkeypatch: Any
) -> None:
    class Killed(BaseException):
        pass

    def kill(*_: Any) -> None:
        raise Killed

    out = tmp_path / "out"
    with monkeypatch.context() as patched, pytest.raises(Killed):
        patched.setattr(seal if step == "seal" else edition, step, kill)
        patched.setattr(edition.shutil, "rmtree", lambda *_, **__: None)  # a killed process does not tidy up
        _freeze(store, knowledge, out)
    assert store.editions() == ()
    assert (out / "one").exists() == (step == "_record")
    left = _bytes(out / "one") if step == "_record" else None
    if left:
        assert seal.check(out / "one") == []
        with pytest.raises(PublishError, match="made with other switches"):
            _freeze(store, knowledge, out, delay_days=3)
    _take(store, knowledge, {"r8": TEXTS["r3"]})  # the archive goes on meanwhile
    made = _freeze(store, knowledge, out)
    assert seal.check(made) == [] and [e.id for e in store.editions()] == ["one"]
    assert left is None or _bytes(made) == left, "what was complete is recorded as it is"
    assert [p.name for p in out.iterdir()] == ["one"]


def test_a_foreign_folder_is_never_taken_over(store: Store, knowledge: Knowledge, tmp_path: Path) -> None:
    (tmp_path / "out" / "one").mkdir(parents=True)
    (tmp_path / "out" / "one" / "notes.txt").write_text("mine")
    with pytest.raises(PublishError, match="is no intact edition"):
        _freeze(store, knowledge, tmp_path / "out")
    with open_store(tmp_path / "other", create=True) as other:
        _take(other, knowledge, {"x": TEXTS["r3"]})
        _freeze(other, knowledge, tmp_path / "theirs")
    with pytest.raises(PublishError, match="made from another state"):
        _freeze(store, knowledge, tmp_path / "theirs")


def test_tampering_is_named(store: Store, knowledge: Knowledge, tmp_path: Path) -> None:
    out = tmp_path / "out"
    first, second = _freeze(store, knowledge, out), _freeze(store, knowledge, out, "two")
    data = second / "data/everything.jsonl"
    data.write_bytes(data.read_bytes().replace("تدمر".encode(), "حلب".encode()))
    (second / "codebook.md").unlink()
    (second / "extra.txt").write_text("x")
    assert [str(f) for f in seal.check(second)] == [
        "codebook.md: missing", "data/everything.jsonl: changed", "extra.txt: not in SHA256SUMS: added later",
    ]  # fmt: skip
    with pytest.raises(PublishError, match="cannot be compared with a damaged edition"):
        freeze(store, knowledge, "three", out, FORMS, Switches(DAY), base=second)
    (first / "LICENSE.txt").write_text("mine")
    seal.seal(first)  # sealed anew by the forger
    assert seal.check(first) == []
    recorded = {e.id: e.checksums for e in store.editions()}
    assert [str(f) for f in seal.check(first, recorded)] == [
        "SHA256SUMS: not what the store recorded when the edition was made"
    ]
    assert "../one/SHA256SUMS" in [f.file for f in seal.check(second)]


def test_a_base_may_be_given(store: Store, knowledge: Knowledge, tmp_path: Path) -> None:
    out = tmp_path / "out"
    first = _freeze(store, knowledge, out)
    _take(store, knowledge, {"r8": ("2016-03-30", "اغتال مسلحون مجهولون طبيبًا في مدينة درعا اليوم الأربعاء.")})
    _freeze(store, knowledge, out, "two")
    freeze(store, knowledge, "three", out, FORMS, Switches(DAY), base=first)
    manifest = seal.read_manifest(out / "three")
    assert (manifest["previous"]["name"], manifest["changes"]["added"]) == ("one", 1)


_WORKER = """
import sys
from datetime import date
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from test_edition import FORMS, DAY
from marsad.knowledge.loader import load_knowledge
from marsad.publish.edition import Switches, freeze
from marsad.store import open_store
knowledge = load_knowledge()
with open_store(sys.argv[2]) as store:
    print("ready", flush=True)
    freeze(store, knowledge, "one", Path(sys.argv[3]), FORMS, Switches(DAY))
"""


def test_kill_9_at_random_points(store: Store, knowledge: Knowledge, tmp_path: Path) -> None:
    """Whatever the moment: no folder, or a whole one; recorded only if whole; and the same command brings it to its end."""
    chance = random.Random(4)
    store.close()
    outcomes = set()
    for turn in range(8):
        home, out = tmp_path / f"store{turn}", tmp_path / f"out{turn}"
        shutil.copytree(tmp_path / "store", home)
        out.mkdir()
        arguments = [sys.executable, "-c", _WORKER, str(Path(__file__).parent), str(home), str(out)]
        with subprocess.Popen(arguments, stdout=subprocess.PIPE) as worker:
            assert worker.stdout and worker.stdout.readline() == b"ready\n"
            time.sleep(chance.uniform(0, 0.25))
            worker.kill()
        with open_store(home) as again:
            recorded = [e.id for e in again.editions()]
            whole = (out / "one").exists()
            assert not whole or seal.check(out / "one") == []
            assert whole or not recorded
            outcomes.add((whole, bool(recorded)))
            if not recorded:
                _freeze(again, knowledge, out)
            assert seal.check(out / "one", {e.id: e.checksums for e in again.editions()}) == []
            assert list(again.verify()) == []
    assert (False, False) in outcomes
