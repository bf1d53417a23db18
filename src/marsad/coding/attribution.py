"""Who says so: the sources of a report, with how they stand to what they say.

Comes in: a `Scan`. Goes out: `Voice`s in text order. A voice is a known source, a head noun (مصدر، شهود، المتحدث باسم) with its name, a
party or a named person that speaks: as subject of a reporting verb, behind "بحسب", or before a colon. A verb without a subject (وأضافت)
and a definite short form (المصدر) are the voice before once more; mentions of one voice share a `key`. The publisher itself and its
own correspondents are no sources. Where a name ends is read by coding/voice_name.py.
"""

from __future__ import annotations

import msgspec

from marsad.coding.lexicon import Match
from marsad.coding.outlet import own_sources
from marsad.coding.scan import Scan
from marsad.coding.voice import Voice
from marsad.coding.voice_name import NameReader, plain_words
from marsad.knowledge.loader import Knowledge
from marsad.records import Name

_SUBJECT = 16  # tokens: the longest subject before its verb
_REACH = 3  # sentences: as far back a verb without a subject, or "المصدر", finds its speaker
_INSERTED = 5  # tokens: between a speaker and "نقلا عن"
_COLON = ":"


def find_voices(scan: Scan, knowledge: Knowledge, publisher: str | None, dated: set[int]) -> list[Voice]:
    """Every voice of title and body, in text order. dated: tokens of dates, which end a voice's name ("وقال مصدر أمني الاثنين")."""
    return _Finder(scan, knowledge, publisher, dated).find()


