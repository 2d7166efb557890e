"""Accounts, sessions and first-run tokens. Only hashes of secrets are kept."""

from dataclasses import dataclass

import sqlalchemy as sa

from periplus.store.errors import StoreError
from periplus.store.schema import account, session, token

ROLES = (
    "watch officer", "analyst", "operations", "liaison", "director", "exercise control", "administrator",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody who may sign in."""

    name: str
    role: str  # one of ROLES
    password_hash: str
    created_at: int  # microseconds UTC
    disabled: bool


@dataclass(frozen=True, slots=True)
class Session:
    """Somebody who has signed in."""

    account: str
    role: str
    csrf: str
    expires: int  # microseconds UTC


def add(connection: sa.Connection, name: str, role: str, password_hash: str, at: int) -> None:
    """A new account. Raises StoreError when the name is taken, in any case, or the role is unknown."""
    _check_role(role)
    if not name.strip() or not name.isprintable():
        raise StoreError(f"not a name for an account: {name!r}")
    folded = name.casefold()
    if connection.scalar(sa.select(account.c.name).where(account.c.folded == folded)) is not None:
        raise StoreError(f"the account {name!r} exists already")
    row = {"name": name, "folded": folded, "role": role, "password_hash": password_hash, "created_at": at}
    connection.execute(sa.insert(account).values(**row, disabled=0))


def find(connection: sa.Connection, name: str) -> Account | None:
    """The account of that name, whatever its case; null when there is none."""
    row = connection.execute(sa.select(account).where(account.c.folded == name.casefold())).one_or_none()
    return None if row is None else _account(row)


def everybody(connection: sa.Connection) -> list[Account]:
    """All accounts, the oldest first."""
    rows = connection.execute(sa.select(account).order_by(account.c.created_at))
    return sorted(map(_account, rows), key=lambda each: (each.created_at, each.name))


def change(connection: sa.Connection, name: str, **values: str | int) -> None:
    """Set role, password_hash or disabled of an account. Raises StoreError when there is none."""
    if "role" in values:
        _check_role(str(values["role"]))
    statement = sa.update(account).where(account.c.folded == name.casefold()).values(**values)
    if connection.execute(statement).rowcount != 1:
        raise StoreError(f"there is no account {name!r}")


def add_session(connection: sa.Connection, token_hash: str, name: str, csrf: str, expires: int) -> None:
    """Somebody signed in."""
    row = {"token_hash": token_hash, "account": name, "csrf": csrf, "expires": expires}
    connection.execute(sa.insert(session).values(**row))


def find_session(connection: sa.Connection, token_hash: str, now: int | None) -> Session | None:
    """The session, unless it ended, has expired at `now`, or its account is gone or disabled."""
    query = (
        sa.select(account.c.name, account.c.role, session.c.csrf, session.c.expires)
        .join(account, account.c.name == session.c.account)
        .where(session.c.token_hash == token_hash, account.c.disabled == 0)
    )
    row = connection.execute(query if now is None else query.where(session.c.expires > now)).one_or_none()
    return None if row is None else Session(*row)


def end_session(connection: sa.Connection, token_hash: str) -> None:
    """Somebody signed out."""
    connection.execute(sa.delete(session).where(session.c.token_hash == token_hash))


def end_sessions(connection: sa.Connection, *, name: str | None, expired_at: int | None) -> None:
    """End all sessions of an account, and all that have expired."""
    if name is not None:
        connection.execute(sa.delete(session).where(session.c.account == name))
    if expired_at is not None:
        connection.execute(sa.delete(session).where(session.c.expires <= expired_at))


def add_token(connection: sa.Connection, token_hash: str, role: str, expires: int) -> None:
    """A link that lets one person in once."""
    _check_role(role)
    connection.execute(sa.insert(token).values(hash=token_hash, role=role, expires=expires))


def take_token(connection: sa.Connection, token_hash: str, now: int) -> str | None:
    """The token's role, the first time and while it is valid; null ever after."""
    c = token.c
    usable = (c.hash == token_hash, c.used_at.is_(None), c.expires > now)
    role: str | None = connection.scalar(
        sa.update(token).where(*usable).values(used_at=now).returning(c.role)
    )
    return role


def _check_role(role: str) -> None:
    if role not in ROLES:
        raise StoreError(f"unknown role {role!r}: one of {', '.join(ROLES)}")


def _account(row: sa.Row[tuple[str, str, str, str, int, int]]) -> Account:
    return Account(row.name, row.role, row.password_hash, row.created_at, bool(row.disabled))
