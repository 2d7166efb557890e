"""Asker: the person, post and organisation on whose behalf something is read."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Asker:
    """`centre` is the originator under which this centre keeps its own things."""

    name: str  # the account, as it stands in the log
    role: str
    organisation: str
    centre: str

    @property
    def own_staff(self) -> bool:
        return self.organisation == self.centre


def staff(name: str, role: str, centre: str) -> Asker:
    """Somebody who works for the centre itself."""
    return Asker(name=name, role=role, organisation=centre, centre=centre)
