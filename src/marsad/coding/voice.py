"""A voice of a report: one mention of a source, and the record that is made of it.

Comes in: tokens that coding/attribution.py reads as a speaker. Goes out: `Attribution`s with the words of each name that it bears.
"""

from __future__ import annotations

import msgspec

from marsad.coding.scan import Scan
from marsad.records import Attribution, Name, Span

_NAMED_BY = ("voice", "source", "voice_back", "actor", "group", "country", "state")


class Voice(msgspec.Struct, eq=False):
    """A source at tokens first..last of a sentence; core: the tokens of its name.

    relayed: quoted by the voice before it ("نقلت رويترز عن شهود"); told: it was told ("لوكالة رويترز"); after: stands behind what it
    says ("بحسب"); again: the voice before once more, without a name of its own; whole: "المصدر: سانا" under the report; key: same for
    all mentions of one voice; led: key of the voice with which it speaks, to whose words it lends its name; shadow: only there because
    that voice speaks again; names: on its first mention, the tokens of the names that it bears later.
    """

    first: int
    last: int
    sentence: int
    id: str | None
    name: Name | None
    kind: str
    stance: str
    relayed: bool = False
    core: tuple[int, int] = (0, 0)
    after: bool = False
    told: bool = False
    again: bool = False
    whole: bool = False
    shadow: bool = False
    key: str = ""
    led: str = ""
    names: list[tuple[int, int]] = []

    @property
    def group(self) -> str:
        """One name for all that speak together."""
        return self.led or self.key


def attribution(voice: Voice, scan: Scan) -> Attribution:
    """The record of a voice, with the words of each of its names."""
    spans = [scan.span(voice.first, voice.last), *(_bare(tokens, scan) for tokens in (voice.core, *voice.names))]
    evidence = tuple({span.text: span for span in spans}.values())
    name = voice.name or Name(_with_article(_bare(voice.core, scan).text, voice, scan))
    return Attribution(voice.id, name, voice.kind, voice.stance, evidence)  # type: ignore[arg-type]


def _bare(tokens: tuple[int, int], scan: Scan) -> Span:
    """The words of a name without what is written together with it: "ومصادر طبية", "لوكالة الأنباء"; "للشرطة" cannot be parted."""
    span = scan.span(*tokens)
    for clitic in _clitics(tokens[0], scan):
        if span.text.startswith(clitic) and not span.text.startswith("لل"):
            span = Span(span.start + 1, span.end, span.text[1:])
    return span


def _with_article(text: str, voice: Voice, scan: Scan) -> str:
    """ "للشرطة المحلية" is spoken of "الشرطة المحلية"."""
    return "ا" + text[1:] if text.startswith("لل") and "ل" in _clitics(voice.core[0], scan) else text


def _clitics(i: int, scan: Scan) -> str:
    """The proclitics of the first word of a name."""
    match = next((scan.at[kind][i] for kind in _NAMED_BY if i in scan.at.get(kind, {})), None)
    return match.pro if match is not None else ""
