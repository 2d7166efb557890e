"""How long a report takes from a feed's socket to a client of the watch floor, measured over real sockets."""

import asyncio
import json
import time
from pathlib import Path

import httpx
import numpy as np
import pyais
import websockets

from periplus import pipeline, settings
from periplus.centre import open_centre
from periplus.watch.arrivals import FeedArrivals
from periplus.watch.running import Watch
from periplus.web.frames import HEADER, RECORD
from periplus.web.serving import Serving, bind

REPORTS = 100
EVERY_S = 0.13  # not a multiple of any tick of ours
FIRST_MMSI = 419_100_000


async def measure(folder: Path) -> list[float]:
    """Seconds for each of REPORTS ships, one report each."""
    senders: list[asyncio.StreamWriter] = []
    connected = asyncio.Event()

    async def feed(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        senders.append(writer)
        connected.set()

    server = await asyncio.start_server(feed, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    centre = open_centre(folder, name="Bench", originator="BENCH", exercise=False)
    watch = Watch(
        centre, pipeline.plan(centre.facts), FeedArrivals([f"tcp://127.0.0.1:{port}"], centre.label)
    )
    listen = settings.Listen(port=0)
    try:
        with Serving(watch, bind(listen), listen) as serving:
            watch.start()
            await asyncio.wait_for(connected.wait(), 20)
            return await _race(serving, senders[0])
    finally:
        watch.stop()
        centre.close()
        server.close()


async def _race(serving: Serving, sender: asyncio.StreamWriter) -> list[float]:
    token = "".join(serving.first_run_lines()).partition("#")[2]
    async with httpx.AsyncClient(base_url=serving.url, headers={"Origin": serving.url}) as client:
        answer = await client.post("/api/session/link", json={"token": token})
        answer.raise_for_status()
        cookie = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
    sent: dict[int, float] = {}
    seen: dict[int, float] = {}
    address = serving.url.replace("http", "ws") + "/api/feed"
    async with websockets.connect(address, additional_headers={"Cookie": cookie}, origin=serving.url) as feed:  # type: ignore[arg-type]

        async def read() -> None:
            async for message in feed:
                if isinstance(message, bytes):
                    for lat in np.frombuffer(message, RECORD, offset=HEADER.size)["lat"]:
                        seen.setdefault(round(int(lat) / 1e7 * 100), time.perf_counter())

        reader = asyncio.create_task(read())
        for n in range(REPORTS):
            # The ship is told by its latitude, in hundredths of a degree: its number is the view's own affair.
            sent[n + 1] = time.perf_counter()
            sender.write(_report(FIRST_MMSI + n, (n + 1) / 100))
            await asyncio.sleep(EVERY_S)
        await asyncio.sleep(2)
        reader.cancel()
    missing = [n for n in sent if n not in seen]
    if missing:
        raise RuntimeError(json.dumps({"reports never seen": missing}))
    return [seen[n] - at for n, at in sent.items()]


def _report(mmsi: int, lat: float) -> bytes:
    fields: dict[str, str | int | float | bytes | bool] = {
        "type": 1,
        "mmsi": mmsi,
        "lon": 60.0,
        "lat": lat,
        "speed": 10.0,
        "course": 90.0,
        "second": 60,
    }
    return (str(pyais.encode_dict(fields, radio_channel="A", talker_id="AI")[0]) + "\n").encode()
