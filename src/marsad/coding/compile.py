"""Turns knowledge into the automaton that finds its words.

Comes in: `Knowledge`. Goes out: one `Lexicon` whose entries carry what they stand for. Inflections are generated here, once;
the data files name lemmas. Nothing here decides what a word means in a report.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec

from marsad.coding.lexicon import NOUN_CLITICS, VERB_CLITICS, Entry, Lexicon
from marsad.knowledge.loader import Country, Knowledge, Verb
from marsad.knowledge.morphology import VerbForm, noun_forms, verb_forms
from marsad.text.normalize import fold


class TriggerSpec(msgspec.Struct, frozen=True, eq=False):
    """What a trigger word needs: forms of its verb (None for nouns), and conditions on what stands around it."""

    type: str
    noun: bool
    weak: bool
    passive: bool = False
    object: tuple[tuple[frozenset[str], ...], ...] = ()
    prep: str | None = None
    adjacent: bool = False
    subject: str | None = None
    needs_subject: bool = False
    needs: str | None = None
    fallback: bool = False
    status: str | None = None
    forms: dict[str, VerbForm] = {}


class HarmSpec(msgspec.Struct, frozen=True, eq=False):
    """A word of harm: verb (with forms and voice), verbal noun, or victim noun (with the number it counts)."""

    harm: str
    shape: str
    voice: str = "undergo"
    number: str = ""
    completed_by: frozenset[str] = frozenset()
    otherwise: str = ""  # the harm, when nothing completes the verb: "فقد 15 جنديا"
    forms: dict[str, VerbForm] = {}


class ReportSpec(msgspec.Struct, frozen=True, eq=False):
    """A verb of reporting: words of which one must follow, and kinds of voices that it makes speak; empty for any."""

    needs: frozenset[str] = frozenset()
    kinds: frozenset[str] = frozenset()


def phrase(text: str, nouns: bool = False) -> tuple[frozenset[str], ...]:
    """The admitted forms of each word of a phrase of a data file; alternatives are parted by `|`.

    nouns: generate the article, the accusative and (for the head) pronouns; else words stand as written.
    """
    out = []
    for i, word in enumerate(fold(text).split()):
        forms: set[str] = set()
        choices = word.split("|")
        for choice in choices:
            forms |= noun_forms(choice, suffixed=i == 0) if nouns else {choice}
            if nouns and choice.endswith("ين") and choice[:-2] in choices:  # a dual in construct: هجومي، هجوما
                forms |= {choice[:-1], choice[:-2] + "ا"}
        out.append(frozenset(forms))
    return tuple(out)


def compile_lexicon(knowledge: Knowledge) -> Lexicon:
    """The automaton for one version of the knowledge."""
    numbers = knowledge.words["numbers"]
    lexicon = Lexicon(*(frozenset(fold(w) for w in numbers[key]) for key in ("counting", "counting_of")))
    parts = (
        _triggers,
        _harm,
        _cues,
        _moods,
        _groups,
        _actors,
        _people,
        _names,
        _countries,
        _weapons,
        _sources,
        _voices,
    )
    for part in parts:
        for entry in part(knowledge):
            if entry.words:
                lexicon.add(entry)
    return lexicon


def _plain(kind: str, phrases: Iterable[str], ref: str = "", data: Any = None) -> Iterable[Entry]:
    for text in phrases:
        yield Entry(kind, ref, phrase(text), data=data)


def _inflect(verb: dict[str, Any]) -> dict[str, VerbForm]:
    return {
        f.form: f
        for f in verb_forms(
            fold(verb["past"]), fold(verb["present"]), fold(verb["past_c"]) if verb.get("past_c") else None
        )
    }


def _triggers(knowledge: Knowledge) -> Iterable[Entry]:
    for event in knowledge.events.values():
        needs = {fold(text): means for text, means in event.needs.items()}
        for nouns, weak, fallback in (
            (event.nouns, False, False),
            (event.weak_nouns, True, False),
            (event.fallback_nouns, True, True),
        ):
            for text in nouns:
                # "إطلاق … النار": the doer parts a verbal noun from its object
                head, _, acted_on = text.partition(" … ")
                objects = tuple((noun_forms(fold(o)),) for o in acted_on.split("|") if o)
                spec = TriggerSpec(event.id, True, weak, object=objects, needs=needs.get(fold(text)), fallback=fallback)
                yield Entry("trigger", event.id, phrase(head, nouns=True), data=spec)
        for verb in event.verbs:
            yield _verb_trigger(event.id, verb)


def _verb_trigger(kind: str, verb: Verb) -> Entry:
    objects = tuple(tuple(noun_forms(w) for w in fold(o).split()) for o in verb.object)
    passive = verb.voice == "passive"
    if verb.phrase:
        return Entry(
            "trigger", kind, phrase(verb.past), VERB_CLITICS, data=TriggerSpec(kind, False, verb.weak, passive)
        )
    forms = {
        f.form: f for f in verb_forms(fold(verb.past), fold(verb.present), fold(verb.past_c) if verb.past_c else None)
    }
    if verb.bare:
        forms = {form: v for form, v in forms.items() if not v.pronoun}
    spec = TriggerSpec(
        kind,
        noun=False,
        weak=verb.weak,
        passive=passive,
        object=objects,
        prep=fold(verb.prep) if verb.prep else None,
        adjacent=verb.adjacent,
        subject=verb.subject,
        needs_subject=verb.needs_subject,
        needs=verb.needs,
        status=verb.status,
        forms=forms,
    )
    return Entry("trigger", kind, (frozenset(forms),), VERB_CLITICS, data=spec)


def _harm(knowledge: Knowledge) -> Iterable[Entry]:
    words = knowledge.words["harm"]
    for verb in words["verbs"]:
        forms = {f: v for f, v in _inflect(verb).items() if verb["voice"] != "undergo" or not v.pronoun}
        done = frozenset(fold(w) for w in verb.get("completed_by", ()))
        yield Entry(
            "harm",
            verb["harm"],
            (frozenset(forms),),
            VERB_CLITICS,
            data=HarmSpec(verb["harm"], "verb", verb["voice"], "", done, verb.get("otherwise", ""), forms),
        )
    for harm, masdars in words["masdars"].items():
        for text in masdars:
            head, *rest = phrase(text)
            heads = set(head)
            for word in head:
                host = word[:-1] + "ت" if word.endswith("ه") else word
                heads |= {host + p for p in ("ه", "ها", "هم", "هما")} | {"ال" + word}
            yield Entry("harm", harm, (frozenset(heads), *rest), data=HarmSpec(harm, "masdar"))
    for harm, numbers in words["victims"].items():
        for number, nouns in numbers.items():
            for noun in nouns:
                yield Entry("harm", harm, (noun_forms(fold(noun)),), data=HarmSpec(harm, "victim", number=number))
    for harm, nouns in words["running"].items():
        for noun in nouns:
            yield Entry("harm", harm, (noun_forms(fold(noun)),), data=HarmSpec(harm, "running"))
    for text in words["joint"]:
        yield Entry("harm", "killed_and_wounded", phrase(text), data=HarmSpec("killed_and_wounded", "joint"))
    for text in knowledge.words["idioms"]["not_events"]:
        yield Entry("idiom", "", phrase(text, nouns=True))
    for kind in ("subtotals", "mostly", "others", "accidents"):
        yield from _plain(kind, words[kind])


def _moods(knowledge: Knowledge) -> Iterable[Entry]:
    for kind, items in knowledge.words["mood"].items():
        words = items if isinstance(items, dict) else {"phrases": items}
        for verb in words.get("verbs", ()):
            # the dual is spelt like a noun: طالبا
            forms = {f for f in _inflect(verb) if not f.endswith("ا") or f.endswith("وا")}
            yield Entry(f"mood.{kind}", "", (frozenset(forms),), VERB_CLITICS)
        for text in words.get("nouns", ()):
            yield Entry(f"mood.{kind}", "", phrase(text, nouns=True))
        yield from _plain(f"mood.{kind}", words.get("phrases", ()))


def _cues(knowledge: Knowledge) -> Iterable[Entry]:
    words = knowledge.words["cues"]
    for kind, items in words.items():
        if kind in ("light", "suffer", "agent_relative"):
            for verb in items:
                forms = _inflect(verb)
                if kind == "agent_relative":
                    kept = {f: v for f, v in forms.items() if v.pronoun}
                else:
                    kept = {f: v for f, v in forms.items() if not v.pronoun}
                yield Entry("cue", kind, (frozenset(kept),), VERB_CLITICS, data=kept)
        elif kind == "sites":
            for text in items:
                yield Entry("cue", kind, phrase(text, nouns=True))
        else:
            yield from _plain("cue", items, kind)


_TIES = (
    "of",
    "loyal",
    "opposed",
    "allies",
    "definite_short",
    "both",
    "named",
    "units",
    "arms",
    "ordinal",
    "demonstrative",
)


def _groups(knowledge: Knowledge) -> Iterable[Entry]:
    words = knowledge.words["groups"]
    for kind, heads in words["heads"].items():
        for head in heads:
            forms = phrase(head, nouns=len(fold(head).split()) == 1 and not fold(head).startswith("ال"))
            if head in words["adjectival"]:
                forms = (noun_forms(fold(head)),)
            yield Entry("group", kind, forms)
    sides = [r["words"] for r in knowledge.words["places"]["relations"] if "direction" in r]
    directions = {fold(word) for said in sides for word in said}  # "مسلحين شمالي البلاد": where, not who
    for adjective in words["adjectives"]:
        yield Entry("adjective", "", (_adjective_forms(fold(adjective)) - directions,))
    for attribute in words["attributes"]:
        words_of = phrase(attribute) if " " in attribute else (_adjective_forms(fold(attribute)),)
        yield Entry("attribute", "", words_of)
    for adjective in words["site_adjectives"]:
        yield Entry("site_adjective", "", (_adjective_forms(fold(adjective)),))
    for adjective in words["judging"]:
        yield Entry("judging", "", (_adjective_forms(fold(adjective)),))
    yield from _plain("no_party", words["no_party"])
    for word in words["describing"]:
        yield Entry("describing", "", (noun_forms(fold(word)),))
    for kind in _TIES:
        for text in words[kind]:
            host, _, clitic = text.rpartition(" ")
            if host and clitic in ("ل", "ب"):  # the preposition is written on the next word
                yield Entry(kind, "", phrase(host), data=clitic)
            else:
                yield Entry(kind, "", phrase(text))


def _adjective_forms(stem: str) -> frozenset[str]:
    """Masculine, feminine, plural, dual, definite and accusative forms of an adjective."""
    base = stem[:-1] if stem.endswith("ه") else stem
    bare = {base, base + "ه", base + "ون", base + "ين", base + "ات", base + "ان", base + "تان", base + "تين"}
    return frozenset(bare | {"ال" + b for b in bare} | {base + "ا"})


def _variants_of_name(word: str) -> frozenset[str]:
    """Case endings that a name's word takes in running text."""
    out = {word}
    for nominative, oblique in (("يون", "يين"), ("ون", "ين")):
        if word.endswith(nominative) and len(word) > len(nominative) + 2:
            out.add(word[: -len(nominative)] + oblique)
    if word in ("ابو", "ابي", "ابا"):
        out |= {"ابو", "ابي", "ابا"}
    if word in ("بنو", "بني"):
        out |= {"بنو", "بني"}
    return frozenset(out)


