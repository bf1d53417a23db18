"""Where quotation marks open and close: the tokens leave them out, but what is said begins at one.

Comes in: the tokens of a report. Goes out: the tokens before which a mark opens and behind which one closes. Straight marks open and
close by turns; a new paragraph begins closed, so that one forgotten mark does not turn the rest of the report around.
"""

from __future__ import annotations

from marsad.text.tokens import Tokens

_OPENING, _CLOSING, _EITHER = frozenset("«“„"), frozenset("»”"), frozenset('"')


class Quotes:
    """opens: tokens right before which a quotation begins. closes: tokens right behind which one ends. inside: tokens within one."""

    def __init__(self, tokens: Tokens) -> None:
        self.opens: set[int] = set()
        self.closes: set[int] = set()
        self.inside: set[int] = set()
        end, is_open = 0, False
        for i, word in enumerate(tokens.words):
            for mark in tokens.text[end : tokens.start[i]]:
                if mark in _OPENING or (mark in _EITHER and not is_open):
                    self.opens.add(i)
                    is_open = True
                elif mark in _CLOSING or mark in _EITHER:
                    self.closes.add(i - 1)
                    is_open = False
            if word == "\n":
                is_open = False
            if is_open:
                self.inside.add(i)
            end = tokens.end[i]
