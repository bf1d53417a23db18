"""Which words stand for an event: trigger candidates kept, dropped and typed by what stands around them.

Comes in: a `Scan`. Goes out: `Draft`s without roles, in text order. A candidate is dropped when its verb lacks the object it needs, when
it is denied, planned, feared or called for, or when its sentence is about sport or trade. Generic words ("هجوم", "قصف", "انفجار")
take their type from the means named with them.
"""

from __future__ import annotations

from marsad.coding.actors import ARMED, CIVIL, Party
from marsad.coding.compile import TriggerSpec
from marsad.coding.frames import Draft
from marsad.coding.lexicon import Match, longest
from marsad.coding.mood import Mood
from marsad.coding.scan import Scan
from marsad.knowledge.loader import Knowledge
from marsad.knowledge.morphology import noun_forms
from marsad.text.normalize import fold
from marsad.text.tokens import variants

_OBJECT_OF_NOUN = 8  # tokens from a verbal noun over its doer to its object
_BACK = 4  # tokens from a verb back to the object that its pronoun stands for
_GENERIC = {"shelling", "assault", "explosive_device", "air_strike"}
_STRIKES = {"shelling", "air_strike", "drone_strike"}
_WITH_PRONOUN = {
    "علي": ("عليه", "عليها", "عليهم", "عليهما"),
    "عن": ("عنه", "عنها", "عنهم", "عنهما"),
    "من": ("منه", "منها", "منهم", "منهما"),
}


def find_triggers(scan: Scan, knowledge: Knowledge) -> list[Draft]:
    """Drafts for every word that names an event of its own."""
    table = [
        m
        for m in scan.matches
        if m.entry.kind == "trigger" and scan.sentence[m.first] >= 0 and scan.sentence[m.last] == scan.sentence[m.first]
    ]
    names = _names(scan)
    candidates = [m for m in table if names.isdisjoint(range(m.first, m.last + 1)) and _admitted(m, scan, knowledge)]
    scan.at["trigger"] = {m.first: m for m in sorted(candidates, key=lambda m: (m.last, not m.entry.weak))}
    mood, out = Mood(scan, names), list[Draft]()
    for match in longest(_one_a_place(candidates, scan, knowledge)):
        spec: TriggerSpec = match.entry.data
        definite = spec.noun and match.form.startswith("ال") and not _generic_article(match, scan)
        draft = Draft(
            spec.type,
            match.first,
            match.last,
            scan.sentence[match.first],
            spec.noun,
            definite,
            spec,
            match.form,
            weak=spec.weak,
        )
        draft.triggers.append((match.first, match.last))
        draft.sentences.append(draft.sentence)
        draft.pronoun = _pronoun(match)
        draft.note(f"trigger “{scan.span(match.first, match.last).text}” names {spec.type}")
        _type_by_means(draft, scan, knowledge)
        if spec.status:
            draft.status = spec.status
        if not mood.unreal(draft):
            out.append(draft)
    return _swallow(_without_echoes(_without_means(out), scan, knowledge), scan)


def _generic_article(match: Match, scan: Scan) -> bool:
    """ "تعرضت للقصف", "تعرض للاغتصاب": behind a verb of suffering the article points back at nothing."""
    first, _ = scan.sentence_of(match.first)
    return match.pro.endswith("ل") and bool(scan.has_cue("suffer", max(first, match.first - 6), match.first - 1))


def _names(scan: Scan) -> set[int]:
    """Tokens inside longer names and idioms: "هيئة تحرير الشام" and "شديدة الانفجار" hold event words and name no event."""
    out: set[int] = set()
    for kind in ("actor", "source", "idiom"):
        for match in scan.at.get(kind, {}).values():
            if match.last > match.first and not (match.entry.weak and kind != "idiom"):
                out.update(range(match.first, match.last + 1))
    return out


def _pronoun(match: Match) -> str:
    spec: TriggerSpec = match.entry.data
    if not spec.noun:
        form = spec.forms.get(match.form)
        return form.pronoun if form else ""
    if match.first != match.last:
        return ""
    for pronoun in ("هما", "هم", "ها", "ه"):
        if match.form.endswith(pronoun):
            host = match.form.removesuffix(pronoun)
            bare = {f for f in match.entry.words[0] if not f.startswith("ال")}
            if host in bare or (host.endswith("ت") and host[:-1] + "ه" in bare):
                return pronoun
    return ""


