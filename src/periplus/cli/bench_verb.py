"""`periplus bench`: how fast this machine does it; ratios against a peer in the same run where there is one."""

import argparse
import json
import tempfile
from collections.abc import Callable
from pathlib import Path

from periplus.archive.files import FileError
from periplus.cli.progress import note

EXAMPLE = "periplus bench watch -o watch.json"
NAMES = ("decode", "archive", "detect", "watch", "latency")


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", choices=[*NAMES, "all"], help="what to measure")
    parser.add_argument("-o", dest="out", metavar="OUT.json", help="the figures as JSON as well")
    parser.add_argument(
        "--minutes",
        type=int,
        default=30,
        metavar="N",
        help="exercise minutes to work on (default: %(default)s)",
    )


def run(args: argparse.Namespace) -> int:
    from periplus.cli import benches

    figures: dict[str, dict[str, float]] = {}
    names = NAMES if args.name == "all" else (args.name,)
    with tempfile.TemporaryDirectory(prefix="periplus-bench-") as folder:
        corpus = benches.corpus(args.minutes)
        note(f"{corpus.num_rows:,} observations of {args.minutes} minutes of the built-in exercise")
        for name in names:
            bench: Callable[..., dict[str, float]] = getattr(benches, name)
            figures[name] = bench(corpus, Path(folder))
            for figure, value in figures[name].items():
                print(
                    f"{name:<8} {figure:<44} {value:>14,.3f}"
                    if value < 100
                    else f"{name:<8} {figure:<44} {value:>14,.0f}"
                )
    if args.out:
        try:
            Path(args.out).write_text(json.dumps(figures, indent=1) + "\n")
        except OSError as error:
            raise FileError(f"{args.out}: {error.strerror}") from error
    return 0