def _name(text: str) -> tuple[frozenset[str], ...]:
    cleaned = "".join(c if c.isalnum() or c.isspace() else " " for c in fold(text))
    return tuple(_variants_of_name(w) for w in cleaned.split())


def _actors(knowledge: Knowledge) -> Iterable[Entry]:
    for actor in knowledge.actors.values():
        for names, weak in ((actor.names, False), (actor.partisan_names, False), (actor.weak_names, True)):
            for text in (*names.ar, *(n for n in names.en if len(n) > 2)):
                yield Entry("actor", actor.id, _name(text), weak=weak)


def _people(knowledge: Knowledge) -> Iterable[Entry]:
    for person in knowledge.people.values():
        for number, nouns in (("sg", person.sg), ("dual", person.dual), ("pl", person.pl)):
            for noun in nouns:
                if number == "dual" and noun in person.pl:
                    continue  # مدنيين: two or many, spelling does not tell; "اثنين" behind it does
                folded = fold(noun)
                forms = set(noun_forms(folded, person.possessed)) if len(folded.split()) == 1 else set()
                if noun.startswith("ال") and len(folded.split()) == 1:
                    forms = {folded}  # "الإعلامي" is a person, "إعلامي" mostly an adjective
                if number == "pl" and folded.endswith(("ين", "ون")):
                    forms |= {folded[:-1], "ال" + folded}  # construct: مسلحي، مسلحو
                words = (frozenset(forms),) if forms else phrase(noun)
                yield Entry("person", person.id, words, weak=person.ambiguous, data=number)


