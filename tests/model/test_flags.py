"""An MMSI names the country that issued it."""

import numpy as np
import pytest

from periplus.model.flags import FLAGS, flag
from periplus.model.mmsi import INVALID, station_class


@pytest.mark.parametrize(
    ("mmsi", "code", "country"),
    [
        (419000913, "IN", "India"),
        (636019825, "LR", "Liberia"),
        (256843000, "MT", "Malta"),
        (538004505, "MH", "Marshall Islands"),
        (271000001, "TR", "Türkiye"),
        (2320001, "GB", "United Kingdom"),  # 002320001, a coast station
        (111503001, "AU", "Australia"),  # an aircraft
        (992471234, "IT", "Italy"),  # a buoy
        (982471234, "IT", "Italy"),  # a ship's boat
        (842212345, "IR", "Iran"),  # a handheld
        (42200001, "IR", "Iran"),  # 042200001, a group of ships
    ],
)
def test_the_flag_is_that_of_the_issuing_country(mmsi, code, country):
    assert flag(mmsi) == (code, country)


@pytest.mark.parametrize("mmsi", [0, 1, 123456789, 999999999, 970123456, 4294967295, 200123456, 800000000])
def test_a_number_without_a_country_has_no_flag(mmsi):
    assert flag(mmsi) is None


def test_codes_and_numbers_are_well_formed():
    assert all(201 <= mid <= 775 for mid in FLAGS)
    assert all(len(code) == 2 and code.isupper() and name for code, name in FLAGS.values())
    assert len(FLAGS) == 292  # each number once
    assert not (station_class(np.array(list(FLAGS)) * 1_000_000) == INVALID).any()
