"""What speaks for and against a party as a side of an event: the features that the models side_a and side_b weigh.

Comes in: one mention of an event and one mention of a party. Goes out: named values, mostly 0 or 1 (coding/rank.py). The rules of
coding/frames.py come in by name; beside them stand what governs the party, what it is, what lies between, and whom it is joined to.
"""

from __future__ import annotations

from marsad.coding.actors import ARMED, CIVIL, PEOPLE, Party
from marsad.coding.camps import Camps
from marsad.coding.frames import Draft, Filler
from marsad.coding.rank import Features
from marsad.coding.scan import Scan
from marsad.coding.voice import Voice
from marsad.knowledge.loader import Knowledge

_BY_KIND = ("government", "unidentified", "protesters")  # kinds that behave like no others


class SideFeatures:
    """The features of one report's parties."""

    def __init__(
        self,
        scan: Scan,
        parties: list[Party],
        filler: Filler,
        voices: list[Voice],
        knowledge: Knowledge,
        parts: list[Draft],
    ) -> None:
        self.scan, self.parties, self.filler, self.voices, self.knowledge = scan, parties, filler, voices, knowledge
        self.owner = {id(p): part for part in parts for p in (*part.side_a, *part.side_b)}
        self.joined, self.camps = self._joined(), Camps(knowledge)

    def of(self, draft: Draft, party: Party, before: Draft | None) -> Features:
        """The features of `party` as a side of the mention `draft`; before: the event told before this one."""
        after = party.first > draft.last
        offset = draft.sentence - self.scan.sentence[party.first]
        group = self._group(party)
        out = self._rules(draft, party)
        out |= self._nature(draft, party, group)
        out |= self._syntax(draft, party, after, offset)
        out |= self._neighbours(draft, party, after, group, before)
        out |= self._camps(draft, party)
        return {name: value for name, value in out.items() if value}

    def _group(self, party: Party) -> str:
        if party.kind in _BY_KIND:
            return party.kind
        return "armed" if party.kind in ARMED else ("civil" if party.kind in CIVIL else "other")

    def _rules(self, draft: Draft, party: Party) -> Features:
        """What the rules of grammar and of tolls make of it."""
        out: Features = {
            "rule_a": float(party in draft.side_a),
            "rule_b": float(party in draft.side_b),
            "agent": float(any(t.agent is party for t in draft.tolls)),
            "elsewhere": float(self.owner.get(id(party), draft) is not draft),
            "same_as_rule_a": float(_again(party, draft.side_a)),
            "same_as_rule_b": float(_again(party, draft.side_b)),
        }
        rule = draft.rules.get(id(party))
        if rule:
            out[f"{'a' if party in draft.side_a else 'b'} by {rule}"] = 1.0
        tolls = [t for t in draft.tolls if t.victims is party]
        if tolls:
            event, group = self.knowledge.events[draft.type], self._group(party)
            out["victim"] = 1.0
            out["victim_part"] = float(all(t.part for t in tolls))
            out[f"victim_{group}_{event.klass}"] = 1.0
            out |= self._part(draft, party)
        return out

    def _part(self, draft: Draft, party: Party) -> Features:
        """Victims that are a part of others: named ones ("عشرة مدنيين بينهم أطفال") stand for them, mere people do not."""
        whole = None
        for toll in draft.tolls:
            if not toll.part:
                whole = toll
            elif toll.victims is party and whole is not None:
                named = whole.victims is not None and whole.victims.person not in PEOPLE
                return {"part_of_named" if named else "part_of_people": 1.0}
        return {}

    def _nature(self, draft: Draft, party: Party, group: str) -> Features:
        """What the party is."""
        klass = self.knowledge.events[draft.type].klass
        known = party.id is not None and not party.id.startswith("common.")
        return {
            "known": float(known),
            "generic": float(party.person in PEOPLE),
            "single": float(party.number == "sg"),
            "means": float(not known and party.first in self.scan.at.get("weapon", {})),
            "bare_head": float(not known and party.first == party.last),
            "named_person": float(party.person is not None and known),
            "by_name": float(party.by_name),
            "by_nation": float(party.person == "national"),
            group: 1.0,
            f"{group}_{klass}": 1.0,
            f"{group}_{draft.type}": 1.0,
            f"kind_{party.kind}": 1.0,
            f"kind_{party.kind}_{klass}": 1.0,
            "mutual": float(self.knowledge.events[draft.type].sides == "mutual"),
        }

    def _syntax(self, draft: Draft, party: Party, after: bool, offset: int) -> Features:
        """What governs it, and how far it stands from the event word."""
        scan = self.scan
        out: Features = {f"offset_{offset}": 1.0, "in_title": float(scan.kinds[scan.sentence[party.first]] == "title")}
        out["in_voice"] = float(any(v.first <= party.first <= v.last for v in self.voices))
        if offset:
            return out
        gap = party.first - draft.last if after else draft.first - party.last
        floor = draft.last if after else scan.sentences[draft.sentence][0] - 1
        relation = self.filler.governor(party, floor)[0] if party.last >= 0 else "bare"
        shape = "passive" if draft.spec.passive else "noun" if draft.noun else "verb"
        side = "after" if after else "before"
        clauses = abs(scan.clause[party.first] - scan.clause[draft.first])
        word = scan.words[party.first - 1] if party.first > scan.sentence_of(party.first)[0] else ""
        return out | {
            "clause": float(clauses == 0),
            f"clauses_{side}_{min(clauses, 3)}": 1.0,
            f"{shape}_{side}_{relation}": 1.0,
            f"{side}_gap_{0 if gap <= 2 else 1 if gap <= 6 else 2 if gap <= 14 else 3}": 1.0,
            f"between_triggers_{side}": float(self._between(draft, party)),
            "speaks": float(self._reports(party)),
            f"{side} “{word}”": float(word.isalpha()),
        }

    def _neighbours(self, draft: Draft, party: Party, after: bool, group: str, before: Draft | None) -> Features:
        """Who else is there: nearer parties, those that it is joined to by "and", those of the event before."""
        side = "after" if after else "before"
        out: Features = {f"nearest_{side}_{group}": float(self._nearest(draft, party))}
        if not draft.side_a:
            out[f"no_a_{group}_{side}"] = 1.0
        if not draft.side_b:
            out[f"no_b_{group}_{side}"] = 1.0
        if before is not None and party.id is not None:
            out["again_a"] = float(any(p.id == party.id for p in before.side_a))
            out["again_b"] = float(any(p.id == party.id for p in before.side_b))
        mate = self.joined.get(id(party))
        if mate is not None:
            out["joined_a"] = float(mate in draft.side_a)
            out["joined_b"] = float(mate in draft.side_b)
            out["joined_victim"] = float(any(t.victims is mate for t in draft.tolls))
        return out

    def _camps(self, draft: Draft, party: Party) -> Features:
        """Whether it is known as a friend or an enemy of those whom the rules make doer or sufferer."""
        out: Features = {}
        for side, members in (("a", draft.side_a), ("b", draft.side_b)):
            for relation in {self.camps.relation(party, p) for p in members if p is not party} - {""}:
                out[f"{relation}_of_{side}"] = 1.0
        return out

    def _joined(self) -> dict[int, Party]:
        """Parties told in one breath, "X و Y": each leads to the other."""
        out: dict[int, Party] = {}
        for first, second in zip(self.parties, self.parties[1:], strict=False):
            gap = second.first - first.last
            if (gap == 1 and second.pro.startswith("و")) or (gap == 2 and self.scan.words[first.last + 1] == "و"):
                out[id(second)] = first
                out.setdefault(id(first), second)
        return out

    def _reports(self, party: Party) -> bool:
        """ "أعلنت الشرطة أن": the subject of a verb of speech."""
        table = self.scan.at.get("report", {})
        return any(i in table for i in (party.first - 1, party.last + 1))

    def _nearest(self, draft: Draft, party: Party) -> bool:
        """No other party stands between it and the trigger, in the same sentence."""
        if self.scan.sentence[party.first] != draft.sentence:
            return False
        a, b = sorted((draft.first, party.first))
        return not any(a < p.first < b for p in self.parties if p is not party)

    def _between(self, draft: Draft, party: Party) -> bool:
        """Another event word stands between the party and the trigger."""
        table = self.scan.at.get("trigger", {})
        a, b = (draft.last + 1, party.first) if party.first > draft.last else (party.last + 1, draft.first)
        return any(i in table for i in range(a, b))


def _again(party: Party, side: list[Party]) -> bool:
    """Whether a side holds another mention of the same actor."""
    return party.id is not None and any(p is not party and p.id == party.id for p in side)
