"""Verdict: judges an event again from its evidence alone, with nothing but the numbers that it carries."""

import json
from collections.abc import Mapping
from typing import Any

from periplus import behaviours
from periplus.behaviours.behaviour import Judgement


def again(event: Mapping[str, Any]) -> Judgement:
    """What the rule says of an EVENT row's thresholds and measured values. Raises ValueError for an unknown rule."""
    for behaviour in behaviours.all():
        if behaviour.rule == event["rule"]:
            held = event["evidence"]
            evidence = json.loads(held) if isinstance(held, str) else held
            return behaviour.judge(evidence["thresholds"], evidence["measured"])
    raise ValueError(f"no rule {event['rule']!r} in this program")
