"""Decides what competes for a place in an event: which parties are its sides, which places and voices are its own, whether it stands.

Comes in: drafts with what the rules propose, and the candidates around them. Goes out: the drafts with what was chosen. The rules'
proposals are features among others; the weights are data (coding/rank.py).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from marsad.coding.actors import ARMED, Party, wordings
from marsad.coding.choose_places import PlaceChooser, PlaceGrammar
from marsad.coding.frames import Draft, Filler
from marsad.coding.identity import Identities
from marsad.coding.place_choice import ResolvedPlace
from marsad.coding.rank import Decision, Features, probability
from marsad.coding.scan import Scan
from marsad.coding.side_features import SideFeatures
from marsad.coding.voice import Voice
from marsad.coding.voice_scope import Scope
from marsad.knowledge.loader import Knowledge
from marsad.knowledge.morphology import noun_forms
from marsad.text.normalize import fold

_NEVER_GUESSED = frozenset(["explosions", "civilians"])
"""Classes whose doer is named or stays empty: an unnamed perpetrator is the commonest thing that a report does not say."""

Models = Mapping[str, Mapping[str, float]]

_FURTHER = 0.7  # the answer that a further sufferer needs beside a likelier one, unless "and" joins it to a side
_MARKS = ("rule_a", "rule_b", "victim", "agent")  # signs that speak against a party where another one bears them
_TOLD = (
    "rule_a",
    "agent",
    "same_as_rule_a",
    "noun_after_agent",
    "verb_after_agent",
    "passive_after_agent",
    "noun_before_agent",
    "verb_before_agent",
    "passive_before_agent",
)
"""What makes a party the doer in so many words: a rule, the grammar of a toll, "من قبل" and its likes."""
_FIRM = 0.9  # the answer that stands for sides which the grammar names outright


class Chooser:
    """The decisions of one report. `decisions` keeps every candidate that was weighed, for explain and for training."""

    def __init__(
        self,
        scan: Scan,
        parties: list[Party],
        filler: Filler,
        voices: list[Voice],
        knowledge: Knowledge,
        grammar: PlaceGrammar,
    ) -> None:
        self.grammar = grammar
        self.scan, self.parties, self.filler, self.voices, self.knowledge = scan, parties, filler, voices, knowledge
        self.models: Models = knowledge.models
        self.decisions: list[Decision] = []
        self.identities = Identities(scan, parties, knowledge)
        self.density = density(scan) | self._crime()

    def _ask(self, model: str, subject: object, item: object, features: Features) -> float:
        answer = probability(features, self.models.get(model, {}))
        self.decisions.append(Decision(model, subject, item, features, answer))
        return answer

    def recalled(self, event: Draft, signs: Features) -> bool:
        """Whether the signs of coding/when.py say that a report only recalls an event."""
        return self._ask("recalled", event, None, signs) >= 0.5

    # ---- sides ---------------------------------------------------------------------------------------------------
    def sides(self, events: list[Draft]) -> None:
        """Final sides of every event, from the rules' proposals and the parties around each of its mentions."""
        parts = [part for event in events for part in event.parts]
        features_of = SideFeatures(self.scan, self.parties, self.filler, self.voices, self.knowledge, parts)
        roles = self._roles(parts)
        for n, event in enumerate(events):
            before = events[n - 1] if n else None
            pooled: dict[str, Features] = {}
            best: dict[str, Party] = {}
            mentions: dict[str, list[Party]] = {}
            for part in event.parts:
                for party in self._candidates(part):
                    key = self.identities.of(party)
                    mentions.setdefault(key, []).append(party)
                    _pool(pooled, key, features_of.of(part, party, before))
                    if key not in best or party in part.side_a or party in part.side_b:
                        best.setdefault(key, party)
            mutual, klass = self.knowledge.events[event.type].sides == "mutual", self.knowledge.events[event.type].klass
            chosen: dict[str, list[Party]] = {"a": [], "b": []}
            firm: dict[str, str] = {}
            for part in event.parts:
                if part.firm and part.side_a and part.side_b:
                    firm |= {self.identities.of(p): "b" for p in part.side_b} | {
                        self.identities.of(p): "a" for p in part.side_a
                    }
            answers: dict[str, tuple[float, float]] = {}
            rivals = {mark: [key for key, f in pooled.items() if f.get(mark)] for mark in _MARKS}
            for key, features in pooled.items():
                best[key] = self._with_mentions(best[key], mentions[key])
                features["mentions"] = float(min(len(event.parts) - 1, 3))
                features |= self._standing_in_report(key, event, roles)
                features |= {f"rival_{mark}": 1.0 for mark, keys in rivals.items() if any(k != key for k in keys)}
                pa, pb = (
                    self._ask("side_a", event, best[key], features),
                    self._ask("side_b", event, best[key], features),
                )
                answers[key] = pa, pb
            for key in sorted(answers, key=lambda k: -max(answers[k])):
                (pa, pb), features = answers[key], pooled[key]
                if key in firm:  # "بين … و…" names its sides: nothing to weigh
                    chosen[firm[key]].append(best[key])
                    _least(event, "sides", _FIRM)
                    continue
                side = self._side(features, pa, pb, mutual)
                joined = features.get("joined_a") or features.get("joined_b")
                enough = _FURTHER if side == "b" and chosen["b"] and not joined else 0.5
                if max(pa, pb) >= enough and (mutual or side == "b" or self._is_told(features, klass)):
                    chosen[side].append(best[key])
                    _least(event, "sides", pa if side == "a" else pb)
            event.side_a = sorted(self._without_wholes(chosen["a"]), key=lambda p: p.first)
            event.side_b = sorted(self._without_wholes(chosen["b"]), key=lambda p: p.first)

    def _without_wholes(self, side: list[Party]) -> list[Party]:
        """ "قصف للنظام … قوات النظام": of a party and a part of it on one side, the part acted."""
        wholes = {w for p in side for w in self._wholes(p)}
        return [p for p in side if p.id is None or p.id not in wholes]

    def _wholes(self, party: Party) -> set[str]:
        """What a known actor is part of: its parents and the government whose forces it is."""
        actors, out = self.knowledge.actors, set[str]()
        actor = actors.get(party.id or "")
        if actor is not None and actor.kind in ("state_force", "police") and actor.country in self.knowledge.countries:
            out.add(self.knowledge.countries[actor.country].state or "")
        while actor is not None and actor.parent and actor.parent not in out:
            out.add(actor.parent)
            actor = actors.get(actor.parent)
        return out

    def _with_mentions(self, party: Party, mentions: list[Party]) -> Party:
        """The party with all the wordings of it that speak of the event as evidence: "الشاب" … "الشاب سالم الأحمد"."""
        spans = [s for p in mentions for s in (*wordings(p, self.scan), *p.spans) if p is not party]
        texts = {s.text for s in (*wordings(party, self.scan), *party.spans)}
        new = {s.text: s for s in spans if s.text not in texts}
        return msgspec.structs.replace(party, spans=(*party.spans, *new.values())) if new else party

    def _side(self, features: Features, pa: float, pb: float, mutual: bool) -> str:
        """Which side a chosen party stands on: the rules say where they are of one mind, else the likelier."""
        rule_a, rule_b = bool(features.get("rule_a")), bool(features.get("rule_b"))
        if rule_a != rule_b or (mutual and rule_a):
            return "a" if rule_a else "b"
        return "a" if pa >= pb else "b"

    def _is_told(self, features: Features, klass: str) -> bool:
        """Whether the text itself makes the party the doer. Of a strike or a killing nobody is guessed to be it from what stands around."""
        told = any(features.get(sign) for sign in _TOLD)
        return told or (klass not in _NEVER_GUESSED and bool(features.get("offset_0")))

    def _roles(self, parts: list[Draft]) -> dict[str, dict[str, set[int]]]:
        """For every party, the mentions in which the rules make it doer ("a") or sufferer ("b")."""
        out: dict[str, dict[str, set[int]]] = {}
        for part in parts:
            for side, members in (("a", part.side_a), ("b", part.side_b)):
                for party in members:
                    out.setdefault(self.identities.of(party), {"a": set(), "b": set()})[side].add(id(part))
        return out

    def _standing_in_report(self, key: str, event: Draft, roles: dict[str, dict[str, set[int]]]) -> Features:
        """What the party does and suffers elsewhere in the report, and how often it is named at all."""
        own = {id(part) for part in event.parts}
        known = roles.get(key, {"a": set(), "b": set()})
        named = sum(1 for p in self.parties if p.id is not None and p.id == key)
        out = {
            "report_a": min(len(known["a"] - own), 3) / 3,
            "report_b": min(len(known["b"] - own), 3) / 3,
            "report_named": min(named, 6) / 6,
            "never_rule": float(not known["a"] and not known["b"]),
        }
        return {name: value for name, value in out.items() if value}

    def _candidates(self, draft: Draft) -> list[Party]:
        out = [*draft.side_a, *draft.side_b]
        out += [t.victims for t in draft.tolls if t.victims is not None and t.victims not in out]
        out += [t.agent for t in draft.tolls if t.agent is not None and t.agent not in out]
        for party in self.parties:
            distance = draft.sentence - self.scan.sentence[party.first]
            if self._speaks(party):
                continue
            if party not in out and (distance == 0 or (1 <= distance <= 2 and party.kind in ARMED)):
                out.append(party)
        return out

    def _speaks(self, party: Party) -> bool:
        """ "بحسب الدفاع المدني": who is only quoted is no side."""
        return any(v.after and v.first <= party.first <= v.last for v in self.voices)

    # ---- places --------------------------------------------------------------------------------------------------
    def places(self, events: list[Draft], resolved: Sequence[ResolvedPlace]) -> None:
        """Final places: those of its sentences that are the event's own, and those carried."""
        chooser = PlaceChooser(self.scan, resolved, self.parties, self.grammar, self._ask)
        for event, chosen in zip(events, chooser.choose(events), strict=True):
            for _, answer in chosen:
                _least(event, "places", answer)
            named = [resolved[k].mention for k in event.places if not resolved[k].mention.generic]
            event.own_places = sum(self.scan.sentence[m.first] in event.sentences for m in named)

    # ---- voices --------------------------------------------------------------------------------------------------
    def voice(self, events: list[Draft]) -> None:
        """Final sources of every event."""
        scope = Scope(self.scan, self.voices, events, self.knowledge)
        for event in events:
            pooled: dict[str, Features] = {}
            best: dict[str, int] = {}
            for part in event.parts:
                for k, voice in enumerate(self.voices):
                    if k in part.sources or scope.reaches(part, voice):
                        _pool(pooled, voice.key, scope.features(event, part, k, part.sources))
                        best[voice.key] = min(k, best.get(voice.key, k))
            kept = []
            for key, features in pooled.items():
                features["mentions"] = float(min(len(event.parts) - 1, 3))
                answer = self._ask("voice", event, self.voices[best[key]], features)
                if answer >= 0.5:
                    kept.append(best[key])
                    _least(event, "attribution", answer)
            event.sources = kept

    # ---- does it stand? ------------------------------------------------------------------------------------------
    def standing(self, drafts: list[Draft]) -> list[Draft]:
        """The drafts that are concrete occurrences.

        A report that tells of no violence must have one event that is surer than the others need be: arrests, closed roads and agreements
        are the daily news of peace. Both thresholds come from scripts/train.py.
        """
        model = self.models["stands"]
        kept = [d for n, d in enumerate(drafts) if self._stands(d, n == 0) and d.score >= model.get("threshold", 0.5)]
        if any(self.is_violent(d.type) or d.score >= model.get("report", 0.5) for d in kept):
            return kept
        for draft in kept:
            draft.note("left out: no event of the report is sure enough")
        return []

    def is_violent(self, kind: str) -> bool:
        """Is a type of event one of fighting, blasts or attacks on people?"""
        return self.knowledge.events[kind].klass in _VIOLENT

    def _stands(self, draft: Draft, first: bool) -> bool:
        """Weighs a draft; False for what is a game, however it is weighed."""
        draft.score = self._ask("stands", draft, None, self._standing(draft, first))
        games = 0 if draft.tolls else self._games(*self.scan.sentence_of(draft.first))
        # "يخوض الفريق معركة اللقب على ملعب المدينة": no model needs to be asked
        return games < 2 and (not games or any(p.kind in ARMED for p in (*draft.side_a, *draft.side_b)))

    def _games(self, first: int, last: int) -> int:
        """How many words of sport, art or trade, which borrow the words of war, stand within tokens first..last."""
        return len(_forms(self.knowledge, "not_conflict").intersection(self.scan.words[first : last + 1]))

    def _crime(self) -> Features:
        """How much the report speaks of ordinary crime, whose arrests and blows are none of a conflict's."""
        crimes = _forms(self.knowledge, "ordinary_crime")
        count = sum(word in crimes for first, last in self.scan.sentences for word in self.scan.words[first : last + 1])
        return {"report_crime": min(count, 4) / 4}

    def _is_carried(self, draft: Draft, start: int) -> bool:
        """ "شن هجوما", "تعرض لقصف": a verb that carries the event noun says, in the past, that it happened."""
        table = self.scan.cues.get("light", {}) | self.scan.cues.get("suffer", {})
        near = [table[i] for i in range(max(start, draft.first - 6), draft.first) if i in table]
        return bool(near) and near[-1].entry.data[near[-1].form].tense == "past"

    def _standing(self, draft: Draft, first: bool) -> Features:
        scan, spec = self.scan, draft.spec
        start, end = scan.sentence_of(draft.first)
        form = draft.inflection
        armed = any(p.kind in ARMED for p in (*draft.side_a, *draft.side_b))
        weapon, retyped = bool(scan.inside("weapon", start, end)), draft.type != spec.type
        hedges = [i for i in scan.cues.get("hypothetical", {}) if start <= i < draft.first]
        out: Features = {
            f"type_{draft.type}": 1.0,
            "weak": float(draft.weak),
            "definite": float(draft.definite),
            "verb": float(not draft.noun),
            "present": float(form is not None and form.tense == "present"),
            "passive": float(spec.passive),
            "side_a": float(bool(draft.side_a)),
            "side_b": float(bool(draft.side_b)),
            "no_sides": float(not draft.side_a and not draft.side_b),
            "tolls": float(bool(draft.tolls)),
            "number": float(any(t.high is not None for t in draft.tolls)),
            "own_place": float(bool(draft.own_places)),
            "no_place": float(not draft.places),
            "own_date": float(bool(draft.own_dates)),
            "voice": float(bool(draft.sources)),
            "background": float(draft.background),
            "mentions": float(min(len(draft.triggers) - 1, 4)),
            "first": float(first),
            "title_only": float(all(scan.kinds[s] == "title" for s in draft.sentences)),
            "hypothetical": float(bool(hedges)),
            "hypothetical_near": float(bool(hedges) and draft.first - max(hedges) <= 6),
            "carried": float(draft.noun and self._is_carried(draft, start)),
            "games": float(self._games(start, end) > 0),
            "crime": self.density["report_crime"]
            * (draft.type in ("arrest", "interception", "destruction", "killing")),
            "arrest_armed": float(draft.type == "arrest" and any(p.kind in _FIGHTERS for p in draft.side_b)),
            "by_police": float(any(p.kind == "police" for p in draft.side_a)),
            "weak_bare": float(draft.weak and not draft.tolls and not draft.own_places),
            "weak_definite": float(draft.weak and draft.definite),
            "definite_once": float(draft.definite and len(draft.triggers) == 1),
            "pronoun": float(bool(draft.pronoun)),
            "late": float(min(draft.sentence, 12)) / 12,
            "short": float(end - start < 6),
            "attempted": float(draft.status == "attempted"),
            "ongoing": float(draft.status == "ongoing"),
            "weapon": float(weapon),
            "weak_weapon": float(draft.weak and weapon),
            "retyped": float(retyped),
            "weak_retyped": float(draft.weak and retyped),
            "armed": float(armed),
            "weak_armed": float(draft.weak and armed),
            "armed_place": float(armed and bool(draft.own_places)),
            "killed": float(any(t.harm == "killed" for t in draft.tolls)),
            "weak_place": float(draft.weak and bool(draft.own_places)),
        }
        out |= self.density
        return {name: value for name, value in out.items() if value}


