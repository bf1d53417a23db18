"""SHA256SUMS of a folder: written when an edition is made, read again to check it; and files that survive a power cut.

The file is what `sha256sum -c SHA256SUMS` reads: a digest, two spaces, a path; sorted by path, itself left out.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec

from marsad.errors import PublishError

SUMS = "SHA256SUMS"
MANIFEST = "manifest.json"


class Fault(msgspec.Struct, frozen=True):
    """A file of an edition that is not as it was released."""

    file: str
    what: str

    def __str__(self) -> str:
        return f"{self.file}: {self.what}"


def digest_of(path: Path) -> str:
    """Hex SHA-256 of a file's bytes."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def seal(folder: Path) -> dict[str, str]:
    """Write SHA256SUMS over all files of a folder and flush everything to the disk; the digest of each file, SHA256SUMS too."""
    sums = {name: digest_of(folder / name) for name in sorted(_files(folder))}
    (folder / SUMS).write_text("".join(f"{digest}  {name}\n" for name, digest in sums.items()), encoding="utf-8")
    for path in sorted(folder.rglob("*")):
        flush(path)
    flush(folder)
    return {**sums, SUMS: digest_of(folder / SUMS)}


def flush(path: Path) -> None:
    """Wait until the disk holds a file, or the entries of a folder."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _files(folder: Path) -> Iterator[str]:
    for path in folder.rglob("*"):
        if (path.is_file() or path.is_symlink()) and path != folder / SUMS:
            yield path.relative_to(folder).as_posix()


def read_sums(folder: Path) -> dict[str, str]:
    """The digests that SHA256SUMS gives, by path.

    Raises: PublishError: there is none, or it is not in that form.
    """
    path = folder / SUMS
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise PublishError(f"{path}: not an edition: SHA256SUMS cannot be read ليس إصدارًا") from error
    sums = {}
    for at, line in enumerate(lines, 1):
        digest, gap, name = line.partition("  ")
        if len(digest) != 64 or not gap or name.startswith("/") or ".." in Path(name).parts:
            raise PublishError(f"{path}:{at}: not a line of SHA256SUMS")
        sums[name] = digest
    return sums


def read_manifest(folder: Path) -> dict[str, Any]:
    """The manifest of an edition's folder.

    Raises: PublishError: there is none, or it is not JSON.
    """
    path = folder / MANIFEST
    try:
        return msgspec.json.decode(path.read_bytes(), type=dict[str, Any])
    except (OSError, msgspec.DecodeError) as error:
        raise PublishError(f"{path}: not an edition: the manifest cannot be read ليس إصدارًا") from error


def check(folder: Path, recorded: Mapping[str, Mapping[str, str]] | None = None) -> list[Fault]:
    """All files that are not as released: changed, missing, added; and whether the previous edition beside it is the one meant.

    Args: recorded: checksums by edition name as a store keeps them; with them even an edition sealed anew by somebody else is found out.
    """
    sums = read_sums(folder)
    faults = [f for name, digest in sums.items() if (f := _fault(folder, name, digest))]
    faults += [Fault(name, "not in SHA256SUMS: added later") for name in sorted(_files(folder)) if name not in sums]
    if any(f.file == MANIFEST for f in faults) or MANIFEST not in sums:
        return faults or [Fault(MANIFEST, "missing")]
    manifest = read_manifest(folder)
    if recorded is not None:
        faults += _against_store(folder, str(manifest.get("name")), recorded)
    return faults + _against_previous(folder, manifest.get("previous"))


def _against_previous(folder: Path, previous: Any) -> list[Fault]:
    """The edition before, where it stands beside this one, must be the one meant."""
    if not previous or not (beside := folder.parent / str(previous["name"]) / SUMS).is_file():
        return []
    if digest_of(beside) == previous["sha256sums"]:
        return []
    return [Fault(f"../{previous['name']}/{SUMS}", "not the previous edition that the manifest names")]


def _fault(folder: Path, name: str, digest: str) -> Fault | None:
    path = folder / name
    if not path.is_file():
        return Fault(name, "missing")
    return None if digest_of(path) == digest else Fault(name, "changed")


def _against_store(folder: Path, name: str, recorded: Mapping[str, Mapping[str, str]]) -> list[Fault]:
    if name not in recorded:
        return [Fault(SUMS, f"the store has no edition {name}")]
    same = recorded[name].get(SUMS) == digest_of(folder / SUMS)
    return [] if same else [Fault(SUMS, "not what the store recorded when the edition was made")]