def _one_a_place(matches: list[Match], scan: Scan, knowledge: Knowledge) -> list[Match]:
    """Of equal spans with different types, the one whose needs are met most exactly: with an object over without, strong over weak."""
    best: dict[tuple[int, int], Match] = {}
    for match in matches:
        key = (match.first, match.last)
        old = best.get(key)
        spec: TriggerSpec = match.entry.data
        if old is None or (bool(spec.object), not spec.weak, spec.type == "shelling") > (
            bool(old.entry.data.object),
            not old.entry.data.weak,
            old.entry.data.type == "shelling",
        ):
            best[key] = match
    return list(best.values())


def _without_means(drafts: list[Draft]) -> list[Draft]:
    """A means that no other word of its sentence uses ("قذائف الهاون") stands for the event itself."""
    told = {d.sentence for d in drafts if not d.spec.fallback}
    return [d for d in drafts if not d.spec.fallback or d.sentence not in told]


def _without_echoes(drafts: list[Draft], scan: Scan, knowledge: Knowledge) -> list[Draft]:
    """ "غارات … وسمع دوي انفجارات": explosions that are heard where strikes are told are theirs."""
    struck = {d.sentence for d in drafts if d.type in _STRIKES}
    sounds = _folded(knowledge.words["means"]["sounds"])
    return [d for d in drafts if not (_is_heard(d, scan, sounds) and struck & {d.sentence - 1, d.sentence})]


def _is_heard(draft: Draft, scan: Scan, sounds: frozenset[str]) -> bool:
    """Does the draft only tell how a blast sounded?"""
    if draft.type != "explosive_device" or not draft.noun:
        return False
    return not sounds.isdisjoint(scan.words[max(0, draft.first - 2) : draft.last + 1])


def retype_by_doer(draft: Draft, scan: Scan, knowledge: Knowledge) -> None:
    """ "طائرات حربية يعتقد أنها … قصفت": what strikes from the air makes an air strike, however far it stands from the verb."""
    if draft.type not in ("shelling", "killing", "explosive_device") or not draft.side_a:
        return
    means = knowledge.words["means"]
    words = {w for p in draft.side_a for w in scan.words[p.first : p.last + 1]}
    for kind, new in (("drone", "drone_strike"), ("air", "air_strike")):
        if words & _folded(means[kind]):
            draft.type = new
            draft.note(f"its doer makes it {new}")
            return


def suits(draft: Draft) -> bool:
    """Whether the doer that was found can do what the verb says: forces withdraw, deputies do not; civilians flee, fighters retreat."""
    spec, armed = draft.spec, [p for p in (*draft.side_a, *draft.side_b) if p.kind in ARMED]
    if draft.type == "displacement" and draft.side_b and all(p in armed for p in draft.side_b):
        return False
    if spec.subject == "civilians":
        others = len(draft.side_a) + len(draft.side_b) - len(armed)
        return others > 0 or not (armed or spec.needs_subject)
    if spec.subject == "armed":
        return any(p.kind in ARMED for p in draft.side_a) or not (draft.side_a or spec.needs_subject)
    return True


def _fallen_on_both(draft: Draft) -> bool:
    """Whether the killed are told of both sides."""
    fallen = [t.victims for t in draft.tolls if t.harm == "killed" and not t.part and t.victims is not None]

    def hit(side: list[Party]) -> bool:
        return any(v.kind in ARMED and (v is p or (v.id or v.kind) == (p.id or p.kind)) for v in fallen for p in side)

    return hit(draft.side_a) and hit(draft.side_b)


def retype_by_sides(draft: Draft) -> None:
    """A crowd that storms, burns or fights makes a riot; an attack on civilians alone is a killing."""
    sides = (*draft.side_a, *draft.side_b)
    crowd = [p for p in sides if p.kind in ("protesters", "rioters")]
    doers = crowd if draft.type == "destruction" else [*crowd, *(p for p in sides if p.kind in CIVIL)]
    met = crowd or (draft.weak and any(p.kind in CIVIL for p in sides))
    if (draft.type in ("destruction", "assault") and draft.side_a and all(p in doers for p in draft.side_a)) or (
        draft.type == "armed_clash" and met
    ):
        draft.type = "riot"
        draft.note("a crowd did it: a riot")
    elif draft.type == "assault" and draft.noun and draft.side_b and all(p.kind in CIVIL for p in draft.side_b):
        draft.type = "killing"
        draft.note("only civilians are attacked: a killing")
    elif draft.type in ("assault", "killing") and _fallen_on_both(draft):
        draft.type = "armed_clash"
        draft.note("attackers and attacked fell: a clash")


