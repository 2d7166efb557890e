"""The numbers by which a view calls its vessels."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from periplus.sharing.numbering import Numbering

vessels = st.lists(st.integers(0, 2**40), max_size=30)


def test_numbers_follow_the_order_of_first_showing_and_stay():
    numbering = Numbering()
    assert numbering.of(np.array([80, 16, 80, 40])).tolist() == [0, 1, 0, 2]
    assert numbering.of(np.array([40, 8, 16])).tolist() == [2, 3, 1]
    assert numbering.known(8) == 3
    assert numbering.known(9) is None
    assert [numbering.vessel(n) for n in (0, 3, 4, -1)] == [80, 8, None, None]


@given(st.lists(vessels, max_size=5))
def test_every_vessel_has_one_number_and_every_number_one_vessel(showings):
    numbering, seen = Numbering(), {}
    for showing in showings:
        for vessel, number in zip(showing, numbering.of(np.array(showing, np.int64)).tolist(), strict=True):
            assert seen.setdefault(vessel, number) == number
    assert sorted(seen.values()) == list(range(len(seen))) == list(range(len(numbering)))
    assert all(numbering.vessel(number) == vessel for vessel, number in seen.items())
