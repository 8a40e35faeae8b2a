"""Studies of one government begun with more or less trust: where runs start and come to rest."""

from sim.drawing import words
from sim.drawing.picture import by_point
from sim.study.estimate import estimate
from sim.study.study import Study


def start(study: Study, point: int) -> float:
    """Trust at the start of a point."""
    return float(study.drawn.points[point].settings["public.trust.mean"])


def apart(study: Study) -> bool:
    """Whether the lowest and the highest start come to rest apart beyond doubt."""
    rests = by_point(study, "credibility")
    return words.sure(estimate(rests[-1] - rests[0], study.experiment.seed))