def _names(knowledge: Knowledge) -> Iterable[Entry]:
    words = knowledge.words["names"]
    for kind, key in (
        ("given", "given"),
        ("name_opener", "openers"),
        ("name_inner", "inner"),
        ("naming", "naming"),
        ("style", "styles"),
        ("name_end", "ends"),
        ("age", "ages"),
    ):
        yield from _plain(kind, words[key])
    kinds = {fold(w).removeprefix("ال") for kind in knowledge.words["places"]["kinds"] for w in kind.get("sg", ())}
    yield from _plain("place_kind", ["ال" + w for w in sorted(kinds) if " " not in w])


def _countries(knowledge: Knowledge) -> Iterable[Entry]:
    own = {fold(n) for c in knowledge.countries.values() for n in c.names.ar}
    for country in knowledge.countries.values():
        for name in country.names.ar:
            yield Entry("country", country.id, _name(name))
        for name in (*country.metonyms, *country.partisan):
            yield Entry("state", country.id, _name(name), weak=name in country.metonyms)
        yield from _nationalities(country, own)


def _nationalities(country: Country, own: set[str]) -> Iterable[Entry]:
    forms: set[str] = set()
    for adjective in country.adjectives:
        forms |= {f for f in _adjective_forms(fold(adjective)) if f not in own}
    for plural in country.plurals:
        forms |= noun_forms(fold(plural))
    if forms:
        yield Entry("nationality", country.id, (frozenset(forms),))


