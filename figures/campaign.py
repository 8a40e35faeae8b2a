"""A campaign compared with lasting reform: what is left after it ends."""

import numpy as np
from matplotlib.axes import Axes

from sim.calendar import MONTHS_A_YEAR
from sim.drawing import layout, style, words
from sim.drawing.language import Speaker, Texts
from sim.drawing.picture import Picture, heading, note, paths, row, smoothed
from sim.drawing.timeline import End, label_ends
from sim.printed_numbers import signed
from sim.study.estimate import Values, estimate, mean_intervals
from sim.study.study import Study

EXPERIMENT = "campaign"
COLUMNS = 2
MEASURES = ("execution_rate", "credibility")
STATUS_QUO, STORM, BOTH, LASTING = "status_quo", "storm", "storm_and_lasting", "lasting"
TEXT: Texts = {
    "en": {
        "question": "What is left of a year's campaign, and what does lasting reform beside it "
        "change?",
        "costs": "The campaign costs {during} points of execution while it lasts; a year later the "
        "difference is {after} points, with lasting reform {lasting}",
        "gains": "The campaign gains {during} points of execution while it lasts; a year later "
        "{after} points are left, with lasting reform {lasting}",
        "what": "Difference from no campaign, month by month, mean over the quarter that ends in "
        "it. Grey: the year of the campaign (supervision, sanctions and tracing blame at full "
        "strength).",
        "how": "Line: mean; band: {interval}.",
        "storm": "campaign",
        "storm_and_lasting": "campaign and\nlasting reform",
        "lasting": "lasting reform\n(culture, leadership)",
        "y": "{measure}, change in points",
        "x": "years from the start of the campaign",
    },
    "zh": {
        "question": "一年专项行动之后留下什么？同时进行长效改革又如何？",
        "costs": "整治期间执行率损失{during}个百分点，一年后为{after}；长效改革则为{lasting}",
        "gains": "整治期间执行率提高{during}个百分点，一年后为{after}；长效改革则为{lasting}",
        "what": "与不开展专项行动相比的逐月差异，取截至该月三个月的均值。"
        "灰色：专项行动之年（监督、问责与追溯全力实施）。",
        "how": "线：均值；带：{interval}。",
        "storm": "整治",
        "storm_and_lasting": "整治加\n长效改革",
        "lasting": "长效改革\n（文化、领导）",
        "y": "{measure}变化（百分点）",
        "x": "距整治开始的年数",
    },
}
LOOKS = {
    STORM: (style.VERMILION, style.DASHES[1]),
    BOTH: (style.PURPLE, style.DASHES[3]),
    LASTING: (style.BLUE, style.DASHES[0]),
}

# Inches.
HIGH = 2.3
HEAD = 0.34
FOOT = 0.42
SCALE = 0.34
GAP = 0.2
RIGHT = 1.35
QUARTER = 3
BEFORE = 6
AROUND = 0.08


def draw(study: Study, say: Speaker) -> Picture:
    """Two panels: execution and credibility, a line for each package."""
    begins, ends = _campaign(study)
    text = _message(study, begins, ends, say)
    shown = note(say, study, say("what"), say("how", interval=say("interval")))
    figure, top = layout.begin(text, shown, HIGH, HEAD, FOOT)
    panels = row(figure, top, HIGH, len(MEASURES), SCALE, GAP, RIGHT)
    differences = {one: _differences(study, one) for one in MEASURES}
    # One scale for both, so that they can be compared.
    means = [one.mean(axis=1) for one in differences.values()]
    low, high = min(float(one.min()) for one in means), max(float(one.max()) for one in means)
    around = AROUND * (high - low)
    for place, (axes, measure) in enumerate(zip(panels, MEASURES, strict=True)):
        axes.set_ylim(words.PERCENT * (low - around), words.PERCENT * (high + around))
        _lines(axes, study, differences[measure], begins, ends, say, named=place > 0)
        heading(axes, say("y", measure=say.measure(measure)))
        axes.set_xlabel(say("x"))
    return Picture(figure, text, shown)


def _campaign(study: Study) -> tuple[int, int]:
    """First month of the campaign, and the month after its last."""
    assert study.drawn.names is not None
    point = study.drawn.points[study.drawn.names.index(STORM)]
    begins, ends = point.settings["reform"][0]["months"]
    return int(begins), int(ends)


def _differences(study: Study, measure: str) -> Values:
    """Differences from no campaign, (packages, replicates, months), smoothed over a quarter."""
    found = smoothed(paths(study, measure), QUARTER)
    return np.asarray(found[1:] - found[0])


def _lines(
    axes: Axes, study: Study, found: Values, begins: int, ends: int, say: Speaker, named: bool
) -> None:
    months = np.arange(QUARTER, QUARTER + found.shape[2])
    years = (months - begins) / MONTHS_A_YEAR
    seen = months >= begins - BEFORE
    axes.axhline(0.0, color=style.DIM, linewidth=style.THIN, zorder=0)
    axes.axvspan(0.0, (ends - begins) / MONTHS_A_YEAR, color=style.FAINT, alpha=0.5, linewidth=0)
    axes.set_xlim(years[seen][0], years[-1])
    labels = []
    for name, runs in zip((study.drawn.names or ())[1:], found, strict=True):
        colour, dash = LOOKS[name]
        low, high = (words.PERCENT * end for end in mean_intervals(runs, study.experiment.seed))
        mean = words.PERCENT * runs.mean(axis=0)
        axes.fill_between(
            years[seen], low[seen], high[seen], color=colour, alpha=style.BAND_ALPHA, linewidth=0
        )
        axes.plot(years[seen], mean[seen], color=colour, linestyle=dash)
        labels.append(End(say(name), float(years[-1]), float(mean[-1]), colour))
    if named:
        label_ends(axes, labels)


def _message(study: Study, begins: int, ends: int, say: Speaker) -> str:
    found = paths(study, MEASURES[0])
    names = study.drawn.names or ()
    difference = dict(zip(names[1:], found[1:] - found[0], strict=True))
    during = estimate(difference[STORM][:, begins:ends].mean(axis=1), study.experiment.seed).value
    later = slice(ends + MONTHS_A_YEAR - QUARTER, ends + MONTHS_A_YEAR)
    after = float(difference[STORM][:, later].mean())
    lasting = float(difference[LASTING][:, later].mean())
    key = "gains" if during > 0 else "costs"
    return say(
        key,
        during=words.size(during),
        after=signed(words.PERCENT * after, 1),
        lasting=signed(words.PERCENT * lasting, 1),
    )
