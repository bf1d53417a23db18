"""Saved pages built by us after the structure of real sites: the body to the letter, comments never in it."""

import json
from pathlib import Path

import pytest

from marsad.errors import SourceError
from marsad.sources import read_reports
from marsad.sources.outlets import Outlet, OutletLabel, Rules
from marsad.sources.pages import page_reports, read_pages

PAGES = sorted((Path(__file__).parent / "pages").glob("*.html"))


def words(text):
    return "".join(text.split())


def shared(wanted, found):
    """Characters of the wanted paragraphs that are found, in order."""
    at, kept = 0, 0
    for paragraph in wanted:
        paragraph = words(paragraph)
        where = found.find(paragraph, at)
        if where >= 0:
            kept, at = kept + len(paragraph), where + len(paragraph)
    return kept


@pytest.mark.parametrize("path", PAGES, ids=[p.stem for p in PAGES])
def test_page(path):
    wanted = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))["reports"]
    found = list(read_reports([path]))
    assert not [f for f in found if isinstance(f, SourceError)]
    assert len(found) == len(wanted)
    for want, report in zip(wanted, found, strict=True):
        body = words("".join(report.text[s.start : s.end] for s in report.sections if s.kind == "body"))
        size = sum(len(words(p)) for p in want["body"])
        assert shared(want["body"], body) >= 0.98 * size, "body lost"
        assert len(body) <= 1.02 * size, f"furniture in the body: {body[-200:]}"
        comments = [words(report.text[s.start : s.end]) for s in report.sections if s.kind == "comment"]
        assert comments == [words(c) for c in want["comments"]]
        assert not any(words(c) in body for c in want["comments"])
        assert report.title == want["title"]
        for key in ("publisher", "url"):
            if key in want:
                assert getattr(report, key) == want[key]
        if "published" in want:
            assert (report.published or "")[:10] == want["published"]


def test_there_are_enough_pages():
    assert len(PAGES) >= 25


def test_author_is_found():
    path = Path(__file__).parent / "pages" / "wordpress_default.html"
    (page,) = read_pages(path.read_text(encoding="utf-8"))
    assert page.author == "ريم الصالح"


def test_commenters_names_are_not_kept():
    path = Path(__file__).parent / "pages" / "wordpress_default.html"
    (report,) = read_reports([path])
    assert "أبو ياسر" not in report.text and "مواطن غيور" not in report.text


def test_rules_of_the_source_come_first_and_dates_move_to_its_zone():
    html = (
        "<h1 class='t'>عنوان طويل بما يكفي</h1><i class='d'>2020-01-01T23:30:00+00:00</i><div class='mine'>نص قصير.<b class='x'>إعلان</b></div><div class='entry-content'>"
        + "نص آخر " * 40
        + "</div>"
    )
    outlet = Outlet(
        id="o",
        label=OutletLabel("صحيفة", "Paper"),
        timezone="Asia/Baghdad",
        rules=Rules(body=".mine", title=".t", date=".d", drop=(".x",)),
    )
    (page,) = read_pages(html, "https://o.example/1", outlet)
    assert (page.body, page.title, page.published, page.publisher) == (
        ("نص قصير.",),
        "عنوان طويل بما يكفي",
        "2020-01-02T02:30:00+03:00",
        "صحيفة",
    )


@pytest.mark.parametrize("html", ["", "<html></html>", "<html><body><script>var x = 1</script></body></html>"])
def test_page_without_article_is_one_clear_line(html):
    (found,) = page_reports(html.encode(), "x.html")
    assert isinstance(found, SourceError) and "x.html" in str(found)


def test_deep_and_broken_markup_is_survived():
    html = "<div>" * 30000 + "<p>" + "قصفت الطائرات القرية. " * 20
    assert list(page_reports(html.encode(), "x.html"))