def _least(event: Draft, field: str, answer: float) -> None:
    """A field is as sure as the least sure of its values."""
    event.sure[field] = min(answer, event.sure.get(field, 1.0))


def name_words(party: Party, scan: Scan) -> list[str]:
    """The folded words of a mention, without the clitics of the first and the conjunctions of the others."""
    words = list(scan.words[party.first : party.last + 1])
    if party.pro and words[0].startswith(party.pro):
        words[0] = words[0][len(party.pro) :]
    return [w for w in words if w not in ("من", "في", "و")]


_VIOLENT = frozenset(["battles", "explosions", "civilians"])
_FIGHTERS = ARMED - {"state_force", "police", "government"}
_FORMS: dict[tuple[str, str], frozenset[str]] = {}


def _forms(knowledge: Knowledge, kind: str) -> frozenset[str]:
    """Every form of a list of words of status.yml, made once for a version of the knowledge."""
    key = (knowledge.version, kind)
    if key not in _FORMS:
        _FORMS[key] = frozenset().union(*(noun_forms(fold(w)) for w in knowledge.words["status"][kind]))
    return _FORMS[key]


def density(scan: Scan) -> Features:
    """How much of the report speaks of conflict at all: event words, known armed actors, weapons, harm; in all and a word."""
    at = scan.at
    triggers, harm, actors = (len(at.get(kind, {})) for kind in ("trigger", "harm", "actor"))
    words = max(1, sum(last - first + 1 for first, last in scan.sentences))
    strong = sum(1 for m in at.get("trigger", {}).values() if not m.entry.data.weak)
    known = len({m.entry.ref for m in at.get("actor", {}).values() if not m.entry.weak})
    return {
        "short": float(words < 60),
        "rate_triggers": min(20 * triggers / words, 2.0) / 2,
        "rate_strong": min(30 * strong / words, 2.0) / 2,
        "rate_harm": min(30 * harm / words, 2.0) / 2,
        "rate_actors": min(30 * actors / words, 2.0) / 2,
        "report_triggers": min(triggers, 12) / 12,
        "report_strong": min(strong, 8) / 8,
        "report_actors": min(known, 5) / 5,
        "report_weapons": min(len(at.get("weapon", {})), 5) / 5,
        "report_harm": min(harm, 6) / 6,
        "report_accident": float(bool(at.get("accidents"))),
    }


def _pool(pooled: dict[str, Features], key: str, features: Features) -> None:
    """Several mentions of one candidate: of every feature the largest value counts."""
    known = pooled.setdefault(key, {})
    for name, value in features.items():
        if value > known.get(name, 0.0):
            known[name] = value
