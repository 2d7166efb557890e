"""`periplus watch`: runs a centre and serves the watch floor."""

import argparse
import contextlib
import logging
import signal
import sys
import threading
from pathlib import Path

from periplus import exercises, pipeline, settings
from periplus.centre import Centre, open_centre
from periplus.cli import UsageError, VerbError, words
from periplus.cli.progress import Progress, note
from periplus.exercises import Exercise, scenario
from periplus.watch.arrivals import Arrivals, ExerciseArrivals, FeedArrivals, ReplayArrivals
from periplus.watch.running import Watch, summary
from periplus.web.serving import Serving, bind

EXAMPLE = "periplus watch --feed tcp://127.0.0.1:10110"


def arguments(parser: argparse.ArgumentParser) -> None:
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--feed", metavar="URL", action="append", default=[], help="live AIS: tcp://host:port, "
                      "tcp-listen://…, udp://…, http(s)://…, ws(s)://…, a folder or '-'; repeat for more")  # fmt: skip
    what.add_argument("--replay", metavar="FILE", type=Path, help="a recorded file or folder, as it arrived")
    what.add_argument(
        "--exercise",
        metavar="NAME",
        default=exercises.DEFAULT,
        help="built-in exercise (default: %(default)s)",
    )
    parser.add_argument(
        "--seed",
        type=int,
        default=1,
        metavar="N",
        help="another exercise of the same kind (default: %(default)s)",
    )
    parser.add_argument(
        "--speed", type=float, metavar="N", help="seconds of a replay or exercise a second (default: 60)"
    )
    parser.add_argument("--centre", metavar="DIR", type=Path, help="the centre's folder (default: one below "
                        "$PERIPLUS_HOME for each of exercise, replay and watch)")  # fmt: skip
    parser.add_argument("--database", metavar="DSN", help="postgresql://… instead of SQLite in the folder")
    parser.add_argument("--listen", metavar="HOST:PORT", default=f"{settings.HOST}:{settings.PORT}",
                        help="where the watch floor is served (default: %(default)s, this machine only)")  # fmt: skip
    parser.add_argument("--name", help="the centre's name, when it is new")
    parser.add_argument(
        "--originator",
        metavar="NAME",
        type=words.originator,
        help="who owns what this centre takes in, when it is new",
    )
    parser.add_argument("--zones", metavar="GEOJSON", type=Path, help="zones of your own to watch")
    parser.add_argument("--anchorages", metavar="CSV", type=Path, help="known anchorages: lat, lon, label")
    parser.add_argument("--lateness", metavar="SECONDS", type=words.seconds, default=settings.LATENESS_S,
                        help="how late an observation may come and still count (default: %(default)s)")  # fmt: skip
    parser.add_argument(
        "--restart", action="store_true", help="begin a replay or exercise anew, in a folder beside the old"
    )
    parser.add_argument("--exit", action="store_true", help="stop when a replay has ended")
    parser.add_argument("--no-web", action="store_true", help="do not serve the watch floor")


def run(args: argparse.Namespace) -> int:
    logging.basicConfig(
        level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s", stream=sys.stderr
    )
    if args.speed is not None and args.feed:
        raise UsageError("--speed is for replays and exercises; a live feed runs at the speed of the sea")
    if args.speed is not None and not 0.1 <= args.speed <= 3600:
        raise UsageError("--speed lies between 0.1 and 3600")
    if args.exercise not in scenario.names():
        raise UsageError(f"no exercise {args.exercise!r}; there is {', '.join(scenario.names())}")
    listen = settings.parse_listen(args.listen)
    socket = None if args.no_web else bind(listen)  # before long work: a port in use is said at once
    with contextlib.ExitStack() as stack:
        if socket is not None:
            stack.callback(socket.close)
        exercise = (
            None if args.feed or args.replay else exercises.open_exercise(args.exercise, seed=args.seed)
        )
        centre = _open(args, exercise)
        stack.callback(centre.close)
        if centre.facts.anchorages.rejected:
            note(f"{args.anchorages}: {centre.facts.anchorages.rejected:,} rows without a position left out")
        arrivals = _arrivals(args, centre, exercise)
        watch = Watch(centre, pipeline.plan(centre.facts, lateness_s=args.lateness), arrivals)
        stack.callback(watch.stop)
        stopped = _signals()
        if socket is not None:
            serving = stack.enter_context(Serving(watch, socket, listen))
            note(f"{centre.name}: {serving.url}", *serving.first_run_lines())
        watch.start()
        if exercise is not None:
            threading.Thread(
                target=_write_truth, args=(exercise, centre.folder / "truth"), daemon=True
            ).start()
        _wait(watch, stopped, ends=args.exit)
    return 0


def _open(args: argparse.Namespace, exercise: Exercise | None) -> Centre:
    """The centre that these arguments name, founded when it is new."""
    if args.replay is not None and not args.replay.exists():
        raise VerbError(f"no such file: {args.replay}")
    if exercise is not None:
        name, title, originator = "exercise", "Exercise centre", exercise.originator
    else:
        name = f"replay {args.replay.name.split('.')[0]}" if args.replay else "watch"
        title, originator = name.capitalize(), "CENTRE"
    folder = args.centre or settings.default_centre(name)
    if args.restart:
        folder = _fresh(folder)
    return open_centre(
        folder, name=args.name or title, originator=args.originator or originator, exercise=exercise is not None,
        dsn=args.database, zones=args.zones or (exercise.zones if exercise else None),
        anchorages=args.anchorages or (exercise.anchorages if exercise else None),
    )  # fmt: skip


def _write_truth(exercise: Exercise, folder: Path) -> None:
    """What really happens, beside the centre that has to find it out: for scoring, never read by the watch."""
    if not folder.exists():
        part = folder.with_name("truth.part")
        exercise.write_truth(part)
        part.replace(folder)


def _arrivals(args: argparse.Namespace, centre: Centre, exercise: Exercise | None) -> Arrivals:
    speed = args.speed or settings.EXERCISE_SPEED
    if exercise is not None:
        return ExerciseArrivals(exercise, speed)
    if args.feed:
        return FeedArrivals(args.feed, centre.label)
    with Progress("reading") as progress:
        arrivals = ReplayArrivals(
            [args.replay], centre.label, speed, lambda lines: progress(f"{lines:,} lines")
        )
    if not arrivals.rows:
        raise VerbError(f"{args.replay} holds no observation: " + _reasons(arrivals))
    return arrivals


def _reasons(arrivals: Arrivals) -> str:
    counts = arrivals.counts()
    rejected = ", ".join(f"{reason} {n:,}" for reason, n in sorted(counts.rejected.items()))
    return f"{counts.lines:,} lines, rejected: {rejected or 'none'}"


def _wait(watch: Watch, stopped: threading.Event, *, ends: bool) -> None:
    """Until a signal comes; says the summary when a replay or an exercise has come to its end."""
    with Progress(watch.mode) as progress:
        told = False
        while not stopped.wait(0.2):
            if watch.finished.is_set() and not told:
                told = True
                note("", *summary(watch))
                if ends:
                    return
            if not watch.running:
                raise VerbError("the watch stopped; the line above says why")
            status = watch.status()
            progress(f"{status['vessels']:,} ships, {status['observations']:,} observations, "
                     f"{status['observations_per_s']:,.0f}/s")  # fmt: skip


def _signals() -> threading.Event:
    stopped = threading.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: stopped.set())
    return stopped


def _fresh(folder: Path) -> Path:
    number = 2
    while folder.with_name(f"{folder.name}-{number}").exists():
        number += 1
    return folder.with_name(f"{folder.name}-{number}") if folder.exists() else folder
