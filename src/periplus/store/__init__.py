"""Log and picture: what was found and decided, kept for good. Alone knows SQL."""

from periplus.store.accounts import ROLES, Account, Session
from periplus.store.errors import StoreError
from periplus.store.store import Store
from periplus.store.verification import Verification

__all__ = ["ROLES", "Account", "Session", "Store", "StoreError", "Verification", "open_store"]


def open_store(dsn: str) -> Store:
    """Open the store 'sqlite:///path' or 'postgresql://user@host/database', made or brought up to date.

    Raises StoreError, one line, when it cannot be reached, is no store, or was written by a newer version.
    """
    return Store(dsn)
