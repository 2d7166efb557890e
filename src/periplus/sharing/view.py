"""View: the one gate. Whatever a face shows was read through here, reduced to what the asker may have."""

import threading
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from rapidfuzz import fuzz, process

from periplus.geo.units import HOUR_US
from periplus.model.event import PRIORITIES
from periplus.model.schema import TIME
from periplus.model.track import SLOTS, vessel_number, vessel_text
from periplus.sharing.asker import Asker
from periplus.sharing.holdings import Holdings, Place, Row
from periplus.sharing.numbering import Numbering
from periplus.sharing.policy import decide, permitted
from periplus.sharing.released import Released

T = TypeVar("T")

URGENCY = {
    priority: len(PRIORITIES) - rank for rank, priority in enumerate(PRIORITIES)
}  # act 3, look 2, know 1
MOST_EVENTS = 20_000
FUZZY_LETTERS = 4  # shorter texts are like too much
ENOUGH = 80.0  # of 100: how much a name must be like what was typed

FLEET = pa.schema(
    [
        pa.field("id", pa.uint32(), nullable=False),  # the vessel's number in this view
        pa.field("vessel", pa.int64(), nullable=False),
        pa.field("observed_at", TIME, nullable=False),
        pa.field("received_at", TIME, nullable=False),
        pa.field("lon", pa.float64(), nullable=False),
        pa.field("lat", pa.float64(), nullable=False),
        pa.field("sog_kn", pa.float64()),
        pa.field("cog_deg", pa.float64()),
        pa.field("heading_deg", pa.float64()),
        pa.field("nav_status", pa.int8()),
        pa.field("interval_s", pa.float64()),  # its own usual reporting interval
        pa.field("length_m", pa.float64()),
        pa.field("beam_m", pa.float64()),
        pa.field("ship_type", pa.int16()),
        pa.field("priority", pa.uint8(), nullable=False),  # of its open events: 0 none, else URGENCY
        pa.field("lost", pa.bool_(), nullable=False),  # has an open gap
        pa.field("split", pa.bool_(), nullable=False),  # shares its MMSI with another ship
    ]
)

HISTORY_LOOKBACK_US = 6 * HOUR_US  # a vessel not heard for longer is not on the chart of that time


@dataclass(frozen=True, slots=True)
class Alerts:
    """Which vessels have open events that nobody has dismissed, as the log stood at `seq`."""

    seq: int
    vessels: npt.NDArray[np.int64]  # ascending
    priority: npt.NDArray[np.uint8]
    lost: npt.NDArray[np.bool_]


class Shared:
    """What all views of one organisation have in common: its numbers, and what was worked out for them."""

    def __init__(self) -> None:
        self.numbering = Numbering()
        self.lock = threading.Lock()
        self.alerts: Alerts | None = None


