"""What the centre receives of the exercise's ships: AIS as stations and satellites hear it and providers hand it on."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from periplus.exercises import draws, receivers
from periplus.exercises.charts import Floats, Ints
from periplus.exercises.fleet import CLASS_A
from periplus.exercises.tracks import Fix, unit_vectors
from periplus.exercises.world import World
from periplus.geo.units import MINUTE_S
from periplus.model.observation import OBSERVATION
from periplus.model.schema import TIME

BLOCK_S = 300  # what is sensed in these five minutes is made in one go
LONGEST_DELAY_S = 36 * MINUTE_S
TERRESTRIAL, SATELLITE = "coast", "satellite"  # the two feeds, as the centre names them
_SLOTS = BLOCK_S // MINUTE_S
_POSITION_SD_M = 10.0
_STILL = (1, 5)
_DEG_PER_M = 1.0 / 111_195.0


@dataclass(frozen=True)
class Heard:
    """One row a message heard: who sent it in which minute, who heard it, how long it took."""

    ship: Ints
    slot: Ints
    receiver: Ints  # station number, or minus one less satellite number
    static: npt.NDArray[np.bool_]
    delay_s: Floats


@dataclass(frozen=True)
class Messages:
    """One row a message received; what it says follows from who sent it when."""

    received_us: Ints  # since the epoch of the world
    ship: Ints
    receiver: Ints
    static: npt.NDArray[np.bool_]
    sent_s: Floats
    knot: npt.NDArray[np.intp]  # of the sender's track, at about that time

    def __len__(self) -> int:
        return len(self.ship)

    def take(self, rows: slice | npt.NDArray[np.bool_] | npt.NDArray[np.intp]) -> "Messages":
        return Messages(*(getattr(self, n)[rows] for n in self.__dataclass_fields__))


def merge(parts: list[Messages]) -> Messages:
    """The messages of several blocks in order of arrival, the same whatever the order of the parts."""
    one = Messages(*(np.concatenate([getattr(p, n) for p in parts]) for n in Messages.__dataclass_fields__))
    return one.take(np.lexsort((one.receiver, one.static, one.ship, one.received_us)))


def sense(world: World, block: int) -> Messages:
    """Everything sent in the block's five minutes that anybody heard, in order of arrival."""
    middle = (block + 0.5) * BLOCK_S
    ship = world.talkers
    here = world.tracks.at(ship, np.full(len(ship), middle))
    place = unit_vectors(here.lon, here.lat)
    status = world.knots.status[here.knot]
    heard = [_by_stations(world, ship, place, status, block), _by_satellites(world, ship, place, block)]
    both = Heard(*(np.concatenate([getattr(h, n) for h in heard]) for n in Heard.__dataclass_fields__))
    near = np.zeros(len(world.fleet), np.intp)
    near[ship] = here.knot
    t = _sent_s(world, both)
    received = np.round((t + both.delay_s) * 1_000.0).astype(np.int64) * 1_000
    out = Messages(received, both.ship, both.receiver, both.static, t, near[both.ship])
    return merge([out.take(world.transmits(out.ship, t) & world.receives(out.receiver, t))])


def report(world: World, messages: Messages) -> pa.Table:
    """What the messages say, as the providers hand it on (OBSERVATION), in their order."""
    t = messages.sent_s
    fix = world.tracks.at(messages.ship, t, messages.knot)
    columns = _when_and_where(world, messages) | _motion(world, messages, t, fix)
    columns |= _who(world, messages, t, fix.knot)
    return pa.Table.from_arrays([columns[name] for name in OBSERVATION.names], schema=OBSERVATION)


