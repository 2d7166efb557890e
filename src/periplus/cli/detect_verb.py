"""`periplus detect`: behaviours over a file."""

import argparse
import math
from pathlib import Path

import pyarrow as pa

from periplus import behaviours, pipeline
from periplus.archive.files import FORMATS, read_parquet, write
from periplus.cli import UsageError, VerbError, words
from periplus.cli.progress import Progress, note
from periplus.fusion.facts import load_facts
from periplus.model.label import originator_only
from periplus.model.schema import SchemaError
from periplus.model.track import TRACK_POINT
from periplus.sources.reading import read_file

EXAMPLE = (
    "periplus detect tracks.parquet --behaviour gap --profile gfw --set min_silence_s=21600 -o events.jsonl"
)


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "tracks",
        metavar="TRACKS",
        help="Parquet of observations or track points, or any file that `decode` reads",
    )
    parser.add_argument(
        "-o",
        dest="out",
        metavar="OUT",
        default="-",
        help="events.jsonl, .parquet, .csv or .geojson (default: JSON lines to stdout)",
    )
    parser.add_argument(
        "--behaviour",
        metavar="KIND",
        action="append",
        default=[],
        help="only this kind (default: all); repeat for more",
    )
    parser.add_argument(
        "--profile",
        metavar="NAME",
        default=None,
        help="a published definition, for instance gfw (default: our own)",
    )
    parser.add_argument(
        "--set",
        metavar="KEY=VALUE",
        action="append",
        default=[],
        dest="overrides",
        help="a threshold of your own; gap.min_silence_s=14400 means that of one kind; repeat for more",
    )
    parser.add_argument(
        "--zones", metavar="GEOJSON", type=Path, help="zones for zone_entry, besides the built-in ones"
    )
    parser.add_argument("--anchorages", metavar="CSV", type=Path, help="known anchorages: lat, lon, label")
    parser.add_argument(
        "--as-of",
        metavar="T",
        type=words.time_us,
        help="judge as of this time, ISO 8601 UTC (default: the last observation)",
    )


def run(args: argparse.Namespace) -> int:
    if args.out != "-" and Path(args.out).suffix not in FORMATS:
        raise UsageError(f"-o takes a name that ends in {', '.join(FORMATS)}, not {args.out!r}")
    kinds = [behaviour.KIND for behaviour in behaviours.all()]
    for kind in args.behaviour:
        if kind not in kinds:
            raise UsageError(f"no behaviour {kind!r}; there are {', '.join(kinds)}")
    facts = load_facts(zones=args.zones, anchorages=args.anchorages)
    if facts.anchorages.rejected:
        note(f"{args.anchorages}: {facts.anchorages.rejected:,} rows without a position left out")
    plan = pipeline.plan(
        facts,
        kinds=args.behaviour or None,
        profile=args.profile,
        overrides=[_pair(text) for text in args.overrides],
    )
    observations = _read(args.tracks)
    with Progress("detecting") as progress:
        progress(f"{observations.num_rows:,} rows")
        events = pipeline.detect(plan, observations, as_of_us=args.as_of)
    with write(args.out) as out:
        out(_numbered(events))
    tally = events.group_by("kind").aggregate([("kind", "count")]).to_pylist() if events.num_rows else []
    found = ", ".join(f"{row['kind']} {row['kind_count']:,}" for row in tally) or "none"
    note(f"{observations.num_rows:,} rows, events: {found}")
    return 0


def _read(path: str) -> pa.Table:
    if path.endswith(".parquet"):
        try:
            return pipeline.as_observations(read_parquet(Path(path)), source=Path(path).stem)
        except SchemaError as error:
            raise VerbError(f"{path}: {error}") from error
    label = str(originator_only("CENTRE"))
    facts = pa.schema([TRACK_POINT.field(name) for name in pipeline.FACTS])
    with Progress("reading") as progress:
        tables = []
        for batch in read_file(path, label=label, beside=facts):
            tables.append(batch.observations)
            progress(f"{sum(table.num_rows for table in tables):,} observations")
    return pa.concat_tables(tables, promote_options="default")


def _numbered(events: pa.Table) -> pa.Table:
    """A file holds the first and only version of each event."""
    return events.add_column(2, "version", pa.array([1] * events.num_rows, pa.int32()))


def _pair(text: str) -> tuple[str, float]:
    key, _, value = text.partition("=")
    try:
        number = float(value)
    except ValueError:
        number = math.nan
    if math.isnan(number):
        raise UsageError(f"--set takes KEY=NUMBER, not {text!r}")
    return key, number
