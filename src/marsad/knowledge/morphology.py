"""Inflections of Arabic lemmas, generated once when knowledge is compiled, so that data files name lemmas only.

Comes in: folded stems. Goes out: folded surface forms with what they mean. Unvocalised spelling hides much: most passives
look like their actives and are told apart by the words around them (coding/frames.py).
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

PRONOUNS = ("ه", "ها", "هم", "هما", "هن")


class VerbForm(msgspec.Struct, frozen=True):
    """One surface form of a verb. tense: past | present | future | purpose; pronoun: its object suffix or ""; feminine, plural: of the subject."""

    form: str
    tense: str
    feminine: bool
    plural: bool
    pronoun: str


def verb_forms(past: str, present: str, past_c: str | None = None) -> Iterator[VerbForm]:
    """Third-person forms that news uses: past and present, both genders, singular, dual and plural, with object pronouns.

    Args: past: third person singular ("استولى"); present: stem without its prefix ("ستولي");
          past_c: stem before consonantal endings where it differs ("استول").
    """
    stem = past_c or past
    subjects = [
        (past, False, False),
        (stem + "ت", True, False),
        (stem + "وا", False, True),
        (stem + "و", False, True),  # as posts spell it
        (stem + "ا", False, True),
        (stem + "تا", True, True),
    ]
    for form, feminine, plural in subjects:
        yield VerbForm(form, "past", feminine, plural, "")
        host = form[:-1] if form.endswith("وا") else form
        for pronoun in PRONOUNS if not form.endswith("و") else ():
            yield VerbForm(host + pronoun, "past", feminine, plural, pronoun)
    for prefix, feminine in (("ي", False), ("ت", True)):
        for ending, plural in (("", False), ("ون", True), ("وا", True), ("ان", True)):
            if ending == "ان" and present.endswith("ي"):
                continue
            form = prefix + (present[:-1] if ending in ("ون", "وا") and present.endswith("ي") else present) + ending
            yield VerbForm(form, "present", feminine, plural, "")
            yield VerbForm("س" + form, "future", feminine, plural, "")
            yield VerbForm("ل" + form, "purpose", feminine, plural, "")
            if ending == "":
                for pronoun in PRONOUNS:
                    yield VerbForm(form + pronoun, "present", feminine, plural, pronoun)


def noun_forms(word: str, suffixed: bool = False) -> frozenset[str]:
    """Surface forms of one folded noun or adjective: bare, definite, accusative, construct dual; with pronouns when asked.

    Returns: the set of forms without proclitics ("قصف" -> قصف القصف قصفا, and قصفه قصفها … when `suffixed`).
    """
    bare = word[2:] if word.startswith("ال") and len(word) > 4 else word
    forms = {bare, "ال" + bare}
    if bare[-1] not in "اه" and not bare.endswith("ات"):
        forms.add(bare + "ا")
    if bare.endswith("تين") and len(bare) > 5:
        forms |= {bare[:-1], bare[:-2] + "ا"}
    if suffixed:
        host = bare[:-1] + "ت" if bare.endswith("ه") else bare
        forms |= {host + pronoun for pronoun in PRONOUNS}
        if bare.endswith(("ين", "ان")):
            forms |= {bare[:-1] + pronoun for pronoun in PRONOUNS}
    return frozenset(forms)
