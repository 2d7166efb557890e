"""Limits: how often somebody may ask, and how often somebody may guess a password."""

import math
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import TypeVar

V = TypeVar("V")

MOST_KEYS = 20_000  # beyond it the key longest unused is forgotten, so that a flood of keys costs no memory
FREE_ATTEMPTS = 5
WINDOW_S = 60.0
LONGEST_WAIT_S = 900.0

Now = Callable[[], float]


@dataclass(slots=True)
class _Bucket:
    left: float
    at: float


class TokenBuckets:
    """For each key `burst` requests at once and `per_s` a second after that."""

    def __init__(self, *, burst: float, per_s: float, now: Now = time.monotonic) -> None:
        self._burst, self._per_s, self._now = burst, per_s, now
        self._lock = threading.Lock()
        self._buckets: OrderedDict[Hashable, _Bucket] = OrderedDict()

    def wait_s(self, key: Hashable, cost: float = 1.0) -> float:
        """0 when the request may go ahead, which it then has; else how many seconds to wait."""
        with self._lock:
            now = self._now()
            bucket = self._buckets.pop(key, None) or _Bucket(self._burst, now)
            bucket.left = min(self._burst, bucket.left + (now - bucket.at) * self._per_s)
            bucket.at = now
            _keep(self._buckets, key, bucket)
            if bucket.left >= cost:
                bucket.left -= cost
                return 0.0
            return (cost - bucket.left) / self._per_s


@dataclass(slots=True)
class _Tries:
    at: list[float]  # of the window
    blocks: int = 0
    until: float = -math.inf


class Attempts:
    """Five attempts a minute for each key; who goes on waits twice as long each time, up to 15 minutes.

    An attempt counts when it begins, so that many at once gain nothing. Success forgets the key.
    """

    def __init__(self, *, free: int = FREE_ATTEMPTS, now: Now = time.monotonic) -> None:
        self._free, self._now = free, now
        self._lock = threading.Lock()
        self._tries: OrderedDict[Hashable, _Tries] = OrderedDict()

    def wait_s(self, key: Hashable) -> float:
        """0 when the attempt may go ahead, which it then has; else how many seconds to wait."""
        with self._lock:
            now = self._now()
            tries = self._tries.pop(key, None) or _Tries([])
            _keep(self._tries, key, tries)
            if now < tries.until:
                return tries.until - now
            if now - tries.until > LONGEST_WAIT_S:
                tries.blocks = 0
            tries.at = [at for at in tries.at if now - at < WINDOW_S]
            if len(tries.at) >= self._free:
                wait = min(WINDOW_S * 2.0 ** min(tries.blocks, 10), LONGEST_WAIT_S)
                tries.blocks, tries.until, tries.at = tries.blocks + 1, now + wait, []
                return wait
            tries.at.append(now)
            return 0.0

    def succeeded(self, key: Hashable) -> None:
        with self._lock:
            self._tries.pop(key, None)


def _keep(kept: "OrderedDict[Hashable, V]", key: Hashable, value: V) -> None:
    kept[key] = value
    if len(kept) > MOST_KEYS:
        kept.popitem(last=False)
