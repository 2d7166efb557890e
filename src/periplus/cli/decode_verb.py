"""`periplus decode`: AIS files to the observation table."""

import argparse
import time
from pathlib import Path

from periplus.archive.files import FORMATS, write
from periplus.cli import UsageError, words
from periplus.cli.progress import Progress, note
from periplus.model.label import originator_only
from periplus.sources.batch import Counts
from periplus.sources.reading import read_file

EXAMPLE = (
    "periplus decode log.nmea.gz more.csv -o observations.parquet\n"
    "  periplus decode undated.nmea --dated 2025-11-06T09:00:00Z -o observations.csv"
)


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "files",
        metavar="FILE",
        nargs="+",
        help="NMEA, or the CSV or JSON of a provider; packed ones too; a folder; '-' for standard input",
    )
    parser.add_argument(
        "-o",
        dest="out",
        metavar="OUT",
        required=True,
        help="OUT.parquet, .csv, .jsonl or .geojson; '-' for JSON lines on standard output",
    )
    parser.add_argument(
        "--dated",
        metavar="T",
        type=words.time_us,
        help="when NMEA that carries no time at all was received, ISO 8601 UTC (else: rejected as no_time)",
    )
    parser.add_argument(
        "--originator",
        metavar="NAME",
        default="CENTRE",
        type=words.originator,
        help="who owns these observations (default: %(default)s)",
    )


def run(args: argparse.Namespace) -> int:
    if args.out != "-" and Path(args.out).suffix not in FORMATS:
        raise UsageError(f"-o takes a name that ends in {', '.join(FORMATS)}, not {args.out!r}")
    counts, label = Counts(), str(originator_only(args.originator))
    began = time.perf_counter()
    with Progress("decoding") as progress, write(args.out) as out:
        for file in args.files:
            for batch in read_file(file, label=label, assume_us=args.dated):
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
        ("by type", {f"type {kind}:": n for kind, n in sorted(counts.by_type.items())}),
        ("rejected", dict(sorted(counts.rejected.items()))),
        ("passed over", dict(sorted(counts.passed_over.items()))),
        ("noted", dict(sorted(counts.noted.items()))),
    ):
        if tally:
            lines.append(f"{title:<12} " + ", ".join(f"{key} {n:,}" for key, n in tally.items()))
    if counts.rejected.get("no_time"):
        lines.append("no_time: nothing dates these; --dated says when they were received")
    return lines
