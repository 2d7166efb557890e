"""What a word of the call may say: a time, a length of time, an owner. Else argparse says one line."""

import math
import re
from argparse import ArgumentTypeError
from datetime import UTC, datetime


def time_us(text: str) -> int:
    """ISO 8601, UTC where it names no zone, as microseconds."""
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(f"a time such as 2025-11-06T09:00:00Z is wanted, not {text!r}") from None
    return round((time if time.tzinfo else time.replace(tzinfo=UTC)).timestamp() * 1_000_000)


def seconds(text: str) -> float:
    """A length of time, 0 or more."""
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not 0 <= value < math.inf:
        raise ArgumentTypeError(f"a number of seconds is wanted, not {text!r}")
    return value


def originator(text: str) -> str:
    """An owner as labels name it."""
    if not re.fullmatch(r"[A-Za-z0-9._-]{1,40}", text):
        raise ArgumentTypeError(f"1 to 40 letters, digits, dots and dashes are wanted, not {text!r}")
    return text
