"""Write into docs/calibration.md how far results rest on tables: ``python -m docs.assumed``.

All numbers of the tables of conducts, eyes, channels and appraisers that were not fitted are drawn
at once, and the levers run over these draws, as over those of a posterior (about three minutes).
With ``--check`` it only reports whether the page is current.
"""

import sys

from scipy.stats import qmc

from docs.calibration import PAGE, filled, ranking
from sim.calibration.results import shipped
from sim.cli.options import REPLICATES_A_DRAW, SEED
from sim.study.applied_factors import varied
from sim.study.compare import run_packages
from sim.study.factors import Factor
from sim.study.package import lever_packages
from sim.study.varied import Varied
from sim.world.posterior import CALIBRATED, Posterior
from sim.world.scenario import Scenario

TABLES = ("conducts", "eyes", "channels", "appraisers")
# Half the width of what is drawn, as a share of a number's own value.
SPREAD = 0.3
DRAWS = 200


def assumed(scenario: Scenario) -> list[Varied]:
    """The numbers of the tables that were not fitted, each with the range it is drawn from."""
    fitted = shipped().told["settings"]
    asked = {f"{table}.*": Factor(spread=SPREAD) for table in TABLES}
    return [one for one in varied(asked, scenario, "assumed tables") if one.name not in fitted]


def drawn(numbers: list[Varied]) -> Posterior:
    """Draws of all these numbers at once, evenly over their ranges (Latin hypercube)."""
    shares = qmc.LatinHypercube(len(numbers), rng=SEED).random(DRAWS)
    values = shares.copy()
    for k, one in enumerate(numbers):
        values[:, k] = one.at(shares[:, k])
    return Posterior(tuple(one.name for one in numbers), values)


def table() -> str:
    """The ranking of levers over the draws, and how many numbers were drawn."""
    scenario = Scenario.load(CALIBRATED)
    numbers = assumed(scenario)
    draws = drawn(numbers)
    comparison = run_packages(
        lever_packages(scenario), REPLICATES_A_DRAW * len(draws), SEED, draws=draws
    )
    told = (
        f"{len(numbers)} numbers, each drawn within {100 * SPREAD:.0f} % of its own value, "
        f"{len(draws)} draws of all at once:"
    )
    return f"{told}\n\n{ranking(comparison, draws)}"


def main() -> None:
    """Rewrite the page, or with ``--check`` report whether it is current."""
    text = PAGE.read_text(encoding="utf-8")
    new = filled(text, {"assumed": table()})
    if "--check" in sys.argv:
        if new != text:
            sys.exit(f"{PAGE.name} is not current; run python -m docs.assumed")
        return
    PAGE.write_text(new, encoding="utf-8")


if __name__ == "__main__":
    main()
