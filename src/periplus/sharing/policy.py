"""Policy: the one function that decides whether an asker may have what carries a label."""

from functools import lru_cache

import pyarrow as pa
import pyarrow.compute as pc

from periplus.model import label as labels
from periplus.sharing.asker import Asker


def decide(asker: Asker, label: str | None) -> bool:
    """Whether the asker may have a thing with this label. Default deny.

    The centre's own staff have what the centre owns, and what others released to it, alone or joined.
    Nobody else has anything: no agreement with a partner exists yet. A missing or unreadable label
    names no originator, so that nobody can be shown to be it.
    """
    if label is None or not asker.own_staff:
        return False
    return _held_by(asker.centre, label)


def permitted(asker: Asker, label_column: pa.ChunkedArray) -> pa.ChunkedArray:
    """For each label of a column whether the asker may have its row; never null."""
    known = label_column.unique().to_pylist()
    allowed = [text for text in known if decide(asker, text)]
    if len(allowed) == len(known):
        return pa.chunked_array([pa.repeat(True, len(label_column))])
    return pc.is_in(label_column, value_set=pa.array(allowed, pa.string()))


@lru_cache(maxsize=4096)
def _held_by(centre: str, text: str) -> bool:
    try:
        label = labels.parse(text)
    except ValueError:
        return False
    return centre in label.holders
