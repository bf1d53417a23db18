"""Reports made up by rule, as many as wanted, to measure an archive with: the same arguments give the same bytes on every machine.

A made-up observatory of six countries takes in some hundred reports a day. Each day has its happenings, at places of the packaged
gazetteer (few places have much, many have little), between actors of the packaged knowledge; one to five outlets tell each in their own
words, some a day late, some with other tolls, a few without a date. Some reports are bulletins of several happenings, some tell nothing
to code. So the archive grows in time, as a real one does. Outlets are invented; nothing told here happened.

usage: generate_reports.py [--reports N] [--seed S] > reports.jsonl
"""

from __future__ import annotations

import argparse
import random
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice

import msgspec

from marsad.knowledge.gazetteer import Place, load_gazetteer
from marsad.knowledge.loader import FOLDER, Knowledge, load_knowledge
from marsad.records import Report

START = date(2013, 1, 1)
HAPPENINGS_A_DAY = 45
COUNTRIES = {"SY": 9, "YE": 5, "IQ": 4, "PS": 3, "LY": 2, "SD": 2}
PLACES_A_COUNTRY = 400
SITES = frozenset(["town", "village", "city", "neighbourhood", "camp"])
ARMED = frozenset(["state_force", "rebel_group", "political_militia"])
TOLD_BY = ((1, 40), (2, 25), (3, 18), (4, 10), (5, 7))
"""How many outlets tell a happening, and how often."""

OUTLETS = tuple(
    f"{kind} {name}"
    for kind in ("شبكة", "وكالة", "صحيفة", "إذاعة", "موقع", "مركز")
    for name in ("المنارة", "السنديان", "الضفاف", "الأفق الجديد", "نبض الحارات", "الرواق", "القناديل")
)

# What happened, by our type: {p} place, {a} who does it, {b} who it is done to. Each outlet takes one wording.
HAPPENED = {
    "shelling": (
        "قصفت {a} بالمدفعية الثقيلة {p}",
        "تعرضت {p} لقصف مدفعي عنيف نفذته {a}",
        "سقطت قذائف هاون على أحياء سكنية في {p} مصدرها مواقع {a}",
        "استهدفت {a} بعدد من الصواريخ أطراف {p}",
    ),
    "air_strike": (
        "شنت طائرات حربية عدة غارات جوية على {p}",
        "نفذ الطيران الحربي غارة جوية استهدفت منازل في {p}",
        "قصفت طائرات حربية صباحاً سوقاً في {p}",
        "تعرضت {p} لغارات جوية متتالية",
    ),
    "armed_clash": (
        "اندلعت اشتباكات عنيفة بين {a} و{b} في محيط {p}",
        "دارت معارك بالأسلحة المتوسطة والثقيلة بين {a} و{b} قرب {p}",
        "شهدت {p} مواجهات مسلحة بين {a} من جهة و{b} من جهة أخرى",
        "تجددت الاشتباكات بين {b} و{a} على أطراف {p}",
    ),
    "explosive_device": (
        "انفجرت عبوة ناسفة على الطريق المؤدي إلى {p}",
        "وقع انفجار بعبوة ناسفة استهدف آلية تابعة ل{b} في {p}",
        "هز انفجار عبوة ناسفة وسط {p}",
        "انفجر لغم أرضي بسيارة مدنية قرب {p}",
    ),
    "arrest": (
        "اعتقلت {a} عدداً من الشبان في {p}",
        "نفذت {a} حملة مداهمات واعتقالات في {p}",
        "أوقفت {a} ثمانية أشخاص خلال عملية دهم في {p}",
        "داهمت {a} منازل في {p} واعتقلت ثلاثة من سكانها",
    ),
    "killing": (
        "اغتال مسلحون مجهولون أحد وجهاء {p} بإطلاق النار عليه",
        "عثر أهالي {p} على جثة شاب مقتول بالرصاص",
        "قُتل مدني برصاص مسلحين مجهولين في {p}",
        "أطلق مجهولون النار على رجل في {p} فقتلوه على الفور",
    ),
}
OFTEN = {"shelling": 30, "air_strike": 20, "armed_clash": 20, "explosive_device": 12, "arrest": 10, "killing": 8}
TOLD = {
    "killed": (
        "وأسفر ذلك عن مقتل {n}",
        "وقُتل {n} وفق حصيلة أولية",
        "وقالت مصادر طبية إن {n} قتلوا",
        "ما أدى إلى مقتل {n}",
    ),
    "wounded": (
        "وأصيب {n} بجروح",
        "وإصابة {n} بجروح متفاوتة",
        "فيما نقل {n} جرحى إلى مشفى قريب",
        "وجرح {n}، بعضهم في حال الخطر",
    ),
}
WHEN = ("صباح اليوم", "فجر اليوم", "مساء اليوم", "اليوم", "ظهر اليوم")
LATE = ("أمس", "مساء أمس", "يوم أمس")
OPENINGS = (
    "أفاد مراسلنا بأنه {when}: {what}",
    "{what} {when}",
    "قالت مصادر محلية إنه {when} {what}",
    "{what} {when}، بحسب شهود عيان",
)
BESIDES = (
    "وهرعت فرق الإسعاف إلى المكان وسط حالة من الهلع بين السكان.",
    "ولم تعلق أي جهة رسمية على ما جرى حتى ساعة إعداد هذا الخبر.",
    "وتعاني المنطقة من انقطاع التيار الكهربائي وشح المياه منذ أسابيع.",
    "وأغلقت المدارس والمحال التجارية أبوابها حتى إشعار آخر.",
    "وقال أحد السكان، وهو مزارع في الخمسين، إن الناس اعتادوا على الأصوات لكنهم لم يعتادوا على الخوف.",
    "وترتفع أسعار الخبز والوقود في أسواق المنطقة مع اقتراب فصل الشتاء.",
    "وطالبت لجان محلية المنظمات الإنسانية بإرسال الأدوية والخيام على وجه السرعة.",
    "وتأتي هذه التطورات بينما تتواصل اجتماعات الوسطاء في العاصمة من دون نتائج معلنة.",
    "وتوقع خبراء الأرصاد هطول أمطار غزيرة خلال الأيام المقبلة.",
    "وذكر المكتب الإعلامي أنه سينشر مزيداً من التفاصيل لاحقاً.",
    "ويبلغ عدد سكان المنطقة عشرات الآلاف، بينهم عائلات وافدة من مناطق أخرى.",
    "وشوهدت أعمدة الدخان من القرى المجاورة لساعات.",
)
QUIET = (
    "افتتحت مديرية التربية في {p} دورة لتدريب المعلمين على طرائق التدريس الحديثة.",
    "بدأ موسم قطاف الزيتون في {p} بإنتاج يفوق العام الماضي بحسب مزارعين.",
    "ناقش المجلس المحلي في {p} خطة لإصلاح شبكة المياه والصرف الصحي.",
)
PEOPLE = ("مدنيين", "أشخاص", "مسلحين", "عناصر")
_DIGITS_FROM = 11


