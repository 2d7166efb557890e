"""`periplus import`: files into a centre's archive and picture."""

import argparse
from pathlib import Path

from periplus import pipeline, settings
from periplus.centre import open_centre
from periplus.cli import VerbError, words
from periplus.cli.progress import Progress, note
from periplus.watch.arrivals import ReplayArrivals
from periplus.watch.running import Watch, summary

EXAMPLE = "periplus import aisdk-2026-04-26.csv.zst --centre ~/centres/north"


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("files", metavar="FILE", nargs="+", help="AIS files, as for `decode`")
    parser.add_argument(
        "--centre", metavar="DIR", type=Path, help="the centre's folder (default: the one of `watch --feed`)"
    )
    parser.add_argument("--database", metavar="DSN", help="postgresql://… instead of SQLite in the folder")
    parser.add_argument(
        "--originator",
        metavar="NAME",
        default="CENTRE",
        type=words.originator,
        help="who owns what this centre takes in, when it is new",
    )
    parser.add_argument("--lateness", metavar="SECONDS", type=words.seconds, default=settings.LATENESS_S,
                        help="how late an observation may come and still count (default: %(default)s)")  # fmt: skip


def run(args: argparse.Namespace) -> int:
    folder = args.centre or settings.default_centre("watch")
    centre = open_centre(folder, name="Watch", originator=args.originator, exercise=False, dsn=args.database)
    try:
        with Progress("reading") as progress:
            arrivals = ReplayArrivals(
                args.files, centre.label, None, lambda lines: progress(f"{lines:,} lines")
            )
        if not arrivals.rows:
            raise VerbError("no observation in " + ", ".join(args.files))
        watch = Watch(centre, pipeline.plan(centre.facts, lateness_s=args.lateness), arrivals)
        watch.start(resume=False)
        with Progress("importing") as progress:
            while not watch.finished.wait(0.1):
                if not watch.running:
                    raise VerbError("the import stopped; the line above says why")
                done = arrivals.progress()
                progress(f"{100 * done[1]:.0f} %" if done else "settling")
        watch.stop()
        centre.archive.compact()
        note(*summary(watch))
    finally:
        centre.close()
    return 0
