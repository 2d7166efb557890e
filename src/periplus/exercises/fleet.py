"""Who the exercise's ships are: invented names, numbers, call signs and sizes, by the kind of ship."""

from dataclasses import dataclass, fields
from importlib import resources

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

NO_AIS, CLASS_A, CLASS_B = 0, 1, 2


@dataclass(frozen=True)
class Fleet:
    """One row a ship, in columns."""

    mmsi: Ints
    imo: Ints  # 0 where a ship has none
    name: npt.NDArray[np.object_]
    callsign: npt.NDArray[np.object_]
    ship_type: Ints  # ITU-R M.1371
    length_m: Floats
    beam_m: Floats
    ais: Ints  # NO_AIS, CLASS_A or CLASS_B
    group: npt.NDArray[np.object_]  # merchant, dhow, ferry, fishing, case, planted
    speed_kn: Floats  # service speed

    def __len__(self) -> int:
        return len(self.mmsi)


def join(parts: list[Fleet]) -> Fleet:
    return Fleet(*(np.concatenate([getattr(p, f.name) for p in parts]) for f in fields(Fleet)))


# letter of a flow's mix: group, ship type, length low-high, beam per length, speed mean and spread, IMO number?
KINDS: dict[str, tuple[int, float, float, float, float, float]] = {
    "c": (71, 140, 366, 0.145, 15.6, 1.8),
    "k": (70, 85, 150, 0.155, 11.3, 1.1),  # small general cargo
    "b": (70, 180, 299, 0.165, 12.1, 0.9),
    "t": (80, 144, 333, 0.175, 12.3, 1.0),
    "g": (82, 225, 315, 0.160, 15.8, 1.4),
    "r": (79, 170, 230, 0.160, 16.6, 1.0),
    "p": (60, 180, 330, 0.125, 17.0, 1.6),
    "d": (70, 22, 45, 0.26, 7.6, 0.9),
    "f": (60, 28, 95, 0.24, 16.0, 4.0),
}

# country, MIDs, call-sign prefixes, weight among merchant ships
FLAGS = [
    ("PA", (351, 352, 353, 354, 355, 356, 357, 370, 371, 372, 373), ("3E", "3F", "H3", "HO"), 22),
    ("LR", (636, 637), ("A8", "D5", "5L"), 20),
    ("MH", (538,), ("V7",), 18),
    ("SG", (563, 564, 565, 566), ("9V", "S6"), 9),
    ("HK", (477,), ("VR",), 8),
    ("MT", (215, 229, 248, 249, 256), ("9H",), 7),
    ("BS", (308, 309, 311), ("C6",), 4),
    ("IN", (419,), ("AU", "VT"), 4),
    ("GR", (237, 239, 240, 241), ("SV", "SX"), 3),
    ("CN", (412, 413, 414), ("BO", "BP"), 3),
    ("CY", (209, 210, 212), ("5B",), 2),
    ("DK", (219,), ("OX", "OY"), 2),
    ("NO", (257,), ("LA",), 1),
    ("JP", (431, 432), ("7J", "JD"), 1),
    ("IR", (422,), ("EP",), 2),
    ("AE", (470,), ("A6",), 1),
    ("SA", (403,), ("HZ",), 1),
    ("ID", (525,), ("YB", "PK"), 2),
    ("MY", (533,), ("9M",), 1),
    ("KM", (616, 620), ("D6",), 1),
]
LOCAL = {
    "AE": (470, "A6"), "BD": (405, "S2"), "BH": (408, "A9"), "DJ": (621, "J2"), "EG": (622, "SU"), "ES": (224, "EA"),
    "FR": (226, "FH"), "ID": (525, "YB"), "IN": (419, "VT"), "IR": (422, "EP"), "KE": (634, "5Z"), "KM": (616, "D6"),
    "LK": (417, "4R"), "MG": (647, "5R"), "MM": (506, "XZ"), "MU": (645, "3B"), "MV": (455, "8Q"), "MY": (533, "9M"),
    "MZ": (650, "C9"), "OM": (461, "A4"), "PK": (463, "AP"), "RE": (660, "FR"), "SA": (403, "HZ"), "SC": (664, "S7"),
    "SD": (662, "ST"), "SO": (666, "6O"), "TW": (416, "BM"), "TZ": (677, "5H"), "YE": (475, "7O"), "YT": (660, "FR"),
    "CN": (412, "BO"), "IO": (645, "3B"), "TH": (567, "HS"), "KR": (440, "DS"), "JP": (431, "JD"), "MT": (215, "9H"),
}  # fmt: skip


