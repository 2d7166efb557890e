"""Random numbers by key: even, independent of order, different for each purpose."""

import numpy as np

from periplus.exercises import draws


def test_a_number_depends_on_its_key_alone():
    ships, slots = np.arange(1_000), np.full(1_000, 7)
    whole = draws.uniform(3, 1, ships, slots)
    assert np.array_equal(draws.uniform(3, 1, ships[500:], slots[500:]), whole[500:])
    assert np.array_equal(draws.uniform(3, 1, ships[::-1], slots), whole[::-1])


def test_numbers_are_even_and_unrelated_between_streams_seeds_and_slots():
    ships = np.arange(200_000)
    u = draws.uniform(1, 5, ships, 0)
    assert u.min() >= 0
    assert u.max() < 1
    assert abs(u.mean() - 0.5) < 0.005
    assert abs(u.std() - 12**-0.5) < 0.005
    for other in (
        draws.uniform(1, 6, ships, 0),
        draws.uniform(2, 5, ships, 0),
        draws.uniform(1, 5, ships, 1),
    ):
        assert abs(np.corrcoef(u, other)[0, 1]) < 0.01


def test_normal_numbers_have_mean_zero_and_one_sigma():
    z = draws.normal(1, 9, np.arange(200_000), 3)
    assert abs(z.mean()) < 0.01
    assert abs(z.std() - 1) < 0.01
    assert np.isfinite(z).all()
