"""Cases of a study, in which a condition holds or not: its settings and its measures.

A case is a point of the design, with all its replicates. Where a list of points has no factors and
replicates use draws of a posterior, a case is a draw, and its settings are those that are drawn.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.discovery.boxes import Space
from sim.errors import BadInput, nearest
from sim.study import designs
from sim.study.drawn import Drawn, combinations
from sim.study.effects import Responses
from sim.study.study import Study

Values = NDArray[np.float64]
# Designs whose points are chosen independently of each other, so that points held back are new.
USED = (
    designs.LATIN,
    designs.SEQUENCE,
    designs.PAWN,
    designs.GRID,
    designs.FACTORIAL,
    designs.FRACTIONAL,
    designs.LIST,
)


@dataclass(frozen=True)
class Cases:
    """Settings of every case, and its measures, (cases, replicates) each.

    ``paired`` are those of the first listed point, the status quo, with the same settings and
    draws; empty if the study lists no points.
    """

    space: Space
    measured: Mapping[str, Values]
    paired: Mapping[str, Values]
    # Name of the listed point whose measures these are; None if the study lists none.
    point: str | None
    # Whether a case is a draw of a posterior.
    are_draws: bool
    # Cases left out because a measure has no value there.
    left_out: int

    @property
    def replicates(self) -> int:
        """Replicates of each case."""
        return int(next(iter(self.measured.values())).shape[1])


def cases(
    study: Study,
    measures: Sequence[str],
    point: str | None = None,
    factors: Sequence[str] | None = None,
) -> Cases:
    """The cases of a finished study, for some of its measures.

    ``point`` names the listed point that is asked about; it may be left out if there is only one
    beside the first. ``factors``, if given, are the only ones that span the space. Raises BadInput
    if the study has no space of settings, or does not know a name; ValueError if runs are missing.
    """
    drawn = study.drawn
    check_design(study)
    asked = asked_point(drawn, point)
    responses = Responses(study.runs(), len(drawn.points), study.replicates, drawn.measures)
    first, own = (responses.values[one :: max(1, drawn.listed)] for one in (0, asked))
    columns, are_draws = _columns(study)
    if are_draws:
        draws = len(next(iter(columns.values())))
        first, own = _by_draw(first[0], draws), _by_draw(own[0], draws)
    places = {name: responses.measures.index(name) for name in measures}
    measured = {name: own[:, :, place] for name, place in places.items()}
    paired = {name: first[:, :, place] for name, place in places.items()} if asked else {}
    kept = np.ones(len(own), bool)
    for values in (*measured.values(), *paired.values()):
        kept &= np.isfinite(values).all(axis=1)
    return Cases(
        Space.of(chosen_factors(study, factors)).rows(kept),
        {name: values[kept] for name, values in measured.items()},
        {name: values[kept] for name, values in paired.items()},
        drawn.experiment.point[asked].name if drawn.listed else None,
        are_draws,
        int((~kept).sum()),
    )


def check_design(study: Study) -> None:
    """Raise BadInput if the points of a study do not span a space in which boxes can be sought."""
    about = study.experiment
    kind = about.design.kind
    if kind not in USED:
        raise BadInput(
            f"{about.name}: points of a design of kind “{kind}” share settings with each other, so "
            f"that none can be held back for a test; expected {', '.join(USED)}"
        )
    if kind == designs.LIST and not about.factor and not about.posterior:
        raise BadInput(
            f"{about.name}: varies no settings, so there is no space in which to seek; expected "
            "factors, or draws of a posterior (--posterior)"
        )


def asked_point(drawn: Drawn, point: str | None) -> int:
    """Number of the listed point that is asked about; 0 if the study lists none, or only one.

    Raises BadInput if there is no such point, or if none is named and there are several.
    """
    names = [one.name for one in drawn.experiment.point]
    if point is None:
        if len(names) > 2:
            raise BadInput(f"--point: which of the listed points? One of {', '.join(names[1:])}")
        return max(0, len(names) - 1)
    if point not in names:
        known = nearest(point, names) if names else "; the experiment lists none"
        raise BadInput(f"--point {point}: no such point{known}")
    return names.index(point)


def _columns(study: Study) -> tuple[dict[str, NDArray[Any]], bool]:
    """A column of values for each factor, one value a case, and whether a case is a draw."""
    drawn = study.drawn
    if drawn.experiment.design.kind == designs.LIST:
        if not drawn.factors:
            return drawn_settings(study), True
        rows = combinations(drawn.experiment.design, drawn.factors)
        made = designs.Points(drawn.factors, list(zip(*rows, strict=True)))
    else:
        points: Any = drawn.points
        made = points.design if isinstance(points, designs.Crossed) else points
    return {
        # Levels that are not numbers go by their names.
        one.name: one.tabled(column) if column.dtype == object else column
        for one, column in zip(drawn.factors, made.columns, strict=True)
    }, False


def drawn_settings(study: Study) -> dict[str, NDArray[Any]]:
    """Values of each setting in the draws of a posterior that the study uses, by its name.

    Settings that all draws have alike are left out. Raises BadInput if the study uses no draws.
    """
    draws = study.draws
    if draws is None or study.scenario is None:
        raise BadInput(f"{study.experiment.name}: uses no draws of a posterior; add --posterior")
    free = draws.left_as_calibrated(study.scenario)
    used = min(len(draws), study.replicates)
    rows = [draws.at(number, free) for number in range(used)]
    columns = {name: np.array([row[name] for row in rows]) for name in rows[0]}
    return {name: column for name, column in columns.items() if (column != column[0]).any()}


def _by_draw(values: Values, draws: int) -> Values:
    """Measures (replicates, measures) by draw, shape (draws, replicates of a draw, measures).

    Replicate r uses draw r modulo their number; replicates of an incomplete turn are left out.
    """
    turns = len(values) // draws
    return values[: turns * draws].reshape(turns, draws, -1).swapaxes(0, 1)


def by_draw(study: Study, measure: str) -> Values:
    """A measure of each listed point in each draw, shape (points, draws, replicates of a draw).

    Raises BadInput if the study uses no draws, ValueError if runs are missing.
    """
    if study.draws is None:
        raise BadInput(f"{study.experiment.name}: uses no draws of a posterior; add --posterior")
    drawn = study.drawn
    responses = Responses(study.runs(), len(drawn.points), study.replicates, drawn.measures)
    place = responses.measures.index(measure)
    return in_draws(responses.values[:, :, place], min(len(study.draws), study.replicates))


def in_draws(values: Values, draws: int) -> Values:
    """Values of runs that use draws in turn, (options, runs), as (options, draws, runs of each).

    Run r uses draw r modulo ``draws``; runs of an incomplete turn are left out.
    """
    return np.array([_by_draw(one[:, None], draws)[:, :, 0] for one in values])


def chosen_factors(study: Study, factors: Sequence[str] | None) -> dict[str, NDArray[Any]]:
    """A column of values for each factor that spans the space, by its name.

    Raises BadInput if one of ``factors`` does not vary in the study.
    """
    columns, _ = _columns(study)
    for name in factors or ():
        if name not in columns:
            raise BadInput(f"--factor {name}: no such factor{nearest(name, columns)}")
    return {name: columns[name] for name in factors or columns}
