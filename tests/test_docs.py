"""The docs are true: what there is is named, what is named is there, and what is shown runs."""

import json
import pathlib
import re
import shlex
import subprocess
import sys
import tomllib

import pytest

from periplus import behaviours
from periplus.cli import VERBS, parse
from periplus.fusion.zones import KINDS
from periplus.sources.ais import providers
from periplus.sources.batch import SourceError
from periplus.sources.transport import open_transport

ROOT = pathlib.Path(__file__).parents[1]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("changes/*.md")])
TEXT = {page.relative_to(ROOT).as_posix(): page.read_text(encoding="utf-8") for page in PAGES}
EVERYTHING = "\n".join(TEXT.values())
BEHAVIOURS = TEXT["docs/behaviours.md"]


def blocks(text: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.MULTILINE | re.DOTALL)


def calls() -> list[str]:
    """Every `periplus …` command line that a page shows, in a block of sh or, without placeholders, in a sentence."""
    shown = [
        line.partition("#")[0]
        for text in TEXT.values()
        for b in blocks(text, "sh")
        for line in b.splitlines()
    ]
    shown += [
        line for line in re.findall(r"`(periplus [^`]+)`", EVERYTHING) if not re.search(r"\b[A-Z]+\b", line)
    ]
    found = [line.strip().removeprefix(".venv/bin/") for line in shown]
    return sorted({line for line in found if line.startswith("periplus ") and "…" not in line})


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_is_documented(verb: str) -> None:
    assert re.search(rf"`(periplus )?{verb}\b", EVERYTHING)


@pytest.mark.parametrize("behaviour", behaviours.all(), ids=lambda behaviour: behaviour.KIND)
def test_every_behaviour_has_a_section_that_names_its_profiles(behaviour: behaviours.Behaviour) -> None:
    section = BEHAVIOURS.partition(f"\n## {behaviour.KIND}\n")[2].partition("\n## ")[0]
    assert section
    published = set(behaviour.profiles) - {"periplus"}  # our own is told of at the top of the page
    assert sorted(name for name in published if f"`{name}`" not in section) == []


def test_every_section_of_a_behaviour_is_of_one_that_there_is() -> None:
    named = set(re.findall(r"^## ([a-z_]+)$", BEHAVIOURS, re.MULTILINE))
    assert named == {behaviour.KIND for behaviour in behaviours.all()}


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_zone_is_documented(kind: str) -> None:
    assert f"| `{kind}` |" in TEXT["docs/places.md"]


@pytest.mark.parametrize("provider", providers.PROVIDERS, ids=lambda provider: provider.name)
def test_every_format_is_documented(provider: providers.Provider) -> None:
    assert re.split(r"[ ,]", provider.name)[0] in TEXT["docs/sources.md"]


def test_every_scheme_of_a_feed_is_documented() -> None:
    with pytest.raises(SourceError) as refusal:
        open_transport("carrier-pigeon://quay:1")
    schemes = str(refusal.value).partition("known are ")[2].split(", ")
    assert len(schemes) > 5
    assert [scheme for scheme in schemes if f"`{scheme}://" not in TEXT["docs/sources.md"]] == []


def test_the_dependencies_are_those_that_are_documented() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    asked = [
        *project["project"]["dependencies"],
        *project["dependency-groups"]["dev"],
        *project["build-system"]["requires"],
    ]
    page = json.loads((ROOT / "ui/package.json").read_text())
    used = {re.split(r"[\[<>=~ ]", one)[0] for one in asked} | {
        *page["dependencies"],
        *page["devDependencies"],
    }
    rows = re.findall(r"^\| ([^|]+) \|", TEXT["docs/dependencies.md"], re.MULTILINE)
    named = {name for row in rows for name in row.split(", ")} - {"package"}

    def is_of(name: str, pattern: str) -> bool:
        return name == pattern or (pattern.endswith("*") and name.startswith(pattern[:-1]))

    assert sorted(name for name in used if not any(is_of(name, pattern) for pattern in named)) == []
    assert sorted(pattern for pattern in named if not any(is_of(name, pattern) for name in used)) == []


@pytest.mark.parametrize("page", [name for name, text in TEXT.items() if blocks(text, "python")])
def test_what_a_page_shows_in_python_runs(page: str, tmp_path: pathlib.Path) -> None:
    source = "\n".join(blocks(TEXT[page], "python"))
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", source],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("call", calls())
def test_every_command_line_that_is_shown_is_understood(call: str) -> None:
    parse(shlex.split(call)[1:])


def test_command_lines_are_shown() -> None:
    assert len(calls()) >= 4


def test_every_link_leads_somewhere() -> None:
    broken = [
        (page.name, link)
        for page in PAGES
        for link in re.findall(r"\]\(([^)#\s]+)", page.read_text(encoding="utf-8"))
        if "://" not in link and not (page.parent / link).exists()
    ]
    assert broken == []


def test_no_file_names_a_path_of_some_machine() -> None:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True)
    if listed.returncode:
        pytest.skip("not in a git checkout")
    # Written apart, so that this file is not one of them.
    machine = re.compile(
        "|".join(["/" + "home/[a-z]", "/" + "root/", "/" + "Users/", "/" + "work/", "[A-Z]:" + r"\\\\Users"])
    )
    named = []
    for name in filter(None, listed.stdout.split("\0")):
        path = ROOT / name
        try:
            text = path.read_text(encoding="utf-8") if path.is_file() else ""
        except UnicodeDecodeError:
            continue
        named += [(name, found[0]) for found in [machine.search(text)] if found]
    assert named == []
