"""Fixtures that several packages' tests lean on."""

import os
import pathlib

import pytest

SHARED = pathlib.Path(os.environ.get("PERIPLUS_SHARED", pathlib.Path(__file__).parents[2] / "shared"))


@pytest.fixture(scope="session")
def shared() -> pathlib.Path:
    """The folder of real recordings beside the checkout; they are not ours to ship."""
    if not (SHARED / "data").is_dir():
        pytest.skip(f"no real recordings at {SHARED} (set PERIPLUS_SHARED)")
    return SHARED
