"""The built-in exercise, opened once for all tests that only look at it."""

import pytest

from periplus.exercises import Exercise, open_exercise


@pytest.fixture(scope="session")
def exercise() -> Exercise:
    return open_exercise()
