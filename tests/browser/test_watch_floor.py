"""The watch floor in a real Chromium on the built-in exercise: journey 1, search, time, accessibility, pictures."""

import json
import pathlib
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from browser.conftest import PICTURES, Running

AXE = pathlib.Path(__file__).parents[2] / "ui/node_modules/axe-core/axe.min.js"
SIZES = [(1920, 1080), (1366, 768), (1024, 768)]
COLOURED_AT_NIGHT = 3
ANSWER_MS = 15_000
OFFICER = "desk-1"


@pytest.fixture(scope="module")
def signed_in(chromium: Any, exercise: Running) -> dict[str, Any]:
    """The first-run link, used as a newcomer uses it: an account is made, and the floor is there."""
    context = chromium.new_context()
    page = context.new_page()
    page.goto(exercise.link)
    prompt = page.get_by_role("form", name="Make your account")
    prompt.get_by_label("Name").fill(OFFICER, timeout=60_000)
    prompt.get_by_label("Password").fill("a long enough passphrase")
    prompt.get_by_role("button", name="Create account").click()
    prompt.wait_for(state="hidden", timeout=30_000)
    state: dict[str, Any] = context.storage_state()
    context.close()
    return state


@pytest.fixture
def floor(chromium: Any, exercise: Running, signed_in: dict[str, Any]) -> Iterator[Any]:
    """The floor as an officer has it open, with the chart drawn; whatever the page complains of fails the test."""
    context = chromium.new_context(viewport={"width": 1920, "height": 1080}, storage_state=signed_in)
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(exercise.url)
    page.wait_for_selector("html[data-ready=chart]", timeout=60_000)
    yield page
    context.close()
    assert errors == []


def wait_until(asked: Callable[[], Any], seconds: float = 90.0) -> Any:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        answer = asked()
        if answer:
            return answer
        time.sleep(0.25)
    raise AssertionError("waited in vain")


def api(page: Any, path: str) -> Any:
    return page.evaluate("async path => (await fetch(path)).json()", path)


def judged(page: Any, priorities: str = "look,act") -> list[dict[str, Any]]:
    """Open events that wait for an officer."""
    events = api(page, "/api/events?state=open,closed&limit=500")
    return [
        e
        for e in events
        if e["priority"] in priorities.split(",") and not e["acknowledged"] and not e["dismissed"]
    ]


def test_a_newcomer_sees_a_thousand_ships_move_and_the_first_explained_events(floor: Any) -> None:
    assert wait_until(lambda: floor.evaluate("window.periplus.drawn()") >= 1000)
    first = wait_until(lambda: judged(floor))
    assert all(event["why"].endswith(".") and event["margin"] for event in first)
    before = floor.evaluate("window.periplus.fleet.snapshotNow")
    assert wait_until(lambda: floor.evaluate("window.periplus.fleet.snapshotNow") > before)


def test_an_event_is_read_and_taken_in_two_actions(floor: Any) -> None:
    """Journey 1: J selects it, flies there and draws the evidence; A takes it. It is in the log with who and when."""
    wait_until(lambda: floor.locator("[data-event]").count())
    floor.keyboard.press("j")
    detail = floor.get_by_role("region", name="Selected")
    chosen = floor.locator("[data-event].on").get_attribute("data-event", timeout=ANSWER_MS)
    event = api(floor, f"/api/events/{chosen}")
    detail.get_by_text(event["why"]).first.wait_for(timeout=ANSWER_MS)
    roles = {feature["properties"]["role"] for feature in event["evidence"]["geometry"]["features"]}
    assert roles
    assert event["evidence"]["thresholds"]
    view = wait_until(lambda: near(floor.evaluate("window.periplus.view()"), event))
    assert view
    floor.keyboard.press("a")
    taken = wait_until(lambda: api(floor, f"/api/events/{chosen}")["acknowledged"], 10)
    assert taken["by"] == OFFICER
    floor.keyboard.press("u")
    wait_until(lambda: not api(floor, f"/api/events/{chosen}")["acknowledged"], 10)


def near(view: dict[str, Any], event: dict[str, Any]) -> bool:
    """Whether the chart shows the event."""
    west, south, east, north = view["bounds"]
    return bool(west <= event["lon"] <= east and south <= event["lat"] <= north)


def test_an_event_is_dismissed_with_a_reason_in_three_actions_and_that_can_be_undone(floor: Any) -> None:
    wait_until(lambda: floor.locator("[data-event]").count())
    floor.keyboard.press("j")
    chosen = floor.locator("[data-event].on").get_attribute("data-event", timeout=ANSWER_MS)
    floor.keyboard.press("d")
    floor.keyboard.press("2")
    gone = wait_until(lambda: api(floor, f"/api/events/{chosen}")["dismissed"], 10)
    assert (gone["reason"], gone["by"]) == (2, OFFICER)
    floor.keyboard.press("u")
    wait_until(lambda: not api(floor, f"/api/events/{chosen}")["dismissed"], 10)
    acts = [version["what"] for version in api(floor, f"/api/events/{chosen}")["history"]]
    assert "dismiss" in acts
    assert "reopen" in acts


