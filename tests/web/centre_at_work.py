"""A small centre at work, without its loop: what it holds is put there by the tests."""

import dataclasses
import datetime as dt
import json
import re

import httpx
import pyarrow as pa

from periplus.centre import Centre
from periplus.model.identity import IDENTITY_CLAIM
from periplus.model.label import originator_only
from periplus.model.log import Entry
from periplus.model.observation import OBSERVATION
from periplus.model.track import SLOTS, TRACK_POINT, vessel_text

HOUR_US = 3_600_000_000
NOON_US = 1_762_430_400_000_000  # 6 November 2025
OURS, THEIRS = str(originator_only("IFC")), str(originator_only("EU"))
PASSWORD = "correct horse battery"
HOST = "http://127.0.0.1:8700"


class HandClock:
    """A centre's clock that is moved by hand."""

    def __init__(self):
        self.at_us, self.pace, self.paused = NOON_US, 60.0, False

    def now_us(self):
        return self.at_us

    @property
    def speed(self):
        return 0.0 if self.paused else self.pace

    def set_speed(self, speed):
        if speed > 3600:
            raise ValueError("too fast")
        self.pace = speed

    def pause(self, paused):
        self.paused = paused


@dataclasses.dataclass
class Watched:
    """What the web is handed: a centre, a clock, and what is said of sources and health."""

    centre: Centre
    clock: HandClock = dataclasses.field(default_factory=HandClock)
    mode: str = "exercise"
    lateness_us: int = HOUR_US

    def sources(self):
        return [
            {
                "name": "coast",
                "url": "tcp://127.0.0.1:1",
                "state": "receiving",
                "detail": "",
                "observations": 1,
            }
        ]

    def status(self):
        return {"now": self.clock.now_us(), "speed": self.clock.speed, "vessels": len(self.centre.picture)}

    # ---- what happens at sea

    def heard(
        self,
        mmsi,
        *,
        at_us=NOON_US - 2 * HOUR_US,
        lon=56.0,
        lat=-1.0,
        label=OURS,
        slot=0,
        source="coast",
        **more,
    ):
        """One position, in the archive and in the picture."""
        time = dt.datetime.fromtimestamp(at_us / 1e6, dt.UTC)
        row = {
            "observed_at": time, "received_at": time, "mmsi": mmsi, "message": 1, "lon": lon, "lat": lat,
            "sog_kn": 12.0, "cog_deg": 45.0, "source": source, "sensor": "ais", "label": label,
        } | more  # fmt: skip
        self.centre.archive.capture(
            pa.Table.from_pylist([{n: row.get(n) for n in OBSERVATION.names}], OBSERVATION)
        )
        point = {name: row.get(name) for name in TRACK_POINT.names} | {"vessel": mmsi * SLOTS + slot}
        self.centre.picture.update(pa.Table.from_pylist([point], TRACK_POINT), self.clock.now_us())
        return vessel_text(mmsi * SLOTS + slot)

    def claimed(self, mmsi, *, label=OURS, at_us=NOON_US - 5 * HOUR_US, **fields):
        """What a vessel says it is."""
        since = dt.datetime.fromtimestamp(at_us / 1e6, dt.UTC)
        rows = [
            {"mmsi": mmsi, "field": field, "value": str(value), "since": since, "until": since, "source": "coast",
             "label": label}
            for field, value in fields.items()
        ]  # fmt: skip
        claims = pa.Table.from_pylist(rows, IDENTITY_CLAIM)
        self.centre.store.put_claims(claims)
        self.centre.picture.set_identity(claims)

    def found(self, event="e1", *, vessels=("419000913",), label=OURS, change="opened", state="open", **more):
        """One version of an event."""
        evidence = {
            "thresholds": {"min_silence_s": 10800}, "measured": {"silence_s": 14400, "neighbours": 9},
            "margins": {"silence_s": 1.333, "neighbours": 3.0},
            "observations": [{"vessel": vessels[0], "observed_at": NOON_US - 4 * HOUR_US, "lon": 56.0, "lat": -1.0,
                              "sog_kn": 12.0, "cog_deg": 45.0, "source": "coast", "role": "start"}],
            "coverage": {"neighbours": 9}, "geometry": {"type": "FeatureCollection", "features": []},
        }  # fmt: skip
        body = {
            "id": event, "kind": "gap", "change": change, "state": state, "vessels": list(vessels),
            "start": NOON_US - 4 * HOUR_US, "end": None, "lon": 56.0, "lat": -1.0, "profile": "periplus",
            "rule": "gap/1", "score": 0.5, "priority": "look", "why": f"Silent, {change}.", "evidence": evidence,
            "cause": None, "label": label,
        } | more  # fmt: skip
        key = f"{event}:{json.dumps(body, sort_keys=True)}"
        self.centre.store.append(
            [Entry(body["kind"], event, body, "machine", label, self.clock.now_us(), key)]
        )
        return event


class Browser:
    """Somebody at a browser: keeps the cookie and sends the token that the page was given."""

    def __init__(self, app, portal, address="127.0.0.1"):
        transport = httpx.ASGITransport(app, client=(address, 50_000), raise_app_exceptions=False)
        self.client = httpx.AsyncClient(transport=transport, base_url=HOST)
        self.app, self.csrf, self._portal = app, None, portal

    def ask(self, method, path, **more):
        return self._portal.call(lambda: self.client.request(method, path, **more))

    def get(self, path, **more):
        return self.ask("GET", path, **more)

    def post(self, path, body=None, *, csrf=True, headers=None, **more):
        headers = (
            {"origin": HOST}
            | ({"x-periplus-csrf": self.csrf} if csrf and self.csrf else {})
            | (headers or {})
        )
        if "content" not in more:
            more["json"] = {} if body is None else body
        return self.ask("POST", path, headers=headers, **more)

    def delete(self, path, *, csrf=True):
        headers = {"origin": HOST} | ({"x-periplus-csrf": self.csrf} if csrf and self.csrf else {})
        return self.ask("DELETE", path, headers=headers)

    def sign_in(self, name="asha", password=PASSWORD):
        return self._begun(self.post("/api/session", {"name": name, "password": password}))

    def enter(self, token):
        return self._begun(self.post("/api/session/link", {"token": token}))

    def _begun(self, answer):
        if answer.status_code == 200:
            self.csrf = answer.json()["csrf"]
        return answer


def one_clear_line(answer):
    """Whether an error is what errors are: {detail: one line}, and no trace of the program."""
    detail = answer.json()["detail"]
    assert isinstance(detail, str), answer.text
    assert detail.strip() == detail != "", answer.text
    assert "\n" not in detail
    assert not re.search(r"Traceback|File \"|\.py\b|sqlalchemy|pyarrow", detail), detail
    return True
