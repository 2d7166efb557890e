"""What the store says when it cannot do its work: one line, for people."""

import contextlib
from collections.abc import Iterator

import sqlalchemy as sa


class StoreError(Exception):
    """The database cannot be reached, is damaged, full or too new, or refuses what was asked. One line."""


@contextlib.contextmanager
def database(place: str) -> Iterator[None]:
    """Turn what the database refuses into one line that names the place, without its password."""
    try:
        yield
    except sa.exc.SQLAlchemyError as error:
        cause = getattr(error, "orig", None) or error
        text = next((line.strip() for line in str(cause).splitlines() if line.strip()), type(cause).__name__)
        raise StoreError(f"{place}: {text}") from error
