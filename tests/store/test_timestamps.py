"""RFC 3161 against a real authority: OpenSSL's, with a key made for the test."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
from pathlib import Path

import pytest
import samples

from marsad.store import Retrieval, open_store, timestamp_request

_AUTHORITY = """
[req]
distinguished_name = dn
x509_extensions = ext
prompt = no
[dn]
CN = Test authority
[ext]
extendedKeyUsage = critical,timeStamping
[tsa]
default_tsa = a
[a]
serial = {root}/serial
default_policy = 1.2.3.4
digests = sha256
signer_digest = sha256
"""


def _openssl(root: Path, *args: str) -> str:
    done = subprocess.run(["openssl", *args], cwd=root, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_token_of_a_real_authority_is_kept_and_checked(tmp_path: Path) -> None:
    if shutil.which("openssl") is None:
        pytest.skip("OpenSSL's command is not installed")
    (tmp_path / "tsa.cnf").write_text(_AUTHORITY.format(root=tmp_path))
    (tmp_path / "serial").write_text("01")
    made = "req -x509 -newkey rsa:2048 -nodes -keyout key.pem -out cert.pem -days 2 -config tsa.cnf"
    _openssl(tmp_path, *made.split())
    raw = "صفحة محفوظة".encode()
    sha = hashlib.sha256(raw).hexdigest()
    (tmp_path / "page").write_bytes(raw)
    (tmp_path / "q.tsq").write_bytes(timestamp_request(sha))
    assert "sha256" in _openssl(tmp_path, "ts", "-query", "-in", "q.tsq", "-text")
    reply = "ts -reply -queryfile q.tsq -signer cert.pem -inkey key.pem -config tsa.cnf -section a -out r.tsr"
    _openssl(tmp_path, *reply.split())
    with open_store(tmp_path / "archive", create=True, clock=samples.clock) as store:
        store.add_document(raw, "text/html", Retrieval(tool="test", timestamp_token=(tmp_path / "r.tsr").read_bytes()))
        assert list(store.verify()) == []
        kept = store.document(sha)
        assert kept is not None and kept.retrievals[0].timestamp_token
        (tmp_path / "kept.tsr").write_bytes(kept.retrievals[0].timestamp_token)
        other = store.add_document(b"other", "text/html", kept.retrievals[0])
        assert [damage.subject for damage in store.verify()] == [other]
    _openssl(tmp_path, *["ts", "-verify", "-data", "page", "-in", "kept.tsr", "-CAfile", "cert.pem"])
