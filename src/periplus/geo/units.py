"""Units, as factors to multiply by."""

SECOND_US = 1_000_000
MINUTE_US = 60 * SECOND_US
HOUR_US = 60 * MINUTE_US
DAY_US = 24 * HOUR_US

MINUTE_S = 60
HOUR_S = 3600
DAY_S = 86_400

NM_M = 1852.0
KN_MPS = NM_M / HOUR_S
EARTH_RADIUS_M = 6_371_008.8  # mean radius R1 of the WGS84 ellipsoid (IUGG)
