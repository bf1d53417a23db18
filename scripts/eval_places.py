"""Score places alone, before any event is coded: are the places that the gold ties to events found in the text, and located?

usage: eval_places.py [--gazetteer TABLE]... [--misses N]     reads ../shared/gold/dev.jsonl and airwars-dev, ../shared/peers

Recall of mentions: a gold place counts as found when some mention overlaps one of its forms in the text and shares a word of its
name. Located: among gold places with coordinates, one of its mentions lies within tol_km. Noise: mentions a report that
overlap no form of any gold place (many are true places that no event needs, so this is a bound, not an error rate).
"""

from __future__ import annotations

import argparse
import gzip
import json
from collections import Counter
from pathlib import Path
from typing import Any

from marsad.coding.places import ResolvedPlace, find_places, locate
from marsad.geo import distance_km
from marsad.knowledge.gazetteer import Gazetteer, load_gazetteer
from marsad.text.tokens import Tokens

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parents[1] / "shared" if ROOT.parent.name == "wt" else ROOT.parent / "shared"


def resolve(text: str, gazetteer: Gazetteer) -> tuple[Tokens, list[ResolvedPlace]]:
    """All the places of a text."""
    tokens = Tokens(text)
    return tokens, locate(find_places(tokens, gazetteer, set()), tokens, gazetteer, None)


def stretches(text: str, form: str) -> list[tuple[int, int]]:
    """Where a form stands in a text."""
    out, at = [], text.find(form)
    while at >= 0:
        out.append((at, at + len(form)))
        at = text.find(form, at + 1)
    return out


def dev(gazetteer: Gazetteer, misses: int) -> None:
    """The gold reports."""
    tally: Counter[str] = Counter()
    lost: list[str] = []
    for line in (SHARED / "gold/dev.jsonl").read_text(encoding="utf-8").splitlines():
        record = json.loads(line)
        tokens, found = resolve(record["text"], gazetteer)
        spans = [(*tokens.slice(r.mention.first, r.mention.last), r) for r in found]
        used: set[int] = set()
        places = {p["any"][0]: p for e in record["events"] for p in e["places"]}
        for place in places.values():
            score_place(record, place, spans, used, tally, lost)
        tally["mentions"] += len(found)
        tally["matched"] += len(used)
        tally["resolved"] += sum(r.place is not None for r in found)
        if misses < 0:
            lost += [f"{record['id']} NOISE {record['text'][s:e]!r} -> {r.place and (r.place.name_ar, r.place.kind, r.place.country, r.place.admin1)}"
                     for n, (s, e, r) in enumerate(spans) if n not in used]  # fmt: skip
    print(f"dev: places {tally['gold']}, found {tally['found'] / tally['gold']:.1%}; with coordinates {tally['gold_at']}, "
          f"located {tally['near'] / tally['gold_at']:.1%} (of those found {tally['near'] / max(1, tally['found_at']):.1%}, "
          f"wrong {tally['far']}, unresolved {tally['unresolved']}); mentions {tally['mentions']}, on gold places {tally['matched']}, "
          f"resolved {tally['resolved']}")  # fmt: skip
    print("\n".join(lost[: misses if misses >= 0 else None]))


def score_place(record: dict[str, Any], place: dict[str, Any], spans: list[tuple[int, int, ResolvedPlace]], used: set[int],
                tally: Counter[str], lost: list[str]) -> None:  # fmt: skip
    """Count one gold place."""
    where = [s for form in place["any"] for s in stretches(record["text"], form)]
    hits = [n for n, (start, end, _) in enumerate(spans) if any(s < end and start < e for s, e in where)]
    used.update(hits)
    tally["gold"] += 1
    tally["found"] += bool(hits)
    if not hits:
        lost.append(f"{record['id']} MISSED {place['any']}")
    if place.get("lat") is None:
        return
    tally["gold_at"] += 1
    tally["found_at"] += bool(hits)
    tolerance = place.get("tol_km") or 10
    points = [spans[n][2] for n in hits]
    kms = [
        distance_km(place["lat"], place["lon"], r.lat, r.lon) for r in points if r.lat is not None and r.lon is not None
    ]
    if any(km <= tolerance for km in kms):
        tally["near"] += 1
    elif kms:
        tally["far"] += 1
        what = [(r.place.name_ar, r.place.kind, r.place.country, r.place.admin1) for r in points if r.place]
        lost.append(f"{record['id']} FAR {min(kms):.0f} km (tol {tolerance}) {place['any']} -> {what[:3]}")
    elif hits:
        tally["unresolved"] += 1
        lost.append(f"{record['id']} UNRESOLVED {place['any']} {[r.reason for r in points][:2]}")


