"""Label: who owns a piece of information and who may have it. Default: its originator only."""

from collections.abc import Iterable
from dataclasses import dataclass

TLP = ("CLEAR", "GREEN", "AMBER", "AMBER+STRICT", "RED")  # TLP 2.0, least to most restrictive


@dataclass(frozen=True, slots=True)
class Label:
    """Originators own it; `release` names the partners who may also have it."""

    originators: frozenset[str]
    tlp: str = "AMBER+STRICT"
    release: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        if not self.originators:
            raise ValueError("a label needs an originator")
        if self.tlp not in TLP:
            raise ValueError(f"unknown TLP level: {self.tlp!r}")

    def __str__(self) -> str:
        text = f"{'+'.join(sorted(self.originators))}//TLP:{self.tlp}"
        return f"{text}//REL {' '.join(sorted(self.release))}" if self.release else text


def originator_only(originator: str) -> Label:
    """What everything carries until somebody decides otherwise."""
    return Label(frozenset([originator]))


def parse(text: str) -> Label:
    """The label that str() wrote. Raises ValueError on anything else: unreadable is never permissive."""
    owners, _, rest = text.partition("//TLP:")
    tlp, _, release = rest.partition("//REL ")
    return Label(frozenset(filter(None, owners.split("+"))), tlp, frozenset(release.split()))


def join(labels: Iterable[Label]) -> Label:
    """The label of what was derived from several: all owners, the strictest TLP, releases common to all."""
    labels = list(labels)
    return Label(
        frozenset().union(*(label.originators for label in labels)),
        max((label.tlp for label in labels), key=TLP.index),
        frozenset.intersection(*(label.release for label in labels)),
    )
