"""Behaviours: one file a kind of odd conduct; ours and those that others install are found through one door."""

import importlib
import pkgutil
from collections.abc import Collection, Iterable, Mapping
from functools import cache
from importlib.metadata import entry_points

from periplus.behaviours.behaviour import Behaviour, Chosen

GROUP = "periplus.behaviours"


class BehaviourError(ValueError):
    """No such kind, profile or threshold; the message is one clear line."""


@cache
def all() -> tuple[Behaviour, ...]:
    """Every behaviour there is, by kind: a module here, or an entry point of another package, that has BEHAVIOUR."""
    found: dict[str, Behaviour] = {}
    for module in pkgutil.iter_modules(__path__):
        _add(
            found,
            getattr(importlib.import_module(f"{__name__}.{module.name}"), "BEHAVIOUR", None),
            module.name,
        )
    for entry in entry_points(group=GROUP):
        _add(found, entry.load(), entry.name)
    return tuple(found[kind] for kind in sorted(found))


def choose(
    kinds: Collection[str] | None = None,
    profile: str | None = None,
    overrides: Mapping[str, float] | Iterable[tuple[str, float]] = (),
) -> tuple[Chosen, ...]:
    """The behaviours asked for, each with its thresholds.

    Without `kinds` all that know the profile; without `profile` our own definitions. An override names a
    threshold, or 'kind.threshold' to mean one behaviour. Raises BehaviourError.
    """
    known = {behaviour.KIND: behaviour for behaviour in all()}
    for kind in kinds or ():
        if kind not in known:
            raise BehaviourError(f"no behaviour {kind!r}; there are {', '.join(known)}")
    wanted = [known[kind] for kind in dict.fromkeys(kinds or known)]
    if profile is not None:
        knowing = [behaviour for behaviour in wanted if profile in behaviour.profiles]
        if not knowing or (kinds and len(knowing) < len(wanted)):
            offered = sorted({name for behaviour in wanted for name in behaviour.profiles})
            raise BehaviourError(
                f"no profile {profile!r} of {_names(wanted)}; there are {', '.join(offered)}"
            )
        wanted = knowing
    given = dict(overrides)
    for key in given:
        if not any(_applies(key, behaviour) for behaviour in wanted):
            names = sorted({name for behaviour in wanted for name in behaviour.profiles["periplus"]})
            raise BehaviourError(f"no threshold {key!r} of {_names(wanted)}; there are {', '.join(names)}")
    return tuple(_chosen(behaviour, profile or "periplus", given) for behaviour in wanted)


def _chosen(behaviour: Behaviour, profile: str, given: Mapping[str, float]) -> Chosen:
    thresholds = dict(behaviour.profiles["periplus"]) | dict(behaviour.profiles[profile])
    own = {key.rpartition(".")[2]: float(value) for key, value in given.items() if _applies(key, behaviour)}
    return Chosen(behaviour, profile, thresholds | own)


def _applies(key: str, behaviour: Behaviour) -> bool:
    kind, _, name = key.rpartition(".")
    return kind in ("", behaviour.KIND) and name in behaviour.profiles["periplus"]


def _add(found: dict[str, Behaviour], behaviour: Behaviour | None, name: str) -> None:
    if behaviour is None:
        return
    if name != behaviour.KIND or behaviour.KIND in found:
        raise BehaviourError(
            f"behaviour {behaviour.KIND!r} cannot be listed as {name!r}: a kind is named once, by its file"
        )
    found[behaviour.KIND] = behaviour


def _names(behaviours: Iterable[Behaviour]) -> str:
    return ", ".join(behaviour.KIND for behaviour in behaviours)
