"""Lines out of blocks of bytes: whole, and never longer than a line can be."""

import numpy as np

MAX_LINE_BYTES = 65_536  # the longest known AIS line, a JSON record with its metadata, has about 2,000


class Lines:
    """Cuts a stream into blocks that end with a line; the outcome does not depend on how it arrived."""

    def __init__(self, limit: int = MAX_LINE_BYTES) -> None:
        self.limit = limit
        self._rest = b""
        self._skipping = False  # inside a line that was already given up as too long

    def push(self, data: bytes) -> tuple[bytes, int]:
        """The whole lines that `data` completes, and how many were dropped as too long."""
        end = data.rfind(b"\n") + 1
        if not end:
            return b"", self._hold(data)
        dropped = 0
        if self._skipping:
            head, self._rest, self._skipping = data[data.index(b"\n") + 1 : end], b"", False
        else:
            head = self._rest + data[:end]
            self._rest = b""
        head, dropped = self._drop_long(head)
        return head, dropped + self._hold(data[end:])

    def rest(self) -> tuple[bytes, int]:
        """The last line, if the stream ended without ending it."""
        last, self._rest, self._skipping = self._rest, b"", False
        return last, 0

    def _hold(self, data: bytes) -> int:
        if self._skipping:
            return 0
        self._rest += data
        if len(self._rest) <= self.limit:
            return 0
        self._rest, self._skipping = b"", True
        return 1

    def _drop_long(self, block: bytes) -> tuple[bytes, int]:
        if len(block) <= self.limit:
            return block, 0
        ends = np.flatnonzero(np.frombuffer(block, np.uint8) == 10)
        long = np.diff(ends, prepend=-1) - 1 > self.limit
        if not long.any():
            return block, 0
        kept = [line for line, bad in zip(block.split(b"\n"), long.tolist(), strict=False) if not bad]
        return b"\n".join([*kept, b""]), int(long.sum())
