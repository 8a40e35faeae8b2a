"""Simulated against expected values: all rows of ``zhixing verify`` in one figure."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import NullLocator

from sim.drawing import layout, style
from sim.drawing.language import Speaker, Texts
from sim.drawing.picture import Picture
from sim.theory.verify.check import Check
from sim.theory.verify.stored import NAME, Verification

EXPERIMENT = NAME
COLUMNS = 2
TEXT: Texts = {
    "en": {
        "question": "Does the program agree with theory where the answer is known?",
        "all": "All {all} comparisons with theory and published results agree",
        "some": "{agree} of {all} comparisons with theory and published results agree",
        "shown": "Left: simulated against expected value of every comparison; on the line they are "
        "equal. Right: their difference, in units of the largest that agrees. Filled: with random "
        "draws, line one Monte Carlo standard error; open: without. A correct program is outside "
        "the grey once in a thousand comparisons. Seed {seed}.",
        "x": "expected",
        "y": "simulated",
        "off": "difference, in units of\nthe largest that agrees",
        "counted": "{number} comparisons",
        "interactions": "Choice among others (Brock & Durlauf 2001)",
        "clearances": "Clearances (Pressman & Wildavsky 1973)",
        "control_loss": "Loss of control (Williamson 1967)",
        "trust": "Trust (Slovic 1993)",
        "promotion": "Promotion (Pluchino et al. 2010)",
        "mean_field": "Mean field of many alike",
    },
    "zh": {
        "question": "在答案已知之处，程序是否与理论相符？",
        "all": "与理论及已发表结果的{all}项比较全部相符",
        "some": "与理论及已发表结果的{all}项比较中{agree}项相符",
        "shown": "左：各项比较的模拟值与期望值，在线上则相等。"
        "右：二者之差，以相符所容许的最大差异为单位。"
        "实心：有随机抽取，线为一个蒙特卡洛标准误；空心：无随机。"
        "正确的程序千次比较中有一次落在灰区之外。"
        "种子{seed}。",
        "x": "期望值",
        "y": "模拟值",
        "off": "差异\n（以所容许的最大差异为单位）",
        "counted": "{number}项比较",
        "interactions": "他人影响下的选择（Brock和Durlauf，2001）",
        "clearances": "层层核准（Pressman和Wildavsky，1973）",
        "control_loss": "失控（Williamson，1967）",
        "trust": "信任（Slovic，1993）",
        "promotion": "晋升（Pluchino等，2010）",
        "mean_field": "众多同质者的平均场",
    },
}
MARKERS = ("o", "s", "^", "D", "v", "P")

# Inches.
HIGH = 2.4
HEAD = 0.34
FOOT = 0.55
SCALE = 0.45
LEFT = 2.3
LABELS = 1.5
FARTHEST = 1.5
# Values nearer to zero than this are drawn on a linear scale.
LINEAR = 1e-3


def draw(kept: Verification, say: Speaker) -> Picture:
    """Left: expected against simulated; right: differences row by row."""
    rows = kept.rows
    known = [one for row in rows for one in row.checks if one.agrees is not None]
    agree = sum(bool(one.agrees) for one in known)
    text = say("all" if agree == len(known) else "some", agree=agree, all=len(known))
    shown = say("shown", seed=kept.seed)
    figure, top = layout.begin(text, shown, HIGH, HEAD, FOOT)
    axes = layout.panel(figure, layout.MARGIN + SCALE, top, LEFT, HIGH)
    for place, row in enumerate(rows):
        there = [(one.expected, one.simulated) for one in row.checks if one.expected is not None]
        colour = style.LINE_COLOURS[place]
        axes.plot(
            [expected for expected, _ in there],
            [simulated for _, simulated in there],
            MARKERS[place],
            color=colour,
            markerfacecolor="none",
            linestyle="none",
            markeredgewidth=0.9,
        )
    ends = np.array(axes.get_xlim())
    axes.plot(ends, ends, color=style.DIM, linewidth=style.THIN, zorder=0)
    for set_scale in (axes.set_xscale, axes.set_yscale):
        set_scale("symlog", linthresh=LINEAR, linscale=0.3)
    ticks = [-10.0, -0.1, 0.0, 0.1, 10.0]
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_ticks(ticks, [f"{one:g}".replace("-", "−") for one in ticks])
        axis.set_minor_locator(NullLocator())
    axes.set_xlabel(say("x"))
    axes.set_ylabel(say("y"), labelpad=1.0)
    left = layout.MARGIN + SCALE + LEFT + LABELS + 2 * layout.GAP
    far = layout.panel(figure, left, top, style.width(2) - left - layout.GAP, HIGH)
    far.axvspan(-1.0, 1.0, color=style.FAINT, alpha=0.5, linewidth=0)
    far.axvline(0.0, color=style.DIM, linewidth=style.THIN)
    far.set_xlim(-FARTHEST, FARTHEST)
    far.set_ylim(len(rows), 0.0)
    for place, row in enumerate(rows):
        checks = [one for one in row.checks if one.agrees is not None]
        at = place + 0.18 + 0.64 * (np.arange(len(checks)) + 0.5) / len(checks)
        for middle, one in zip(at, checks, strict=True):
            _mark(far, float(middle), one, MARKERS[place], style.LINE_COLOURS[place])
        label = f"{say(row.name)}\n{say('counted', number=len(checks))}"
        lines = "\n".join(
            piece for part in label.split("\n") for piece in layout.wrap(part, LABELS, style.SMALL)
        )
        layout.put(
            figure,
            left - layout.GAP / 2,
            top + HIGH * (place + 0.5) / len(rows),
            lines,
            ha="right",
            va="center",
            fontsize=style.SMALL,
            linespacing=1.1,
        )
    far.set_yticks([])
    far.spines["left"].set_visible(False)
    far.set_xticks([-1.0, 0.0, 1.0], ["−1", "0", "1"])
    far.set_xlabel(say("off"))
    return Picture(figure, text, shown)


def _mark(axes: Axes, middle: float, one: Check, marker: str, colour: str) -> None:
    assert one.expected is not None
    off = (one.simulated - one.expected) / one.allowed if one.allowed > 0 else 0.0
    off = float(np.clip(off, -FARTHEST, FARTHEST))
    half = one.error / one.allowed if one.allowed > 0 else 0.0
    axes.plot([off - half, off + half], [middle, middle], color=colour)
    axes.plot(
        off,
        middle,
        marker,
        color=colour,
        clip_on=False,
        markerfacecolor=colour if one.error > 0 else style.PAPER,
    )
