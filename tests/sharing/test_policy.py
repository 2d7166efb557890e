"""Who may have what."""

import pyarrow as pa
import pytest

from periplus.model.label import Label, join, originator_only
from periplus.sharing.asker import Asker, staff
from periplus.sharing.policy import decide, permitted

OURS, THEIRS = str(originator_only("IFC")), str(originator_only("EU"))
OFFICER = staff("asha", "watch officer", "IFC")
LIAISON = Asker("jan", "liaison", organisation="EU", centre="IFC")


@pytest.mark.parametrize(
    ("label", "allowed"),
    [
        (OURS, True),
        (str(Label(frozenset({"EU"}), "AMBER", frozenset({"IFC"}))), True),
        (str(join([originator_only("IFC"), Label(frozenset({"EU"}), "RED", frozenset({"IFC"}))])), True),
        (THEIRS, False),
        (str(join([originator_only("IFC"), originator_only("EU")])), False),
        (str(Label(frozenset({"EU"}), "AMBER", frozenset({"UKMTO"}))), False),
        (str(Label(frozenset({"EU"}), "CLEAR")), False),
        ("", False),
        ("IFC", False),
        ("//TLP:CLEAR", False),
        ("IFC//TLP:PURPLE", False),
        ("IFC\0//TLP:RED", False),
        (None, False),
    ],
)
def test_staff_have_what_the_centre_owns_or_was_released_to_it_and_nothing_unreadable(label, allowed):
    assert decide(OFFICER, label) is allowed


@pytest.mark.parametrize(
    "label", [OURS, THEIRS, str(Label(frozenset({"IFC"}), "CLEAR", frozenset({"EU"}))), None]
)
def test_nobody_else_has_anything_while_there_is_no_agreement(label):
    assert not decide(LIAISON, label)


@pytest.mark.parametrize("labels", [[], [OURS], [OURS, THEIRS, None, OURS], [None], [THEIRS, THEIRS]])
def test_a_column_is_decided_as_its_labels_are_one_by_one(labels):
    for asker in (OFFICER, LIAISON):
        mask = permitted(asker, pa.chunked_array([pa.array(labels, pa.string())]))
        assert mask.to_pylist() == [decide(asker, label) for label in labels]
        assert mask.type == pa.bool_()
