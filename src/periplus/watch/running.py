"""A running watch: take, capture, understand, append, show; and, after any stop, go on where it was."""

import collections
import json
import logging
import os
import statistics
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from hashlib import blake2b
from typing import Any

import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

from periplus import pipeline
from periplus.archive import ArchiveError, CheckpointError
from periplus.centre import Centre
from periplus.geo.units import SECOND_US
from periplus.model.event import bodies
from periplus.model.ids import canonical
from periplus.model.log import Entry, Recorded
from periplus.model.observation import OBSERVATION
from periplus.store import StoreError
from periplus.watch.arrivals import Arrivals, Mode, Taken
from periplus.watch.clock import Clock

CHECKPOINT_S = 20.0
COMPACT_S = 60.0  # questions to what is compacted cost a fifth
RETRY_S = 2.0
STATUS_S = 1.0
CLAIMS_S = 10.0  # a claim grows with every static message; storing it each time would be thousands of writes
RATE_WINDOW_S = 10.0
STATUS_FILE = "status.json"  # in the centre's folder: what other terminals are told

log = logging.getLogger("periplus.watch")


class Watch:
    """One centre at work. The loop runs in a thread of its own; the web reads beside it."""

    def __init__(self, centre: Centre, plan: pipeline.Plan, arrivals: Arrivals) -> None:
        self.centre = centre
        self.arrivals = arrivals
        self.mode: Mode = arrivals.mode
        self.rows = 0  # observations worked on since it was started
        self.totals: collections.Counter[str] = collections.Counter()
        self.by_source: collections.Counter[str] = collections.Counter()  # 'late:name', 'duplicate:name'
        self.said: collections.Counter[tuple[str, str]] = collections.Counter()  # (kind, change)
        self.finished = threading.Event()  # everything there was has arrived and been worked on
        self._plan = plan
        self._state = pipeline.start(plan)
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="watch", daemon=True)
        self._trouble: dict[str, str] = {}
        self._latencies: collections.deque[float] = collections.deque(maxlen=240)
        self._rates: collections.deque[tuple[float, int]] = collections.deque()
        self._checkpointed = time.monotonic()
        self._compacted = time.monotonic()
        self._told = 0.0
        self._claims: list[pa.Table] = []  # changed since they were last stored
        self._stored = time.monotonic()
        self._compacting: threading.Thread | None = None

    # ---- for those who run it

    def start(self, *, resume: bool = True) -> None:
        """Goes on where the last watch of this centre stopped; `resume=False` takes everything that arrives."""
        resume_us = self._catch_up()
        self.arrivals.start(resume_us if resume else None)
        self._thread.start()

    @property
    def running(self) -> bool:
        return self._thread.is_alive()

    @property
    def lateness_us(self) -> int:
        return int(self._plan.lateness_s * SECOND_US)

    def stop(self) -> None:
        """Ends after the batch in hand, with a checkpoint. What was captured is never lost, stop or no stop."""
        self._stopping.set()
        self.arrivals.stop()
        if self._thread.is_alive():
            self._thread.join(timeout=30)
        if self._compacting:
            self._compacting.join()
        self._checkpoint()
        self._tell()

    # ---- for those who look on

    @property
    def clock(self) -> Clock:
        return self.arrivals.clock

    def sources(self) -> list[dict[str, Any]]:
        statuses = self.arrivals.statuses()
        for status in statuses:
            for reason, key in (("late", "late"), ("duplicate", "duplicates")):
                status[key] = self.by_source[f"{reason}:{status['name']}"]
            if len(statuses) == 1:
                status["late"], status["duplicates"] = self.totals["late"], self.totals["duplicate"]
        return statuses

    def status(self) -> dict[str, Any]:
        """The Status of ui/src/core/api.ts."""
        progress = self.arrivals.progress()
        return {
            "now": self.clock.now_us(),
            "speed": self.clock.speed,
            "vessels": len(self.centre.picture),
            "observations": self.centre.archive.position,
            "observations_per_s": self._rate(),
            "latency_s": statistics.median(self._latencies) if self._latencies else None,
            "log_seq": self.centre.store.seq,
            "checks": self._checks(),
            "progress": progress and {"text": progress[0], "done": progress[1]},
        }

    # ---- the loop

    def _run(self) -> None:
        while not self._stopping.is_set():
            taken = self.arrivals.take()
            if taken is not None:
                self._work(taken)
            elif self.arrivals.finished and not self.finished.is_set():
                self._checkpoint()
                self.finished.set()
            self._keep_house()

    def _work(self, taken: Taken) -> None:
        rows = taken.observations.num_rows
        if rows and self._insist("disk", lambda: self.centre.archive.capture(taken.observations)) is None:
            return  # stopped while the disk was full: nothing was acknowledged
        self._understand(taken.observations, taken.now_us)
        self._latencies.append(time.monotonic() - taken.taken_at)
        self._rates.append((time.monotonic(), rows))

    def _understand(self, observations: pa.Table, now_us: int, *, again: bool = False) -> None:
        """Everything after capture. `again`: a crash may have come between saying and remembering that it was said."""
        self._state, out = pipeline.step(self._plan, self._state, observations, as_of_us=now_us)
        self.rows += observations.num_rows
        self.totals.update(out.counts)
        self.by_source.update(out.by_source)
        self.centre.picture.update(out.points, now_us)
        if out.claims.num_rows:
            self.centre.picture.set_identity(out.claims)
            self._claims.append(out.claims)
        if out.events.num_rows:
            position = self.centre.archive.position
            entries = [_entry(body, now_us, position) for body in bodies(out.events)]
            if again:
                entries = [entry for entry in entries if not self._said_before(entry)]
            recorded: list[Recorded] = self._insist("store", lambda: self.centre.store.append(entries)) or []
            self.said.update((r.entry.kind, str(r.entry.body["change"])) for r in recorded)

    def _said_before(self, entry: Entry) -> bool:
        said = (version["body"] for version in self.centre.store.versions(entry.subject) if version["body"])
        return _digest(entry.body) in map(_digest, said)

    def _insist(self, what: str, act: Callable[[], Any]) -> Any:
        """Tries until it works or the watch is stopped; meanwhile the feeds wait and the screen says why."""
        while True:
            try:
                result = act()
            except (ArchiveError, StoreError) as error:
                if what not in self._trouble:
                    log.error("%s", error)
                self._trouble[what] = str(error)
                if self._stopping.wait(RETRY_S):
                    return None
            else:
                self._trouble.pop(what, None)
                return True if result is None else result

    def _catch_up(self) -> int | None:
        """From the last checkpoint, and what was captured after it, to where the watch was when it stopped."""
        try:
            position, resume_us = self._remembered()
        except (
            CheckpointError,
            pa.ArrowException,
            pl.exceptions.PolarsError,
            LookupError,
            TypeError,
            ValueError,
        ) as error:
            # Damaged, gone, or of a program whose stages remember something else. Archive and log are whole, so that
            # only what was still going on is lost to the stages; to refuse to watch would lose more.
            self._state = pipeline.start(self._plan)
            position, span = self.centre.archive.first, self.centre.archive.span()
            resume_us = span and span[1]
            why = str(error) if isinstance(error, CheckpointError) else "the checkpoint is of another version"
            log.warning("%s: %s; the stages begin anew, the archive and the log are untouched",
                        self.centre.folder, why)  # fmt: skip
        for _, observations in self.centre.archive.since(position):
            last_us = pc.max(observations.column("received_at")).cast(pa.int64()).as_py()
            resume_us = max(last_us, resume_us or last_us)
            self._understand(observations, resume_us, again=True)
        return resume_us

    def _remembered(self) -> tuple[int, int | None]:
        """The position and the centre's time of the last checkpoint, which state and picture are put back to."""
        archive = self.centre.archive
        held = archive.load_checkpoint()
        if held is None:
            if archive.first > 0:
                raise CheckpointError("the checkpoint is gone")
            return 0, None
        position, tables = held
        resume_us: int = tables.pop("watch.clock").column("last_received_us")[0].as_py()
        shown = tables.pop("watch.picture")
        state = pipeline.State(tables)
        pipeline.step(self._plan, state, OBSERVATION.empty_table())  # refuses what it cannot go on from
        self.centre.picture.restore(shown)
        self._state = state
        return position, resume_us

    def _keep_house(self) -> None:
        now = time.monotonic()
        if now - self._checkpointed > CHECKPOINT_S:
            self._checkpoint()
        if now - self._told > STATUS_S:
            self._tell()
            self._told = now
        if now - self._stored > CLAIMS_S:
            self._store_claims()
        if now - self._compacted > COMPACT_S and not (self._compacting and self._compacting.is_alive()):
            # Beside the watch, which must not wait for it; the archive lets captures and questions go on.
            self._compacting = threading.Thread(target=self._compact, name="compaction", daemon=True)
            self._compacting.start()
            self._compacted = now

    def _compact(self) -> None:
        try:
            self.centre.archive.compact()
            self._trouble.pop("compaction", None)
        except ArchiveError as error:  # nothing is lost: the spool keeps what was not compacted
            self._trouble["compaction"] = str(error)

    def _store_claims(self) -> None:
        """Each claim once, as it last was: a later row of a claim says all that an earlier one did."""
        self._stored = time.monotonic()
        if not self._claims:
            return
        changed = pl.DataFrame(pa.concat_tables(self._claims))
        last = changed.unique(["mmsi", "field", "value"], keep="last", maintain_order=True)
        self._insist("store", lambda: self.centre.store.put_claims(last.to_arrow()))
        self._claims = []

    def _checkpoint(self) -> None:
        self._store_claims()  # a restart hears again only what came after the checkpoint
        archive = self.centre.archive
        tables = dict(self._state.tables)
        tables["watch.picture"] = self.centre.picture.snapshot()
        tables["watch.clock"] = pa.table(
            {"last_received_us": pa.array([self.clock.now_us() - 1], pa.int64())}
        )

        def save() -> None:
            archive.save_checkpoint(archive.position, tables)
            archive.release(archive.position)

        self._insist("disk", save)
        self._checkpointed = time.monotonic()

    def _tell(self) -> None:
        """What `periplus sources` shows in another terminal; written whole, so that it is never read torn."""
        path = self.centre.folder / STATUS_FILE
        part = path.with_suffix(".part")
        try:
            part.write_text(
                json.dumps(
                    {
                        "written_at": time.time(),
                        "pid": os.getpid(),
                        "status": self.status(),
                        "sources": self.sources(),
                    }
                )
            )
            part.replace(path)
        except OSError as error:
            self._trouble["disk"] = f"cannot write {path.name}: {error.strerror}"

    def _rate(self) -> float:
        now = time.monotonic()
        while self._rates and now - self._rates[0][0] > RATE_WINDOW_S:
            self._rates.popleft()
        return sum(rows for _, rows in self._rates) / RATE_WINDOW_S

    def _checks(self) -> list[dict[str, Any]]:
        checks = [{"name": name, "ok": False, "detail": detail} for name, detail in self._trouble.items()]
        checks += [
            {
                "name": status["name"],
                "ok": False,
                "detail": f"{status['name']}: {status['detail'] or status['state']}",
            }
            for status in self.arrivals.statuses()
            if status["state"] in ("silent", "failed", "connecting")
        ]
        return checks


