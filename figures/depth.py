"""What is left of a decision with every further tier, compared with control-loss theory."""

import numpy as np

from sim.drawing import layout, style
from sim.drawing.language import Speaker, Texts
from sim.drawing.picture import Picture, by_point, effects, note, row, whiskers
from sim.study import effects as kinds
from sim.study.estimate import CONFIDENCE, RESAMPLES, Estimate, Values
from sim.study.study import Study

EXPERIMENT = "depth"
COLUMNS = 1
REAL, REPORTED = "execution_rate", "reported_rate"
TEXT: Texts = {
    "en": {
        "question": "How much of a decision does each further tier lose, and do reports show it?",
        "more": "With {last} tiers {lost} of execution is lost, more than if each tier lost what "
        "the second does",
        "less": "With {last} tiers {lost} of execution is lost, less than if each tier lost what "
        "the second does",
        "same": "With {last} tiers {lost} of execution is lost, about as if each tier lost what "
        "the second does",
        "what": "The same departments under one to {last} tiers. Dashed: each tier passes on the "
        "share p that the second does (Williamson 1967); p = {p}.",
        "how": "Whisker and grey: {interval}.",
        "x": "tiers",
        "y": "share of what was decided",
        "theory": "pⁿ⁻¹ of the first",
        "real": "done",
        "reported": "reported",
    },
    "zh": {
        "question": "每多一个层级，决策损失多少？上报能否反映损失？",
        "more": "有{last}个层级时，执行损失{lost}，多于每级都与第二级损失相同的情形",
        "less": "有{last}个层级时，执行损失{lost}，少于每级都与第二级损失相同的情形",
        "same": "有{last}个层级时，执行损失{lost}，与每级都与第二级损失相同的情形相近",
        "what": "同样的部门，上面有一至{last}个层级。"
        "虚线：每级传下第二级那样的份额p（威廉姆森，1967）；p = {p}。",
        "how": "误差线与灰带：{interval}。",
        "x": "层级数",
        "y": "占决策内容的比例",
        "theory": "第一级的pⁿ⁻¹",
        "real": "实际",
        "reported": "上报",
    },
}

# Inches.
HIGH = 2.3
HEAD = 0.12
FOOT = 0.42
SCALE = 0.42
RIGHT = 0.2


def draw(study: Study, say: Speaker) -> Picture:
    """One panel: real and reported execution by tiers, and the curve of repeated loss."""
    levels = list(effects(study, kinds.LEVEL).values())
    tiers = np.arange(1.0, len(levels) + 1.0)
    runs = by_point(study, REAL)
    passed = runs[1].mean() / runs[0].mean()
    theory = runs[0].mean() * passed ** (tiers - 1)
    band, beyond = _resampled(runs, study.experiment.seed)
    key = "same"
    if beyond.low > 0.0:
        key = "less"
    elif beyond.high < 0.0:
        key = "more"
    lost = say.percent(1.0 - levels[-1][REAL].value / levels[0][REAL].value)
    text = say(key, lost=lost, last=len(levels))
    what = say("what", last=len(levels), p=f"{passed:.2f}")
    shown = note(say, study, what, say("how", interval=say("interval")))
    figure, top = layout.begin(text, shown, HIGH, HEAD, FOOT, COLUMNS)
    (axes,) = row(figure, top, HIGH, 1, SCALE, 0.0, RIGHT)
    axes.fill_between(tiers, *band, color=style.DIM, alpha=style.BAND_ALPHA, linewidth=0)
    axes.plot(tiers, theory, color=style.DIM, linestyle=style.DASHES[1], label=say("theory"))
    for name, key, colour, marker in (
        (REPORTED, "reported", style.VERMILION, "D"),
        (REAL, "real", style.BLUE, "o"),
    ):
        found: list[Estimate] = [one[name] for one in levels]
        whiskers(axes, tiers, found, color=colour, marker=marker, label=say(key))
    axes.set_xticks(tiers, [f"{one:g}" for one in tiers])
    axes.set_ylim(0.0, 1.05)
    axes.set_xlabel(say("x"))
    axes.set_ylabel(say("y"))
    axes.legend(frameon=False, fontsize=style.SMALL, loc="center left", bbox_to_anchor=(0.02, 0.66))
    return Picture(figure, text, shown)


def _resampled(runs: Values, seed: int) -> tuple[tuple[Values, Values], Estimate]:
    """Interval of the curve of repeated loss, and of what the last tier has beyond it.

    Replicates, (tiers, replicates), are resampled whole.
    """
    rng = np.random.default_rng(seed)
    replicates = runs.shape[1]
    chosen = rng.integers(replicates, size=(RESAMPLES, replicates))
    first, second, last = (runs[tier][chosen].mean(axis=1) for tier in (0, 1, -1))
    curves = first[:, None] * (second / first)[:, None] ** np.arange(len(runs))
    ends = [0.5 - 0.5 * CONFIDENCE, 0.5 + 0.5 * CONFIDENCE]
    low, high = np.quantile(curves, ends, axis=0)
    beyond = last - curves[:, -1]
    least, most = np.quantile(beyond, ends)
    found = Estimate(float(beyond.mean()), float(least), float(most), replicates, float("nan"))
    return (low, high), found
