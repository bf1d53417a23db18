"""What the tests of fetching and watching share: a page, a feed, a clock that only sleeping moves."""

from datetime import UTC, datetime

from marsad.sources.fetch import Fetcher, FetchRules

NEWS = (
    "<html><title>خبر طويل العنوان</title><article><h1>خبر طويل العنوان</h1><div class='entry-content'>"
    + "<p>قصفت المدفعية قرية الدالية صباح اليوم وأصيب رجلان بجروح نقلا على إثرها إلى المشفى.</p>" * 3
    + "</div></article></html>"
)
NOW = datetime(2024, 5, 1, 12, 0, tzinfo=UTC)


class Time:
    def __init__(self):
        self.at, self.slept = 0.0, []

    def clock(self):
        return self.at

    def sleep(self, seconds):
        self.slept.append(seconds)
        self.at += seconds


def fetcher(time=None, **rules):
    time = time or Time()
    return Fetcher(FetchRules(allow_loopback=True, **{"delay": 0.0, **rules}), time.sleep, time.clock, lambda: NOW)


FULL = (
    "أعلنت وزارة الدفاع أن قوات الجيش استعادت السيطرة على قرية التين والتلال المحيطة بها بعد معارك استمرت يومين. " * 5
)


def feed(root, *numbers, text="مختصر..."):
    items = "".join(
        f"<item><title>خبر رقم {n}</title><link>{root}/n/{n}</link><guid>g{n}</guid><pubDate>Wed, 01 May 2024 0{n}:00:00 +0300</pubDate><description><![CDATA[<p>{text}</p>]]></description></item>"
        for n in numbers
    )
    return (
        f'<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>صحيفة</title>{items}</channel></rss>'
    )
