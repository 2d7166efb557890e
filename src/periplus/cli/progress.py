"""Progress of long work: one line on a terminal, silence elsewhere."""

import sys
import time
from types import TracebackType

EVERY_S = 0.1


class Progress:
    """`with Progress('reading') as p: p('12,000 lines')` keeps one line of stderr up to date."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._shown = 0.0
        self._live = sys.stderr.isatty()

    def __enter__(self) -> "Progress":
        return self

    def __call__(self, text: str) -> None:
        now = time.monotonic()
        if self._live and now - self._shown > EVERY_S:
            self._shown = now
            print(f"\r\x1b[K{self._what}: {text}", end="", file=sys.stderr, flush=True)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._live and self._shown:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)


def note(*lines: str) -> None:
    """Something for the person, not for the next program in the pipe."""
    for line in lines:
        print(line, file=sys.stderr, flush=True)
