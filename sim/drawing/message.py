"""The message of a comparison in a sentence that is true whatever the data."""

import math

import numpy as np

from sim.drawing.words import quoted, size, sure
from sim.study.compare import Comparison
from sim.study.estimate import Estimate
from sim.study.package import ALL_LEVERS, Package

EXECUTION = "execution_rate"
Effects = dict[str, Estimate]


def alone(comparison: Comparison) -> list[Package]:
    """All packages but the reference and all levers together."""
    return [package for package in comparison.packages[1:] if package.name != ALL_LEVERS]


def message(comparison: Comparison) -> str:
    """What moves execution most, and how all levers together compare with it."""
    effects = {
        package.name: comparison.effect(package.name, (EXECUTION,))[EXECUTION]
        for package in comparison.packages[1:]
    }
    singles = alone(comparison)
    moving = [package for package in singles if _told(effects[package.name])]
    strongest = max(moving, key=lambda package: abs(effects[package.name].value), default=None)
    parts = []
    if strongest is not None:
        parts.append(_most(comparison, strongest, effects))
    elif singles:
        parts.append(_none(comparison))
    if ALL_LEVERS in effects:
        parts.append(_together(comparison, strongest, effects))
    text = "; ".join(parts)
    return f"In one replicate, {text}" if comparison.replicates == 1 else text[0].upper() + text[1:]


def _told(effect: Estimate) -> bool:
    """Whether an effect can be told from zero; in one replicate, whether there is any."""
    if effect.replicates == 1:
        return math.isfinite(effect.value) and effect.value != 0
    return sure(effect)


def _further(comparison: Comparison, one: str, other: str) -> Estimate:
    """How much further one package moves execution than another, each its own way."""
    names = (comparison.packages[0].name, one, other)
    reference, first, second = (comparison.values(name)[EXECUTION] for name in names)
    moves = [
        np.sign(np.mean(values - reference)) * (values - reference) for values in (first, second)
    ]
    return comparison.estimates({"": moves[0] - moves[1]})[""]


def _most(comparison: Comparison, strongest: Package, effects: Effects) -> str:
    value = effects[strongest.name].value
    name, by = quoted(strongest.title), f"by {size(value)} points"
    others = [package for package in alone(comparison) if package is not strongest]
    verb = "raises" if value > 0 else "lowers"
    if not others:
        return f"{name} {verb} execution {by}"
    if any(abs(effects[package.name].value) > abs(value) for package in others):
        return f"{name} {verb} execution {by}, the largest effect that can be told from zero"
    most = "raises execution most," if value > 0 else "moves execution most, down"
    rivals = [
        package.title
        for package in others
        if not _told(_further(comparison, strongest.name, package.name))
    ]
    text = f"{name} {most} {by}"
    if not rivals:
        return text
    who = quoted(rivals[0]) if len(rivals) == 1 else f"{len(rivals)} others"
    return f"{text}, though not clearly more than {who}"


def _none(comparison: Comparison) -> str:
    singles = alone(comparison)
    one = comparison.replicates == 1
    if len(singles) == 1:
        name = quoted(singles[0].title)
        if one:
            return f"{name} does not move execution"
        return f"the effect of {name} on execution cannot be told from zero"
    noun = "lever" if len(singles) + 1 < len(comparison.packages) else "package"
    if one:
        return f"no {noun} moves execution"
    return f"no {noun}’s effect on execution can be told from zero"


def _together(comparison: Comparison, strongest: Package | None, effects: Effects) -> str:
    effect = effects[ALL_LEVERS]
    it = "it" if alone(comparison) else "execution"
    if not _told(effect):
        if comparison.replicates == 1:
            return f"all together do not move {it}"
        return f"the effect of all together on {it} cannot be told from zero"
    verb = "raise" if effect.value > 0 else "lower"
    if strongest is None:
        return f"all together {verb} {it} by {size(effect.value)} points"
    if effect.value * effects[strongest.name].value < 0:
        return f"all together {verb} it by {size(effect.value)}"
    further = _further(comparison, ALL_LEVERS, strongest.name)
    how = "about as much" if not _told(further) else "further" if further.value > 0 else "less"
    return f"all together {verb} it {how}, by {size(effect.value)}"
