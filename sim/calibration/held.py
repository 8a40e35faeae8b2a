"""Targets that a calibration cannot miss, since a prior or a setting already puts them in.

They say where a number comes from, not what the model does, and are counted apart. A vignette is a
rule evaluated by itself, so for it this is computed from the priors. For a measure of runs it is
declared: the target names the setting that it repeats.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy

from sim.calibration.experiments import Target
from sim.calibration.patterns import Patterns
from sim.calibration.vignettes import VIGNETTES
from sim.study.applied_factors import varied
from sim.study.varied import Varied
from sim.world.plan import Plan
from sim.world.scenario import Scenario

# Points of a prior at which a rule is evaluated: of one setting by itself, and of several.
_ALONE, _TOGETHER = 33, 256


@dataclass(frozen=True)
class Held:
    """What puts a target in: a setting that it repeats, or the priors of settings."""

    settings: tuple[str, ...]
    # Whether every value of their priors reaches it; else a setting is read back.
    by_prior: bool

    @property
    def reason(self) -> str:
        """The reason why it cannot be missed, in words."""
        names = ", ".join(self.settings)
        if self.by_prior:
            return f"every value of the prior of {names} reaches it"
        return f"it reads the setting {names} back"


def held(patterns: Patterns) -> dict[str, Held]:
    """What puts targets in that cannot be missed, by target; the others are left out.

    A vignette cannot be missed if every value of the priors reaches it, or if a single fitted
    setting moves it and can reach it: it then says what that setting is, and nothing else.
    """
    found = {}
    asked = Scenario.load(patterns.scenario)
    vignettes = _Vignettes(patterns, asked)
    for name, target in patterns.target.items():
        if target.vignette is not None:
            by = vignettes.held(target)
        else:
            by = None if target.held is None else Held((target.held,), False)
        if by is not None:
            found[name] = by
    return found


class _Vignettes:
    """Vignettes over the priors of a calibration."""

    def __init__(self, patterns: Patterns, scenario: Scenario) -> None:
        self._factors = varied(patterns.prior, scenario, patterns.name)
        self._middle = {one.name: _at(one, 0.5) for one in self._factors}
        self._scenario = scenario.replace({**patterns.start, **self._middle})
        self._plan = Plan(self._scenario).whole()

    def held(self, target: Target) -> Held | None:
        rule = VIGNETTES[str(target.vignette)]
        shares = np.linspace(0.0, 1.0, _ALONE)
        ends = {
            one.name: [self._value(rule, {one.name: _at(one, share)}) for share in (0.0, 1.0)]
            for one in self._factors
        }
        middle = self._value(rule, {})
        moving = [one for one in self._factors if any(end != middle for end in ends[one.name])]
        if len(moving) == 1:
            [one] = moving
            points = [{one.name: _at(one, share)} for share in shares]
        else:
            sequence = scipy.stats.qmc.Sobol(max(1, len(moving)), scramble=False)
            points = [
                {one.name: _at(one, share) for one, share in zip(moving, row, strict=False)}
                for row in sequence.random(_TOGETHER)
            ]
        reached = [target.reached(self._value(rule, point)) for point in points]
        names = tuple(one.name for one in moving)
        if all(reached):
            return Held(names, True)
        return Held(names, False) if len(moving) == 1 and any(reached) else None

    def _value(self, rule: Callable[[Any], float], changed: Mapping[str, Any]) -> float:
        """The value of a rule, with some settings changed and the others in the middle."""
        scenario = self._scenario.replace(dict(changed)) if changed else self._scenario
        return rule(self._plan.changed(scenario).settings[0])


def _at(factor: Varied, share: float) -> Any:
    """The value of a fitted setting at a share of its prior's range."""
    return factor.at(np.array([share]))[0]
