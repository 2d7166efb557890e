"""Status: how a source is doing, for the page and the terminal."""

from dataclasses import asdict, dataclass
from typing import Any, Literal

from periplus.sources.batch import Counts

State = Literal["connecting", "receiving", "silent", "stopped", "failed"]


@dataclass(frozen=True, slots=True)
class SourceStatus:
    """One source as it stands. Times are microseconds UTC; the URL is without what may be secret in it."""

    name: str
    url: str
    state: State
    since: int  # of this state
    last_at: int | None  # when bytes last arrived
    counts: Counts  # since the source was opened
    reconnects: int
    dropped: int  # datagrams that came faster than they could be taken
    detail: str  # one line, empty when all is well

    def as_dict(self) -> dict[str, Any]:
        """As JSON has it."""
        return asdict(self)