def invent(kinds: list[str], countries: list[str], groups: list[str], rng: np.random.Generator) -> Fleet:
    """A ship for each letter of `kinds`. An empty country means that the flag is drawn as among merchant ships."""
    n = len(kinds)
    if n == 0:
        raise ValueError("a fleet needs at least one ship")
    low, high, ratio, mean, spread, ship_type = _sizes(kinds)
    length = np.round(low + (high - low) * rng.beta(1.6, 1.6, n))
    flag = _flags(countries, rng)
    mid = np.array([f[0] for f in flag], np.int64)
    sea_going = np.array([k in "ckbtgrp" for k in kinds])
    ais = np.full(n, CLASS_A)
    letters = np.array(kinds)
    ais[letters == "d"] = np.where(rng.random(int((letters == "d").sum())) < 0.14, CLASS_B, NO_AIS)
    small_ferry = (letters == "f") & (length < 45)
    ais[small_ferry] = CLASS_B
    return Fleet(
        mmsi=mid * 1_000_000 + rng.permutation(900_000)[:n] + 100_000,
        imo=np.where(sea_going, 1, 0),
        name=np.array([""] * n, object),
        callsign=_callsigns([f[1] for f in flag], rng),
        ship_type=ship_type,
        length_m=length,
        beam_m=np.round(length * ratio * rng.uniform(0.92, 1.06, n)),
        ais=ais,
        group=np.array(groups, object),
        speed_kn=np.clip(rng.normal(mean, spread), mean * 0.72, mean * 1.3),
    )


def baptise(fleet: Fleet, rng: np.random.Generator) -> Fleet:
    """The fleet with a name for each ship that has none, no two alike, and IMO numbers where 1 stands for one."""
    text = resources.files("periplus.exercises").joinpath("data/names.txt").read_text(encoding="utf-8")
    first, second = (line.split() for line in text.splitlines())
    free = rng.permutation(len(first) * len(second))
    blank = np.flatnonzero(fleet.name == "")
    names = fleet.name.copy()
    for i, number in zip(blank, free, strict=False):
        names[i] = f"{first[number % len(first)]} {second[number // len(first)]}"[:20]
    imo = fleet.imo.copy()
    wanted = np.flatnonzero(imo == 1)
    if len(wanted) > 9_000:
        raise ValueError("more ships than invented IMO numbers")
    imo[wanted] = imo_number(990_000 + 1_000 + rng.permutation(9_000)[: len(wanted)])
    columns = {f.name: getattr(fleet, f.name) for f in fields(Fleet)}
    return Fleet(**(columns | {"name": names, "imo": imo, "mmsi": _distinct(fleet.mmsi)}))


def imo_number(first_six: npt.ArrayLike) -> Ints:
    """Seven digits, the last being the check digit (IMO resolution A.1117(30)): digits times 7 to 2, modulo 10."""
    six = np.asarray(first_six, np.int64)
    digits = np.stack([six // 10**k % 10 for k in range(5, -1, -1)], axis=-1)
    return np.asarray(six * 10 + (digits * np.arange(7, 1, -1)).sum(-1) % 10)


def _sizes(kinds: list[str]) -> tuple[Floats, Floats, Floats, Floats, Floats, Ints]:
    rows = np.array([KINDS[k] for k in kinds])
    ship_type, low, high, ratio, mean, spread = rows.T
    return low, high, ratio, mean, spread, ship_type.astype(np.int64)


def _flags(countries: list[str], rng: np.random.Generator) -> list[tuple[int, str]]:
    weight = np.array([f[3] for f in FLAGS], float)
    drawn = rng.choice(len(FLAGS), len(countries), p=weight / weight.sum())
    spin = rng.integers(0, 1_000, len(countries))
    out = []
    for country, d, s in zip(countries, drawn, spin, strict=True):
        if country:
            out.append(LOCAL[country])
        else:
            _, mids, prefixes, _ = FLAGS[d]
            out.append((mids[s % len(mids)], prefixes[s % len(prefixes)]))
    return out


def _callsigns(prefixes: list[str], rng: np.random.Generator) -> npt.NDArray[np.object_]:
    letters = rng.integers(0, 26, (len(prefixes), 2))
    digit = rng.integers(2, 10, len(prefixes))
    signs = [
        f"{p}{chr(65 + a)}{chr(65 + b)}{d}" for p, (a, b), d in zip(prefixes, letters, digit, strict=True)
    ]
    return np.array(signs, object)


def _distinct(mmsi: Ints) -> Ints:
    """The same numbers, moved on by one where two fleets drew the same."""
    mmsi = mmsi.copy()
    while True:
        order = np.argsort(mmsi, kind="stable")
        twice = order[1:][mmsi[order][1:] == mmsi[order][:-1]]
        if not len(twice):
            return mmsi
        mmsi[twice] += 1