def _by_stations(world: World, ship: Ints, place: Floats, status: npt.NDArray[np.int8], block: int) -> Heard:
    at, seed = world.stations, world.seed
    reach = at.reach_at(receivers.hour_of(block * BLOCK_S), seed)
    first, second, near, less_near = receivers.nearest_two(place, at, reach)
    known = np.flatnonzero(near < 1.0)
    row = np.repeat(known, _SLOTS)
    slot = np.tile(block * _SLOTS + np.arange(_SLOTS), len(known))
    who = ship[row]
    due = ~np.isin(status[row], _STILL) | ((slot + who) % 3 == 0)  # at anchor or moored: every three minutes
    told = (slot + who * 7) % 6 == 0
    out = []
    for rank, (station, share) in enumerate(((first, near), (second, less_near))):
        clear = np.clip((1.0 - share[row]) * 6.0, 0.0, 0.98) * (1.0, 0.6)[rank]
        for static, sent in ((False, due), (True, told)):
            luck = draws.uniform(seed, 31 + 2 * rank + static, who, slot)
            got = sent & (luck < clear)
            wait = draws.uniform(seed, 41 + 2 * rank + static, who[got], slot[got])
            delay = 0.8 + np.minimum(-2.5 * np.log1p(-wait), 25.0) + rank * 0.9
            out.append(Heard(who[got], slot[got], station[row][got], np.full(got.sum(), static), delay))
    return Heard(*(np.concatenate([getattr(h, n) for h in out]) for n in Heard.__dataclass_fields__))


def _by_satellites(world: World, ship: Ints, place: Floats, block: int) -> Heard:
    seed, out = world.seed, []
    for slot in range(block * _SLOTS, (block + 1) * _SLOTS):
        t = (slot + 0.5) * MINUTE_S
        row, satellite = receivers.in_view(place, t)
        crowd = np.bincount(satellite, minlength=receivers.SATELLITES)[satellite]
        chance = 0.45 * np.exp(-crowd / 2_500.0) * world.quiet_sky(place[row], t)
        chance = chance * np.where(world.fleet.ais[ship[row]] == CLASS_A, 1.0, 0.5)
        for static in (False, True):
            luck = draws.uniform(seed, 51 + static, ship[row] * 64 + satellite, slot)
            got = luck < chance * (0.12 if static else 1.0)
            who, sat = ship[row][got], satellite[got]
            delay = receivers.downlink_s(sat, np.full(len(sat), t), seed)
            delay = delay + 110.0 * draws.uniform(seed, 55 + static, who, slot)
            flags = np.full(len(who), static)
            out.append(Heard(who, np.full(len(who), slot), -1 - sat, flags, delay))
    return Heard(*(np.concatenate([getattr(h, n) for h in out]) for n in Heard.__dataclass_fields__))


def _sent_s(world: World, heard: Heard) -> Floats:
    """When each message left the ship: once a minute as handed on, at the ship's own second, a little uneven."""
    phase = draws.uniform(world.seed, 61, heard.ship, 0) * 44.0
    uneven = draws.uniform(world.seed, 62, heard.ship, heard.slot) * 8.0
    later = np.where(heard.receiver < 0, 4.0, 0.0) + np.where(heard.static, 2.0, 0.0)
    return np.asarray(np.round(heard.slot * 60.0 + phase + uneven + later, 3))


def _when_and_where(world: World, heard: Messages) -> dict[str, pa.Array]:
    observed = heard.sent_s + world.clock_error_s(heard.receiver, heard.sent_s)
    observed_us = np.round(observed * 1_000.0).astype(np.int64) * 1_000
    from_sky = heard.receiver < 0
    station = np.where(from_sky, len(world.stations.name) - 1 - heard.receiver, heard.receiver)
    return {
        "observed_at": pa.array(world.epoch_us + observed_us).cast(TIME),
        "received_at": pa.array(world.epoch_us + heard.received_us).cast(TIME),
        "source": _TWO_FEEDS.take(pa.array(from_sky.astype(np.int8))),
        "sensor": _TWO_SENSORS.take(pa.array(from_sky.astype(np.int8))),
        "station": world.receiver_names.take(pa.array(station)),
        "label": pa.repeat(pa.scalar(world.label), len(heard)),
    }


_TWO_FEEDS = pa.array([TERRESTRIAL, SATELLITE])
_TWO_SENSORS = pa.array(["ais", "ais_satellite"])


