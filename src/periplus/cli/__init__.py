"""The terminal: one verb a file, results to stdout or -o, notes to stderr, one clear line when it fails."""

import argparse
import importlib
import os
import sys
from collections.abc import Sequence
from typing import NoReturn

from periplus import __version__

# Verb → the line that --help shows. The module is imported only when the verb is used: start-up stays short.
VERBS = {
    "watch": "run a centre and serve the watch floor (without --feed or --replay: the built-in exercise)",
    "decode": "AIS files to one table of observations",
    "detect": "odd behaviour in a file of tracks or observations, each event with its reason",
    "import": "AIS files into a centre's archive and picture",
    "sources": "what a running centre's sources deliver, and what was rejected and why",
    "log": "verify the log: recompute its hash chain",
    "doctor": "whether everything needed is here and healthy, a line each",
    "bench": "how fast this machine does it",
}

USAGE, FAILED = 2, 1


class UsageError(Exception):
    """The call's words are off; exit 2 with one line."""


class VerbError(Exception):
    """The verb could not do its work; exit 1 with one line."""


class _Parser(argparse.ArgumentParser):
    """Wrong words are one line that says where the right ones stand."""

    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{message}; see {self.prog} --help")


def main(argv: Sequence[str] | None = None) -> int:
    """Runs one verb. Returns the exit status: 0 success, 1 failure with one line, 2 bad usage."""
    argv = list(sys.argv[1:] if argv is None else argv)
    try:
        return _run(argv)
    except UsageError as error:
        print(f"periplus: {error}", file=sys.stderr)
        return USAGE
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        return 130
    except Exception as error:
        if not _expected(error) or os.environ.get("PERIPLUS_TRACEBACK"):
            raise
        print(f"periplus: {error}", file=sys.stderr)
        return FAILED


def _run(argv: list[str]) -> int:
    arguments = parse(argv)
    status: int = arguments.run(arguments)
    return status


def parse(argv: list[str]) -> argparse.Namespace:
    """A call's words as its verb takes them. Raises UsageError, one line."""
    parser = _Parser(
        prog="periplus",
        description="The open software of a maritime information fusion centre.",
        epilog="periplus VERB --help shows a verb's options and an example.",
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"periplus {__version__}")
    verbs = parser.add_subparsers(dest="verb", metavar="VERB", required=True)
    wanted = next((word for word in argv if not word.startswith("-")), None)
    for verb, line in VERBS.items():
        one = verbs.add_parser(
            verb, help=line, description=line[0].upper() + line[1:] + ".", allow_abbrev=False,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )  # fmt: skip
        if verb == wanted:
            module = importlib.import_module(f"periplus.cli.{verb}_verb")
            one.epilog = f"example:\n  {module.EXAMPLE}"
            module.arguments(one)
            one.set_defaults(run=module.run)
            one.set_defaults(parser=one)
    arguments, unknown = parser.parse_known_args(argv)
    if unknown:
        arguments.parser.error(f"what is {' '.join(unknown)}?")
    return arguments


def _expected(error: Exception) -> bool:
    """Whether an error is one that its part raises with a clear line for people."""
    if isinstance(error, VerbError):
        return True
    if isinstance(error, OSError):
        error.args = (f"{error.strerror}: {error.filename}" if error.filename else str(error),)
        return True
    return type(error).__module__.startswith("periplus.") and type(error).__name__.endswith("Error")
