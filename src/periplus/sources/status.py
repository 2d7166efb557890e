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


def table(statuses: list[SourceStatus], now_us: int) -> list[str]:
    """The lines of a terminal's table of sources, its heading first."""
    rows = [("source", "state", "last", "lines", "messages", "rejected", "reconnects", "dropped", "detail")]
    for s in statuses:
        last = "never" if s.last_at is None else f"{max(0, now_us - s.last_at) / 1e6:.0f} s ago"
        rejected = ", ".join(f"{reason} {n}" for reason, n in sorted(s.counts.rejected.items())) or "0"
        numbers = f"{s.counts.lines}", f"{s.counts.messages}", rejected, f"{s.reconnects}", f"{s.dropped}"
        rows.append((s.name, s.state, last, *numbers, s.detail))
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    return ["  ".join(f"{cell:<{w}}" for cell, w in zip(row, widths, strict=True)).rstrip() for row in rows]
