"""Bytes to text: which encoding Arabic bytes are in, and when bytes are no text at all.

Old Arabic pages and dumps come in windows-1256 without saying so; a general detector often takes it for a Latin or Cyrillic code page.
Arabic itself tells: in the right encoding nearly all letters are Arabic, one in eight is an alef, and many words open with ال.
"""

from __future__ import annotations

import codecs

from marsad.errors import SourceError

MAX_BYTES = 10_000_000  # of one report; the longest news pages have some hundred kilobytes

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CANDIDATES = ("cp1256", "iso8859_6", "mac_arabic", "cp720", "cp864")
_MAGIC = {
    b"%PDF": "PDF",
    b"PK\x03\x04": "ZIP",
    b"\x89PNG": "PNG",
    b"\xff\xd8\xff": "JPEG",
    b"GIF8": "GIF",
    b"\x7fELF": "program",
    b"\x1f\x8b": "gzip",
    b"SQLite f": "SQLite",
    b"\xd0\xcf\x11\xe0": "Word",
}
_COMMON = frozenset("اليمنورتبعسدفهةحقكأىشج")


def decode(data: bytes, file: str, declared: str | None = None, place: str | None = None) -> str:
    """The text behind bytes whose encoding is not known for sure.

    Args:    declared: what the page or server claims; believed only when the bytes decode and read as well as any other guess.
    Returns: text without byte order mark; lone surrogates and NUL become U+FFFD.
    Raises:  SourceError: binary data, more than `MAX_BYTES`, or no encoding that gives readable text.
    """
    if len(data) > MAX_BYTES:
        raise SourceError(
            file, place, f"{len(data) / 1e6:.0f} MB is too much for one report (at most {MAX_BYTES / 1e6:.0f} MB)"
        )
    for magic, kind in _MAGIC.items():
        if data.startswith(magic):
            raise SourceError(file, place, f"this is {kind} data, not text")
    for bom, name in _BOMS:
        if data.startswith(bom):
            return clean(data.decode(name, "replace"))
    wide = _wide(data)
    if wide:
        return clean(data.decode(wide, "replace"))
    if data.count(0) > len(data) // 1000:
        raise SourceError(file, place, "this is binary data, not text")
    try:
        return clean(data.decode("utf-8"))
    except UnicodeDecodeError as error:
        # One broken byte in a megabyte of UTF-8 is a damaged file, not another encoding.
        if _mostly_utf8(data, error):
            return clean(data.decode("utf-8", "replace"))
    return clean(_eight_bit(data, file, declared, place))


def clean(text: str) -> str:
    """Text that every encoding and store accepts: surrogate pairs joined, lone surrogates and NUL replaced by U+FFFD."""
    if "\0" in text:
        text = text.replace("\0", "\ufffd")
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text


def _wide(data: bytes) -> str | None:
    """UTF-16 without a mark: every second byte is one of few values (0 for Latin, 6 for Arabic)."""
    head = data[:4000]
    if len(head) < 4 or len(data) % 2:
        return None
    for name, high in (("utf-16-le", head[1::2]), ("utf-16-be", head[0::2])):
        if (
            sum(high.count(b) for b in (b"\x00", b"\x06", b"\x20")) >= 0.9 * len(high)
            and (high.count(6) + high.count(0)) > len(high) // 2
        ):
            text = head.decode(name, "replace")
            if sum(c.isalpha() or c.isspace() for c in text) > 0.6 * len(text):
                return name
    return None


def _mostly_utf8(data: bytes, error: UnicodeDecodeError) -> bool:
    text = data.decode("utf-8", "replace")
    return text.count("\ufffd") * 200 < len(text) and any(ord(c) > 0x7F for c in text[: error.start + 1000])


def _eight_bit(data: bytes, file: str, declared: str | None, place: str | None) -> str:
    best, text = -1.0, ""
    for name in dict.fromkeys(filter(None, (declared, *_CANDIDATES))):
        try:
            tried = data.decode(name)
        except (LookupError, UnicodeDecodeError, ValueError):
            tried = data.decode("cp1256", "replace") if name == "cp1256" else ""
        score = _arabic_score(tried)
        if score > best + 0.02:
            best, text = score, tried
    if best >= 0.35:
        return text
    from charset_normalizer import from_bytes

    found = from_bytes(data[:200_000]).best()
    if found is None:
        raise SourceError(file, place, "no encoding gives readable text")
    try:
        return data.decode(found.encoding)
    except UnicodeDecodeError:
        return data.decode(found.encoding, "replace")


def _arabic_score(text: str) -> float:
    """0 to about 1: share of common Arabic letters among the characters beyond ASCII, with a part for words that open with ال."""
    sample = text[:20_000]
    beyond = [c for c in sample if ord(c) > 0x7F]
    if not beyond:
        return 0.0
    common = sum(c in _COMMON for c in beyond) / len(beyond)
    words = sample.split()
    article = sum(w.startswith(("ال", "وال", "بال", "لل")) for w in words) / max(1, len(words))
    return common * 0.8 + min(0.2, article)
