"""What all tests share: no user's own gazetteers, and one coder a process."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SHARED = Path(os.environ.get("MARSAD_SHARED") or ROOT.parent / "shared")


@pytest.fixture(scope="session", autouse=True)
def own_home(tmp_path_factory):
    """Tests see the packaged data only; what is compiled from it is kept between runs."""
    kept = {name: os.environ.get(name) for name in ("MARSAD_HOME", "MARSAD_CACHE", "MARSAD_GAZETTEER")}
    os.environ["MARSAD_HOME"] = str(tmp_path_factory.mktemp("home"))
    os.environ["MARSAD_CACHE"] = str(ROOT / ".pytest_cache" / "marsad")
    os.environ.pop("MARSAD_GAZETTEER", None)
    yield
    for name, value in kept.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value


@pytest.fixture(scope="session")
def coder(own_home):
    """The rule coder over the packaged knowledge."""
    from marsad.pipeline import rule_coder

    rule_coder.cache_clear()
    return rule_coder()
