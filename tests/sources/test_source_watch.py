"""Watching feeds: each report once, failures backed off, silence noticed, a kill loses nothing."""

from datetime import UTC, datetime, timedelta

import pytest
from source_tools import FULL, NEWS, feed, fetcher

from marsad.errors import SourceError
from marsad.sources.feeds import read_feed
from marsad.sources.fetch import Taken
from marsad.sources.outlets import Outlet, OutletLabel
from marsad.sources.watch import Alarm, FileMemory, poll, watch

START = datetime(2024, 5, 1, 12, 0, tzinfo=UTC)


def outlet(site, **keys):
    return Outlet(
        id="mizan", label=OutletLabel("الميزان", "Mizan"), feed=(site.root + "/feed",), timezone="Asia/Damascus", **keys
    )


def publish(site, *numbers):
    site.routes["/feed"] = (200, {"Content-Type": "application/rss+xml"}, feed(site.root, *numbers))
    for n in numbers:
        site.routes[f"/n/{n}"] = (200, {"Content-Type": "text/html; charset=utf-8"}, NEWS)


def visit(site, memory, hours=0, **keys):
    return list(poll(outlet(site, **keys), fetcher(), memory, START + timedelta(hours=hours)))


def test_each_item_is_taken_once(site, tmp_path):
    memory = FileMemory(tmp_path)
    publish(site, 1, 2)
    first = visit(site, memory)
    assert [f.report.url for f in first] == [f"{site.root}/n/1", f"{site.root}/n/2"]
    assert first[0].report.published == "2024-05-01T01:00:00+03:00"
    publish(site, 2, 3)
    assert [f.report.url for f in visit(site, memory, 1)] == [f"{site.root}/n/3"]
    assert visit(site, memory, 2) == []


def test_before_it_is_due_nothing_is_asked(site, tmp_path):
    memory = FileMemory(tmp_path)
    publish(site, 1)
    visit(site, memory)
    asked = len(site.asked)
    assert visit(site, memory, 0.1) == [] and len(site.asked) == asked


def test_an_unchanged_feed_costs_one_question(site, tmp_path):
    publish(site, 1)
    status, headers, body = site.routes["/feed"]
    site.routes["/feed"] = lambda h: (
        (304, {}, "") if h.headers.get("If-None-Match") == "e" else (status, {**headers, "ETag": "e"}, body)
    )
    memory = FileMemory(tmp_path)
    assert len(visit(site, memory)) == 1
    site.asked.clear()
    assert visit(site, memory, 1) == [] and site.paths() == ["/feed"]


def test_a_feed_with_whole_texts_needs_no_pages(site, tmp_path):
    site.routes["/feed"] = (200, {}, feed(site.root, 1, text=FULL))
    (taken,) = visit(site, FileMemory(tmp_path))
    assert site.paths() == ["/feed"] and FULL.strip() in taken.report.text and taken.report.title == "خبر رقم 1"


def test_a_kill_before_the_report_is_stored_delivers_it_again(site, tmp_path):
    publish(site, 1, 2)
    visits = poll(outlet(site), fetcher(), FileMemory(tmp_path), START)
    next(visits)
    visits.close()
    assert [f.report.url for f in visit(site, FileMemory(tmp_path))] == [f"{site.root}/n/1", f"{site.root}/n/2"]
    visits = poll(outlet(site), fetcher(), FileMemory(tmp_path / "other"), START)
    next(visits), next(visits)
    visits.close()
    assert [f.report.url for f in visit(site, FileMemory(tmp_path / "other"))] == [f"{site.root}/n/2"]


def test_a_page_in_trouble_is_tried_again_and_a_missing_one_is_not(site, tmp_path):
    memory = FileMemory(tmp_path)
    publish(site, 1, 2)
    site.routes["/n/1"] = (503, {}, "")
    del site.routes["/n/2"]
    assert [type(f).__name__ for f in visit(site, memory)] == ["FetchError", "FetchError"]
    publish(site, 1, 2)
    assert [f.report.url for f in visit(site, memory, 1)] == [f"{site.root}/n/1"]


