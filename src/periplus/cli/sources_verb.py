"""`periplus sources`: what a running centre's sources deliver."""

import argparse
import json
import time
from pathlib import Path

from periplus import settings
from periplus.cli import VerbError
from periplus.watch.running import STATUS_FILE

EXAMPLE = "periplus sources --centre ~/centres/north"


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--centre", metavar="DIR", type=Path, help="the centre's folder (default: the exercise's)"
    )
    parser.add_argument("--json", action="store_true", help="as JSON, for programs")


def run(args: argparse.Namespace) -> int:
    folder = args.centre or settings.default_centre("exercise")
    path = folder / STATUS_FILE
    if not path.exists():
        raise VerbError(f"no watch has run in {folder}")
    told = json.loads(path.read_text())
    if args.json:
        print(json.dumps(told))
        return 0
    age_s = time.time() - told["written_at"]
    status = told["status"]
    if age_s > 10:
        print(f"the watch is not running; this is from {age_s / 60:,.0f} min before now")
    print(
        f"{status['vessels']:,} ships, {status['observations']:,} observations kept, "
        f"{status['observations_per_s']:,.0f}/s"
    )
    for source in told["sources"]:
        rejected = ", ".join(f"{reason} {n:,}" for reason, n in sorted(source["rejected"].items())) or "none"
        print(
            f"{source['name']:<24} {source['state']:<11} {source['observations']:>12,} in   late {source['late']:,}   "
            f"duplicate {source['duplicates']:,}   reconnects {source['reconnects']:,}   rejected: {rejected}"
        )
        if source["detail"]:
            print(f"{'':<24} {source['detail']}")
    return 0
