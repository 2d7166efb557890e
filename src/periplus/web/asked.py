"""What may be asked: the types of query values and bodies, with their bounds."""

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from periplus.desk import MOST_NAME, MOST_TEXT
from periplus.model.track import vessel_number, vessel_text

LAST_US = 4_102_444_800_000_000  # 2100: what lies beyond is a mistake in units
DAY_US = 86_400_000_000

Micros = Annotated[int, Field(ge=0, le=LAST_US)]
EventId = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9_-]+$")]


def _clean(text: str) -> str:
    """Text that can be stored anywhere: no NUL, which PostgreSQL refuses, and no half of a surrogate pair."""
    if "\0" in text or any("\ud800" <= c <= "\udfff" for c in text):
        raise ValueError("the text holds characters that cannot be kept")
    return text


Text = Annotated[str, AfterValidator(_clean)]


def _vessel(text: str) -> str:
    if vessel_text(vessel_number(text)) != text:
        raise ValueError(f"a vessel is written as nine digits, perhaps with /b, not as {text!r}")
    return text


Vessel = Annotated[str, Field(max_length=11), AfterValidator(_vessel)]


class Body(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False)


class Nothing(Body):
    """{}"""


class Password(Body):
    name: Annotated[Text, Field(max_length=4 * MOST_NAME)]
    password: Annotated[Text, Field(max_length=1024)]


class Link(Body):
    token: Annotated[Text, Field(max_length=200)]


class NewAccount(Body):
    name: Annotated[Text, Field(max_length=4 * MOST_NAME)]
    role: Annotated[Text, Field(max_length=40)]
    password: Annotated[Text, Field(max_length=1024)]


class Dismissal(Body):
    reason: Literal[1, 2, 3, 4, 5, 6]
    text: Annotated[Text, Field(max_length=MOST_TEXT)] | None = None


class Note(Body):
    text: Annotated[Text, Field(max_length=MOST_TEXT)]


class ClockSetting(Body):
    speed: Annotated[float, Field(gt=0, le=3600)] | None = None
    paused: bool | None = None
