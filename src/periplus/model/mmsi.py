"""What an MMSI says of its bearer: the class of station and the flag (ITU-R M.585-9, MID table)."""

import numpy as np
import numpy.typing as npt

STATIONS = (
    "ship",
    "group",
    "coast",
    "sar_aircraft",
    "handheld",
    "craft",
    "aid",
    "sart",
    "mob",
    "epirb",
    "invalid",
)
SHIP, GROUP, COAST, SAR_AIRCRAFT, HANDHELD, CRAFT, AID, SART, MOB, EPIRB, INVALID = range(len(STATIONS))


def station_class(mmsi: npt.NDArray[np.integer]) -> npt.NDArray[np.int8]:
    """Index into STATIONS for each MMSI. Only ship, craft and sar_aircraft move as vessels do."""
    m = np.asarray(mmsi, np.int64)
    out = np.full(m.shape, INVALID, np.int8)

    def is_mid(x: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
        return (x >= 201) & (x <= 775)

    out[is_mid(m // 1_000_000)] = SHIP
    out[is_mid(m // 100_000) & (m < 100_000_000)] = GROUP
    out[is_mid(m // 10_000) & (m < 10_000_000)] = COAST
    out[(m // 1_000_000 == 111) & is_mid(m // 1000 % 1000)] = SAR_AIRCRAFT
    out[(m // 100_000_000 == 8) & is_mid(m // 100_000 % 1000)] = HANDHELD
    out[(m // 10_000_000 == 98) & is_mid(m // 10_000 % 1000)] = CRAFT
    out[(m // 10_000_000 == 99) & is_mid(m // 10_000 % 1000)] = AID
    for prefix, kind in ((970, SART), (972, MOB), (974, EPIRB)):
        out[m // 1_000_000 == prefix] = kind
    return out
