"""`periplus sources`: what a running centre's sources deliver."""

import argparse
import json
import time
from pathlib import Path
from typing import Any

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
    try:
        told = json.loads(path.read_text())
    except ValueError as error:
        raise VerbError(f"{path} is damaged: {error}") from error
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
    print("", *_table(told["sources"], told["status"]["now"]), sep="\n")
    return 0


def _table(sources: list[dict[str, Any]], now_us: int) -> list[str]:
    """A line a source, its heading first; below it what is wrong with it and what was rejected."""
    rows = [("source", "state", "last heard", "observations", "late", "duplicate", "reconnects", "dropped")]
    for s in sources:
        last = "never" if s["last_at"] is None else f"{max(0, now_us - s['last_at']) / 1e6:,.0f} s ago"
        counts = (f"{s[key]:,}" for key in ("observations", "late", "duplicates", "reconnects", "dropped"))
        rows.append((s["name"], s["state"], last, *counts))
    widths = [max(len(row[n]) for row in rows) for n in range(len(rows[0]))]
    lines = [
        "  ".join(
            f"{cell:<{w}}" if n < 3 else f"{cell:>{w}}"
            for n, (cell, w) in enumerate(zip(row, widths, strict=True))
        )
        for row in rows
    ]
    out = lines[:1]
    for source, line in zip(sources, lines[1:], strict=True):
        out.append(line)
        if source["detail"]:
            out.append(f"  {source['detail']}")
        if source["rejected"]:
            out.append(
                "  rejected: " + ", ".join(f"{why} {n:,}" for why, n in sorted(source["rejected"].items()))
            )
    return out
