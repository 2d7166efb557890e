"""`periplus decode`: AIS files to the observation table."""

import argparse
import time
from pathlib import Path

from periplus.archive.files import FORMATS, write
from periplus.cli import UsageError
from periplus.cli.progress import Progress, note
from periplus.model.label import originator_only
from periplus.sources.batch import Counts
from periplus.sources.reading import read_file

EXAMPLE = "periplus decode log.nmea.gz more.csv -o observations.parquet"


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "files",
        metavar="FILE",
        nargs="+",
        help="NMEA, or the CSV or JSON of a provider; .gz and .zst too; '-'",
    )
    parser.add_argument(
        "-o",
        dest="out",
        metavar="OUT",
        required=True,
        help="OUT.parquet, .csv, .jsonl or .geojson; '-' for JSON lines",
    )
    parser.add_argument(
        "--originator", default="CENTRE", help="who owns these observations (default: %(default)s)"
    )


def run(args: argparse.Namespace) -> int:
    if args.out != "-" and Path(args.out).suffix not in FORMATS:
        raise UsageError(f"-o takes a name that ends in {', '.join(FORMATS)}, not {args.out!r}")
    counts = Counts()
    began = time.perf_counter()
    with Progress("decoding") as progress, write(args.out) as out:
        for file in args.files:
            for batch in read_file(file, label=str(originator_only(args.originator))):
                out(batch.observations)
                counts = counts + batch.counts
                progress(f"{counts.lines:,} lines, {counts.messages:,} messages")
    note(*_summary(counts, time.perf_counter() - began))
    return 0


def _summary(counts: Counts, seconds: float) -> list[str]:
    lines = [
        f"{counts.lines:,} lines, {counts.messages:,} messages, {counts.observations:,} observations "
        f"in {seconds:.1f} s: {counts.messages / seconds:,.0f} messages/s"
    ]
    for title, tally in (
        ("by type", counts.by_type),
        ("rejected", counts.rejected),
        ("passed over", counts.passed_over),
    ):
        if tally:
            lines.append(f"{title:<12} " + ", ".join(f"{key} {n:,}" for key, n in sorted(tally.items())))
    return lines
