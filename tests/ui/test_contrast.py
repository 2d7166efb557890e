"""The tokens keep text and marks readable, and apart, in both themes and for colour-blind eyes."""

import itertools
import pathlib
import re

import numpy as np
import pytest

TOKENS = pathlib.Path(__file__).parents[2] / "ui/src/tokens.css"
TEXT, GRAPHIC, LONG_READING = 4.5, 3.0, 7.0  # WCAG 2.2: AA text, AA graphics, AAA text

STANDS_ON = {
    "text": (LONG_READING, "panel card raised bar"),
    "text-2": (LONG_READING, "panel card raised"),
    "text-3": (TEXT, "page panel card raised"),
    "focus": (TEXT, "panel card sea"),
    "on-focus": (TEXT, "focus"),
    "act": (TEXT, "panel card sea"),
    "look": (TEXT, "panel card sea"),
    "ok": (TEXT, "panel card"),
    "exercise": (TEXT, "bar page"),
    "place": (TEXT, "sea land"),
    "sea-text": (TEXT, "sea"),
    "fleet": (TEXT, "sea"),
    "fleet-quiet": (GRAPHIC, "sea"),
    "trail": (GRAPHIC, "sea"),
    "limit": (GRAPHIC, "sea"),
}
CONFUSABLE = [("fleet", "focus"), ("fleet", "look"), ("fleet", "act"), ("look", "act"), ("exercise", "act"),
              ("exercise", "look"), ("ok", "act"), ("ok", "look")]  # fmt: skip
LEAST_DISTANCE = 15.0  # CIE76

# Machado, Oliveira and Fernandes 2009, severity 1.0, on linear RGB.
SIGHT = {
    "normal": np.eye(3),
    "protan": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "deutan": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.01182, 0.04294, 0.968881]]
    ),
    "tritan": np.array(
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.3039]]
    ),
}
SRGB_TO_XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
WHITE = np.array([0.9505, 1.0, 1.089])


def roles(theme: str) -> dict[str, str]:
    """Role → #rrggbb of a theme, references followed."""
    css = re.sub(r"/\*.*?\*/", "", TOKENS.read_text(), flags=re.S)
    names: dict[str, str] = {}
    for selector, body in re.findall(r"([^{}]+)\{([^{}]*)\}", css):
        other = "light" if theme == "dark" else "dark"
        if "@media" not in selector and not (f'"{other}"' in selector and f'"{theme}"' not in selector):
            names |= dict(re.findall(r"--([\w-]+):\s*([^;]+);", body))

    def follow(value: str) -> str:
        reference = re.fullmatch(r"var\(--([\w-]+)\)", value.strip())
        return follow(names[reference[1]]) if reference else value.strip()

    return {name: follow(value) for name, value in names.items()}


def linear(colour: str) -> np.ndarray:
    parts = np.array([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    return np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)


def contrast(a: str, b: str) -> float:
    light, dark = sorted((float(SRGB_TO_XYZ[1] @ linear(c)) for c in (a, b)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def lab(colour: str, sight: str) -> np.ndarray:
    seen = np.clip(SIGHT[sight] @ linear(colour), 0, 1)
    t = SRGB_TO_XYZ @ seen / WHITE
    x, y, z = np.where(t > 0.008856, np.cbrt(t), 7.787 * t + 16 / 116)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_every_role_can_be_read_on_every_surface_it_stands_on(theme: str) -> None:
    role = roles(theme)
    low = [
        (name, surface, round(contrast(role[name], role[surface]), 2))
        for name, (floor, surfaces) in STANDS_ON.items()
        for surface in surfaces.split()
        if contrast(role[name], role[surface]) < floor
    ]
    assert low == []


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_colours_that_mean_different_things_look_different_to_every_eye(theme: str) -> None:
    role = roles(theme)
    near = [
        (a, b, sight)
        for (a, b), sight in itertools.product(CONFUSABLE, SIGHT)
        if np.linalg.norm(lab(role[a], sight) - lab(role[b], sight)) < LEAST_DISTANCE
    ]
    assert near == []
