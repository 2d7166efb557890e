"""Released: what has passed the gate. Outgoing functions accept nothing else."""

from dataclasses import dataclass
from typing import Generic, TypeVar

from periplus.sharing.asker import Asker

T = TypeVar("T", covariant=True)


@dataclass(frozen=True, slots=True)
class Released(Generic[T]):
    """`content`, reduced to what `to` may have. Only `sharing.view` makes it."""

    content: T
    to: Asker
