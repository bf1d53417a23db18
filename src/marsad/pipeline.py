"""Carries records through the rooms: reports to coded reports, on one core or on all of them.

The functions here hold no knowledge of their own; they load it once a process and hand it on. Output keeps the order of the input
whatever the number of jobs, so the same input gives the same bytes.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import lru_cache
from itertools import islice
from pathlib import Path

from marsad.coding.coder import RuleCoder
from marsad.knowledge.gazetteer import load_gazetteer
from marsad.knowledge.loader import FOLDER, load_knowledge
from marsad.records import CodedReport, Report
from marsad.settings import settings
from marsad.text.dates import load_dates
from marsad.text.numbers import load_numbers

_CHUNK = 32


@lru_cache(maxsize=4)
def rule_coder(gazetteers: tuple[str, ...] = ()) -> RuleCoder:
    """The rule coder over the packaged knowledge, the imported gazetteers and the tables named here; built once a process."""
    knowledge = load_knowledge()
    gazetteer = load_gazetteer(
        FOLDER, settings().gazetteer_dir, [*settings().gazetteers, *(Path(p) for p in gazetteers)]
    )
    language = FOLDER / "languages" / "ar"
    return RuleCoder(knowledge, gazetteer, load_numbers(language), load_dates(language))


def code_report(report: Report, gazetteers: tuple[str, ...] = ()) -> CodedReport:
    """Code one report with the default coder."""
    return rule_coder(gazetteers).code(report)


def code_reports(reports: Iterable[Report], jobs: int = 1, gazetteers: tuple[str, ...] = ()) -> Iterator[CodedReport]:
    """Code many reports, in order.

    Args: jobs: processes; 0 takes every core.
    """
    jobs = jobs or os.cpu_count() or 1
    if jobs == 1:
        coder = rule_coder(gazetteers)
        for report in reports:
            yield coder.code(report)
        return
    with ProcessPoolExecutor(jobs, initializer=rule_coder, initargs=(gazetteers,)) as pool:
        stream = iter(reports)
        waiting = []
        while chunk := list(islice(stream, _CHUNK)):
            waiting.append(pool.submit(_code_chunk, chunk, gazetteers))
            if len(waiting) >= jobs * 4:
                yield from waiting.pop(0).result()
        for future in waiting:
            yield from future.result()


def _code_chunk(reports: list[Report], gazetteers: tuple[str, ...]) -> list[CodedReport]:
    coder = rule_coder(gazetteers)
    return [coder.code(report) for report in reports]