class _Finder:
    def __init__(self, scan: Scan, knowledge: Knowledge, publisher: str | None, dated: set[int]) -> None:
        self.scan, self.words, self.knowledge, self.dated = scan, scan.words, knowledge, dated
        get = scan.at.get
        self.report, self.by = get("report", {}), get("according", {})
        self.source, self.head, self.back = get("source", {}), get("voice", {}), get("voice_back", {})
        self.own = own_sources(knowledge, publisher)
        self.reader = NameReader(scan, knowledge, dated)
        self.out: list[Voice] = []

    def find(self) -> list[Voice]:
        for number, (first, last) in enumerate(self.scan.sentences):
            i = first
            while i <= last:
                voice = self._labelled(number, last) if i == first else None
                voice = voice or self._speaking(i, number, first, last) or self._according(i, number, last)
                if voice is None:
                    i += 1
                    continue
                self._keep(voice)
                end = max(i, voice.last)
                company = self._company(voice, number, last)
                if company and self.words[voice.core[1]] in self.reader.issued:  # "بيان صادر عن الجيش" is one voice
                    self._issue(voice, company.pop(0))
                for other in company:
                    self._keep(other)
                    end = max(end, other.last)
                self._lead(voice, company)
                if not company:
                    self.out += self._shadows(voice)
                i = end + 1
        return self.out

    def _keep(self, voice: Voice) -> None:
        """Adds a voice, tied to the earlier mention of the same one. The publisher is none, unless it passes on another's word."""
        if voice.id is not None and voice.id in self.own:
            return
        if not voice.key:
            earlier = self._same(voice)
            voice.key = earlier.key if earlier else voice.id or self._text(voice)
        if not voice.again:
            first = next((v for v in self.out if v.key == voice.key), voice)
            if first is not voice and self._text(first) != self._text(voice):
                first.names.append(voice.core)
            if voice.id is None:
                first.names += self.reader.wordings(*voice.core)
        self.out.append(voice)

    def _issue(self, statement: Voice, issuer: Voice) -> None:
        """A statement and who issued it are one voice, known by either name."""
        statement.names.append(issuer.core)
        statement.core, statement.last = (statement.core[0], issuer.core[1]), issuer.last

    def _lead(self, voice: Voice, company: list[Voice]) -> None:
        """Who told it, and not who passed it on or was told, leads those that speak together."""
        leader = next((v for v in company if v.relayed and not voice.relayed), voice)
        for member in (voice, *company):
            member.led = leader.key if member is not leader else ""

    def _shadows(self, voice: Voice) -> list[Voice]:
        """Those with whom a voice spoke before, when it goes on: "وقال فلان لرويترز …. وأضاف …" was told to Reuters too."""
        out: dict[str, Voice] = {}
        for old in reversed(self.out):
            if voice.sentence - old.sentence > _REACH:
                break
            if old.led == voice.key and old.key not in out:
                at = {"first": voice.first, "last": voice.last, "sentence": voice.sentence, "after": voice.after}
                out[old.key] = msgspec.structs.replace(old, **at, again=True, shadow=True, names=[])
        return list(out.values())

    def _text(self, voice: Voice) -> str:
        return " ".join(self.words[voice.core[0] : voice.core[1] + 1])

    # ---- the ways to speak ---------------------------------------------------------------------------------------
    def _speaking(self, i: int, number: int, first: int, last: int) -> Voice | None:
        """The subject of a reporting verb: behind it, before it, or, when it has none, the voice before."""
        verb = self.report.get(i)
        if verb is None or self.scan.has_cue("negation", i - 1, i - 1) or self.scan.written(i).endswith("ة"):
            return None  # "إضافة" is no "أضافه"
        needs = verb.entry.data.needs
        if needs and needs.isdisjoint(self.words[i : min(i + 9, last + 1)]):
            return None
        voice = self._speaker(verb, number, first, last)
        return voice if voice is None or not verb.entry.data.kinds or voice.kind in verb.entry.data.kinds else None

    def _speaker(self, verb: Match, number: int, first: int, last: int) -> Voice | None:
        stance, at = str(verb.entry.ref), self._skip(verb.last + 1, last)
        voice = self._back(at, number, last) or self._named(at, number, last, stance, True)
        if voice is not None:
            return voice
        if stance == "claimed":  # "وتبنى الهجوم تنظيم …"
            for j in range(at + 1, min(at + 4, last + 1)):
                if j - 1 in self.scan.at.get("trigger", {}) or j - 1 == at:
                    party = self._party(j, number, last, stance)
                    if party is not None:
                        return party
        return (
            self._subject_left(verb, number, first, stance)
            or (self._person(at, number, last, stance) if not _has_object(verb) else None)
            or self._unnamed(verb, at, number, first, stance)
        )

    def _according(self, i: int, number: int, last: int) -> Voice | None:
        """ "بحسب X", "وفقا لما ذكره X", "نقلا عن X"."""
        by = self.by.get(i)
        if by is None or by.last >= last:
            return None
        at = by.last + 1
        for j in range(at, min(at + 3, last + 1)):
            if j > at and not (j - 1 in self.report or self.words[j - 1] in self.reader.links):
                break
            voice = self._back(j, number, last) or self._named(j, number, last, "stated", True)
            if voice is not None:
                voice.after = True
                return voice
        return self._person(at, number, last, "stated", after=True)

    def _labelled(self, number: int, last: int) -> Voice | None:
        """ "الدفاع المدني: مقتل خمسة"; "المصدر: سانا" speaks for the whole report."""
        first = self.scan.sentences[number][0]
        colon = next((j for j in range(first, min(first + 8, last)) if self.words[j] == _COLON), None)
        if colon is None or colon == first:
            return None
        if self.words[first] in self.reader.credits and colon == first + 1:
            voice = self._named(self._skip(colon + 1, last), number, last, "stated", True)
            if voice is not None:
                voice.whole = True
            return voice
        voice = self._named(first, number, colon - 1, "stated") or self._party(
            first, number, colon - 1, "stated", lands=False
        )
        return voice if voice is not None and voice.last >= colon - 2 else None

    def _skip(self, i: int, last: int) -> int:
        """Behind a verb: dates, brackets, the occasion and small words before the subject ("وقالت أمس في بيان الوزارة")."""
        end = min(i + 6, last)
        while i < end:
            if self.words[i] == "في" and self.words[i + 1] in self.reader.occasions:
                i += 2
            elif i in self.dated or self.words[i] in self.reader.passed:
                i += 1
            else:
                break
        return min(i, last)

    # ---- who -----------------------------------------------------------------------------------------------------
    def _back(self, i: int, number: int, last: int) -> Voice | None:
        """A definite head noun with nothing behind it that names it afresh ("المصدر نفسه"): the voice it means, once more."""
        back = self.back.get(i)
        if back is None or back.last > last or not self.out or self.reader.end(back, last) > back.last:
            return None
        head = set(plain_words(self.words[i : i + 1]))
        near = [v for v in self.out if number - v.sentence <= _REACH and not v.told and not v.shadow]
        old = next((v for v in reversed(near) if head & set(plain_words(self._text(v).split()))), None)
        if old is None and self.reader.is_plural(self.words[i]):
            return None  # "المصادر" of which none was named before: a voice of its own
        if old is None:
            old = near[-1] if near else self.out[-1]
        return self._once_more(old, i, back.last, number, old.stance)

    def _once_more(self, old: Voice, first: int, last: int, number: int, stance: str) -> Voice:
        return Voice(first, last, number, old.id, old.name, old.kind, stance, core=old.core, again=True, key=old.key)

    def _unnamed(self, verb: Match, at: int, number: int, first: int, stance: str) -> Voice | None:
        """ "وأضافت أن": a verb that opens a clause and has no subject speaks for the voice before that fits its gender."""
        form, word = verb.form, self.words[verb.first]
        hearer = self.source.get(at)
        if hearer is not None and "ل" in hearer.pro:  # "وأضاف لرويترز أن"
            at = min(hearer.last + 1, self.scan.sentences[number][1])
        if not self._says(verb.last + 1, at):
            return None
        opens = verb.first == first or word.startswith(("و", "ف")) or self.words[verb.first - 1] in self.reader.openers
        if not opens or verb.form in self.reader.impersonal:
            return None
        near = [v for v in self.out if number - v.sentence <= _REACH and not v.told and not v.shadow]
        feminine = form.endswith("ت") or form.startswith("ت")
        old = next((v for v in reversed(near) if self._feminine(v) == feminine), None)
        if old is None:
            return None
        return self._once_more(old, verb.first, verb.first, number, stance)

    def _says(self, first: int, at: int) -> bool:
        """What is said begins at token `at`, behind the small words from `first` on: "أن", a quotation, "بمقتل"."""
        if not set(self.words[first : at + 1]).isdisjoint(self.reader.complements):
            return True
        if not self.reader.quotes.opens.isdisjoint(range(first, at + 1)):
            return True
        match = self.scan.at.get("harm", {}).get(at) or self.scan.at.get("trigger", {}).get(at)
        return match is not None and "ب" in match.pro

    def _feminine(self, voice: Voice) -> bool:
        """Whether verbs of the voice are feminine: by its first word, feminine or a plural of things (مصادر)."""
        word = self.words[voice.core[0]]
        return word.endswith(("ه", "ات")) or bool(set(plain_words([word])) & self.reader.feminine)

    def _named(self, i: int, number: int, last: int, stance: str, close: bool = False) -> Voice | None:
        """A source that is named at token i, known or by its head noun; close: a party there speaks too."""
        if i > last:
            return None
        known = self.source.get(i)
        if known is not None and known.last <= last and not self._told(known):
            return self._known(known, number, last, stance)
        head = self.head.get(i)
        if head is not None and head.last <= last:
            end = self.reader.end(head, last)
            return Voice(i, end, number, None, None, str(head.entry.ref), stance, core=(head.first, end))
        if self.words[i].removeprefix("و") in self.reader.quantifiers:  # "عدد من المسؤولين"
            at = i + 1 + (self.words[min(i + 1, last)] == "من")
            head = self.head.get(at)
            if head is not None and head.last <= last and not head.pro:
                end = self.reader.end(head, last)
                return Voice(i, end, number, None, None, str(head.entry.ref), stance, core=(i, end))
        if self.words[i] in self.reader.correspondents:  # another outlet's; the publisher's own are none
            known = next((self.source[j] for j in range(i + 1, min(i + 4, last + 1)) if j in self.source), None)
            return self._known(known, number, last, stance) if known is not None and known.last <= last else None
        return self._party(i, number, last, stance) if close else None

    def _known(self, match: Match, number: int, last: int, stance: str) -> Voice:
        source = self.knowledge.sources[match.entry.ref]
        name = Name(source.label.ar, source.label.en)
        core = (match.first, match.last)
        if match.entry.weak:  # "الشبكة", "الوكالة": rather the one named before
            bare = Voice(match.first, match.last, number, None, None, source.kind, stance, core=core)
            old = self._same(bare)
            if old is not None:
                return self._once_more(old, match.first, match.last, number, stance)
        return Voice(match.first, match.last, number, source.id, name, source.kind, stance, core=core, key=source.id)

    def _told(self, match: Match) -> bool:
        before = match.first - 1
        by = match.first in self.by or before in self.by or self.words[before] in self.reader.statements
        return "ل" in match.pro and not by

    def _party(self, i: int, number: int, last: int, stance: str, lands: bool = True) -> Voice | None:
        """A party that speaks: "أعلن الجيش", and, with `lands`, a country or its capital ("أعلنت أنقرة")."""
        at = self.scan.at
        party = next((at[kind][i] for kind in ("actor", "group") if i in at.get(kind, {})), None)
        land = next((at[kind][i] for kind in ("country", "state") if i in at.get(kind, {})), None)
        match = party or (land if lands else None)
        if match is None and lands and i not in self.dated and self.words[i] in self.reader.capitals:
            return Voice(i, i, number, None, None, "official", stance, core=(i, i))  # "أعلنت صنعاء": its government
        if (
            match is None
            or match.last > last
            or match.pro
            or (i in at.get("weapon", {}) and match.entry.kind == "group")
        ):
            return None
        end = self.reader.qualified(match.last, last) if party is not None else match.last
        kind = "party" if party is not None else "official"
        actors = at.get("actor", {})
        known = next((actors[j].entry.ref for j in range(i, end + 1) if j in actors), "")
        return Voice(i, end, number, None, None, kind, stance, core=(match.first, end), key=known)

    def _person(self, i: int, number: int, last: int, stance: str, after: bool = False) -> Voice | None:
        """A speaker whom only his place shows: between the verb and what he says ("وقال فلان الفلاني رئيس بلدية كذا إن")."""
        end = self.reader.person(i, last)
        if end is None or (end == i and not self._is_surname(i)):
            return None
        office = any(j in self.head for j in range(i, end + 1))
        return Voice(i, end, number, None, None, "official" if office else "local", stance, core=(i, end), after=after)

    def _is_surname(self, i: int) -> bool:
        """One word names a person only when an earlier speaker's name holds it."""
        word = set(plain_words(self.words[i : i + 1]))
        return any(word <= set(plain_words(self._text(v).split())) for v in self.out)

    def _subject_left(self, verb: Match, number: int, first: int, stance: str) -> Voice | None:
        """ "المرصد السوري … قال", "وكان مصدر أمني قد أفاد": the subject that reaches up to the verb."""
        last = verb.first - 1
        while last > first and self.words[last] in self.reader.before_verb:
            last -= 1
        relative = self.words[verb.first - 1] in self.reader.relatives
        for j in range(max(first, last - _SUBJECT), last + 1):
            known = self.source.get(j)
            if known is not None and last - 2 <= known.last <= last and not self._told(known):
                return self._known(known, number, last, stance)
            starts = j == first or self.words[j - 1] in self.reader.openers
            head = self.head.get(j)
            if head is not None and starts and self._is_tied(last, verb.first):
                end = self.reader.before(last, head.last + 1)
                if end >= head.last:
                    return Voice(j, end, number, None, None, str(head.entry.ref), stance, core=(head.first, end))
            if head is not None and (starts or self.words[j].startswith("ال")) and head.last <= last:
                end = self.reader.end(head, last)
                if end >= last or (starts and last - head.last <= 4):
                    return Voice(j, end, number, None, None, str(head.entry.ref), stance, core=(head.first, end))
            if starts or stance == "claimed" or relative:
                party = self._party(j, number, last, stance, lands=self.words[j] not in self.reader.capitals)
                if party is not None and party.last >= last:
                    return party
        return None

    def _is_tied(self, last: int, verb: int) -> bool:
        """ "وكان … قد صرح": between a subject that ends at token `last` and its verb stands what binds them."""
        return not {"قد", "سبق"}.isdisjoint(self.words[last + 1 : verb])

    # ---- who else ------------------------------------------------------------------------------------------------
    def _company(self, voice: Voice, number: int, last: int) -> list[Voice]:
        """Those who speak with it ("مسعفون ومسؤولون"), whom it quotes ("نقلت رويترز عن شهود") and whom it told ("لوكالة رويترز")."""
        out: list[Voice] = []
        at = voice.last + 1
        while at <= last and not voice.again and self.words[at].startswith("و"):
            other = self._joined(at, voice, number, last)
            if other is None:
                break
            out.append(other)
            at = other.last + 1
        if voice.again and not out and voice.core[1] < voice.first:
            at = voice.last + 1
        told = self._recipient(at, voice, number, last)
        if told is not None:
            out.append(told)
        else:
            quoted = self._quoted(at, voice, number, last)
            if quoted is not None:
                out.append(quoted)
        return out

    def _joined(self, at: int, voice: Voice, number: int, last: int) -> Voice | None:
        if self.words[at] in self.reader.another:
            end = self.reader.another_of(at, last)
            return msgspec.structs.replace(
                voice, first=at, last=end, core=(at, end), key="", id=None, name=None, names=[]
            )
        match = self.source.get(at) or self.head.get(at) or self.back.get(at)
        if match is None or not match.pro.startswith("و"):
            return None
        other = self._named(at, number, last, voice.stance)
        if other is not None:
            other.after, other.relayed = voice.after, voice.relayed
        return other

    def _recipient(self, at: int, voice: Voice, number: int, last: int) -> Voice | None:
        """The known outlet that it told, within a few words: "لوكالة رويترز", "في تصريح لقناة", "أبلغت مصادر المرصد"."""
        for j in range(at, min(at + 7, last + 1)):
            if self.words[j] in self.reader.complements or j in self.by or j in self.report:
                break
            match = self.source.get(j)
            direct = match is not None and not match.pro and (j == at or self._is_talk_with(j))
            if match is not None and (direct or "ل" in match.pro) and match.last <= last:
                told = self._known(match, number, last, voice.stance)
                if told.kind not in ("media", "monitor"):
                    break
            elif match is None and (self.reader.is_outlet(j) or self._is_talk_with(j)) and j in self.head:
                head = self.head[j]
                end = self.reader.end(head, last)
                told = Voice(j, end, number, None, None, "media", voice.stance, core=(j, end))
            else:
                continue
            told.told, told.after = True, voice.after
            return told
        return None

    def _is_talk_with(self, i: int) -> bool:
        """ "في اتصال مع …"."""
        return self.words[i - 1] == "مع" and self.words[i - 2] in self.reader.occasions

    def _quoted(self, at: int, voice: Voice, number: int, last: int) -> Voice | None:
        for j in range(at, min(at + _INSERTED, last)):  # "قالت الوكالة، اليوم، نقلا عن شهود، إن"
            by = self.by.get(j)
            if by is not None and self.words[by.last] in self.reader.relay and by.last < last:
                return self._origin(by.last + 1, voice, number, last)
            if not (j in self.dated or self.words[j] in self.reader.passed):
                break
        first, _ = self.scan.sentences[number]
        passes_on = not self.reader.relay.isdisjoint(self.words[max(first, voice.first - 4) : voice.first])
        if not passes_on and self.words[at - 1] not in self.reader.issued:
            return None
        for j in range(at, min(at + 4, last)):
            if self.words[j] in self.reader.speech and passes_on:  # "نقلت الوكالة تأكيد المحافظ أن"
                return self._origin(j + 1, voice, number, last)
            if self.words[j] == "عن" or self.words[j] in self.reader.complements:
                break
        else:
            return None
        return self._origin(j + 1, voice, number, last) if self.words[j] == "عن" else None

    def _origin(self, i: int, voice: Voice, number: int, last: int) -> Voice | None:
        """The voice at token i, whose words another passes on."""
        inner = self._back(i, number, last) or self._named(i, number, last, voice.stance)
        inner = inner or self._person(i, number, last, voice.stance)
        if inner is not None:
            inner.relayed, inner.after = True, voice.after
        return inner

    def _same(self, voice: Voice) -> Voice | None:
        """An earlier mention of the same voice: one name holds the other's words, and the shorter is definite."""
        words = set(plain_words(self._text(voice).split()))
        for old in reversed(self.out):
            if voice.id is not None and old.id is not None and voice.id != old.id:
                continue
            known = set(plain_words(self._text(old).split()))
            if words == known:
                return old
            small, large, shorter = (words, known, voice) if len(words) < len(known) else (known, words, old)
            if small and small < large and self._definite(shorter) and self._one_head(voice, old, shorter):
                return old
        return None

    def _definite(self, voice: Voice) -> bool:
        """With the article, as a known name or a person's, or by what completes it at once ("وزارة الداخلية")."""
        first, last = voice.core
        words = self.words[first : min(first + 2, last + 1)]
        return (
            any(w.startswith(("ال", "لل", "وال", "بال")) for w in words)
            or voice.id is not None
            or self._is_person(voice)
        )

    def _one_head(self, voice: Voice, old: Voice, shorter: Voice) -> bool:
        """The names open with one noun ("الشرطة", "الشرطة العراقية"), or the shorter is a person's or a known one."""
        a, b = (plain_words([self.words[v.core[0]]]) for v in (voice, old))
        return a == b or shorter.id is not None or self._is_person(shorter)

    def _is_person(self, voice: Voice) -> bool:
        """A name that no list holds."""
        i, at = voice.core[0], self.scan.at
        return not any(
            i in at.get(kind, {}) for kind in ("voice", "voice_back", "actor", "group", "source", "country", "state")
        )


def _has_object(verb: Match) -> bool:
    """The verb carries an object pronoun ("تحدثها")."""
    return verb.form.endswith(("ها", "هم", "هما")) or (verb.form.endswith("ه") and len(verb.form) > 3)
