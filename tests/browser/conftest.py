"""A real watch on the built-in exercise, and a real Chromium in front of it."""

import contextlib
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

PICTURES = pathlib.Path(__file__).parents[2] / "out/pictures"
FLAGS = ["--no-sandbox", "--disable-quic", "--disable-background-networking", "--disable-component-update",
         "--disable-sync", "--no-first-run", "--enable-unsafe-swiftshader"]  # fmt: skip
START_S = 120.0


def chromium_path() -> str | None:
    return next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


@dataclass
class Running:
    """A `periplus watch` in a process of its own."""

    process: subprocess.Popen[str]
    url: str
    link: str  # the first-run link, good for one sign-in
    log: pathlib.Path


@contextlib.contextmanager
def running_watch(folder: pathlib.Path, *arguments: str) -> Iterator[Running]:
    """Starts the watch and waits until it prints where it serves."""
    folder.mkdir(parents=True, exist_ok=True)
    log = folder / "watch.log"
    command = [
        sys.executable,
        "-m",
        "periplus.cli",
        "watch",
        "--centre",
        str(folder / "centre"),
        "--listen",
        "127.0.0.1:0",
    ]
    with log.open("w") as out:
        process = subprocess.Popen([*command, *arguments], stdout=out, stderr=subprocess.STDOUT, text=True)
    try:
        yield Running(process, *_told(process, log), log)
    finally:
        process.send_signal(signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=20)
        process.kill()


def _told(process: subprocess.Popen[str], log: pathlib.Path) -> tuple[str, str]:
    until = time.monotonic() + START_S
    while time.monotonic() < until and process.poll() is None:
        link = re.search(r"(http://\S+)/enter#\S+", log.read_text())
        if link:
            return link[1], link[0]
        time.sleep(0.1)
    raise AssertionError(f"the watch did not start: {log.read_text()[-2000:]}")


@pytest.fixture(scope="session")
def chromium() -> Iterator[object]:
    path = chromium_path()
    if path is None:
        pytest.skip("Chromium is not installed: apt-get install chromium")
    if not (pathlib.Path(__file__).parents[2] / "ui/dist/index.html").exists():
        pytest.skip("the watch floor is not built: make ui")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def exercise(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running_watch(
        tmp_path_factory.mktemp("exercise"), "--speed", os.environ.get("PERIPLUS_TEST_SPEED", "60")
    ) as watch:
        yield watch


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/browser" in str(item.path):
            item.add_marker(pytest.mark.browser)