def test_a_ship_is_found_by_its_name_and_its_card_says_who_says_so(floor: Any) -> None:
    hit = wait_until(
        lambda: next((h for h in api(floor, "/api/search?q=HELLAS") if h["kind"] == "vessel"), None)
    )
    floor.keyboard.press("/")
    floor.keyboard.type("hellas")
    floor.get_by_role("option").filter(has_text=hit["title"]).first.wait_for(timeout=ANSWER_MS)
    floor.keyboard.press("Enter")
    detail = floor.get_by_role("region", name="Selected")
    detail.get_by_text(hit["title"]).first.wait_for(timeout=ANSWER_MS)
    card = api(floor, f"/api/vessels/{hit['vessel']}")
    assert card["claims"]
    detail.get_by_text(card["claims"][0]["value"]).first.wait_for(timeout=ANSWER_MS)


def test_a_position_is_understood_before_enter(floor: Any) -> None:
    floor.keyboard.press("/")
    floor.keyboard.type("01 17.7N 056 17.5E")
    floor.get_by_role("option").filter(has_text="01°17.7′N 056°17.5′E").first.wait_for(timeout=ANSWER_MS)


def test_time_slides_back_and_comes_back_to_live(floor: Any) -> None:
    live = floor.get_by_role("timer").inner_text()
    for _ in range(3):
        floor.keyboard.press("Shift+,")
    wait_until(lambda: floor.locator(".floor.past").count(), 15)
    assert floor.get_by_role("timer").inner_text() != live
    wait_until(lambda: floor.evaluate("window.periplus.drawn()") >= 1000, 30)
    floor.keyboard.press("l")
    wait_until(lambda: not floor.locator(".floor.past").count(), 15)


def test_an_ordinary_night_shows_few_coloured_marks(floor: Any) -> None:
    """Before the morning's boarding nothing needs more than a look."""
    wait_until(lambda: api(floor, "/api/status")["progress"] is None)
    waiting = judged(floor)
    assert len(waiting) <= COLOURED_AT_NIGHT, [event["why"] for event in waiting]
    assert judged(floor, "act") == []


def test_an_administrator_gives_a_watch_officer_an_account_that_signs_in(
    floor: Any, chromium: Any, exercise: Running
) -> None:
    floor.keyboard.press("/")
    floor.keyboard.type("/add account")
    floor.get_by_role("option").filter(has_text="add account").first.click(timeout=ANSWER_MS)
    dialog = floor.get_by_role("dialog", name="Add an account")
    dialog.get_by_label("Name").fill("desk-2")
    dialog.get_by_label("Role").select_option("watch officer")
    dialog.get_by_label("First password").fill("another long passphrase")
    assert axe(floor) == []
    dialog.get_by_role("button", name="Add account").click()
    dialog.wait_for(state="hidden", timeout=ANSWER_MS)
    context = chromium.new_context(viewport={"width": 1366, "height": 768})
    page = context.new_page()
    page.goto(exercise.url)
    page.get_by_role("textbox", name="Name").fill("desk-2", timeout=ANSWER_MS)
    page.get_by_label("Password").fill("another long passphrase")
    page.keyboard.press("Enter")
    page.wait_for_selector("html[data-ready=chart]", timeout=60_000)
    assert api(page, "/api/hello")["user"]["role"] == "watch officer"
    context.close()


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_the_floor_is_accessible_and_its_pictures_are_kept(floor: Any, theme: str) -> None:
    """axe-core finds nothing at WCAG 2.2 A or AA on any screen; each is photographed at three sizes."""
    floor.evaluate("theme => localStorage.setItem('periplus.prefs', JSON.stringify({theme}))", theme)
    PICTURES.mkdir(parents=True, exist_ok=True)
    violations = []
    for width, height in SIZES:
        floor.set_viewport_size({"width": width, "height": height})
        for screen, keys in (("floor", []), ("event", ["j"]), ("keys", ["?"]), ("dismiss", ["j", "d"])):
            floor.reload()
            floor.wait_for_selector("html[data-ready=chart]", timeout=60_000)
            assert floor.evaluate("document.documentElement.dataset.theme") == theme
            wait_until(lambda: floor.locator("[data-event]").count())
            for key in keys:
                floor.keyboard.press(key)
            floor.wait_for_timeout(1200)
            floor.screenshot(path=PICTURES / f"{screen}-{theme}-{width}x{height}.png")
            violations += [(screen, width, *found) for found in axe(floor)]
    assert violations == []


def test_the_sign_in_page_is_accessible(chromium: Any, exercise: Running) -> None:
    context = chromium.new_context(viewport={"width": 1366, "height": 768})
    page = context.new_page()
    page.goto(exercise.url)
    page.get_by_role("textbox", name="Name").wait_for(timeout=ANSWER_MS)
    PICTURES.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=PICTURES / "sign-in-dark-1366x768.png")
    assert axe(page) == []
    context.close()


def axe(page: Any) -> list[tuple[str, str]]:
    """Rule and first element of each violation."""
    page.evaluate(AXE.read_text())
    options = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}
    found = page.evaluate("async options => (await axe.run(document, options)).violations", options)
    return [(rule["id"], json.dumps(rule["nodes"][0]["target"])) for rule in found]
