"""What the web needs of a running watch: the few attributes and calls that it is handed."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal, Protocol

from periplus.centre import Centre

Mode = Literal["exercise", "replay", "feed"]


class Clock(Protocol):
    """The centre's clock: wall time of a feed, scenario or file time otherwise."""

    def now_us(self) -> int: ...

    @property
    def speed(self) -> float:
        """Seconds of the centre's clock a real second; 0 when paused."""
        ...

    def set_speed(self, speed: float) -> None: ...

    def pause(self, paused: bool) -> None: ...


class Watching(Protocol):
    """A running watch. Every call may come from any thread and must return promptly."""

    @property
    def centre(self) -> Centre: ...

    @property
    def clock(self) -> Clock: ...

    @property
    def mode(self) -> Mode: ...

    @property
    def lateness_us(self) -> int:
        """How late an observation may come and still change what was said."""
        ...

    def sources(self) -> Sequence[Mapping[str, Any]]:
        """SourceStatus of ui/src/core/api.ts, one for each source."""
        ...

    def status(self) -> Mapping[str, Any]:
        """Status of ui/src/core/api.ts without `now` and `speed`, which the web reads from the clock."""
        ...