def airwars(gazetteer: Gazetteer, misses: int) -> None:
    """Experts' coordinates of incidents against the nearest and the most specific located mention of the report."""
    with gzip.open(SHARED / "corpus/pool.jsonl.gz", "rt", encoding="utf-8") as pool:
        texts = {r["id"]: r["text"] for r in map(json.loads, pool)}
    tally: Counter[str] = Counter()
    lost = []
    with gzip.open(SHARED / "gold/airwars-dev.jsonl.gz", "rt", encoding="utf-8") as gold:
        for record in map(json.loads, gold):
            points = [c for c in record["coding"] if c.get("latitude") is not None]
            if not points or record["id"] not in texts:
                continue
            _, found = resolve(texts[record["id"]], gazetteer)
            for coding in points:
                kms = [
                    distance_km(coding["latitude"], coding["longitude"], r.lat, r.lon)
                    for r in found
                    if r.lat is not None and r.lon is not None
                ]
                best = min(kms, default=9999)
                tally["incidents"] += 1
                tally["15"] += best <= 15
                tally["5"] += best <= 5
                if best > 15:
                    lost.append(
                        f"{record['id']} {best:.0f} km {coding.get('location_ar')} | {coding.get('location_en')} {coding.get('region')}"
                    )
    n = max(1, tally["incidents"])
    print(
        f"airwars-dev: incidents {n}, some mention within 15 km {tally['15'] / n:.1%}, within 5 km {tally['5'] / n:.1%}"
    )
    print("\n".join(lost[:misses] if misses >= 0 else lost))


def peers(gazetteer: Gazetteer, misses: int) -> None:
    """The place annotations of another project's tweets of explosions."""
    tally: Counter[str] = Counter()
    lost = []
    for line in (SHARED / "peers/places_explosion_events.jsonl").read_text(encoding="utf-8").splitlines():
        record = json.loads(line)
        tokens, found = resolve(record["text"], gazetteer)
        spans = [(*tokens.slice(r.mention.first, r.mention.last), r) for r in found]
        entities = {(e["start"], e["end"]): e for e in record["entities"]}
        tally["mentions"] += len(spans)
        tally["true"] += sum(any(s < e1 and s1 < e for s1, e1 in entities) for s, e, _ in spans)
        for (start, end), entity in entities.items():
            hits = [r for s, e, r in spans if s < end and start < e]
            tally["gold"] += 1
            tally["found"] += bool(hits)
            if entity.get("lat") is not None:
                near = any(
                    r.lat is not None
                    and r.lon is not None
                    and distance_km(entity["lat"], entity["lon"], r.lat, r.lon) <= 15
                    for r in hits
                )
                tally["at"] += 1
                tally["near"] += near
                if not near:
                    lost.append(f"{entity['text']} ({entity['label']}) {[r.reason for r in hits]}")
    print(f"peers: entities {tally['gold']}, found {tally['found'] / max(1, tally['gold']):.1%}, within 15 km {tally['near'] / max(1, tally['at']):.1%}; "
          f"mentions {tally['mentions']}, on an entity {tally['true'] / max(1, tally['mentions']):.1%}")  # fmt: skip
    print("\n".join(f"{n} {what}" for what, n in Counter(lost).most_common(misses if misses >= 0 else 60)))


def main() -> None:
    """Print the three tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--gazetteer", action="append", default=[], type=Path)
    parser.add_argument(
        "--misses", type=int, default=0, help="list so many of the places lost; -1 lists all, and the noise"
    )
    parser.add_argument("--only", choices=["dev", "airwars", "peers"])
    chosen = parser.parse_args()
    gazetteer = load_gazetteer(ROOT / "src/marsad/knowledge", None, chosen.gazetteer)
    for name, score in (("dev", dev), ("airwars", airwars), ("peers", peers)):
        if chosen.only in (None, name):
            score(gazetteer, chosen.misses)


if __name__ == "__main__":
    main()