@dataclass(frozen=True)
class Happening:
    """What happened in the made-up world; outlets know parts of it."""

    kind: str
    day: date
    place: Place
    doer: str
    target: str
    killed: int
    wounded: int


def generate(seed: int = 1, happenings_a_day: int = HAPPENINGS_A_DAY) -> Iterator[Report]:
    """Reports without end, in the order in which they appear, about a hundred a day from `START` on."""
    chance = random.Random(seed)
    places, actors = _world(load_knowledge())
    number, day = 0, START
    late: list[tuple[Happening, str]] = []
    while True:
        happened = [_happening(day, places, actors, chance) for _ in range(happenings_a_day)]
        told = [(h, outlet) for h in happened for outlet in _outlets(chance)]
        chance.shuffle(told)
        today, tomorrow = late + told, []
        for happening, outlet in today:
            if happening.day == day and chance.random() < 0.15:
                tomorrow.append((happening, outlet))
                continue
            number += 1
            yield _report(number, happening, outlet, day, chance)
        late = tomorrow
        for make in (_bulletin, _bulletin, _quiet, _quiet, _quiet, _quiet):
            number += 1
            yield make(number, happened, day, chance)
        day += timedelta(days=1)


def _world(knowledge: Knowledge) -> tuple[dict[str, list[Place]], dict[str, list[str]]]:
    """Places by country, the busiest first, and names of armed actors by country."""
    gazetteer = load_gazetteer(FOLDER)
    every = sorted((gazetteer.place(row) for row in range(len(gazetteer))), key=lambda p: p.id)
    order = random.Random(0)
    places = {}
    for country in COUNTRIES:
        sites = [p for p in every if p.country == country and p.kind in SITES and len(gazetteer.find(p.name_ar)) == 1]
        order.shuffle(sites)
        places[country] = sites[:PLACES_A_COUNTRY]
    names = {
        country: [a.names.ar[0] for _, a in sorted(knowledge.actors.items()) if _fights(a, country) and a.names.ar]
        for country in COUNTRIES
    }
    return places, names