def _weapons(knowledge: Knowledge) -> Iterable[Entry]:
    for weapon in knowledge.weapons.values():
        for name in weapon.names.ar:
            yield Entry("weapon", weapon.id, phrase(name, nouns=True), NOUN_CLITICS, data=weapon.implies)


def _sources(knowledge: Knowledge) -> Iterable[Entry]:
    for source in knowledge.sources.values():
        for names, weak in ((source.names, False), (source.weak_names, True)):
            for text in (*names.ar, *names.en):
                yield Entry("source", source.id, _name(text), weak=weak)


def _voices(knowledge: Knowledge) -> Iterable[Entry]:
    words = knowledge.words["attribution"]
    for stance, verbs in words["report"].items():
        for verb in verbs:
            forms = (
                frozenset(map(fold, verb["forms"]))
                if verb.get("forms")
                else frozenset(f for f, v in _inflect(verb).items() if v.tense in ("past", "present"))
            )
            spec = ReportSpec(frozenset(map(fold, verb.get("needs", ()))), frozenset(verb.get("kinds", ())))
            yield Entry("report", stance, (forms,), VERB_CLITICS, data=spec)
    yield from _plain("report", words["participles"], "stated", ReportSpec())
    for text in words["according"]:
        yield Entry("according", "", phrase(text))
    for kind, heads in words["voices"].items():
        for head in heads:
            names = (
                phrase(head) if len(head.split()) > 1 else (noun_forms(fold(head)),)
            )  # with pronouns محافظ is محافظة
            yield Entry("voice", kind, names)
    yield from _plain("voice_back", words["voice_back"])
    for adjective in words["voice_adjective"]:
        yield Entry("voice_adjective", "", (_adjective_forms(fold(adjective)),))
