"""Where a centre lives and how a watch is run: defaults, the environment, and what a person chose."""

import os
import re
from dataclasses import dataclass
from pathlib import Path

HOST = "127.0.0.1"  # loopback unless told
PORT = 8700
LATENESS_S = 3600  # satellite AIS comes up to about 35 minutes late; an hour covers a missed downlink
EXERCISE_SPEED = 60.0


class SettingsError(ValueError):
    """A setting cannot be used; the message is one clear line."""


@dataclass(frozen=True, slots=True)
class Listen:
    """Where the watch floor is served."""

    host: str = HOST
    port: int = PORT

    @property
    def loopback(self) -> bool:
        return self.host in ("127.0.0.1", "::1", "localhost")


def home() -> Path:
    """The folder that holds the centres: $PERIPLUS_HOME, else the user's data folder."""
    chosen = os.environ.get("PERIPLUS_HOME")
    if chosen:
        return Path(chosen).expanduser()
    data = os.environ.get("XDG_DATA_HOME") or "~/.local/share"
    return Path(data).expanduser() / "periplus"


def default_centre(name: str) -> Path:
    """The folder of the centre with this name, for instance 'exercise' or 'watch'."""
    return home() / (re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "watch")


def parse_listen(text: str) -> Listen:
    """'127.0.0.1:8700', '0.0.0.0:80', '[::1]:8700', ':8700' or '8700'."""
    host, colon, port = text.rpartition(":")
    host = host.strip("[]") if colon else ""
    if not port.isdigit() or int(port) > 65535:
        raise SettingsError(f"--listen takes HOST:PORT, not {text!r}")
    return Listen(host or HOST, int(port))


def database(folder: Path, dsn: str | None) -> str:
    """The store's address: what was given, else $PERIPLUS_DATABASE, else SQLite in the centre's folder."""
    return dsn or os.environ.get("PERIPLUS_DATABASE") or f"sqlite:///{folder / 'centre.sqlite'}"
