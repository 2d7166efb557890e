"""Random numbers by key: the same ship in the same minute draws the same number, however time is cut."""

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Keys = npt.ArrayLike

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_A = np.uint64(0xBF58476D1CE4E5B9)
_B = np.uint64(0x94D049BB133111EB)


def uniform(seed: int, stream: int, ship: Keys, slot: Keys) -> Floats:
    """Numbers in [0, 1), one for each pair of ship and slot; `stream` tells apart what they are for.

    The finaliser is SplitMix64 (Steele, Lea, Flood, "Fast Splittable Pseudorandom Number Generators", 2014).
    """
    with np.errstate(over="ignore"):
        key = np.uint64((seed * 1_000_003 + stream * 7_919) & 0xFFFFFFFF) * _GOLDEN
        x = _mix(key + np.asarray(ship).astype(np.uint64))
        x = _mix(x + _GOLDEN + np.asarray(slot).astype(np.int64).astype(np.uint64))
    return (x >> np.uint64(11)).astype(np.float64) * 2.0**-53


def normal(seed: int, stream: int, ship: Keys, slot: Keys) -> Floats:
    """Standard normal numbers, by Box and Muller's transform."""
    u = uniform(seed, stream, ship, slot)
    v = uniform(seed, stream + 5_000, ship, slot)
    return np.sqrt(-2.0 * np.log1p(-u)) * np.cos(2.0 * np.pi * v)


def _mix(x: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
    x = (x ^ (x >> np.uint64(30))) * _A
    x = (x ^ (x >> np.uint64(27))) * _B
    return x ^ (x >> np.uint64(31))