class View:
    """What one asker may have of a centre's holdings.

    What is withheld is left out before anything is counted, numbered, ordered or cut to a limit, so
    that what remains says nothing of it.
    """

    def __init__(self, asker: Asker, holdings: Holdings, shared: Shared) -> None:
        self.asker = asker
        self._held = holdings
        self._shared = shared

    @property
    def audience(self) -> str:
        """Askers of one organisation have the same view, and the same numbers in it."""
        return self.asker.organisation

    # ---- the fleet

    def fleet(self) -> Released[pa.Table]:
        """The latest state of each vessel, in the columns of FLEET."""
        rows = self._permitted(self._held.fleet.rows())
        return self._released(self._numbered(rows, self._alerts()))

    def fleet_at(self, at_us: int) -> Released[pa.Table]:
        """Where each vessel was last heard at that time, in the columns of FLEET; priorities are of then."""
        found = self._permitted(self._held.history.latest(at_us, HISTORY_LOOKBACK_US))
        found = found.filter(pc.is_valid(found.column("lon")))
        vessel = pc.multiply(found.column("mmsi").cast(pa.int64()), SLOTS)
        rows = self._with_identity(found.append_column("vessel", vessel))
        return self._released(self._numbered(rows, _alerts(0, self._events_at(at_us))))

    def known_as(self, vessels: Collection[str]) -> Released[Mapping[str, Row]]:
        """For each of these vessels that is in the view its number there and what the picture holds of it."""
        numbers = pa.array([vessel_number(vessel) for vessel in vessels], pa.int64())
        rows = self._held.fleet.rows()
        found = self._permitted(rows.filter(pc.is_in(rows.column("vessel"), value_set=numbers)))
        ids = self._shared.numbering.of(found.column("vessel").to_numpy()).tolist()
        ships = zip(_dicts(found), ids, strict=True)
        return self._released({vessel_text(ship["vessel"]): {**ship, "id": number} for ship, number in ships})

    def siblings(self, vessel: str) -> Released[Sequence[str]]:
        """The other vessels under the same MMSI."""
        mmsi = vessel_number(vessel) // SLOTS
        rows = self._held.fleet.rows()
        found = self._permitted(rows.filter(pc.equal(rows.column("mmsi"), mmsi)))
        texts = [vessel_text(number) for number in found.column("vessel").to_pylist()]
        return self._released(sorted(text for text in texts if text != vessel))

    def by_number(self, numbers: Collection[int]) -> Released[Mapping[int, Row]]:
        """What the picture holds of the vessels that this view calls by these numbers."""
        vessels = {number: self._shared.numbering.vessel(number) for number in numbers}
        texts = {number: vessel_text(vessel) for number, vessel in vessels.items() if vessel is not None}
        found = self.known_as(list(texts.values())).content
        return self._released({n: found[text] for n, text in texts.items() if text in found})

    def find(self, text: str, limit: int) -> Released[Sequence[Row]]:
        """Vessels whose name, call sign, MMSI or IMO number holds the text, the best matches first."""
        rows = self._permitted(self._held.fleet.rows())
        wanted = text.strip().upper()
        rank = _match(rows, wanted)
        if len(wanted) >= FUZZY_LETTERS and (rank < _NO_MATCH).sum() < limit:
            rank = np.minimum(rank, _sounds_like(rows, wanted))
        best = np.lexsort((_names(rows), rank))[:limit]
        return self._released(_dicts(rows.take(best[rank[best] < _NO_MATCH])))

    # ---- history

    def track(self, vessel: str, start_us: int, end_us: int) -> Released[pa.Table]:
        """Everything received of the vessel's MMSI with start <= observed_at < end, by observed_at."""
        mmsi = vessel_number(vessel) // SLOTS
        return self._released(self._permitted(self._held.history.track(mmsi, start_us, end_us)))

    def observation_counts(self, start_us: int, end_us: int, bin_us: int) -> Released[pa.Table]:
        """Observations and vessels in each bin. A count over everything is the centre's own."""
        if not self.asker.own_staff:
            end_us = start_us
        return self._released(self._held.history.counts(start_us, end_us, bin_us))

    def history_from(self) -> Released[int | None]:
        """When the oldest observation that is kept was made."""
        held = self._held.history.span() if self.asker.own_staff else None
        return self._released(held[0] if held else None)

    def claims(self, vessel: str) -> Released[pa.Table]:
        """Everything that was ever claimed to be the identity of the vessel's MMSI."""
        return self._released(self._permitted(self._held.log.claims(vessel_number(vessel) // SLOTS)))

    # ---- events

    def events(
        self,
        *,
        states: Collection[str] | None = None,
        since_us: int | None = None,
        until_us: int | None = None,
        vessel: str | None = None,
        limit: int = 500,
    ) -> Released[Sequence[Row]]:
        """Events, open ones first, most urgent first, at most `limit` of those that the asker may have."""
        asked = limit
        while True:
            found = self._held.log.events(
                states=states, since_us=since_us, until_us=until_us, vessel=vessel, limit=asked
            )
            mine = [event for event in found if decide(self.asker, event["label"])]
            if len(mine) >= limit or len(found) < asked:
                return self._released(mine[:limit])
            asked *= 2

    def event(self, event: str) -> Released[Row] | None:
        """One event as it stands; None when there is none, or none for this asker."""
        found = self._held.log.event(event)
        if found is None or not decide(self.asker, found["label"]):
            return None
        return self._released(found)

    def versions(self, event: str) -> Released[Sequence[Row]]:
        """Every version of an event and every act on it, oldest first, numbered as this asker has them."""
        mine = [each for each in self._held.log.versions(event) if decide(self.asker, each["label"])]
        return self._released([{**each, "seq": n} for n, each in enumerate(mine, 1)])

    def event_counts(self, start_us: int, end_us: int, bin_us: int) -> Released[Mapping[str, Sequence[int]]]:
        """For each priority how many events began in each bin; withdrawn ones do not count."""
        bins = max(0, -(-(end_us - start_us) // bin_us))
        found = self.events(
            states=("open", "closed"), since_us=start_us, until_us=end_us, limit=MOST_EVENTS
        ).content
        counts = {priority: np.zeros(bins, np.int64) for priority in PRIORITIES}
        for event in found:
            if start_us <= event["start"] < end_us:
                counts[event["priority"]][(event["start"] - start_us) // bin_us] += 1
        return self._released({priority: n.tolist() for priority, n in counts.items()})

    # ---- places and state: the centre's own, until a policy says otherwise

    def zones(self) -> Released[Mapping[str, Any]]:
        nothing = {"type": "FeatureCollection", "features": []}
        return self._released(self._held.places.zones_geojson() if self.asker.own_staff else nothing)

    def places(self, text: str, limit: int) -> Released[Sequence[Place]]:
        """Zones and ports whose name is like the text, best first."""
        return self._released(self._held.places.search(text, limit) if self.asker.own_staff else [])

    def sources(self) -> Released[Sequence[Row]]:
        return self._released(self._held.sources() if self.asker.own_staff else [])

    def status(self) -> Released[Row]:
        return self._released(self._held.status() if self.asker.own_staff else {})

    # ---- the gate

    def _released(self, content: T) -> Released[T]:
        return Released(content, self.asker)

    def _permitted(self, rows: pa.Table) -> pa.Table:
        return rows.filter(permitted(self.asker, rows.column("label")))

    def _numbered(self, rows: pa.Table, alerts: Alerts) -> pa.Table:
        """Permitted rows as FLEET: numbers of this view, and the priority of what it shows of each vessel."""
        vessel = rows.column("vessel").to_numpy()
        priority, lost = np.zeros(len(vessel), np.uint8), np.zeros(len(vessel), np.bool_)
        if len(alerts.vessels):
            at = np.minimum(np.searchsorted(alerts.vessels, vessel), len(alerts.vessels) - 1)
            alerted = alerts.vessels[at] == vessel
            priority[alerted], lost[alerted] = alerts.priority[at][alerted], alerts.lost[at][alerted]
        _, which, ships = np.unique(vessel // SLOTS, return_inverse=True, return_counts=True)
        derived = {
            "id": self._shared.numbering.of(vessel),
            "priority": priority,
            "lost": lost,
            "split": ships[which] > 1,
        }
        columns = [derived.get(name) for name in FLEET.names]
        return pa.Table.from_arrays(
            [
                rows.column(field.name).cast(field.type) if made is None else pa.array(made, field.type)
                for field, made in zip(FLEET, columns, strict=True)
            ],
            schema=FLEET,
        )

    def _with_identity(self, rows: pa.Table) -> pa.Table:
        """Observations with what the picture knows of the ships' type and size now."""
        known = self._permitted(self._held.fleet.rows()).select(["vessel", *_OF_THE_SHIP])
        bare = rows.drop_columns([name for name in _OF_THE_SHIP if name in rows.column_names])
        return bare.join(known, "vessel")

    def _alerts(self) -> Alerts:
        """Worked out again only when the log has grown."""
        with self._shared.lock:
            seq, alerts = self._held.log.seq, self._shared.alerts
            if alerts is None or alerts.seq != seq:
                alerts = _alerts(seq, self.events(states=("open",), limit=MOST_EVENTS).content)
                self._shared.alerts = alerts
            return alerts

    def _events_at(self, at_us: int) -> Sequence[Row]:
        found = self.events(since_us=at_us, until_us=at_us + 1, limit=MOST_EVENTS).content
        return [event for event in found if event["state"] != "withdrawn"]


def _alerts(seq: int, events: Sequence[Row]) -> Alerts:
    urgent: dict[int, tuple[int, bool]] = {}
    for event in events:
        if event["dismissed"]:
            continue
        for vessel in map(vessel_number, event["vessels"]):
            priority, lost = urgent.get(vessel, (0, False))
            urgent[vessel] = max(priority, URGENCY[event["priority"]]), lost or event["kind"] == "gap"
    vessels = sorted(urgent)
    return Alerts(
        seq,
        np.array(vessels, np.int64),
        np.array([urgent[vessel][0] for vessel in vessels], np.uint8),
        np.array([urgent[vessel][1] for vessel in vessels], np.bool_),
    )


_OF_THE_SHIP = ("interval_s", "ship_type", "length_m", "beam_m")
_NO_MATCH = 9


def _match(rows: pa.Table, text: str) -> npt.NDArray[np.int8]:
    """How well each row answers to the text: 0 exactly, 1 begins with it, 2 holds it."""
    rank = np.full(rows.num_rows, _NO_MATCH, np.int8)
    if not text:
        return rank
    numbers = [rows.column(name).cast(pa.string()) for name in ("mmsi", "imo")]
    for column in (rows.column("name"), rows.column("callsign"), *numbers):
        for worth, hit in (
            (2, pc.match_substring(column, text)),
            (1, pc.starts_with(column, text)),
            (0, pc.equal(column, text)),
        ):
            rank[hit.fill_null(False).to_numpy()] = np.minimum(rank[hit.fill_null(False).to_numpy()], worth)
    return rank


def _sounds_like(rows: pa.Table, text: str) -> npt.NDArray[np.int8]:
    """3 where the name is the text but for a letter or two."""
    rank = np.full(rows.num_rows, _NO_MATCH, np.int8)
    likely = process.extract(text, rows.column("name").to_pylist(), scorer=fuzz.ratio, score_cutoff=ENOUGH)
    rank[[index for _, _, index in likely]] = 3
    return rank


def _names(rows: pa.Table) -> npt.NDArray[np.str_]:
    return np.asarray(rows.column("name").fill_null("").to_numpy(), np.str_)


def _dicts(rows: pa.Table) -> list[dict[str, Any]]:
    """Rows one by one, their times in microseconds UTC."""
    for n, field in enumerate(rows.schema):
        if pa.types.is_timestamp(field.type):
            rows = rows.set_column(n, field.name, rows.column(n).cast(pa.int64()))
    return list(rows.to_pylist())
