"""Who does what to whom: fills the roles of each trigger from the words around it.

Comes in: a `Scan`, its parties, and the triggers that stand for an event. Goes out: `Draft`s with their two sides. Arabic marks roles
by order and preposition: V-S-O and S-V-O, passives, verbal nouns whose genitive is doer or sufferer by the noun, "بين … و…",
"من قبل", "على", and pronouns that point back. Every decision is noted with its rule, for `marsad explain`.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from marsad.coding.actors import ARMED, Party
from marsad.coding.compile import TriggerSpec
from marsad.coding.constructions import Constructions
from marsad.coding.scan import Scan
from marsad.coding.tolls import Toll
from marsad.knowledge.loader import Knowledge
from marsad.knowledge.morphology import VerbForm
from marsad.records import Name, Series
from marsad.text.normalize import fold

JOINT, JOINT_AND = "between after the event noun", "and after the event noun"
"""The rules of "بين … و…", by which the grammar itself names both sides."""


class Draft(msgspec.Struct, eq=False):
    """An event in the making. first..last: its (first) trigger; noun: a verbal noun names it; definite: it points at something known."""

    type: str
    first: int
    last: int
    sentence: int
    noun: bool
    definite: bool
    spec: TriggerSpec
    form: str
    side_a: list[Party] = []
    side_b: list[Party] = []
    places: list[int] = []
    sites: list[int] = []  # places without a name: they tell no two events apart, and count as no place of its own
    dates: list[int] = []
    tolls: list[Toll] = []
    sources: list[int] = []
    triggers: list[tuple[int, int]] = []
    sentences: list[int] = []
    status: str = "occurred"
    background: bool = False
    weak: bool = False
    pronoun: str = ""
    own_places: int = 0
    own_dates: int = 0
    carried: int | None = None  # the date of the news told before, where the event has none of its own
    recalled_by: str = ""  # the rule that reads the event as background
    reasons: list[str] = []
    score: float = 0.0
    parts: list[Draft] = []
    series: Series | None = None
    firm: bool = False
    rules: dict[int, str] = {}  # by mention of a party: the rule that made it a side
    sure: dict[str, float] = {}  # by field: the probability of the least sure value that was chosen

    @property
    def inflection(self) -> VerbForm | None:
        """How its first word is inflected, if that is a verb."""
        return self.spec.forms.get(self.form) if self.spec.forms else None

    def note(self, rule: str) -> None:
        self.reasons.append(rule)


def fill_sides(drafts: list[Draft], filler: Filler) -> None:
    """Proposes the sides of every draft; drafts are in text order."""
    for n, draft in enumerate(drafts):
        before = drafts[n - 1] if n and drafts[n - 1].sentence == draft.sentence else None
        after = drafts[n + 1] if n + 1 < len(drafts) and drafts[n + 1].sentence == draft.sentence else None
        filler.fill(draft, before, after, drafts[:n])


ANOTHER = frozenset([
    "اخر", "اخري", "اخرا", "ثان", "ثانيه", "ثانيا", "ثالث", "رابع",
    "مماثل", "مماثله", "جديد", "جديده", "منفصل", "منفصله", "مماثلين",
])  # fmt: skip
"""Words by which the text itself counts a further event: "هجوم آخر", "انفجار ثان"."""

FURTHER = ANOTHER - {"جديد", "جديده"}
"""Of these, the words that leave no doubt: "هجوم جديد" may be the very news."""


_VERB_REACH = 6  # tokens from an event noun to the verb that names its target


class Filler:
    """The role rules over one report."""

    def __init__(self, scan: Scan, parties: list[Party], knowledge: Knowledge, objects: Iterable[int] = ()) -> None:
        """objects: first tokens of places and quantities: what may be acted on."""
        self.scan, self.words, self.parties, self.knowledge = scan, scan.words, parties, knowledge
        self.ends = {
            kind: {m.last: m for m in scan.cues.get(kind, {}).values()}
            for kind in (
                "agent",
                "target",
                "between",
                "against",
                "sites",
                "agent_relative",
                "oblique",
                "target_verb",
                "each",
            )
        }
        self.objects = {p.first for p in parties if "ب" not in p.pro} | set(objects)
        self.ends |= {kind: {m.last: m for m in scan.at.get(kind, {}).values()} for kind in ("allies", "of", "loyal")}
        self.constructions = Constructions(self)

    # ---- the words that govern a party ---------------------------------------------------------------------------
    def governor(self, party: Party, floor: int) -> tuple[str, int]:
        """(relation, first token of the governing words) of a party; relation "bare" when nothing governs it."""
        i = party.first
        for kind in ("agent", "allies"):
            if i - 1 in self.ends[kind] and self.ends[kind][i - 1].first >= floor:
                return kind, self.ends[kind][i - 1].first
        if "ب" in party.pro:
            return "with", i
        if i - 1 in self.ends["sites"] and self.ends["sites"][i - 1].first > floor:
            return "site", self.ends["sites"][i - 1].first
        if "ل" in party.pro:
            if any(j in self.ends["sites"] for j in (i - 1, i - 2)):
                return "site", i - 1
            return "for", i
        if i - 1 in self.ends["agent_relative"] or (i - 2 in self.ends["agent_relative"] and i - 2 > floor):
            return "agent", i - 1
        for kind in ("between", "against", "target"):
            if i - 1 in self.ends[kind] and self.ends[kind][i - 1].first > floor:
                return kind, self.ends[kind][i - 1].first
        if party.pro.startswith(("و", "ف")) or (i > floor and self.words[i - 1] in ("و", "او")):
            return "and", i
        if i - 1 in self.ends["target_verb"] and self._has_noun_before(self.ends["target_verb"][i - 1].first):
            return "target", i - 1
        if i - 1 in self.ends["each"]:
            return "bare", i
        if i - 1 in self.ends["oblique"] and self.ends["oblique"][i - 1].first > floor:
            return "oblique", i - 1
        return "bare", i

    def _has_noun_before(self, i: int) -> bool:
        """ "قصف (مدفعي) استهدف", "الغارات التي طالت": the verb at token i speaks of an event noun right before it."""
        table = self.scan.at.get("trigger", {})
        start = self.scan.sentence_of(i)[0]
        nearest = next((table[j] for j in range(i - 1, max(start, i - _VERB_REACH) - 1, -1) if j in table), None)
        return nearest is not None and nearest.entry.data.noun

    def _in(self, first: int, last: int) -> list[Party]:
        return [p for p in self.parties if first <= p.first and p.last <= last]

    # ---- one draft -----------------------------------------------------------------------------------------------
    def fill(self, draft: Draft, before: Draft | None, after: Draft | None, earlier: list[Draft]) -> None:
        first, last = self.scan.sentence_of(draft.first)
        left = before.last + 1 if before else first
        right = after.first - 1 if after else last
        self._national(draft, right)
        for side, party, rule in self.constructions.sure(draft, right):
            self._add(draft, side, party, rule)
        if draft.noun:
            self._left_of_noun(draft, left)
            self._right_of_noun(draft, right)
        else:
            self._around_verb(draft, left, right, before)
        if draft.pronoun:
            self._pronoun(draft, earlier)
        self._both(draft, right, earlier)
        self._shared_subject(draft, before)
        for side, party, rule in self.constructions.likely(draft, right):
            self._add(draft, side, party, rule)
        _dedupe(draft)

    def _add(self, draft: Draft, side: str, party: Party, rule: str) -> None:
        target = draft.side_a if side == "a" else draft.side_b
        if party not in target and party not in (draft.side_b if side == "a" else draft.side_a):
            target.append(party)
            draft.rules[id(party)] = rule
            draft.note(f"side_{side}: {rule}")

    def _national(self, draft: Draft, right: int) -> None:
        """ "قصف تركي", "الغارات الإسرائيلية": the adjective names that state's forces."""
        table = self.scan.at.get("nationality", {})
        adjectives = self.scan.at.get("adjective", {})
        i = draft.last + 1
        for j in range(i, min(i + 4, right + 1)):
            if any(p.first <= j <= p.last for p in self.parties):
                return  # "فجر انتحاري يمني": the adjective of somebody
            if j in table and not table[j].pro:
                country = self.knowledge.countries[table[j].entry.ref]
                label = country.forces_label or country.label
                party = Party(
                    j, j, (j, j), country.forces, "state_force", country.id, "group", "", name=Name(label.ar, label.en)
                )
                self._add(draft, "a", party, "nationality adjective of the event noun")
                return
            if j not in adjectives and not self.words[j].endswith(("ي", "يه", "يا")):
                return

    def _idafa_side(self, draft: Draft) -> str:
        event = self.knowledge.events[draft.type]
        word = fold(draft.form).removeprefix("ال")
        if any(word.startswith(fold(n).split()[0].rstrip("ه")) for n in event.idafa_b):
            return "b"
        return event.idafa

    def _right_of_noun(self, draft: Draft, right: int) -> None:
        mutual = (
            self.knowledge.events[draft.type].sides == "mutual" or "متبادل" in self.words[draft.first : draft.last + 4]
        )
        role, end, between = "", draft.last, False
        divide = self._divide(draft, right)
        for party in self._in(draft.last + 1, right):
            if any(party is p for p in (*draft.side_a, *draft.side_b)):
                end = party.last
                continue
            relation, at = self.governor(party, draft.last)
            gap = at - end - 1
            near = self._only_modifiers(draft.last + 1, at - 1)
            if relation == "between":
                role, between, draft.firm = "a", True, True
            elif between and divide is not None:
                role = "a" if party.first < divide else "b"
            elif relation == "agent":
                role = "a"
            elif relation == "and":
                role = "b" if between else ("" if gap > 2 else role)
            elif relation == "against":
                role = "b"
            elif relation == "allies":
                role = role or "a"
            elif relation in ("target", "site"):
                role = "b" if not mutual or draft.side_a else ("b" if relation == "target" else "")
            elif relation == "for" and party.first - 1 in self.ends["loyal"]:
                role = ""  # "قبائل سفيان الموالية للحكومة": the government is no part of the fight
            elif relation == "for":
                role = "a" if near else ("b" if draft.side_a and gap <= 3 else "")
            elif relation == "bare" and near:
                role = self._idafa_side(draft)
                if (
                    role == "b"
                    and party.kind in ARMED
                    and party.number in ("group", "pl")
                    and self._object_follows(party, right)
                ):
                    role = "a"
            elif relation == "bare" and draft.side_a and gap == 0:
                role = "b"
            else:
                role = ""
            if role and not self._barrier(draft.last, party.first, draft):
                self._add(draft, role, party, f"{relation} after the event noun")
            end = party.last

    def _divide(self, draft: Draft, right: int) -> int | None:
        """Where the second side begins in "بين … من جهة، و… من جهة أخرى": the first marker of a side; None without one."""
        table = self.scan.cues.get("sides", {})
        return next(
            (
                i
                for i in range(draft.last + 2, right + 1)
                if i in table and not any(p.first <= i <= p.last for p in self.parties)
            ),
            None,
        )

    def _object_follows(self, party: Party, right: int) -> bool:
        """ "اعتقال القوات شابا", "استهداف الجيش لقرية": something stands behind a doer for the act to be done to."""
        for i in range(party.last + 1, min(party.last + 7, right + 1)):
            if self.scan.clause[i] != self.scan.clause[party.last]:
                return False
            if i in self.objects or i in self.scan.cues.get("sites", {}):
                return not self.words[i].startswith("و")
        return False

    def _only_modifiers(self, first: int, last: int) -> bool:
        """Nothing but adjectives, quantities and the like between a noun and what it governs."""
        adjectives = self.scan.at.get("adjective", {})
        for i in range(first, last + 1):
            word = self.words[i]
            if i in adjectives or (
                word.endswith(("ي", "يه", "يا", "ا", "ف", "د"))
                and not word.startswith(("و", "ب", "ل"))
                and len(word) > 3
            ):
                continue
            return False
        return last - first < 5

    def _barrier(self, first: int, last: int, draft: Draft) -> bool:
        """A clause with its own verb stands between: its parties are not the noun's."""
        return any(i in self.scan.at.get("report", {}) for i in range(first + 1, last))

    def _left_of_noun(self, draft: Draft, left: int) -> None:
        light = max(
            (i for kind in ("light", "light_noun") if (i := self._last_cue(kind, left, draft.first - 1)) is not None),
            default=None,
        )
        if light is not None and self._last_cue("denial", left, light) is not None:
            light = None
        suffer = self._last_cue("suffer", left, draft.first - 1)
        if light is not None and draft.first - light < 14:
            between = [p for p in self._in(light + 1, draft.first - 1) if not p.pro.endswith(("ب", "ل"))]
            subject = [p for p in between if self.governor(p, light)[0] in ("bare", "and", "allies")]
            for party in subject[:3]:
                if party.kind in ARMED:
                    self._add(draft, "a", party, "subject of a light verb")
            if not subject:
                before = [
                    p
                    for p in self._in(left, light - 1)
                    if self.governor(p, left - 1)[0] in ("bare", "and", "allies", "with")
                ]
                for party in before[-1:]:
                    if party.kind in ARMED:
                        self._add(draft, "a", party, "subject before a light verb")
        elif not draft.side_a and self._may_be_verb(draft):
            for party in self._subject_before(draft, left):
                self._add(draft, "a", party, "subject before a word that is noun or verb")
        elif suffer is not None:
            for party in self._in(suffer + 1, draft.first - 1):
                if self.governor(party, suffer)[0] in ("bare", "and", "site", "for"):
                    self._add(draft, "b", party, "what an attack befell")
        if self.knowledge.events[draft.type].sides == "mutual" and not draft.side_a:
            against = self._last_cue(
                "against", draft.last + 1, min(draft.last + 6, self.scan.sentence_of(draft.first)[1])
            )
            before = self._in(left, draft.first - 1)
            if against is not None and before and before[-1].kind in ARMED:
                self._add(draft, "a", before[-1], "the other side of a fight “with”")

    def _may_be_verb(self, draft: Draft) -> bool:
        """ "أن الطيران قصف بلدة": the bare noun is spelt like the verb, and a subject stands right before it."""
        if not draft.form or draft.definite or draft.pronoun or self.words[draft.first] != draft.form.split()[0]:
            return False
        return any(
            p.last == draft.first - 1 and p.kind in ARMED for p in self._in(max(draft.first - 6, 0), draft.first)
        )

    def _last_cue(self, kind: str, first: int, last: int) -> int | None:
        table = self.scan.cues.get(kind, {})
        for i in range(last, first - 1, -1):
            if i in table:
                return i
        return None

    def _around_verb(self, draft: Draft, left: int, right: int, before: Draft | None) -> None:
        passive = draft.spec.passive
        subject = None
        if not passive:
            subject = self._subject_before(draft, left)
            if subject and not self._has_own_subject(draft, subject[-1], right):
                for party in subject:
                    self._add(draft, "a", party, "subject before its verb")
        role, end = "", draft.last
        for party in self._in(draft.last + 1, right):
            relation, at = self.governor(party, draft.last)
            gap = at - end - 1
            if relation == "agent":
                role = "a"
            elif relation in ("target", "site", "against"):
                role = "b"
            elif relation == "for":
                role = "b" if gap <= 2 and draft.side_a else ""
            elif relation == "allies":
                role = "a"
            elif relation == "and":
                role = role if gap <= 1 else ""
            elif relation == "bare":
                role = self._bare_after_verb(draft, party, gap, passive)
            else:
                role = ""
            if role and not self._barrier(draft.last, party.first, draft):
                self._add(draft, role, party, f"{relation} after its verb")
            end = party.last

    def _bare_after_verb(self, draft: Draft, party: Party, gap: int, passive: bool) -> str:
        if passive:
            return "b" if not draft.side_b and gap < 4 else ""
        if self._is_plural(draft):  # "استهدفوا مسلحي التنظيم": its subject stands before it
            return "b" if gap <= 4 and not draft.side_b else ""
        if not draft.side_a:
            return "a" if gap <= 2 and party.kind in ARMED else ("b" if gap <= 2 else "")
        if gap <= 4 and not draft.side_b:
            return "b"
        return ""

    def _is_plural(self, draft: Draft) -> bool:
        """ "استهدفوا": a verb in the plural has its subject before it, or none."""
        return draft.inflection is not None and draft.inflection.plural

    def _has_own_subject(self, draft: Draft, before: Party, right: int) -> bool:
        """ "… عندما هاجم مسلحون", "قصف الجيش مواقع": the party right behind the verb is its subject, not the one before it.

        So it is where a new clause opens between the two, or where the verb's object follows that party.
        """
        party = next(iter(self._in(draft.last + 1, min(right, draft.last + 6))), None)
        if party is None or party.first - draft.last > 2 or party.kind not in ARMED or self._is_plural(draft):
            return False
        if self.governor(party, draft.last)[0] != "bare":
            return False
        opens = self.scan.cues.get("subordinate", {})
        if any(i in opens for i in range(before.last + 1, draft.first + 1)):
            return True
        i = party.last + 1
        return i <= right and (i in self.objects or i in self.scan.cues.get("sites", {}))

    def _subject_before(self, draft: Draft, left: int) -> list[Party]:
        """The parties right before a verb in the same clause (S-V-O), allies and relative clauses passed over."""
        out: list[Party] = []
        for party in reversed(self._in(left, draft.first - 1)):
            relation, _ = self.governor(party, left - 1)
            distance = draft.first - party.last
            if not out and (distance > 6 or self.scan.clause[party.last] < self.scan.clause[draft.first] - 1):
                break
            if relation in ("bare", "and", "allies") and party.kind in ARMED:
                out.insert(0, party)
                if relation == "bare":
                    break
            elif out:
                break
        form = draft.inflection
        if out and form and not form.feminine and not form.plural and out[0].number == "pl":
            return []
        return out

    def _pronoun(self, draft: Draft, earlier: list[Draft]) -> None:
        """A pronoun on the trigger: the doer of a strike ("قصفها"), the sufferer of an arrest ("اعتقاله") or of a verb ("قصفتها")."""
        side = "b" if not draft.noun else self._idafa_side(draft)
        if (side == "a" and draft.side_a) or (side == "b" and draft.side_b):
            return
        for party in reversed([p for p in self.parties if p.last < draft.first]):
            if side == "a" and party.kind not in ARMED:
                continue
            if any(party is p for p in (*draft.side_a, *draft.side_b)):
                continue
            self._add(draft, side, party, "the pronoun on the event word points back")
            return

    def _both(self, draft: Draft, right: int, earlier: list[Draft]) -> None:
        """ "بين الطرفين": the two sides of the last event that had two."""
        table = self.scan.at.get("both", {})
        if not any(i in table for i in range(draft.last + 1, min(right, draft.last + 8) + 1)):
            return
        if known := next((d for d in reversed(earlier) if d.side_a and d.side_b), None):
            draft.side_a, draft.side_b, draft.firm = known.side_a[:1], known.side_b[:1], True
            draft.note("both sides of the event before it")

    def _shared_subject(self, draft: Draft, before: Draft | None) -> None:
        """ "قصفت … واستهدفت …", "هجوم … وهجوم آخر": a joined or further act without a doer of its own shares the one before it."""
        if before is None or draft.side_a or not before.side_a or draft.spec.passive:
            return
        if (
            before.type == draft.type
            and draft.noun
            and any(w in ANOTHER for w in self.words[draft.last + 1 : draft.last + 2])
        ):
            for party in before.side_a:
                self._add(draft, "a", party, "a further act of the same doer")
            return
        if before.noun and not any("light verb" in reason for reason in before.reasons):
            return  # "قصف متبادل، وقصف جوي": two nouns side by side share nothing but their sentence
        if self._is_means_of(draft, before):
            for party in before.side_a:
                self._add(draft, "a", party, "the means of the verb before it")
            return
        joined = self.words[draft.first].startswith("و") or draft.first - 1 in self.scan.cues.get("joins", {})
        if (
            joined
            and before.noun == draft.noun
            and draft.type not in ("killing",)
            and before.type not in ("armed_clash", "agreement")
        ):
            for party in before.side_a:
                self._add(draft, "a", party, "shares the subject of the verb before it")

    def _is_means_of(self, draft: Draft, before: Draft) -> bool:
        """ "استهدفت القوات بقصف مدفعي": the noun with "by" tells how the verb was done."""
        with_it = self.words[draft.first].startswith("ب") and not draft.form.startswith("ب")
        return (
            draft.noun
            and not before.noun
            and with_it
            and self.scan.clause[draft.first] == self.scan.clause[before.last]
        )


def _dedupe(draft: Draft) -> None:
    """One actor once a side: later mentions of the same id are folded into the first."""
    for name in ("side_a", "side_b"):
        kept: list[Party] = []
        for party in getattr(draft, name):
            same = next((k for k in kept if party.id is not None and k.id == party.id), None)
            if same is None:
                kept.append(party)
        setattr(draft, name, kept)