def _fights(actor: object, country: str) -> bool:
    return getattr(actor, "country", None) == country and getattr(actor, "kind", None) in ARMED


def _happening(
    day: date, places: dict[str, list[Place]], actors: dict[str, list[str]], chance: random.Random
) -> Happening:
    country = chance.choices(list(COUNTRIES), list(COUNTRIES.values()))[0]
    sites = places[country]
    # The square of an even draw: a tenth of the places has a third of the happenings.
    place = sites[int(len(sites) * chance.random() ** 2)]
    doer, target = chance.sample(actors[country][:24], 2)
    kind = chance.choices(list(OFTEN), list(OFTEN.values()))[0]
    killed = 0 if kind in ("arrest", "killing") or chance.random() < 0.4 else min(60, int(chance.expovariate(0.25)) + 1)
    wounded = (
        0 if kind in ("arrest", "killing") or chance.random() < 0.4 else min(90, int(chance.expovariate(0.12)) + 2)
    )
    return Happening(kind, day, place, doer, target, killed, wounded)


def _outlets(chance: random.Random) -> list[str]:
    count = chance.choices([n for n, _ in TOLD_BY], [w for _, w in TOLD_BY])[0]
    return chance.sample(OUTLETS, count)


def _report(number: int, happening: Happening, outlet: str, day: date, chance: random.Random) -> Report:
    """One outlet's report; one in twenty bears no date at all."""
    dated = chance.random() >= 0.05
    when = chance.choice(WHEN if happening.day == day else LATE) if dated else "في ساعة متأخرة"
    body = [_told(happening, when, chance), *chance.sample(BESIDES, chance.randint(2, 6))]
    title = happening.place.name_ar + chance.choice((": تطورات ميدانية", "، آخر الأخبار", " بين ليلة وضحاها"))
    return Report(
        f"gen-{number:06d}",
        "\n\n".join([title, " ".join(body[:3]), " ".join(body[3:])]).strip(),
        title=title,
        publisher=outlet,
        published=day.isoformat() if dated else None,
    )


def _told(happening: Happening, when: str, chance: random.Random) -> str:
    what = _wording(happening, chance)
    parts = [chance.choice(OPENINGS).format(what=what, when=when)]
    for harm, count in (("killed", happening.killed), ("wounded", happening.wounded)):
        # One outlet in four has another figure.
        figure = count if chance.random() < 0.75 else max(0, count + chance.randint(-2, 3))
        if figure:
            parts.append(chance.choice(TOLD[harm]).format(n=_people(figure, chance)))
    return " ".join(parts) + "."


def _wording(happening: Happening, chance: random.Random) -> str:
    kind = "بلدة" if happening.place.kind in ("town", "village") and chance.random() < 0.6 else ""
    place = f"{kind} {happening.place.name_ar}".strip()
    return chance.choice(HAPPENED[happening.kind]).format(p=place, a=happening.doer, b=happening.target)


def _people(count: int, chance: random.Random) -> str:
    if count == 1:
        return "شخص واحد"
    if count == 2:
        return "شخصين"
    return f"{count} {chance.choice(PEOPLE) if count < _DIGITS_FROM else 'شخصاً'}"


def _bulletin(number: int, happened: list[Happening], day: date, chance: random.Random) -> Report:
    """Several happenings of the day, a paragraph each."""
    parts = [_told(h, chance.choice(WHEN), chance) for h in chance.sample(happened, min(len(happened), 4))]
    text = "\n\n".join(["حصاد اليوم", *parts])
    return Report(
        f"gen-{number:06d}", text, title="حصاد اليوم", publisher=chance.choice(OUTLETS), published=day.isoformat()
    )


def _quiet(number: int, happened: list[Happening], day: date, chance: random.Random) -> Report:
    """News with nothing to code."""
    text = f"{chance.choice(QUIET).format(p=chance.choice(happened).place.name_ar)} {chance.choice(BESIDES)}"
    return Report(f"gen-{number:06d}", text, publisher=chance.choice(OUTLETS), published=day.isoformat())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--reports", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    for report in islice(generate(options.seed), options.reports):
        sys.stdout.buffer.write(msgspec.json.encode(report) + b"\n")


if __name__ == "__main__":
    main()
