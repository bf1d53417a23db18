"""Fetching against a local server: safe, bounded, polite; every refusal is one clear line."""

import gzip
import ipaddress
import socket
import time

import pytest
from source_tools import NEWS, Time, fetcher

from marsad.errors import SourceError
from marsad.sources import addresses
from marsad.sources.addresses import is_public
from marsad.sources.fetch import Fetcher, FetchError, FetchRules, Taken, fetch_reports


def refused(url, match, **rules):
    with pytest.raises(SourceError, match=match) as caught:
        fetcher(**rules).get(url)
    assert "\n" not in str(caught.value)
    return caught.value


def test_page_is_fetched_with_its_retrieval_record(site):
    site.routes["/a"] = (200, {"Content-Type": "text/html; charset=utf-8", "ETag": '"1"'}, NEWS)
    raw = fetcher().get(site.root + "/a")
    assert (raw.status, raw.media_type, raw.charset, raw.headers["etag"], raw.retrieved_at) == (
        200,
        "text/html",
        "utf-8",
        '"1"',
        "2024-05-01T12:00:00+00:00",
    )
    assert raw.body.decode() == NEWS
    assert "MarsadBot" in site.asked[-1][1]["User-Agent"]


def test_loopback_is_refused_unless_a_test_allows_it(site):
    site.routes["/a"] = (200, {}, "x")
    with pytest.raises(FetchError, match="not a public address"):
        Fetcher(FetchRules()).get(site.root + "/a")
    assert site.asked == []


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "192.168.0.1",
        "172.16.9.9",
        "169.254.169.254",
        "0.0.0.0",
        "100.64.0.1",
        "224.0.0.1",
        "255.255.255.255",
        "198.18.0.1",
        "::1",
        "::",
        "fe80::1",
        "fc00::1",
        "ff02::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "64:ff9b::7f00:1",
        "64:ff9b::a00:1",
        "2002:7f00:1::",
        "2002:c0a8:1::",
    ],
)
def test_what_is_not_public(address):
    assert not is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:2800:220:1:248:1893:25c8:1946", "::ffff:93.184.216.34"])
def test_what_is_public(address):
    assert is_public(ipaddress.ip_address(address))


def test_a_host_with_one_private_address_among_public_ones_is_refused(monkeypatch):
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (a, 80)) for a in ("93.184.216.34", "10.0.0.8")]
    monkeypatch.setattr(addresses.socket, "getaddrinfo", lambda *a, **k: found)
    with pytest.raises(FetchError, match=r"10\.0\.0\.8 is not a public address"):
        Fetcher(FetchRules()).get("http://news.example/")


def test_the_connection_goes_to_the_address_that_was_checked(monkeypatch, site):
    """A name that answers differently the second time gains nothing: it is asked once a request, and that answer is used."""
    port = site.server.server_port
    asked = []

    def once(host, *_, **__):
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]

    site.routes["/a"] = (200, {}, "x")
    monkeypatch.setattr(addresses.socket, "getaddrinfo", once)
    assert fetcher(robots=False).get(f"http://news.example:{port}/a").body == b"x"
    assert asked[0] == "news.example" and site.asked[0][1]["Host"] == f"news.example:{port}"


def test_redirects_are_followed_and_each_is_checked(monkeypatch, site):
    site.routes["/a"] = (301, {"Location": "/b"}, "")
    site.routes["/b"] = (200, {}, "here")
    raw = fetcher().get(site.root + "/a")
    assert (raw.asked, raw.url, raw.body) == (site.root + "/a", site.root + "/b", b"here")
    for target in (
        "http://10.0.0.1/",
        "http://169.254.169.254/latest",
        "file:///etc/passwd",
        "gopher://x/",
        "http://user:pw@127.0.0.1/",
    ):
        site.routes["/c"] = (302, {"Location": target}, "")
        with pytest.raises(SourceError):
            fetcher().get(site.root + "/c")


def test_redirect_loop_ends(site):
    site.routes["/a"] = (302, {"Location": "/a"}, "")
    refused(site.root + "/a", "more than 5 redirects")


@pytest.mark.parametrize(
    "url",
    [
        "ftp://example.org/",
        "file:///etc/passwd",
        "http://",
        "http://a:b@example.org/",
        "javascript:alert(1)",
        "http://[::1",
        "x",
        "http://example.org:99999/",
    ],
)
def test_what_is_no_web_address(url):
    refused(url, "address")


def test_too_big_is_refused_early_and_late(site):
    site.routes["/told"] = (200, {"Content-Length": "99999999"}, "x")
    refused(site.root + "/told", "too big", max_bytes=1000)

    def untold(handler):
        handler.send_response(200)
        handler.end_headers()
        for _ in range(100):
            handler.wfile.write(b"x" * 1000)

    site.routes["/untold"] = untold
    refused(site.root + "/untold", "too big", max_bytes=5000)
    site.routes["/bomb"] = (200, {"Content-Encoding": "gzip"}, gzip.compress(b"0" * 30_000_000))
    refused(site.root + "/bomb", "too big", max_bytes=1_000_000)


