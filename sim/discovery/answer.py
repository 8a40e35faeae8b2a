"""Answers from a finished study: where a condition holds, and what is worth finding out."""

from collections.abc import Sequence
from dataclasses import dataclass

from sim.discovery.cases import Cases, by_draw, cases, drawn_settings
from sim.discovery.condition import Condition
from sim.discovery.scenario_discovery import MOST_RESTRICTED, Discovery, discover
from sim.discovery.value_of_information import Information, information
from sim.errors import BadInput
from sim.study.study import Study


@dataclass(frozen=True)
class Where:
    """Boxes in which a condition holds, with the study, the condition and the cases."""

    study: Study
    condition: Condition
    cases: Cases
    discovery: Discovery

    @property
    def misjudged(self) -> float:
        """Share of cases expected to be on the wrong side by chance; NaN with one replicate."""
        _, wrong = self.condition.judged(self.cases.measured, self.cases.paired)
        return float(wrong.mean())


def where(
    study: Study,
    asked: Condition,
    point: str | None = None,
    factors: Sequence[str] | None = None,
    most: int = MOST_RESTRICTED,
) -> Where:
    """Boxes of at most ``most`` restricted factors in which a condition holds.

    ``point`` is the listed point that is asked about, ``factors`` are those that span the space;
    see ``cases``. If the condition holds in too few cases, or in nearly all, nothing is sought.
    """
    found = cases(study, asked.measures, point, factors)
    interest, _ = asked.judged(found.measured, found.paired)
    return Where(study, asked, found, discover(found.space, interest, study.experiment.seed, most))


@dataclass(frozen=True)
class Choice:
    """What is worth finding out before a choice, with the study and the measure."""

    study: Study
    measure: str
    # Whether the option with the lowest measure is the best.
    lowest: bool
    found: Information


def choice(
    study: Study, measure: str, lowest: bool = False, among: Sequence[str] | None = None
) -> Choice:
    """What is worth finding out before one of the listed points is chosen; by default of all.

    Raises BadInput if the study uses no draws of a posterior, or too few.
    """
    names = [point.name for point in study.experiment.point]
    chosen = [place for place, name in enumerate(names) if not among or name in among]
    measured = by_draw(study, measure)[chosen] * (-1.0 if lowest else 1.0)
    options = tuple(names[place] for place in chosen)
    try:
        found = information(measured, options, drawn_settings(study), study.experiment.seed)
    except BadInput as error:
        raise BadInput(f"{study.experiment.name}: {error}") from None
    return Choice(study, measure, lowest, found)
