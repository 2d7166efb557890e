"""Cells number the globe, and their neighbours wrap at the antimeridian."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from periplus.geo import cells


@given(st.floats(-180, 179.999), st.floats(-90, 90), st.sampled_from([0.1, 0.25, 0.5, 1.0, 5.0]))
def test_a_point_lies_within_its_cell(lon, lat, size):
    west, south, east, north = cells.bounds(cells.cell(lon, lat, size), size)
    assert west - 1e-9 <= lon <= east + 1e-9
    assert south - 1e-9 <= lat <= north + 1e-9


def test_both_names_of_the_antimeridian_are_one_cell():
    assert cells.cell(180.0, 3.0, 0.5) == cells.cell(-180.0, 3.0, 0.5)
    assert cells.cell(-180.000001, 3.0, 0.5) == cells.cell(179.9, 3.0, 0.5)


def test_the_north_pole_is_in_the_last_row_and_no_position_in_none():
    rows, columns = cells.shape(1.0)
    assert cells.cell(0.0, 90.0, 1.0) // columns == rows - 1
    np.testing.assert_array_equal(cells.cell([np.nan, 1.0], [0.0, np.nan], 1.0), [-1, -1])


def test_neighbours_wrap_at_the_antimeridian_and_end_at_the_poles():
    here = cells.cell([179.9, 0.0], [0.1, 89.9], 1.0)
    round_it = cells.neighbours(here, 1.0)
    assert cells.cell(-179.9, 0.1, 1.0) in round_it[0]
    assert len(set(round_it[0])) == 9
    assert (round_it[1] == -1).sum() == 3


def test_a_size_that_does_not_divide_the_globe_is_refused():
    with pytest.raises(ValueError, match="do not divide"):
        cells.shape(0.7)
