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

    @property
    def holders(self) -> frozenset[str]:
        """Who may have it: those it is released to, and its originator where there is only one.

        Of what came from several, no originator has the others' part unless all of them released it.
        """
        return self.release | (self.originators if len(self.originators) == 1 else frozenset())

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
    """The label of what was derived from several: all owners, the strictest TLP, held by who may have each."""
    labels = list(labels)
    owners: frozenset[str] = frozenset().union(*(label.originators for label in labels))
    holders = frozenset.intersection(*(label.holders for label in labels))
    return Label(
        owners,
        max((label.tlp for label in labels), key=TLP.index),
        holders - owners if len(owners) == 1 else holders,
    )
