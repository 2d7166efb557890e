"""All behaviours come through one door, and every verdict can be taken again from its evidence."""

import json
import pathlib
from typing import Any

import pytest
from laws.scene import ZONES, scene

from behaviours.sea import sea
from periplus import behaviours, pipeline
from periplus.behaviours import verdict
from periplus.fusion.facts import load_facts


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    path = tmp_path_factory.mktemp("verdict") / "zones.geojson"
    path.write_text(json.dumps(ZONES))
    events = [
        pipeline.detect(pipeline.plan(load_facts(zones=path)), sea(scene(seed))).to_pylist()
        for seed in range(3)
    ]
    return [event for some in events for event in some]


def test_every_kind_is_judged_again_to_the_same_verdict(found: list[dict[str, Any]]) -> None:
    assert {event["kind"] for event in found} == {behaviour.KIND for behaviour in behaviours.all()}
    for event in found:
        again = verdict.again(event)
        assert again.holds, event
        assert again.margins == json.loads(event["evidence"])["margins"]
        assert (again.score, again.priority) == (event["score"], event["priority"])


def test_an_event_says_all_that_its_schema_promises(found: list[dict[str, Any]]) -> None:
    for event in found:
        evidence = json.loads(event["evidence"])
        assert set(evidence) == {"thresholds", "measured", "margins", "observations", "coverage", "geometry"}
        assert evidence["observations"]
        assert all(feature["properties"]["role"] for feature in evidence["geometry"]["features"])
        assert event["why"].endswith(".")
        assert event["label"] == "TEST//TLP:AMBER"
        assert 0 <= event["score"] <= 1


def test_a_kind_is_the_name_of_its_file() -> None:
    folder = pathlib.Path(behaviours.__file__).parent
    for behaviour in behaviours.all():
        assert (folder / f"{behaviour.KIND}.py").is_file()
        assert set(behaviour.profiles["periplus"]) >= {key for p in behaviour.profiles.values() for key in p}


def test_an_unknown_name_gets_one_clear_line() -> None:
    for kinds, profile, overrides, said in (
        (["piracy"], None, {}, "no behaviour 'piracy'"),
        (["gap"], "windward", {}, "no profile 'windward' of gap"),
        (["gap"], None, {"min_silence": 1.0}, "no threshold 'min_silence' of gap"),
    ):
        with pytest.raises(behaviours.BehaviourError, match=said):
            behaviours.choose(kinds, profile, overrides)


def test_an_override_may_mean_one_behaviour_or_all() -> None:
    chosen = {
        c.kind: c.thresholds
        for c in behaviours.choose(overrides={"gap.min_port_km": 1.0, "min_shore_nm": 7.0})
    }
    assert chosen["gap"]["min_port_km"] == 1.0
    assert chosen["loitering"]["min_port_km"] == 20.0
    assert chosen["gap"]["min_shore_nm"] == chosen["loitering"]["min_shore_nm"] == 7.0


def test_an_unknown_rule_is_refused() -> None:
    with pytest.raises(ValueError, match="no rule 'gap/0'"):
        verdict.again({"rule": "gap/0", "evidence": "{}"})
