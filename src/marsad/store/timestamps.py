"""RFC 3161 timestamps: an authority's signed word that bytes of this SHA-256 existed at a time.

A request is sent by whoever has a network; the token that comes back is kept with the retrieval record. A `Head` of the
journal is a SHA-256 too: one timestamp over it dates everything before it. Signatures are checked with `openssl ts -verify`.
"""

from __future__ import annotations

_SHA256_IMPRINT = bytes.fromhex("3031 300d 0609 608648016503040201 0500 0420")
"""DER of MessageImprint up to the hash: AlgorithmIdentifier of SHA-256 with NULL, then an octet string of 32 bytes."""


def timestamp_request(sha: str) -> bytes:
    """The DER body (`application/timestamp-query`) to send to an authority; asks for its certificate in the token.

    Args: sha: hex SHA-256 of a document, or `Head.hash`.
    """
    imprint = _SHA256_IMPRINT + bytes.fromhex(sha)
    body = b"\x02\x01\x01" + imprint + b"\x01\x01\xff"
    return b"\x30" + bytes([len(body)]) + body


def is_over(token: bytes, sha: str) -> bool:
    """Whether a token (or the reply that holds it) is about these bytes; its signature is not looked at."""
    return b"\x04\x20" + bytes.fromhex(sha) in token