def _admitted(match: Match, scan: Scan, knowledge: Knowledge) -> bool:
    spec: TriggerSpec = match.entry.data
    if spec.needs:
        first, last = scan.sentence_of(match.first)
        words = scan.words[max(first, match.first - 12) : min(last, match.last + 14) + 1]
        if _folded(knowledge.words["means"][spec.needs]).isdisjoint(words):
            return False
    if spec.noun:
        return not spec.object or _has_own_object(match, scan)
    form = spec.forms.get(match.form)
    if form is not None and form.tense in ("future", "purpose"):
        return False
    _, last = scan.sentence_of(match.first)
    reach_of_object = 1 if spec.adjacent else 12
    if (
        spec.object
        and not any(_follows(scan, match.last + 1, min(last, match.last + reach_of_object), o) for o in spec.object)
        and _object_before(match.first, match.form, spec, scan) is None
    ):
        return False
    if spec.prep:
        reach = range(match.last + 1, min(last, match.last + 11) + 1)
        words = scan.words
        return any(words[i] == spec.prep or words[i] in _WITH_PRONOUN.get(spec.prep, ()) for i in reach)
    return True


def _has_own_object(match: Match, scan: Scan) -> bool:
    """ "إسقاط الدفاعات الجوية طائرة": the object of a verbal noun, behind its doer in the same clause."""
    last = match.last + 1
    while (
        last <= match.last + _OBJECT_OF_NOUN and last < len(scan.words) and scan.clause[last] == scan.clause[match.last]
    ):
        last += 1
    return any(_follows(scan, match.last + 2, last - 1, o) for o in match.entry.data.object)


def _follows(scan: Scan, first: int, last: int, phrase: tuple[frozenset[str], ...]) -> bool:
    """Does the object stand there, in earnest ("قنبلة سياسية" is none)?"""
    words, idioms = scan.words, scan.at.get("idiom", {})
    for i in range(first, last + 1):
        if all(i + k < len(words) and words[i + k] in forms for k, forms in enumerate(phrase)) and i not in idioms:
            return True
    return False


def _object_before(first: int, form: str, spec: TriggerSpec, scan: Scan) -> int | None:
    """ "صاروخ موجه أطلقته القوات", "القذائف التي سقطت": the object that the verb at `first` points back at, or stands right behind."""
    inflected, words, clause = spec.forms.get(form), scan.words, scan.clause
    if inflected is None or words[first] != form:
        return None
    relative = scan.has_cue("relative", first - 1, first - 1) is not None
    reach = _BACK if inflected.pronoun or relative else 1
    heads = [o[0] for o in spec.object if len(o) == 1]
    for j in range(first - 1, max(scan.sentence_of(first)[0], first - reach - relative) - 1, -1):
        if clause[j] < clause[first] - relative:
            return None
        if any(rest in head for rest, _ in variants(words[j]) for head in heads):
            return j
    return None


def _window(draft: Draft, scan: Scan) -> tuple[int, int]:
    first, last = scan.sentence_of(draft.first)
    clause = scan.clause[draft.first]
    a = b = draft.first
    while a > first and scan.clause[a - 1] == clause:
        a -= 1
    while b < last and (scan.clause[b + 1] == clause or b < draft.last):
        b += 1
    return max(a, draft.first - 12), min(max(b, draft.last), draft.last + 14)


def _type_by_means(draft: Draft, scan: Scan, knowledge: Knowledge) -> None:
    """A generic strike, attack or blast becomes what its means make it."""
    if draft.type not in _GENERIC:
        return
    a, b = _window(draft, scan)
    words = scan.words
    implied = [m.entry.data for m in scan.inside("weapon", a, b) if m.entry.data]
    text = set(words[a : b + 1])
    means = knowledge.words["means"]
    air, drone = bool(text & _folded(means["air"])), bool(text & _folded(means["drone"]))
    unmanned = _folded(means["drone"]) | _folded(means["air"])
    suicide = any(words[i] in _folded(means["suicide"]) and words[i - 1] not in unmanned for i in range(a, b + 1))
    exploding = _folded(means["drone"]).intersection(words[draft.last + 1 : draft.last + 4])
    vehicle = bool(text & _folded(means["vehicle_bomb"]))
    chemical = bool(text & _folded(means["chemical"]))
    new = draft.type
    if draft.type in ("shelling", "assault", "air_strike") and chemical:
        new = "chemical_attack"
    elif draft.type in ("explosive_device", "assault") and suicide:
        new = "suicide_bombing"
    elif draft.type == "explosive_device" and exploding:
        new = "drone_strike"
    elif draft.type == "explosive_device" and vehicle:
        new = "vehicle_bomb"
    elif (draft.type in ("shelling", "assault") and (drone or "drone_strike" in implied) and _strikes(draft)) or (
        draft.type == "air_strike" and drone
    ):
        new = "drone_strike"
    elif draft.type in ("shelling", "assault") and (air or "air_strike" in implied) and _strikes(draft):
        new = "air_strike"
    elif (
        draft.type == "shelling"
        and draft.weak
        and implied
        and implied[0] in knowledge.events
        and implied[0] not in ("killing",)
    ):
        new = implied[0]
    elif (
        draft.type == "assault"
        and "shelling" in implied
        and draft.spec.noun
        and draft.form.strip("ال").startswith(("هجوم", "هجمات", "اعتداء"))
    ):
        new = "shelling"
    if new != draft.type:
        draft.note(f"its means make it {new}")
        draft.type = new


