"""Labels: who owns what, and what becomes of that when things are joined."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from periplus.model.label import TLP, Label, join, originator_only, parse

parties = st.sampled_from(["IFC", "EU", "UKMTO", "IN"])
some = st.frozensets(parties, max_size=3)
labels = st.builds(Label, st.frozensets(parties, min_size=1, max_size=3), st.sampled_from(TLP), some)


@given(labels)
def test_a_label_is_read_as_it_was_written(label):
    assert parse(str(label)) == label


@given(st.lists(labels, min_size=1, max_size=4))
def test_who_may_have_a_join_may_have_every_part_of_it(parts):
    assert join(parts).holders == frozenset.intersection(*(part.holders for part in parts))


@given(labels, labels, labels)
def test_joining_again_or_in_another_order_changes_nothing(a, b, c):
    assert join([a, a]).holders == a.holders
    assert join([join([a, b]), c]) == join([c, join([b, a])]) == join([a, b, c])


def test_the_join_of_one_owner_s_things_stays_as_it_was():
    ours = originator_only("IFC")
    assert str(join([ours, ours])) == "IFC//TLP:AMBER+STRICT"


def test_what_came_from_two_is_held_by_who_may_have_both():
    theirs = Label(frozenset({"EU"}), "RED", frozenset({"IFC"}))
    assert str(join([originator_only("IFC"), theirs])) == "EU+IFC//TLP:RED//REL IFC"
    assert join([originator_only("IFC"), originator_only("EU")]).holders == frozenset()


@pytest.mark.parametrize(
    "text", ["", "IFC", "//TLP:RED", "IFC//TLP:", "IFC//TLP:GREY", "IFC//TLP:RED REL EU"]
)
def test_what_is_not_a_label_is_refused(text):
    with pytest.raises(ValueError, match=r".+"):
        parse(text)