def _motion(world: World, heard: Messages, t: Floats, fix: Fix) -> dict[str, pa.Array]:
    """Position and motion as transmitted: noise, steps of the message's fields, now and then a fault."""
    seed, ship, static = world.seed, heard.ship, heard.static
    second = np.round(t * 1_000.0).astype(np.int64)  # one draw for each message, whoever hears it
    status = world.knots.status[fix.knot]
    still = np.isin(status, _STILL)
    sway_m = np.where(status == 1, 0.30 * world.fleet.length_m[ship], 0.0)  # only at anchor
    turn = t / 5_400.0 + ship
    east = sway_m * np.cos(turn) + _POSITION_SD_M * draws.normal(seed, 71, ship, second)
    north = sway_m * np.sin(turn) + _POSITION_SD_M * draws.normal(seed, 72, ship, second)
    lat = fix.lat + north * _DEG_PER_M
    lon = fix.lon + east * _DEG_PER_M / np.cos(np.radians(fix.lat))
    lon = _flip_a_bit(lon, draws.uniform(seed, 73, ship, second))
    drift = np.abs(0.1 * draws.normal(seed, 74, ship, second))
    sog = np.where(still, drift, np.maximum(fix.sog_kn + drift - 0.08, 0.0))
    swing = 360.0 * draws.uniform(seed, 75, ship, second)
    cog = np.where(still, swing, fix.cog_deg + 0.8 * draws.normal(seed, 76, ship, second)) % 360.0
    bow = (
        np.where(still, np.degrees(turn / 7.0), fix.cog_deg + 1.5 * draws.normal(seed, 77, ship, second))
        % 360.0
    )
    class_a = world.fleet.ais[ship] == CLASS_A
    whim = draws.uniform(seed, 78, ship, 0)  # some ships never send a heading: no gyro on the AIS
    fault = draws.uniform(seed, 79, ship, second)
    message = np.where(static, np.where(class_a, 5, 24), np.where(class_a, 1, 18)).astype(np.int8)
    return {
        "message": pa.array(message),
        "lon": _floats(np.round(lon * 600_000.0) / 600_000.0, static),
        "lat": _floats(np.round(lat * 600_000.0) / 600_000.0, static),
        "sog_kn": _floats(np.where(fault > 1 - 4e-6, 102.2, np.round(sog, 1)), static | (fault < 4e-4)),
        "cog_deg": _floats(np.round(cog, 1) % 360.0, static | (fault < 4e-4)),
        "heading_deg": _floats(np.round(bow) % 360.0, static | (whim < np.where(class_a, 0.06, 0.8))),
        "nav_status": pa.array(status, mask=static | ~class_a),
        "position_sd_m": _floats(np.full(len(t), _POSITION_SD_M), static),
    }


def _flip_a_bit(lon: Floats, luck: Floats) -> Floats:
    """About one message in 150,000 arrives with one of the higher bits of its longitude wrong."""
    hit = luck < 7e-6
    raw = np.round(lon[hit] * 600_000.0).astype(np.int64)
    bit = 17 + (luck[hit] * 7e12).astype(np.int64) % 7
    out = lon.copy()
    out[hit] = (raw ^ (1 << bit)) / 600_000.0
    return np.where(np.abs(out) <= 180.0, out, lon)


def _floats(values: Floats, missing: npt.NDArray[np.bool_]) -> pa.Array:
    return pa.array(values, mask=missing)


def _who(world: World, heard: Messages, t: Floats, knot: npt.NDArray[np.intp]) -> dict[str, pa.Array]:
    """Identity: the number in every message, the rest in the static ones."""
    fleet, ship, absent = world.fleet, heard.ship, ~heard.static
    which = pa.array(ship, mask=absent)
    port = world.knots.port[knot]
    draught = world.knots.draught_m[knot]
    return {
        "mmsi": pa.array(world.mmsi_at(ship, t).astype(np.uint32)),
        "imo": pa.array(fleet.imo[ship].astype(np.uint32), mask=absent | (fleet.imo[ship] == 0)),
        "name": world.names.take(which),
        "callsign": world.callsigns.take(which),
        "ship_type": pa.array(fleet.ship_type[ship].astype(np.int16), mask=absent),
        "length_m": _floats(fleet.length_m[ship], absent),
        "beam_m": _floats(fleet.beam_m[ship], absent),
        "draught_m": _floats(draught, absent | np.isnan(draught)),
        "destination": world.port_names.take(pa.array(port.astype(np.int64), mask=absent | (port < 0))),
    }