def _strikes(draft: Draft) -> bool:
    """Only a blow from afar takes its type from aircraft: an assault under air cover stays an assault."""
    return draft.type == "shelling" or draft.form.removeprefix("ال").startswith(
        ("استهد", "هجوم", "هجمات", "عدوان", "دمر", "تدمر", "يدمر")
    )


_FOLDED: dict[tuple[str, ...], frozenset[str]] = {}


def _folded(words: list[str]) -> frozenset[str]:
    """Every form of the words of a list, with the clitics that they take; made once."""
    key = tuple(words)
    if key not in _FOLDED:
        forms: set[str] = set()
        for form in frozenset[str]().union(*(noun_forms(fold(word)) for word in words)):
            forms |= {form, "و" + form, "ب" + form, "ل" + form}
            if form.startswith("ال"):
                forms |= {"لل" + form[2:], "بال" + form[2:]}
        _FOLDED[key] = frozenset(forms)
    return _FOLDED[key]


def _swallow(drafts: list[Draft], scan: Scan) -> list[Draft]:
    """A target verb right behind its event noun ("قصف … استهدف") and a noun right behind its own verb are one event."""
    out: list[Draft] = []
    for draft in drafts:
        before = out[-1] if out else None
        if before is not None and before.sentence == draft.sentence and _same_act(before, draft, scan):
            before.triggers.append((draft.first, draft.last))
            if not draft.weak and before.weak and not _tells_of(draft, before, scan):
                before.type, before.weak = draft.type, False
            if (
                draft.type in ("air_strike", "drone_strike", "suicide_bombing", "vehicle_bomb", "explosive_device")
                and before.type in _GENERIC
                and before.weak
            ):
                before.type = draft.type
            continue
        out.append(draft)
    return out


_FAMILY = {
    "shelling": "blow", "air_strike": "blow", "drone_strike": "blow", "assault": "blow", "explosive_device": "blast", "vehicle_bomb": "blast",
    "suicide_bombing": "blast", "killing": "killing",
}  # fmt: skip


def _own_object(before: Draft, draft: Draft, scan: Scan) -> bool:
    """ "تبادل مسلحون إطلاق النار", "أجبرها على التراجع": the noun is the verb's own object."""
    if before.noun or not draft.noun or not before.spec.object:
        return False
    word = scan.words[draft.first]
    return (draft.weak and before.type == "armed_clash") or any(word in f for o in before.spec.object for f in o)


def _tells_of(draft: Draft, before: Draft, scan: Scan) -> bool:
    """ "سقوط صاروخ أطلقته القوات", "اعتراض صاروخ أطلق": the verb's object stands in the event noun before it."""
    if draft.noun or not before.noun or not draft.spec.object:
        return False
    at = _object_before(draft.first, draft.form, draft.spec, scan)
    return at is not None and before.first <= at <= before.last


def _same_act(before: Draft, draft: Draft, scan: Scan) -> bool:
    gap = draft.first - before.last - 1
    if (gap <= 6 and _own_object(before, draft, scan)) or _tells_of(draft, before, scan):
        return True
    joined = scan.words[draft.first].startswith("و") or scan.words[draft.first - 1] in ("و", "ثم")
    if joined:
        return False
    same = (
        before.type == draft.type
        or _FAMILY.get(before.type) == _FAMILY.get(draft.type, "-")
        or {_FAMILY.get(before.type), _FAMILY.get(draft.type)} == {"blow", "blast"}
    )
    if not same:
        return False
    if (
        draft.noun
        and draft.weak
        and gap <= 8
        and scan.words[draft.first] == "ب" + draft.form.split()[0]
        and draft.form[0] != "ب"
    ):
        return True  # "هجوم انتحاري … بسيارة مفخخة": the means of the act before it
    targeting = draft.form.startswith(("استهد", "تستهد", "يستهد", "ضرب"))
    if targeting and before.noun and gap <= 8:
        return True
    if before.form.startswith(("استهد", "تستهد", "يستهد", "ضرب")) and draft.noun and gap <= 8 and not draft.definite:
        return True
    return gap <= 1 and before.type == draft.type and (before.weak or draft.weak)
