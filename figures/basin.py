"""Where runs end, by trust and norm at the start, with the separatrix of the mean field."""

from functools import lru_cache

import numpy as np
from matplotlib.colors import LinearSegmentedColormap

from sim.drawing import layout, style, words
from sim.drawing.language import Speaker, Texts
from sim.drawing.picture import Picture, by_point, note, row
from sim.errors import BadInput
from sim.study.estimate import Values, estimate
from sim.study.feedback import held_traits
from sim.study.study import Study
from sim.study.tipping import NORM, TRUST
from sim.theory.basins import separatrix
from sim.theory.mean_field import MeanField
from sim.world.scenario import Scenario

EXPERIMENT = "basin"
COLUMNS = 1
TEXT: Texts = {
    "en": {
        "question": "How much trust must a government begin with, given the norm of its officers, "
        "to end high?",
        "parted": "The trust that a government needs at the start falls with its norm: {trust} at "
        "a norm of {norm}, {other_trust} at {other_norm}",
        "level": "Trust at the start decides where runs end, whatever the norm",
        "alike": "Neither trust nor the norm at the start decides where runs end",
        "what": "Credibility over the last year, mean of replicates, by trust and norm at the "
        "start.",
        "how": "Solid: where it is halfway between its lowest and its highest; dashed: the "
        "separatrix of the mean field.",
        "x": "norm at the start (share)",
        "y": "trust at the start (share)",
        "runs": "runs",
        "map": "mean field",
        "shade": "credibility at the end",
    },
    "zh": {
        "question": "给定公务人员的风气，政府须从多少信任开始，才会停在高处？",
        "parted": "所需的起始信任随风气降低：风气{norm}时为{trust}，{other_norm}时为{other_trust}",
        "level": "起始信任决定终点，与风气无关",
        "alike": "起始的信任与风气都不决定终点",
        "what": "最后一年公信力的重复均值，按起始信任与风气。",
        "how": "实线：公信力在最低与最高之间一半处；虚线：平均场的分界线。",
        "x": "起始风气（比例）",
        "y": "起始信任（比例）",
        "runs": "运行",
        "map": "平均场",
        "shade": "最终公信力",
    },
}

# Inches.
HIGH = 2.5
HEAD = 0.12
FOOT = 0.42
SCALE = 0.42
RIGHT = 0.6
BAR = 0.1
# Norms at which the separatrix is computed.
ALONG = 9
_MAP = LinearSegmentedColormap.from_list("ends", [style.VERMILION, style.PAPER, style.BLUE])


def draw(study: Study, say: Speaker) -> Picture:
    """One panel: ends of runs over the plane of starts, and the lines that part them."""
    trust, norms, ends = _ends(study)
    mean = ends.mean(axis=2)
    middle = 0.5 * (mean.min() + mean.max())
    needed = [_needed(trust, column, middle) for column in mean.T]
    text = _message(ends, norms, needed, say, study.experiment.seed)
    shown = note(say, study, say("what"), say("how"))
    figure, top = layout.begin(text, shown, HIGH, HEAD, FOOT, COLUMNS)
    (axes,) = row(figure, top, HIGH, 1, SCALE, 0.0, RIGHT)
    shade = axes.pcolormesh(
        norms, trust, mean, cmap=_MAP, vmin=0.0, vmax=1.0, shading="nearest", rasterized=True
    )
    place = axes.get_position()
    wide, _ = figure.get_size_inches()
    bar = figure.add_axes((place.x1 + BAR / wide, place.y0, BAR / wide, place.height))
    figure.colorbar(shade, cax=bar, label=say("shade"))
    axes.plot(norms, needed, color=style.BLACK, label=say("runs"), linewidth=style.LINE)
    assert study.scenario is not None
    along = tuple(np.linspace(norms[0], norms[-1], ALONG).tolist())
    line = _separatrix(study.scenario.model_dump_json(), study.experiment.seed, along)
    if line is not None:
        axes.plot(along, line, color=style.BLACK, linestyle=style.DASHES[1], label=say("map"))
    step_x, step_y = norms[1] - norms[0], trust[1] - trust[0]
    axes.set_xlim(norms[0] - step_x / 2, norms[-1] + step_x / 2)
    axes.set_ylim(trust[0] - step_y / 2, trust[-1] + step_y / 2)
    axes.set_xlabel(say("x"))
    axes.set_ylabel(say("y"))
    axes.legend(frameon=False, fontsize=style.SMALL, loc="upper right")
    return Picture(figure, text, shown)


def _ends(study: Study) -> tuple[Values, Values, Values]:
    """Trust and norms at the start, and credibility at the end, (trust, norms, replicates)."""
    runs = by_point(study, "credibility")
    settings = [one.settings for one in study.drawn.points]
    trust = sorted({one[TRUST] for one in settings})
    norms = sorted({one[NORM] for one in settings})
    at = {(one[TRUST], one[NORM]): k for k, one in enumerate(settings)}
    ends = np.array([[runs[at[one, other]] for other in norms] for one in trust])
    return np.array(trust), np.array(norms), ends


def _needed(trust: Values, ends: Values, middle: float) -> float:
    """The lowest trust from which on runs end above ``middle``, interpolated; NaN if none does."""
    below = np.flatnonzero(ends < middle)
    if below.size == 0:
        return float(trust[0])
    last = int(below[-1])
    if last + 1 == len(trust):
        return float("nan")
    share = (middle - ends[last]) / (ends[last + 1] - ends[last])
    return float(trust[last] + share * (trust[last + 1] - trust[last]))


@lru_cache(maxsize=4)
def _separatrix(scenario: str, seed: int, norms: tuple[float, ...]) -> Values | None:
    """The separatrix of the mean field of a scenario given as JSON; None if there is none."""
    world = Scenario.model_validate_json(scenario)
    try:
        field = MeanField(world, held_traits(world, seed))
    except BadInput:
        return None
    line = separatrix(field, norms)
    return line if np.isfinite(line).all() else None


def _message(ends: Values, norms: Values, needed: list[float], say: Speaker, seed: int) -> str:
    if not words.sure(estimate(ends[-1, -1] - ends[0, 0], seed)):
        return say("alike")
    by_norm = ends.mean(axis=0)
    if not words.sure(estimate(by_norm[-1] - by_norm[0], seed)):
        return say("level")
    known = [k for k, one in enumerate(needed) if np.isfinite(one)]
    if not known or needed[known[0]] <= needed[known[-1]]:
        return say("level")
    first, last = known[0], known[-1]
    return say(
        "parted",
        trust=words.share(needed[first]),
        norm=f"{norms[first]:g}",
        other_trust=words.share(needed[last]),
        other_norm=f"{norms[last]:g}",
    )
