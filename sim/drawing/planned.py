"""Words for packages of reforms in figures."""

from collections.abc import Sequence
from typing import Any

from sim.drawing.language import Speaker
from sim.world.scenario import Scenario

# Levers of a package that are named; the strongest come first.
_NAMED = 5


def named(name: str) -> str:
    """The number by which a package is called in a figure."""
    return f"({name})"


def package_words(uses: Sequence[dict[str, Any]], scenario: Scenario, say: Speaker) -> str:
    """A package in words: levers with the share of full strength, the strongest first."""
    order = sorted(uses, key=lambda use: -float(use["intensity"]))
    told = [
        say("use", lever=say.lever(use["lever"], scenario), percent=say.percent(use["intensity"]))
        for use in order
    ]
    text = say("separate").join(told[:_NAMED]) or say("status_quo")
    return say("more", text=text) if len(told) > _NAMED else text
