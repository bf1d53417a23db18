"""Pages and feeds from the live web, fetched so that neither we nor the sites come to harm.

Comes in: an address. Goes out: `Fetched`, the bytes with what the server said. Only public addresses are connected to: the host is resolved
once, checked, and the connection pinned to that address; the same for each redirect. Size and time are bounded, robots.txt is kept, a host
is asked at a polite rate, servers in trouble are given time. The environment's proxies are not used, since they would undo the check.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urljoin
from urllib.robotparser import RobotFileParser

import httpx
import msgspec

from marsad.errors import SourceError
from marsad.records import Report
from marsad.sources.addresses import UnknownHost, check_url, resolve
from marsad.sources.outlets import Outlet, outlet_of
from marsad.sources.pages import page_reports

AGENT = "MarsadBot/0.1 (conflict research archive; keeps robots.txt)"


class FetchRules(msgspec.Struct, frozen=True):
    """Limits of fetching. Seconds and bytes. `allow_loopback` exists for tests against a local server and for nothing else."""

    agent: str = AGENT
    max_bytes: int = 10_000_000
    timeout: float = 30.0
    connect_timeout: float = 10.0
    max_redirects: int = 5
    delay: float = 2.0
    attempts: int = 3
    backoff: float = 2.0
    longest_wait: float = 60.0
    robots: bool = True
    allow_loopback: bool = False


class Fetched(msgspec.Struct, frozen=True):
    """What a server answered. `url` is the final one; 304 has no body; `retrieved_at` is ISO UTC; headers in lower case."""

    asked: str
    url: str
    status: int
    headers: dict[str, str]
    body: bytes
    retrieved_at: str

    @property
    def media_type(self) -> str:
        return self.headers.get("content-type", "").split(";")[0].strip().lower()

    @property
    def charset(self) -> str | None:
        _, found, value = self.headers.get("content-type", "").lower().partition("charset=")
        return value.split(";")[0].strip(" \"'") or None if found else None


class Taken(msgspec.Struct, frozen=True):
    """A report from the live web with the bytes it was read from, for the archive."""

    report: Report
    raw: Fetched


class FetchError(SourceError):
    """An address that could not be fetched. `temporary`: worth another try, after `retry_after` seconds if the server said so."""

    def __init__(self, url: str, reason: str, temporary: bool = False, retry_after: float | None = None) -> None:
        self.temporary, self.retry_after = temporary, retry_after
        super().__init__(url[:200], None, reason)


class Fetcher:
    """Fetches addresses one after another under one set of rules; keeps robots.txt and the last visit of each host."""

    def __init__(
        self,
        rules: FetchRules | None = None,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.rules = rules or FetchRules()
        self._sleep, self._clock, self._now = sleep, clock, now
        self._visited: dict[str, float] = {}
        self._robots: dict[str, RobotFileParser] = {}
        self._client = httpx.Client(
            trust_env=False, follow_redirects=False, http2=False, headers={"User-Agent": self.rules.agent}
        )

    def __enter__(self) -> Fetcher:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def get(self, url: str, etag: str | None = None, modified: str | None = None) -> Fetched:
        """The document at an address; with `etag` or `modified` of the last visit, status 304 and no body if it is unchanged.

        Raises: FetchError: refused address, robots.txt, too big, too slow, an error of the server; SourceError: no web address.
        """
        headers = {"Accept-Encoding": "gzip, deflate"}
        if etag:
            headers["If-None-Match"] = etag
        if modified:
            headers["If-Modified-Since"] = modified
        wait = self.rules.backoff
        for attempt in range(1, self.rules.attempts + 1):
            try:
                return self._follow(url, headers)
            except FetchError as error:
                wait = max(wait, error.retry_after or 0)
                if not error.temporary or attempt == self.rules.attempts or wait > self.rules.longest_wait:
                    raise
            self._sleep(wait)
            wait *= 2
        raise AssertionError("attempts must be at least 1")

    def _follow(self, url: str, headers: dict[str, str]) -> Fetched:
        here = url
        for _ in range(self.rules.max_redirects + 1):
            if self.rules.robots and not self._allowed(here):
                raise FetchError(here, "robots.txt does not allow it")
            answer = self._once(here, headers)
            if answer.status in (301, 302, 303, 307, 308) and answer.headers.get("location"):
                here = urljoin(here, answer.headers["location"])
                continue
            return self._judge(msgspec.structs.replace(answer, asked=url))
        raise FetchError(url, f"more than {self.rules.max_redirects} redirects")

    def _judge(self, answer: Fetched) -> Fetched:
        if answer.status in (200, 203, 304):
            return answer
        later = answer.status in (408, 425, 429) or answer.status >= 500
        raise FetchError(
            answer.url,
            f"the server answered {answer.status}",
            later,
            _retry_after(answer.headers.get("retry-after"), self._now()),
        )

    def _once(self, url: str, headers: dict[str, str], polite: bool = True) -> Fetched:
        """One request, no redirect followed, to an address that was checked just now."""
        parts = check_url(url)
        host = parts.hostname or ""
        port = parts.port or (443 if parts.scheme == "https" else 80)
        try:
            address = resolve(host, port, self.rules.allow_loopback)
        except SourceError as error:
            raise FetchError(url, error.reason, temporary=isinstance(error, UnknownHost)) from None
        if polite:
            self._wait_turn(parts.netloc)
        target = httpx.URL(url).copy_with(host=address)
        deadline = self._clock() + self.rules.timeout
        request = self._client.build_request(
            "GET",
            target,
            headers={**headers, "Host": parts.netloc.rpartition("@")[2]},
            extensions={"sni_hostname": host.encode("idna").decode("ascii") if not _is_ip(host) else host},
            timeout=httpx.Timeout(self.rules.timeout, connect=self.rules.connect_timeout),
        )
        try:
            response = self._client.send(request, stream=True)
            try:
                body = self._body(response, url, deadline)
            finally:
                response.close()
        except httpx.TimeoutException:
            raise FetchError(url, "the server took too long", temporary=True) from None
        except (httpx.HTTPError, httpx.InvalidURL, UnicodeError) as error:
            raise FetchError(
                url,
                f"{type(error).__name__}: {' '.join(str(error).split())[:120]}",
                temporary=isinstance(error, httpx.TransportError),
            ) from None
        finally:
            self._client.cookies.clear()
            if polite:
                self._visited[parts.netloc] = self._clock()
        seen = {k.lower(): v for k, v in response.headers.items()}
        return Fetched(
            url, url, response.status_code, seen, body, self._now().astimezone(UTC).isoformat(timespec="seconds")
        )

    def _body(self, response: httpx.Response, url: str, deadline: float) -> bytes:
        if response.is_redirect:
            return b""
        said = response.headers.get("content-length", "")
        if said.isdigit() and int(said) > self.rules.max_bytes:
            raise FetchError(url, f"{int(said) / 1e6:.1f} MB is too big (at most {self.rules.max_bytes / 1e6:.1f} MB)")
        chunks: list[bytes] = []
        size = 0
        for chunk in response.iter_bytes(65536):
            size += len(chunk)
            if size > self.rules.max_bytes:
                raise FetchError(url, f"too big (at most {self.rules.max_bytes / 1e6:.1f} MB)")
            if self._clock() > deadline:
                raise FetchError(url, "the server took too long", temporary=True)
            chunks.append(chunk)
        return b"".join(chunks)

    def _wait_turn(self, host: str) -> None:
        """A host is asked again only after the delay that we, or its robots.txt, set."""
        last = self._visited.get(host)
        if last is None:
            return
        delay = self.rules.delay
        robots = self._robots.get(host)
        if robots is not None:
            asked = robots.crawl_delay(self.rules.agent)
            delay = max(delay, min(float(asked), self.rules.longest_wait)) if asked else delay
        rest = last + delay - self._clock()
        if rest > 0:
            self._sleep(rest)

    def _allowed(self, url: str) -> bool:
        parts = check_url(url)
        robots = self._robots.get(parts.netloc)
        if robots is None:
            robots = self._robots[parts.netloc] = self._read_robots(f"{parts.scheme}://{parts.netloc}/robots.txt")
        return robots.can_fetch(self.rules.agent, url)

    def _read_robots(self, url: str) -> RobotFileParser:
        """RFC 9309: no file (4xx) allows everything, a server in trouble (5xx, unreachable) nothing."""
        robots = RobotFileParser(url)
        here = url
        for _ in range(self.rules.max_redirects + 1):
            try:
                answer = self._once(here, {}, polite=False)
            except FetchError as error:
                if error.temporary:
                    raise FetchError(url, f"robots.txt is not reachable: {error.reason}", temporary=True) from None
                raise
            if answer.headers.get("location") and 300 <= answer.status < 400:
                here = urljoin(here, answer.headers["location"])
                continue
            if answer.status >= 500:
                raise FetchError(
                    url, f"robots.txt is not readable: the server answered {answer.status}", temporary=True
                )
            robots.parse(answer.body[:500_000].decode("utf-8", "replace").splitlines() if answer.status == 200 else [])
            return robots
        robots.parse([])
        return robots


def _is_ip(host: str) -> bool:
    return ":" in host or host.replace(".", "").isdigit()


def _retry_after(value: str | None, now: datetime) -> float | None:
    """Seconds of a Retry-After header, given as seconds or as a date."""
    if not value:
        return None
    if value.strip().isdigit():
        return float(value)
    try:
        return max(0.0, (parsedate_to_datetime(value) - now).total_seconds())
    except (ValueError, TypeError):
        return None


def fetch_reports(
    urls: Iterable[str], fetcher: Fetcher, outlets: Iterable[Outlet] = ()
) -> Iterator[Taken | SourceError]:
    """Reports of a list of page addresses, each with its raw bytes; an address that fails is one error and loses nothing else."""
    known = list(outlets)
    for url in urls:
        try:
            raw = fetcher.get(url)
        except SourceError as error:
            yield error
            continue
        yield from of_fetched(raw, outlet_of(raw.url, known))


def of_fetched(raw: Fetched, outlet: Outlet | None) -> Iterator[Taken | SourceError]:
    """The reports on a fetched page."""
    if raw.media_type and raw.media_type not in (
        "text/html",
        "application/xhtml+xml",
        "text/plain",
        "application/octet-stream",
    ):
        yield SourceError(raw.url, None, f"{raw.media_type} is not a page")
        return
    for found in page_reports(raw.body, raw.url, raw.url, outlet, raw.charset):
        yield found if isinstance(found, SourceError) else Taken(found, raw)
