"""Clustering: people overrule it, order does not matter, one pair does not chain two groups."""

from __future__ import annotations

import random

import pytest

from marsad.incidents.cluster import cluster, pair


def _scores(seed: int, count: int) -> tuple[list[str], dict[tuple[str, str], float]]:
    rng = random.Random(seed)
    refs = [f"r{n:02}/e1" for n in range(count)]
    every = [pair(a, b) for i, a in enumerate(refs) for b in refs[i + 1 :]]
    return refs, {p: rng.choice([0.02, 0.3, 0.5, 0.8, 0.97]) for p in every if rng.random() < 0.6}


@pytest.mark.parametrize("seed", range(25))
def test_order_does_not_matter(seed: int) -> None:
    refs, scores = _scores(seed, 14)
    together, apart = {pair(refs[0], refs[5]), pair(refs[2], refs[3])}, {pair(refs[5], refs[7])}
    expected = cluster(refs, scores, together, apart)
    rng = random.Random(seed + 1000)
    for _ in range(4):
        shuffled = rng.sample(refs, len(refs))
        mixed = dict(rng.sample(sorted(scores.items()), len(scores)))
        assert cluster(shuffled, mixed, rng.sample(sorted(together), 2), apart) == expected


@pytest.mark.parametrize("seed", range(25))
def test_judgements_stand_whatever_the_scores(seed: int) -> None:
    refs, scores = _scores(seed, 12)
    together, apart = {pair(refs[1], refs[9])}, {pair(refs[1], refs[4]), pair(refs[2], refs[3])}
    of = {r: n for n, group in enumerate(cluster(refs, scores, together, apart)) for r in group}
    assert of[refs[1]] == of[refs[9]]
    assert all(of[a] != of[b] for a, b in apart)
    assert sorted(of) == refs, "every event is in exactly one group"


def test_one_strong_pair_does_not_chain_two_groups() -> None:
    refs = ["a1", "a2", "b1", "b2"]
    scores = {("a1", "a2"): 0.99, ("b1", "b2"): 0.99, ("a2", "b1"): 0.9}
    assert cluster(refs, scores) == [("a1", "a2"), ("b1", "b2")]


def test_apart_wins_over_a_chain_of_together() -> None:
    groups = cluster(["a", "b", "c"], {}, [("a", "b"), ("b", "c")], [("a", "c")])
    assert not any({"a", "c"} <= set(g) for g in groups)
