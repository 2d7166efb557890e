"""The centre's clock: the wall's for feeds, the scenario's or the file's for exercises and replays."""

import threading
import time

SPEEDS = (0.1, 3600.0)


class ClockError(ValueError):
    """The clock cannot be set as asked."""


class WallClock:
    """Time as it passes. It cannot be paused, because the sea cannot."""

    speed = 1.0
    settable = False

    def now_us(self) -> int:
        return time.time_ns() // 1000

    def set_speed(self, speed: float) -> None:
        raise ClockError("a live feed runs at the speed of the sea")

    def pause(self, paused: bool) -> None:
        raise ClockError("a live feed cannot be paused")


class PacedClock:
    """Scenario time: runs `speed` seconds a second from where the watch has got to.

    The watch tells it by `reached` how far it has come, so that the clock never shows a time whose
    observations are still to be worked on.
    """

    settable = True

    def __init__(self, start_us: int, speed: float) -> None:
        self._lock = threading.Lock()
        self._at_us = start_us
        self._since = time.monotonic()
        self._pace = speed
        self._paused = False

    @property
    def speed(self) -> float:
        """Seconds of scenario time a real second; 0 when paused."""
        return 0.0 if self._paused else self._pace

    def now_us(self) -> int:
        return self._at_us

    def due_us(self) -> int:
        """How far the watch should have come by now."""
        with self._lock:
            return self._at_us if self._paused else self._at_us + self._elapsed_us()

    def reached(self, at_us: int) -> None:
        """The watch has worked off everything before this time."""
        with self._lock:
            # What is left over of the elapsed time is kept only while the watch keeps up.
            left_us = max(self._elapsed_us() - (at_us - self._at_us), 0)
            self._at_us = at_us
            self._since = time.monotonic() - min(left_us / 1e6 / self._pace, 1.0)

    def set_speed(self, speed: float) -> None:
        if not SPEEDS[0] <= speed <= SPEEDS[1]:
            raise ClockError(f"a speed lies between {SPEEDS[0]} and {SPEEDS[1]:.0f}")
        with self._lock:
            self._pace = float(speed)
            self._since = time.monotonic()

    def pause(self, paused: bool) -> None:
        with self._lock:
            self._paused = paused
            self._since = time.monotonic()

    def _elapsed_us(self) -> int:
        return int((time.monotonic() - self._since) * self._pace * 1e6)


Clock = WallClock | PacedClock
