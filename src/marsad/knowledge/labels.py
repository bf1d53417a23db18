"""Labels of everything that is shown to people, in the two languages of the project.

Comes in: knowledge/labels.yml. Goes out: `Labels`, which gives the label of a dotted key. An unknown key is shown as it is: a page
with one bare word is better than none (tests check that every key in use has both labels).
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

import yaml

from marsad.errors import KnowledgeError

FILE = Path(__file__).parent / "labels.yml"


class Labels:
    """Labels by key ("harm.killed"), in Arabic and English."""

    def __init__(self, table: Mapping[str, Mapping[str, Mapping[str, str]]]) -> None:
        self._by_key = {f"{group}.{key}": label for group, keys in table.items() for key, label in keys.items()}

    def __contains__(self, key: str) -> bool:
        return key in self._by_key

    def get(self, key: str, language: str) -> str:
        """The label in a language ("ar" or "en"), or the last part of the key."""
        label = self._by_key.get(key)
        return label[language] if label else key.rsplit(".", 1)[-1].replace("_", " ")

    def ar(self, key: str) -> str:
        return self.get(key, "ar")

    def en(self, key: str) -> str:
        return self.get(key, "en")

    def both(self, key: str) -> str:
        """English, then Arabic: for a terminal."""
        return f"{self.en(key)} {self.ar(key)}" if key in self else self.en(key)


@lru_cache(maxsize=2)
def load_labels(file: Path = FILE) -> Labels:
    """The labels of a file.

    Raises: KnowledgeError: an entry lacks one of its two languages.
    """
    table = yaml.safe_load(file.read_text(encoding="utf-8"))
    for group, keys in table.items():
        for key, label in keys.items():
            if not isinstance(label, dict) or not label.get("ar") or not label.get("en"):
                raise KnowledgeError(file.name, f"{group}.{key}", "needs a label in both languages, ar and en")
    return Labels(table)
