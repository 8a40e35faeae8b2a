"""How much is run in a calibration: numbers of candidates, draws, trials and runs."""

from dataclasses import dataclass

from sim.calibration.patterns import Patterns
from sim.errors import BadInput

# Largest number in ``Size``, since memory grows with it.
_MOST = 2**20
# Patterns with at most this many parameters are fitted with fewer candidates, trials and runs.
FEW_PARAMETERS = 12


@dataclass(frozen=True)
class Size:
    """The numbers of candidates, draws, trials and runs of a calibration."""

    # Candidates of each round, a power of two.
    candidates: int = 8_192
    # Share of the first round that the regression-adjusted fit uses. With forty parameters, a tenth
    # is too few: intervals of known parameters become too narrow.
    kept: float = 0.2
    # Draws of the posterior that are run, and replicates of each.
    draws: int = 200
    replicates: int = 4
    # Draws of where levers start that are run for each of these, of which one is kept.
    starts: int = 8
    # Trials of the recovery of known parameters: a share of .9 has a standard error of .015.
    trials: int = 400
    # Generations of the search by optimisation, and members of a generation for each parameter.
    generations: int = 30
    members: int = 3
    # Replicates of each set of settings tried as the fitted one.
    repeats: int = 120

    @classmethod
    def of(cls, patterns: Patterns) -> "Size":
        """The usual size for patterns: smaller for few parameters."""
        if len(patterns.prior) > FEW_PARAMETERS:
            return cls()
        return cls(candidates=1_024, trials=50, generations=30, repeats=40)

    def check(self) -> None:
        """Raise BadInput if a number is out of its range."""
        if self.candidates < 2 or self.candidates & (self.candidates - 1):
            raise BadInput(f"candidates: {self.candidates}; expected a power of two")
        for name in ("draws", "replicates", "starts", "trials", "repeats", "members"):
            if getattr(self, name) < 1:
                raise BadInput(f"{name}: {getattr(self, name)}; expected at least 1")
        if not 0 <= self.generations <= _MOST:
            raise BadInput(f"generations: {self.generations}; expected 0 to {_MOST:,}")
        for name in ("candidates", "draws", "trials"):
            if getattr(self, name) > _MOST:
                raise BadInput(f"{name}: {getattr(self, name)}; expected at most {_MOST:,}")
