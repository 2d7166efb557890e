"""Sign-in: the first-run link, passwords, and sessions of which only hashes are kept."""

import hashlib
import secrets
import threading
import time
import unicodedata
from dataclasses import dataclass

import argon2

from periplus import desk
from periplus.centre import Centre
from periplus.sharing.asker import staff
from periplus.store import Store

HOUR_US = 3_600_000_000
SESSION_US = 12 * HOUR_US  # one long watch
LINK_US = 24 * HOUR_US
TOKEN_BYTES = 32
SHORTEST_PASSWORD, LONGEST_PASSWORD = 10, 256
FIRST = "first sign-in"  # the name in a session that began with the link: no account yet, so no acts
FIRST_ROLE = "administrator"
FIRST_MAY = ("accounts", "clock")

# Each hashing takes 64 MiB (RFC 9106, second recommended option): a few at a time, whoever asks.
_hasher = argon2.PasswordHasher()
_turn = threading.BoundedSemaphore(2)


class SignInError(RuntimeError):
    """Nobody was signed in. The message is the same for every cause."""


@dataclass(frozen=True, slots=True)
class Session:
    """Somebody signed in. `key` is the hash under which the session is kept."""

    key: str
    name: str
    role: str
    csrf: str
    expires_us: int

    @property
    def first(self) -> bool:
        return self.name == FIRST

    @property
    def may(self) -> tuple[str, ...]:
        return FIRST_MAY if self.first else desk.MAY.get(self.role, ())


@dataclass(frozen=True, slots=True)
class Opened:
    """A session just begun, with the token that only its bearer will know."""

    token: str
    session: Session


class SignIn:
    """Signing in and out of one centre. Any number of threads may use it."""

    def __init__(self, centre: Centre) -> None:
        self._centre = centre
        # Sessions from the first-run link live in memory: the next start prints a new link.
        self._first: dict[str, Session] = {}
        # A hash that no password has, at everybody's cost: for names that nobody has.
        self._nobody = _hasher.hash(secrets.token_urlsafe(TOKEN_BYTES))

    def by_password(self, name: str, password: str) -> Opened:
        """A session for the account, when the password is its own. Raises SignInError.

        An unknown name costs the same time and gets the same answer as a wrong password.
        """
        store = self._centre.store
        account = store.account(normal(name))
        usable = account is not None and not account.disabled
        matches = _verify(account.password_hash if account is not None and usable else self._nobody, password)
        if account is None or not usable or not matches:
            raise SignInError("name or password is not right")
        store.end_sessions(expired_at=now_us())
        opened = self._open(account.name, account.role)
        asker = staff(account.name, account.role, self._centre.originator)
        desk.record_sign_in(store, asker, session=opened.session.key[:16], at_us=now_us())
        return opened

    def by_link(self, token: str) -> Opened:
        """A session from the first-run link, which then opens no other. Raises SignInError."""
        store = self._centre.store
        role = None if store.accounts() else store.take_token(_hash(token), now_us())
        if role is None:
            raise SignInError("this link has been used, has expired, or is not one of this centre")
        opened = _new(FIRST, role)
        self._first[opened.session.key] = opened.session
        return opened

    def create_account(self, session: Session, *, name: str, role: str, password: str) -> Opened | None:
        """An account for somebody. From the first-run link it is one's own: the session goes on under it."""
        name = normal(name)
        if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
            raise desk.NotUnderstoodError(
                f"a password has {SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters"
            )
        if session.first and role != FIRST_ROLE:
            raise desk.NotUnderstoodError(f"the first account is the {FIRST_ROLE}'s")
        asker = staff(session.name, session.role, self._centre.originator)
        with _turn:
            password_hash = _hasher.hash(normal(password))
        desk.add_account(
            self._centre.store, asker, name=name, role=role, password_hash=password_hash, at_us=now_us()
        )
        return self._open(name, role) if session.first else None

    def find(self, token: str | None) -> Session | None:
        """The session that a cookie's token stands for, if it has not ended."""
        if not token or len(token) > 100:
            return None
        key, now = _hash(token), now_us()
        first = self._first.get(key)
        if first is not None:
            # The link is for whoever sets the centre up: with the first account its sessions end.
            return first if now < first.expires_us and not self._centre.store.accounts() else None
        found = self._centre.store.session(key, now)
        return None if found is None else Session(key, found.account, found.role, found.csrf, found.expires)

    def end(self, session: Session) -> None:
        if self._first.pop(session.key, None) is None:
            self._centre.store.end_session(session.key)

    def _open(self, name: str, role: str) -> Opened:
        opened = _new(name, role)
        session = opened.session
        self._centre.store.add_session(session.key, name, session.csrf, session.expires_us)
        return opened


def first_run_token(store: Store) -> str | None:
    """A token for the link that the terminal prints; None once somebody has an account.

    It opens one session, within a day, and only its hash is kept.
    """
    if store.accounts():
        return None
    token = secrets.token_urlsafe(TOKEN_BYTES)
    store.add_token(_hash(token), FIRST_ROLE, now_us() + LINK_US)
    return token


def same(given: str | None, expected: str) -> bool:
    """Whether two secrets are equal, in a time that tells nothing of where they differ."""
    return given is not None and secrets.compare_digest(given.encode(), expected.encode())


def normal(text: str) -> str:
    """A name or password as it is kept: composed, so that the same letters typed elsewhere are the same."""
    return unicodedata.normalize("NFC", text.strip())


def _new(name: str, role: str) -> Opened:
    token, csrf = secrets.token_urlsafe(TOKEN_BYTES), secrets.token_urlsafe(TOKEN_BYTES)
    return Opened(token, Session(_hash(token), name, role, csrf, now_us() + SESSION_US))


def _verify(password_hash: str, password: str) -> bool:
    with _turn:
        try:
            return _hasher.verify(password_hash, normal(password[:LONGEST_PASSWORD]))
        except (argon2.exceptions.Argon2Error, argon2.exceptions.InvalidHash):
            return False


def _hash(token: str) -> str:
    # The tokens are random and 256 bits long: a plain hash is as good as a slow one.
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def now_us() -> int:
    # People's sessions run on the wall clock, whatever time it is in the exercise.
    return time.time_ns() // 1000
