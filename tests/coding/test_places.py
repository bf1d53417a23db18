"""Places in sentences of our own: what is a place, what is not, and which place it is."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marsad.coding.places import find_places, locate, place_ref
from marsad.geo import distance_km, shifted
from marsad.knowledge.gazetteer import Gazetteer, load_gazetteer
from marsad.records import PlaceRef
from marsad.text.tokens import Tokens

FOLDER = Path(__file__).parents[2] / "src/marsad/knowledge"

# Villages of invented names beside real towns; الخضيراء is three places, as so many names are.
TABLE = """id\tname_ar\tname_en\tlat\tlon\tkind\tcountry\tadmin1
t:1\tالخضيراء\tKhudaira of Idlib\t35.70\t36.60\tvillage\tSY\tIdlib
t:2\tالخضيراء\tKhudaira of Aleppo\t36.40\t37.50\tvillage\tSY\tAleppo
t:3\tالخضيراء\tKhudaira of Taizz\t13.60\t44.00\tvillage\tYE\tTaizz
t:4\tكفر الشقيف\tKafr Shqif\t35.75\t36.55\tvillage\tSY\tIdlib
t:5\tتل الزيزفون\tTell Zayzafun\t36.45\t37.55\tvillage\tSY\tAleppo
t:6\tالسلام\tSalam\t35.60\t36.50\tvillage\tSY\tIdlib
t:7\tصالح\tSalih\t35.61\t36.51\tvillage\tSY\tIdlib
t:8\tمرجانة\tMarjana\t36.41\t37.49\tvillage\tSY\tAleppo
t:9\tدوّار الياسمين\tYasmin roundabout\t36.21\t37.14\tsite\tSY\tAleppo
t:10\tزعفران الوادي\tZafaran One\t36.200\t37.000\tvillage\tSY\tAleppo
t:11\tزعفران الوادي\tZafaran Two\t36.250\t37.050\tvillage\tSY\tAleppo
"""


@pytest.fixture(scope="module")
def gazetteer(tmp_path_factory: pytest.TempPathFactory) -> Gazetteer:
    folder = tmp_path_factory.mktemp("places")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MARSAD_HOME", str(folder))
        patch.delenv("MARSAD_CACHE", raising=False)
        (folder / "own.tsv").write_text(TABLE, encoding="utf-8")
        return load_gazetteer(FOLDER, None, [folder / "own.tsv"])


def refs(text: str, gazetteer: Gazetteer) -> list[PlaceRef]:
    tokens = Tokens(text)
    found = [place_ref(r, tokens) for r in locate(find_places(tokens, gazetteer, set()), tokens, gazetteer)]
    for ref in found:
        for span in ref.evidence:
            assert text[span.start : span.end] == span.text
    return found


def phrases(text: str, gazetteer: Gazetteer) -> list[str]:
    """The whole wording of each mention."""
    return [max(r.evidence, key=lambda s: len(s.text)).text for r in refs(text, gazetteer)]


# ---- what is a place -------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("قصفت الطائرات مدينة حلب فجرا", ["مدينة حلب"]),
        ("وصلت التعزيزات إلى حلب", ["حلب"]),
        ("انفجار بحلب", ["حلب"]),
        ("شمال مدينة حلب", ["شمال مدينة حلب"]),
        ("سقطت قذيفة جنوب شرق دمشق", ["جنوب شرق دمشق"]),
        ("بالقرب من بلدة كفر الشقيف", ["بالقرب من بلدة كفر الشقيف"]),
        ("قصف على كفرالشقيف بريف إدلب الجنوبي", ["كفرالشقيف", "ريف إدلب الجنوبي"]),
        ("في مدينتي حلب وحمص", ["مدينتي حلب", "حمص"]),
        ("سيطر الفصيل على قرى الخضيراء وكفر الشقيف ومرجانة", ["قرى الخضيراء", "كفر الشقيف", "مرجانة"]),
        ("عند المدخل الغربي لمدينة حلب", ["عند المدخل الغربي لمدينة حلب"]),
        ("على الأطراف الشرقية لبلدة كفر الشقيف", ["الأطراف الشرقية لبلدة كفر الشقيف"]),
        ("بين حلب وحماة", ["بين حلب", "حماة"]),
        ("في العاصمة العراقية بغداد", ["العاصمة العراقية بغداد"]),
    ],
)  # fmt: skip
def test_mentions(text: str, expected: list[str], gazetteer: Gazetteer) -> None:
    found = phrases(text, gazetteer)
    assert [f.removeprefix("عند ").removeprefix("على ") for f in found] == [
        e.removeprefix("عند ").removeprefix("على ") for e in expected
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("انفجر مخزن للذخيرة في حلب", ["مخزن للذخيرة", "حلب"]),
        ("هجوم على نقطة تفتيش قرب حلب", ["نقطة تفتيش", "قرب حلب"]),
        ("اقتحموا مقر الحزب وسط حلب", ["مقر الحزب", "وسط حلب"]),
        ("داهموا ثكنة عسكرية", ["ثكنة عسكرية"]),
        ("يعمل المخزن كقاعدة للبيع", ["المخزن"]),
    ],
)
def test_sites_are_told_by_a_noun_and_what_belongs_to_it(text: str, expected: list[str], gazetteer: Gazetteer) -> None:
    assert phrases(text, gazetteer) == expected


@pytest.mark.parametrize(
    "text", ["قرية يسيطر عليها التنظيم", "طريق عودتهم من العمل", "بلدات وقرى عدة", "مناطق الاشتباكات", "منطقة نفوذ"]
)
def test_words_that_are_no_names_after_a_kind_word(text: str, gazetteer: Gazetteer) -> None:
    assert not any(r.name.ar == text.split()[1] for r in refs(text, gazetteer))


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("في قرية الزنابق شرق المدينة", "الزنابق"), ("استهدف القصف حي «وردة الصحراء» أمس", "وردة الصحراء"), ("قرب معبر الغزالة", "الغزالة"),
        ("في بلدة تل القرنفل", "تل القرنفل"), ("مخيم الأقحوان الشمالي", "الأقحوان الشمالي"), ("قرية عين العصافير", "عين العصافير"),
    ],
)  # fmt: skip
def test_names_known_by_their_form(text: str, name: str, gazetteer: Gazetteer) -> None:
    found = refs(text, gazetteer)
    assert any(r.name.ar == name and r.id is None for r in found), [r.name.ar for r in found]


@pytest.mark.parametrize(
    "text",
    [
        "دعا المبعوث إلى السلام بين الطرفين", "قال صالح إن المفاوضات مستمرة", "نقل المصاب إلى مدينة في الجنوب بحسب قوله", "زار الوفد قرية صغيرة",
        "على الرغم من ذلك، كان كل شيء هادئا", "ثورة حتى النصر", "القوات السورية والتركية", "أصدر بيانا جديدا قبل يومين", "",
    ],
)  # fmt: skip
def test_common_words_and_persons_are_no_places(text: str, gazetteer: Gazetteer) -> None:
    assert [r for r in refs(text, gazetteer) if r.id is not None] == []


def test_nouns_refer_back_to_what_fits_them(gazetteer: Gazetteer) -> None:
    found = refs("في مدينة حماة، وفي مدن محافظة حلب، اندلع حريق غرب المدينة", gazetteer)
    assert found[-1].name.ar == "حماة"
    found = refs("أعلنت بغداد التهدئة في العراق. وفي تعز اليمنية قتل اثنان، وفي عدن قتل ثالث جنوب البلاد", gazetteer)
    assert found[-1].country == "YE"


def test_a_border_is_not_the_middle_of_the_country(gazetteer: Gazetteer) -> None:
    found = refs("اشتباك قرب الحدود مع الجزائر", gazetteer)
    assert found[-1].id == "country.dz" and found[-1].lat is None


@pytest.mark.parametrize("text", ["قصف على قرية السلام بريف إدلب", "قرية صالح في ريف إدلب"])
def test_common_words_are_places_after_a_kind_word(text: str, gazetteer: Gazetteer) -> None:
    assert refs(text, gazetteer)[0].id in ("t:6", "t:7")


def test_adjectives_of_nationality_are_not_the_country(gazetteer: Gazetteer) -> None:
    assert [r.kind for r in refs("قال مصدر في سورية إن الطائرات السورية أغارت", gazetteer)] == ["country"]


def test_blocked_tokens_give_no_place(gazetteer: Gazetteer) -> None:
    tokens = Tokens("أعلن لواء حلب المدينة")
    assert all(m.core_first != 2 for m in find_places(tokens, gazetteer, {1, 2, 3}))


# ---- which place -------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("text", "ident"),
    [
        ("قصفت المدفعية قرية الخضيراء بريف إدلب", "t:1"),
        ("قصفت المدفعية قرية الخضيراء في ريف حلب الشرقي", "t:2"),
        ("في تعز اليمنية، قتل مدني في قرية الخضيراء", "t:3"),
        ("استهدفت غارة تل الزيزفون ومرجانة والخضيراء", "t:2"),
        ("سقطت قذائف على الخضيراء وكفر الشقيف", "t:1"),
        ("قرية الخضيراء التابعة لمحافظة إدلب", "t:1"),
    ],
)
def test_same_named_places_are_told_apart(text: str, ident: str, gazetteer: Gazetteer) -> None:
    found = [r.id for r in refs(text, gazetteer)]
    assert ident in found, found


def test_what_nothing_tells_apart_stays_unresolved(gazetteer: Gazetteer) -> None:
    (ref,) = refs("قصف على قرية الخضيراء", gazetteer)
    assert (ref.id, ref.lat, ref.name.ar) == (None, None, "الخضيراء")


def test_same_named_places_close_together_are_one(gazetteer: Gazetteer) -> None:
    (ref,) = refs("قصف على قرية زعفران الوادي", gazetteer)
    assert ref.lat is not None
    assert ref.lon is not None
    assert distance_km(ref.lat, ref.lon, 36.225, 37.025) < 6


def test_far_places_are_not_believed(gazetteer: Gazetteer) -> None:
    found = refs("في صنعاء وتعز وعدن اليمنية، وقرب مرجانة", gazetteer)
    assert "t:8" not in [r.id for r in found]


@pytest.mark.parametrize(
    ("text", "lat", "lon", "within_km", "precision"),
    [
        ("غارات على ريف إدلب الجنوبي", 35.68, 36.62, 20, 4), ("قصف ريف حلب الشمالي", 36.45, 37.12, 20, 4), ("اشتباكات في ريف دمشق", 33.5, 36.5, 60, 4),
        ("قصف على الغوطة الشرقية", 33.53, 36.42, 10, 3), ("في شمال العراق", 36.4, 44.0, 60, 5), ("في محافظة الأنبار العراقية", 33.3, 42.7, 60, 4),
        ("جنوب قطاع غزة", 31.3, 34.3, 15, 4),
    ],
)  # fmt: skip
def test_areas(text: str, lat: float, lon: float, within_km: float, precision: int, gazetteer: Gazetteer) -> None:
    ref = refs(text, gazetteer)[-1]
    assert ref.lat is not None, ref
    assert ref.lon is not None
    assert distance_km(lat, lon, ref.lat, ref.lon) <= within_km, (ref.lat, ref.lon)
    assert ref.precision == precision


def test_relation_is_told_and_costs_precision(gazetteer: Gazetteer) -> None:
    exact, near = refs("مدينة حلب", gazetteer)[0], refs("قرب مدينة حلب", gazetteer)[0]
    assert (exact.relation, near.relation) == (None, "near")
    assert near.precision > exact.precision


@pytest.mark.parametrize(
    ("text", "id_of"),
    [
        ("دخلت القوات حلب. وفي المدينة سمع دوي انفجار", "حلب"),
        ("قتل شخص في بغداد، وقال سكان في العاصمة العراقية إن الانفجار كبير", "بغداد"),
    ],
)
def test_words_that_refer_back(text: str, id_of: str, gazetteer: Gazetteer) -> None:
    found = refs(text, gazetteer)
    assert len(found) == 2
    assert found[1].name.ar == found[0].name.ar == id_of


def test_unknown_quarter_takes_the_coordinates_of_its_town_and_says_so(gazetteer: Gazetteer) -> None:
    quarter = refs("انفجار في حي الزنابق بمدينة حلب", gazetteer)[0]
    assert quarter.id is None
    assert quarter.lat is not None
    assert quarter.precision >= 2


def test_sites_without_a_name(gazetteer: Gazetteer) -> None:
    assert "سوقا شعبيا" in phrases("استهدفت الغارة سوقا شعبيا في حلب", gazetteer)
    assert "السجن المركزي" in phrases("هاجموا السجن المركزي في حلب", gazetteer)


def test_reasons_are_in_words_and_confidence_is_a_share(gazetteer: Gazetteer) -> None:
    tokens = Tokens("قصف على الخضيراء وكفر الشقيف بريف إدلب، وعلى قرية المجهولة")
    for resolved in locate(find_places(tokens, gazetteer, None), tokens, gazetteer):
        assert 0.0 <= resolved.confidence <= 1.0
        assert len(resolved.reason.split()) > 3


# ---- properties ----------------------------------------------------------------------------------------------------------
@settings(deadline=None)
@given(st.text(alphabet=st.sampled_from(list("ابتحدرسعفقكلمنهويةى «»()،.\nال12#_")), max_size=120))
def test_any_text_is_read_without_an_exception_and_twice_alike(text: str) -> None:
    gazetteer = load_gazetteer(FOLDER)
    tokens = Tokens(text)
    mentions = find_places(tokens, gazetteer, None)
    assert all(0 <= m.first <= m.kind_first <= m.core_first <= m.core_last <= m.last < len(tokens) for m in mentions)
    assert all(a.last < b.first for a, b in itertools.pairwise(mentions))
    assert locate(mentions, tokens, gazetteer) == locate(mentions, tokens, gazetteer)


def test_shifted_goes_the_stated_way() -> None:
    for heading in range(0, 360, 45):
        lat, lon = shifted(35.0, 37.0, heading, 25.0)
        assert distance_km(35.0, 37.0, lat, lon) == pytest.approx(25.0, rel=0.01)
    assert shifted(35.0, 37.0, 0, 25.0)[0] > 35.2
    assert shifted(35.0, 37.0, 90, 25.0)[1] > 37.2