def test_failures_in_a_row_lengthen_the_pause(site, tmp_path):
    memory = FileMemory(tmp_path)
    site.routes["/feed"] = (500, {}, "")
    pauses = []
    now = START
    for _ in range(3):
        (failed,) = poll(outlet(site), fetcher(attempts=1), memory, now)
        assert "answered 500" in str(failed)
        due = datetime.fromisoformat(memory.load("mizan").next_at)
        pauses.append((due - now).total_seconds() / 60)
        now = due
    assert pauses == [60, 120, 240]


def test_a_broken_feed_is_one_error(site, tmp_path):
    site.routes["/feed"] = (200, {}, "<html>no feed</html>")
    (found,) = visit(site, FileMemory(tmp_path))
    assert isinstance(found, SourceError) and "not a feed" in str(found)


def test_silence_and_floods_raise_an_alarm(site, tmp_path):
    memory = FileMemory(tmp_path)
    publish(site)
    assert visit(site, memory, daily=(1, 2)) == []
    assert visit(site, memory, 14, daily=(1, 2)) == []  # the first day was not watched from its start
    (alarm,) = [f for f in visit(site, memory, 38, daily=(1, 2)) if isinstance(f, Alarm)]
    assert (alarm.day, alarm.count) == ("2024-05-02", 0) and "expected 1 to 2" in str(alarm)
    publish(site, 1, 2, 3)
    visit(site, memory, 40, daily=(1, 2))
    assert [f.count for f in visit(site, memory, 62, daily=(1, 2)) if isinstance(f, Alarm)] == [3]
    assert [f.count for f in visit(site, memory, 24 * 5, daily=(1, 2)) if isinstance(f, Alarm)] == [0, 0]


def test_watch_goes_round_and_sleeps_until_due(site, tmp_path):
    publish(site, 1)
    now = [START]
    slept = []

    def sleep(seconds):
        slept.append(seconds)
        now[0] += timedelta(seconds=seconds)

    broken = Outlet(id="broken", label=OutletLabel("x", "x"), feed=("http://127.0.0.1:9/feed",))
    found = list(
        watch([outlet(site), broken], fetcher(attempts=1), FileMemory(tmp_path), lambda: now[0], sleep, rounds=2)
    )
    assert [type(f).__name__ for f in found] == ["Taken", "FetchError"] and slept == [1800.0]
    assert isinstance(found[0], Taken)


def test_a_damaged_state_is_named(tmp_path, site):
    (tmp_path / "mizan.json").write_text("{")
    publish(site, 1)
    (found,) = watch([outlet(site)], fetcher(), FileMemory(tmp_path), lambda: START, lambda _: None, rounds=1)
    assert "damaged state" in str(found)


ATOM = '<feed xmlns="http://www.w3.org/2005/Atom"><title>م</title><entry><id>urn:1</id><title>عنوان</title><link href="https://e.example/1"/><updated>2024-05-01T00:30:00Z</updated><content type="html">&lt;p&gt;نص&lt;/p&gt;&lt;script&gt;x&lt;/script&gt;</content></entry></feed>'


def test_atom_and_old_encodings():
    (item,) = read_feed(ATOM.encode(), "f")
    assert (item.id, item.url, item.title, item.text, item.published) == (
        "urn:1",
        "https://e.example/1",
        "عنوان",
        ("نص",),
        "2024-05-01T00:30:00+00:00",
    )
    data = feed("http://x.example", 1).replace("utf-8", "windows-1256").encode("cp1256")
    assert next(read_feed(data, "f")).title == "خبر رقم 1"


@pytest.mark.parametrize(
    "data", [b"", b"\x00\xff", b"<!DOCTYPE a [<!ENTITY a 'x'><!ENTITY b '&a;&a;'>]><x>&b;</x>", b"[" * 1000]
)
def test_no_feed_is_one_clear_line(data):
    with pytest.raises(SourceError, match="not a feed"):
        list(read_feed(data, "f"))
