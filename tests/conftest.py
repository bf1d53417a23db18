"""What all tests share: no user's own gazetteers, one coder a process, and a web server on this machine whose answers each test scripts."""

from __future__ import annotations

import os
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SHARED = Path(os.environ.get("MARSAD_SHARED") or ROOT.parent / "shared")


@pytest.fixture(scope="session", autouse=True)
def own_home(tmp_path_factory):
    """Tests see the packaged data only; what is compiled from it is kept between runs."""
    kept = {name: os.environ.get(name) for name in ("MARSAD_HOME", "MARSAD_CACHE", "MARSAD_GAZETTEER")}
    os.environ["MARSAD_HOME"] = str(tmp_path_factory.mktemp("home"))
    os.environ["MARSAD_CACHE"] = str(ROOT / ".pytest_cache" / "marsad")
    os.environ.pop("MARSAD_GAZETTEER", None)
    yield
    for name, value in kept.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value


@pytest.fixture(scope="session")
def coder(own_home):
    """The rule coder over the packaged knowledge."""
    from marsad.pipeline import rule_coder

    rule_coder.cache_clear()
    return rule_coder()


class Site:
    """`routes` maps a path to (status, headers, body) or to a function of the request handler; `asked` lists what was asked for."""

    def __init__(self):
        self.routes = {}
        self.asked = []
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                site.asked.append((self.path, dict(self.headers)))
                answer = site.routes.get(self.path, (404, {}, b"none"))
                if callable(answer):
                    answer = answer(self)
                if answer is None:
                    return
                status, headers, body = answer
                body = body.encode() if isinstance(body, str) else body
                self.send_response(status)
                for name, value in {"Content-Length": str(len(body)), **headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.root = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()

    def paths(self):
        return [path for path, _ in self.asked if path != "/robots.txt"]


@pytest.fixture
def site():
    site = Site()
    yield site
    site.server.shutdown()
    site.server.server_close()