def _digest(body: Mapping[str, Any]) -> str:
    return blake2b(canonical(dict(body)), digest_size=12).hexdigest()


def _entry(body: dict[str, Any], now_us: int, position: int) -> Entry:
    """The position in the archive tells apart an event that is said, withdrawn, and said again in the same words."""
    return Entry(
        kind=body["kind"], subject=body["id"], body=body, author="machine", label=body["label"],
        recorded_at=now_us, key=f"{body['id']}:{_digest(body)}:{position}",
    )  # fmt: skip


def summary(watch: Watch) -> Sequence[str]:
    """What a replay or an import did, a line each."""
    counts = watch.arrivals.counts()
    aside = {
        reason: n for reason, n in watch.totals.items() if n and reason != "accepted" and "void" not in reason
    }
    used, kept = watch.totals["accepted"], watch.centre.archive.position
    lines = [
        f"{counts.lines:,} lines, {counts.messages:,} messages, {watch.rows:,} observations kept"
        + (f" ({kept:,} in all)" if kept > watch.rows else "")
    ]
    if counts.by_type:
        types = ", ".join(f"{kind}: {n:,}" for kind, n in sorted(counts.by_type.items()))
        lines.append(f"messages by type  {types}")
    for title, tally in (
        ("rejected", counts.rejected),
        ("passed over", counts.passed_over),
        ("noted", counts.noted),
        ("set aside", aside),
    ):
        if tally:
            lines.append(
                f"{title:<16}  " + ", ".join(f"{reason} {n:,}" for reason, n in sorted(tally.items()) if n)
            )
    elsewise = watch.rows - used - sum(aside.values())
    lines.append(
        f"positions used    {used:,}; {elsewise:,} observations tell identity only, or no usable position"
    )
    lines.append(f"vessels           {len(watch.centre.picture):,}")
    by_kind: dict[str, list[str]] = {}
    for (kind, change), n in sorted(watch.said.items()):
        by_kind.setdefault(kind, []).append(f"{n:,} {change}")
    lines += [f"{kind.replace('_', ' '):<16}  {', '.join(changes)}" for kind, changes in by_kind.items()]
    return lines