def test_too_slow_is_given_up(site):
    site.routes["/slow"] = lambda handler: time.sleep(1.5)
    error = refused(site.root + "/slow", "too long", timeout=0.2, attempts=1)
    assert error.temporary

    def drip(handler):
        handler.send_response(200)
        handler.end_headers()
        for _ in range(30):
            handler.wfile.write(b"x")
            handler.wfile.flush()
            time.sleep(0.05)

    site.routes["/drip"] = drip
    slow = Fetcher(FetchRules(allow_loopback=True, timeout=0.3, attempts=1, delay=0))
    with pytest.raises(FetchError, match="too long"):
        slow.get(site.root + "/drip")


def test_robots_txt_is_kept(site):
    site.routes["/robots.txt"] = (200, {}, "User-agent: *\nDisallow: /private\nCrawl-delay: 7\n")
    site.routes["/a"] = site.routes["/b"] = site.routes["/private/x"] = (200, {}, "x")
    clock = Time()
    agent = fetcher(clock)
    agent.get(site.root + "/a")
    with pytest.raises(FetchError, match="robots"):
        agent.get(site.root + "/private/x")
    agent.get(site.root + "/b")
    assert site.paths() == ["/a", "/b"] and clock.slept == [7.0]
    assert [p for p, _ in site.asked].count("/robots.txt") == 1


def test_robots_in_trouble_forbids_and_missing_allows(site):
    site.routes["/a"] = (200, {}, "x")
    assert fetcher().get(site.root + "/a").body == b"x"
    site.routes["/robots.txt"] = (503, {}, "")
    assert refused(site.root + "/a", "robots.txt", attempts=1).temporary


def test_redirect_into_what_robots_forbids(site):
    site.routes["/robots.txt"] = (200, {}, "User-agent: MarsadBot\nDisallow: /b\n")
    site.routes["/a"] = (302, {"Location": "/b"}, "")
    refused(site.root + "/a", "robots")


def test_unchanged_documents_are_not_sent_again(site):
    def answer(handler):
        if (
            handler.headers.get("If-None-Match") == '"v1"'
            and handler.headers.get("If-Modified-Since") == "Wed, 01 May 2024 00:00:00 GMT"
        ):
            return 304, {}, ""
        return 200, {"ETag": '"v1"', "Last-Modified": "Wed, 01 May 2024 00:00:00 GMT"}, "x"

    site.routes["/a"] = answer
    agent = fetcher()
    first = agent.get(site.root + "/a")
    again = agent.get(site.root + "/a", first.headers["etag"], first.headers["last-modified"])
    assert (first.status, again.status, again.body) == (200, 304, b"")


def test_a_server_in_trouble_is_given_time(site):
    answers = iter([(503, {}, ""), (429, {"Retry-After": "9"}, ""), (200, {}, "x")])
    site.routes["/a"] = lambda handler: next(answers)
    clock = Time()
    assert fetcher(clock).get(site.root + "/a").body == b"x"
    assert clock.slept == [2.0, 9.0]


def test_what_is_gone_is_not_asked_twice(site):
    site.routes["/a"] = (410, {}, "")
    error = refused(site.root + "/a", "answered 410")
    assert site.paths() == ["/a"] and not error.temporary


def test_a_long_retry_after_is_handed_to_the_caller(site):
    site.routes["/a"] = (503, {"Retry-After": "Wed, 01 May 2024 13:00:00 GMT"}, "")
    error = refused(site.root + "/a", "answered 503")
    assert (error.retry_after, site.paths()) == (3600.0, ["/a"])


def test_a_host_is_asked_at_a_polite_rate(site):
    site.routes["/a"] = (200, {}, "x")
    clock = Time()
    agent = fetcher(clock, delay=2.0)
    for _ in range(3):
        agent.get(site.root + "/a")
    assert clock.slept == [2.0, 2.0]


def test_closed_port_is_one_clear_line():
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    refused(f"http://127.0.0.1:{port}/", "ConnectError", robots=False, attempts=1)


def test_reports_of_a_list_of_addresses(site):
    site.routes["/a"] = (200, {"Content-Type": "text/html; charset=utf-8"}, NEWS)
    site.routes["/pdf"] = (200, {"Content-Type": "application/pdf"}, b"%PDF")
    found = list(fetch_reports([site.root + "/a", site.root + "/none", site.root + "/pdf"], fetcher()))
    assert [type(f).__name__ for f in found] == ["Taken", "FetchError", "SourceError"]
    assert (
        isinstance(found[0], Taken) and found[0].report.url == site.root + "/a" and found[0].raw.body.decode() == NEWS
    )
