"""The gazetteer: how names are compared, what is imported and fetched, and that it loads fast."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import threading
import zipfile
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from typer.testing import CliRunner

from marsad.cli.gazetteer import gazetteer_app
from marsad.errors import KnowledgeError, SourceError
from marsad.knowledge.gazetteer import Gazetteer, load_gazetteer
from marsad.knowledge.gazetteer_fetch import fetch_country
from marsad.knowledge.gazetteer_import import import_file
from marsad.knowledge.place_names import bone, skeleton, words_of
from marsad.knowledge.place_table import PlaceRow, lies_in, read_governorates, read_table, settle_admin1, write_table
from marsad.settings import GEONAMES_URL, settings

FOLDER = Path(__file__).parents[2] / "src/marsad/knowledge"
SHARED = next(
    (p / "shared/gazetteer" for p in Path(__file__).resolve().parents if (p / "shared/gazetteer").is_dir()), None
)

TABLE = """name_ar\tname_en\tlat\tlon\tkind\tcountry\tadmin1_en\talt_ar\tpopulation\tpcode
فطيرة الوادي\tFatira\t35.65\t36.50\tvillage\tSY\tIdlib\t\t\tSY123
تلّ-الخيزرون\tTell Rumman\t36.10\t37.20\tvillage\tSY\tAleppo\tتل خيزرون (حلب)|خيزرون القديمة\t1200\t
معبر الصفصاف\tSafsaf crossing\t36.90\t38.10\tcrossing\tSY\tAleppo\t\t\t
"""


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("MARSAD_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("MARSAD_CACHE", raising=False)
    monkeypatch.delenv("MARSAD_GAZETTEER", raising=False)
    return tmp_path / "home"


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "mine.tsv"
    path.write_text(TABLE, encoding="utf-8")
    return path


@pytest.fixture
def gazetteer(table: Path) -> Gazetteer:
    return load_gazetteer(FOLDER, None, [table])


# ---- names ---------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("فطيرة", "الفطيرة"), ("كفر نوران", "كفرنوران"), ("تل أبيض", "تلّ الأبيض"), ("داريا", "دارية"), ("صنعاء", "صنعا"),
        ("بئر السبع", "بير السبع"), ("أبو كمال", "ابي كمال"), ("تلّ-رفعت (حلب)", "تل رفعت"),
    ],
)  # fmt: skip
def test_spellings_that_fold_alike(one: str, other: str) -> None:
    assert skeleton(words_of(one)) == skeleton(words_of(other))


@pytest.mark.parametrize(("one", "other"), [("حمص", "حمس"), ("ظفار", "ضفار"), ("القصير", "القصر"), ("الله", "له")])
def test_letters_that_differ_stay_apart(one: str, other: str) -> None:
    assert skeleton(words_of(one)) != skeleton(words_of(other))


def test_bone_is_idempotent() -> None:
    for word in ("الفطيره", "صنعاء", "داريا", "ال", "الباب", "ا", "ه"):
        assert bone(bone(word)) == bone(word)


def test_lookup_forgives_articles_spaces_and_brackets(gazetteer: Gazetteer) -> None:
    for name in ("فطيرة الوادي", "الفطيرة الوادي", "فطيره الوادي", "فطيرةالوادي"):
        assert [p.name_en for p in gazetteer.find(name)] == ["Fatira"]
    assert gazetteer.find("تل خيزرون")[0].name_en == gazetteer.find("خيزرون القديمة")[0].name_en == "Tell Rumman"
    assert gazetteer.find("tell rumman")[0].population == 1200
    assert gazetteer.find("لا مكان بهذا الاسم أبدا") == ()


def test_names_with_their_kind_are_found_without_it_after_a_kind_word_only(gazetteer: Gazetteer) -> None:
    reading = gazetteer.readings("الصفصاف")[0]
    assert gazetteer.longest(reading, [], after_kind=False) is None
    found = gazetteer.longest(reading, [], after_kind=True)
    assert found is not None
    assert gazetteer.candidates(found[1])[0].name_en == "Safsaf crossing"


def test_readings_split_proclitics(gazetteer: Gazetteer) -> None:
    assert {(r.rest, r.pro) for r in gazetteer.readings("بحلب")} == {("حلب", "ب")}
    assert ("الرقه", "ل") in {(r.rest, r.pro) for r in gazetteer.readings("للرقه")}
    assert gazetteer.readings("وسيستمرون") == ()


def test_p_codes_and_countries(gazetteer: Gazetteer) -> None:
    assert gazetteer.find("فطيرة الوادي")[0].pcode == "SY123"
    assert gazetteer.find_country("SY")[0].kind == "country"


# ---- governorates ----------------------------------------------------------------------------------------------------
def test_every_governorate_has_its_middle_in_its_box() -> None:
    rows = read_governorates(FOLDER / "places/admin1.tsv")
    assert len(rows) > 200
    assert all(g.holds(g.lat, g.lon) for g in rows), [g.admin1 for g in rows if not g.holds(g.lat, g.lon)]
    assert len({(g.country, g.admin1) for g in rows}) == len(rows)


def test_governorate_by_name(gazetteer: Gazetteer) -> None:
    assert [g.admin1 for g in gazetteer.governorate(["ريف", "دمشق"])] == ["Rural Damascus"]
    assert {g.country for g in gazetteer.governorate(["البيضاء"])} == {"YE", "LY"}


def test_admin1_labels_of_a_source_are_read_by_where_its_places_lie() -> None:
    governorates = read_governorates(FOLDER / "places/admin1.tsv")
    rows = [PlaceRow(str(n), "ا", "", "village", 35.9 + n / 50, 36.6, "SY", "Idleb") for n in range(4)]
    shared = [
        PlaceRow("a", "ا", "", "village", 32.2, 35.25, "PS", "Bank"),
        PlaceRow("b", "ا", "", "village", 31.5, 35.1, "PS", "Bank"),
    ]
    settle_admin1(rows + shared, governorates, {})
    assert {r.admin1 for r in rows} == {"Idlib"}
    assert [r.admin1 for r in shared] == ["Nablus", "Hebron"]


def test_point_in_outline() -> None:
    square = [[(0.0, 0.0), (2.0, 0.0), (2.0, 2.0), (0.0, 2.0)]]
    assert lies_in(square, 1.0, 1.0)
    assert not lies_in(square, 3.0, 1.0)


# ---- packaged data ---------------------------------------------------------------------------------------------------
def test_packaged_table_is_the_recorded_one() -> None:
    packed = FOLDER / "places/packaged.tsv.gz"
    digest, name = (FOLDER / "places/packaged.sha256").read_text().split()
    assert (hashlib.sha256(packed.read_bytes()).hexdigest(), packed.name) == (digest, name)
    assert packed.stat().st_size < 1_500_000
    assert all(words_of(r.name_ar) for r in read_table(packed))


@pytest.mark.parametrize(
    "name", ["دمشق", "الموصل", "صنعاء", "بنغازي", "الفاشر", "صيدا", "نابلس", "العريش", "مقديشو", "غازي عنتاب"]
)
def test_well_known_towns_are_packaged(name: str) -> None:
    assert any(p.kind in ("city", "town") for p in load_gazetteer(FOLDER).find(name))


# ---- the compiled form -----------------------------------------------------------------------------------------------
def test_second_load_takes_the_cache_and_a_damaged_cache_is_made_anew(table: Path, own_home: Path) -> None:
    first = load_gazetteer(FOLDER, None, [table])
    cached = list((own_home / "cache").glob("places-*.msgpack"))
    assert len(cached) == 1
    cached[0].write_bytes(cached[0].read_bytes()[:1000])
    again = load_gazetteer(FOLDER, None, [table])
    assert len(again) == len(first)
    assert again.find("فطيرة الوادي") == first.find("فطيرة الوادي")


def test_an_unwritable_cache_costs_nothing_but_time(
    table: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("MARSAD_CACHE", str(tmp_path / "file" / "below"))
    assert load_gazetteer(FOLDER, None, [table]).find("فطيرة الوادي")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("name\tlat\tlon\nx\t1\t2\n", "first line"),
        ("name_ar\tlat\tlon\nقرية\tشمال\t37\n", "line 2: not a number"),
        ("name_ar\tlat\tlon\nقرية\t95\t37\n", "line 2: coordinates 95.0, 37.0 are not on Earth"),
        ("name_ar\tlat\tlon\nقرية\t35\t37\tزائد\n", "line 2: 4 cells"),
    ],
)
def test_bad_tables_are_refused_with_line_and_reason(tmp_path: Path, text: str, reason: str) -> None:
    path = tmp_path / "bad.tsv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(KnowledgeError, match=reason):
        load_gazetteer(FOLDER, None, [path])


def test_missing_and_binary_tables(tmp_path: Path) -> None:
    with pytest.raises(KnowledgeError, match="cannot be read"):
        load_gazetteer(FOLDER, None, [tmp_path / "none.tsv"])
    (tmp_path / "bin.tsv").write_bytes(bytes(range(256)))
    with pytest.raises(KnowledgeError, match="cannot be read"):
        load_gazetteer(FOLDER, None, [tmp_path / "bin.tsv"])


# ---- import ----------------------------------------------------------------------------------------------------------
def geonames_line(
    ident: int, name: str, alternates: str, lat: float, lon: float, code: str, population: int = 0
) -> str:
    cells = [
        str(ident),
        name,
        name,
        alternates,
        str(lat),
        str(lon),
        "P",
        code,
        "SY",
        "",
        "12",
        "",
        "",
        "",
        str(population),
        "",
        "",
        "Asia/Damascus",
        "2026-01-01",
    ]
    return "\t".join(cells)


@pytest.fixture
def dump(tmp_path: Path) -> Path:
    lines = [
        geonames_line(9000001, "Kafr Zahr", "Kafr Zahr,كفر الزهر", 35.80, 36.60, "PPL", 2500),
        geonames_line(9000002, "Tall Nowhere", "Tall", 35.81, 36.61, "PPL"),
        geonames_line(9000003, "Some Well", "بئر ما", 35.82, 36.62, "WLL"),
        geonames_line(9000004, "Madinat Khayal", "مدينة الخيال", 35.90, 36.70, "PPLA2", 30000),
    ]
    path = tmp_path / "SY.txt"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_geonames_dump_with_alternate_names(dump: Path, tmp_path: Path) -> None:
    names = tmp_path / "names.txt"
    names.write_text("1\t9000002\tar\tتل اللامكان\t1\t\t\t\n2\t9000002\tfr\tTell\t\t\t\t\n", encoding="utf-8")
    done = import_file(dump, tmp_path / "data", names)
    assert (done.path.name, done.kept, done.skipped) == ("geonames-SY.tsv.gz", 3, 1)
    gazetteer = load_gazetteer(FOLDER, tmp_path / "data")
    assert gazetteer.find("كفرالزهر")[0].id == "gn:9000001"
    assert gazetteer.find("كفرالزهر")[0].admin1 == "Idlib"
    assert gazetteer.find("تل اللامكان")[0].kind == "village"
    assert gazetteer.find("الخيال")[0].kind == "town"


def test_geonames_zip_gives_the_same(dump: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "SY.zip", "w") as archive:
        archive.write(dump, "SY.txt")
        archive.writestr("readme.txt", "about")
    plain, zipped = import_file(dump, tmp_path / "a"), import_file(tmp_path / "SY.zip", tmp_path / "b")
    assert plain.path.read_bytes() == zipped.path.read_bytes()


COD = """ADM0_EN,ADM1_EN,ADM1_AR,ADM1_PCODE,ADM2_EN,ADM2_AR,ADM2_PCODE,ADM3_EN,ADM3_AR,ADM3_PCODE,Latitude,Longitude
Syria,Aleppo,حلب,SY02,Al Bab,الباب,SY0202,Tall Khayal,تل الخيال,SY020299,36.4,37.5
Syria,Aleppo,حلب,SY02,Al Bab,الباب,SY0202,Nowhere,ناحية مجهولة,SY020298,,
"""


def test_cod_table_brings_p_codes(tmp_path: Path) -> None:
    path = tmp_path / "syr_admin.csv"
    path.write_text(COD, encoding="utf-8")
    done = import_file(path, tmp_path / "data", known=lambda: load_gazetteer(FOLDER))
    assert (done.path.name, done.kept, done.skipped) == ("cod-SY.tsv.gz", 3, 1)
    gazetteer = load_gazetteer(FOLDER, tmp_path / "data")
    assert gazetteer.find("تل الخيال")[0].pcode == "SY020299"
    assert "SY0202" in {p.pcode for p in gazetteer.find("الباب")}
    assert {p.pcode for p in gazetteer.find("محافظة حلب") if p.kind == "governorate"} == {"SY02"}


def workbook(path: Path) -> None:
    """The same table as a workbook, with shared and inline strings and an absent cell."""
    rows = [line.split(",") for line in COD.splitlines()]
    texts = list(dict.fromkeys(c for row in rows for c in row))
    sheet = "".join(
        f'<row r="{r}">'
        + "".join(
            f'<c r="{chr(65 + c)}{r}" t="inlineStr"><is><t>{cell}</t></is></c>'
            if c == 0
            else f'<c r="{chr(65 + c)}{r}" t="s"><v>{texts.index(cell)}</v></c>'
            for c, cell in enumerate(row)
            if cell
        )
        + "</row>"
        for r, row in enumerate(rows, 1)
    )
    space = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    with zipfile.ZipFile(path, "w") as book:
        book.writestr("xl/workbook.xml", f"<workbook {space}/>")
        book.writestr(
            "xl/sharedStrings.xml", f"<sst {space}>" + "".join(f"<si><t>{t}</t></si>" for t in texts) + "</sst>"
        )
        book.writestr("xl/worksheets/sheet1.xml", f"<worksheet {space}><sheetData>{sheet}</sheetData></worksheet>")


def test_cod_workbook_gives_the_same_as_csv(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(COD, encoding="utf-8")
    workbook(tmp_path / "a.xlsx")
    csv_done = import_file(tmp_path / "a.csv", tmp_path / "one", known=lambda: load_gazetteer(FOLDER))
    xlsx_done = import_file(tmp_path / "a.xlsx", tmp_path / "two", known=lambda: load_gazetteer(FOLDER))
    assert csv_done.path.read_bytes() == xlsx_done.path.read_bytes()


def test_import_refuses_what_it_does_not_know(tmp_path: Path) -> None:
    path = tmp_path / "poem.txt"
    path.write_text("قفا نبك من ذكرى حبيب ومنزل\n", encoding="utf-8")
    with pytest.raises(KnowledgeError, match="is neither a GeoNames dump"):
        import_file(path, tmp_path / "data")
    (tmp_path / "empty.tsv").write_text("name_ar\tlat\tlon\n", encoding="utf-8")
    with pytest.raises(KnowledgeError, match="holds no place"):
        import_file(tmp_path / "empty.tsv", tmp_path / "data")
    broken = tmp_path / "broken.xlsx"
    with zipfile.ZipFile(broken, "w") as book:
        book.writestr("xl/workbook.xml", "<workbook/>")
        book.writestr("xl/worksheets/sheet1.xml", "<row")
    with pytest.raises(KnowledgeError, match="not a readable workbook"):
        import_file(broken, tmp_path / "data")
    assert not (tmp_path / "data").exists()


def test_writing_is_reproducible(tmp_path: Path, table: Path) -> None:
    rows = read_table(table)
    write_table(rows, tmp_path / "a.tsv.gz")
    write_table(rows, tmp_path / "b.tsv.gz")
    assert (tmp_path / "a.tsv.gz").read_bytes() == (tmp_path / "b.tsv.gz").read_bytes()
    assert [r.name_ar for r in read_table(tmp_path / "a.tsv.gz")] == [r.name_ar for r in rows]


# ---- fetch -------------------------------------------------------------------------------------------------------------
class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def site(tmp_path: Path, dump: Path) -> Iterator[str]:
    root = tmp_path / "site"
    (root / "alternatenames").mkdir(parents=True)
    with zipfile.ZipFile(root / "SY.zip", "w") as archive:
        archive.write(dump, "SY.txt")
    with zipfile.ZipFile(root / "alternatenames/SY.zip", "w") as archive:
        archive.writestr("SY.txt", "1\t9000002\tar\tتل اللامكان\t1\t\t\t\n")
    with zipfile.ZipFile(root / "IQ.zip", "w") as archive:
        archive.write(dump, "IQ.txt")
    (root / "XX.zip").write_text("<html>not an archive</html>")
    server = ThreadingHTTPServer(("127.0.0.1", 0), lambda *a: Quiet(*a, directory=str(root)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


def test_fetch_brings_dump_and_names(site: str, tmp_path: Path) -> None:
    told: list[int] = []
    dump, names = fetch_country("sy", site, tmp_path / "got", lambda received, total: told.append(received))
    assert zipfile.is_zipfile(dump)
    assert names is not None
    assert told
    assert fetch_country("IQ", site, tmp_path / "got")[1] is None
    assert not list((tmp_path / "got").glob("*.part"))


@pytest.mark.parametrize(
    ("country", "reason"),
    [("YE", "no such country"), ("XX", "not a zip archive"), ("Syria", "two letters"), ("../", "two letters")],
)
def test_fetch_says_what_is_wrong(site: str, tmp_path: Path, country: str, reason: str) -> None:
    with pytest.raises(SourceError, match=reason):
        fetch_country(country, site, tmp_path / "got")
    assert not (tmp_path / "got").exists() or not list((tmp_path / "got").iterdir())


def test_fetch_without_a_network(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="cannot be fetched"):
        fetch_country("SY", "http://127.0.0.1:9/", tmp_path)


def test_download_site_is_a_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    assert settings().geonames_url == GEONAMES_URL
    monkeypatch.setenv("MARSAD_GEONAMES_URL", "http://mirror.invalid/")
    assert settings().geonames_url == "http://mirror.invalid/"


# ---- command line --------------------------------------------------------------------------------------------------------
def test_commands_end_to_end(site: str, table: Path, tmp_path: Path) -> None:
    run = CliRunner().invoke
    assert "3 places imported" in run(gazetteer_app, ["fetch", "SY", "--url", site]).output
    assert "3 places imported" in run(gazetteer_app, ["import", str(table), "--as", "mine"]).output
    listed = run(gazetteer_app, ["list"]).output
    assert "geonames-SY" in listed
    assert "mine" in listed
    found = run(gazetteer_app, ["lookup", "كفرالزهر", "--near", "35.80,36.60"])
    assert found.exit_code == 0
    assert "Kafr Zahr" in found.output
    assert run(gazetteer_app, ["lookup", "لا مكان بهذا الاسم"]).exit_code == 1
    assert run(gazetteer_app, ["remove", "mine"]).exit_code == 0
    assert "mine" not in run(gazetteer_app, ["list"]).output
    assert isinstance(run(gazetteer_app, ["remove", "../mine"]).exception, SourceError)


def test_a_bad_file_is_one_line_and_the_rest_is_imported(table: Path, tmp_path: Path) -> None:
    (tmp_path / "bad.tsv").write_text("name_ar\tlat\tlon\nقرية\t99\t1\n", encoding="utf-8")
    done = CliRunner().invoke(
        gazetteer_app, ["import", str(tmp_path / "bad.tsv"), str(table), str(tmp_path / "none.tsv")]
    )
    assert done.exit_code == 1
    assert "3 places imported" in done.output
    assert len([line for line in done.output.splitlines() if "error" in line]) == 2


# ---- size ------------------------------------------------------------------------------------------------------------------
_MEASURE = """
import sys
from pathlib import Path
from marsad.knowledge.gazetteer import load_gazetteer
gazetteer = load_gazetteer(Path(sys.argv[1]), None, [Path(p) for p in sys.argv[2:]])
# The peak of this process alone: ru_maxrss would count the test runner that it was forked from.
peak = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
print(len(gazetteer), int(peak.split()[1]) / 1024)
"""


@pytest.mark.shared
@pytest.mark.skipif(
    SHARED is None or not Path("/proc/self/status").exists(), reason="../shared/gazetteer is absent, or no /proc"
)
def test_all_shared_tables_load_in_250_mb() -> None:
    assert SHARED is not None
    tables = sorted(SHARED.glob("*.tsv"))
    load_gazetteer(FOLDER, None, tables)
    argv = [sys.executable, "-c", _MEASURE, str(FOLDER), *map(str, tables)]
    env = {**os.environ, "PYTHONPATH": str(FOLDER.parents[1])}
    places, megabytes = map(
        float, subprocess.run(argv, env=env, capture_output=True, text=True, check=True).stdout.split()
    )
    assert places > 60_000
    assert megabytes < 250
