"""Draws of a calibration of the user's own, which ``zhixing app --posterior`` names.

They answer for the offered scenarios that were calibrated or extend what was. All others keep the
draws that ship.
"""

from dataclasses import dataclass, field

from sim.app import worlds
from sim.errors import BadInput
from sim.world.posterior import Posterior, asked_for, calibrated_in


@dataclass
class OwnDraws:
    """The draws that were taken, if any, and the scenarios that use them."""

    # The scenario to which they were fitted; None if the page uses shipped draws alone.
    fitted: str | None = None
    _by_scenario: dict[str, Posterior] = field(default_factory=dict)

    def of(self, scenario: str) -> Posterior | None:
        """The draws for an offered scenario; None if those that ship are used."""
        return self._by_scenario.get(scenario)

    def take(self, file: str) -> tuple[str, ...]:
        """Use the draws of a file where they belong; returns names of the scenarios that use them.

        Raises BadInput if the file cannot be read, or if its draws were fitted to none of the
        offered scenarios.
        """
        draws = asked_for(file)
        assert draws is not None
        if draws.file is None:
            # Those that ship.
            return tuple(worlds.offered())
        found, fitted = {}, calibrated_in(file).scenario
        for name in worlds.offered():
            try:
                asked_for(file, name)
                draws.left_as_calibrated(worlds.scenario(name))
            except BadInput:
                if name == fitted:
                    raise
            else:
                found[name] = draws
        if not found:
            raise BadInput(
                f"--posterior {file}: these draws were fitted to “{fitted}”, and the page shows "
                "shipped scenarios only. Use them with zhixing levers, compare, study or spiral"
            )
        self.fitted, self._by_scenario = fitted, found
        return tuple(found)


own_draws = OwnDraws()
