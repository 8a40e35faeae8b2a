"""Published reforms: what was found, and what the model predicts, fitted and held out apart."""

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from sim.drawing import layout, style, words
from sim.drawing.language import Speaker, Texts
from sim.drawing.picture import Picture
from sim.printed_numbers import MINUS
from sim.reforms.predictions import NAME, Predictions
from sim.reforms.published import FIT, HELD_OUT, Finding

EXPERIMENT = NAME
COLUMNS = 2
TEXT: Texts = {
    "en": {
        "question": "Does the model predict what published reforms achieved?",
        "message": "Of the reforms held out of the fit, {inside} of {values} sizes lie in the "
        "predictive interval and {right} of {signs} signs are right",
        "alone": "Of the reforms that the model is fitted to, {inside} of {values} sizes lie in "
        "the predictive interval and {right} of {signs} signs are right",
        "shown": "Diamond: size found, with its 90\u00a0% interval; triangle: only the sign was "
        "found. Thick line: 90\u00a0% of the effects over {draws} draws of the calibration; thin "
        "line: predictive interval of the study's estimate, so with its own error; dot: median. "
        "Orange: the size found lies outside, or the sign is wrong. Beyond the edge, a mark is set "
        "on it. Of the same {signs} signs, the forecast that every reform does what it aims at, "
        "without side effects, has {aims} right. Seed {seed}.",
        "axis": "effect, per cent or percentage points",
        "held out": "Held out",
        "fit": "Fitted",
        "found": "found",
        "predicted": "predicted",
        "missed": "predicted, missed",
        "row": "{source}: {title}",
    },
    "zh": {
        "question": "模型能否预测已发表改革的成效？",
        "message": "在未用于拟合的改革中，{values}个效应值有{inside}个落在预测区间内，"
        "{signs}个方向有{right}个正确",
        "alone": "在用于拟合的改革中，{values}个效应值有{inside}个落在预测区间内，"
        "{signs}个方向有{right}个正确",
        "shown": "菱形：研究所得效应值及其90%区间；三角：仅知方向。"
        "粗线：校准{draws}次抽样中90%的效应；细线：研究估计值的预测区间，含其自身误差；"
        "圆点：中位数。橙色：所得效应值在区间之外，或方向错误。超出边缘者标于边缘。"
        "若预测每项改革都实现其目的且无副作用，则同样{signs}个方向有{aims}个正确。种子{seed}。",
        "axis": "效应：变化百分比，或比例的百分点变化",
        "held out": "未用于拟合",
        "fit": "用于拟合",
        "found": "研究所得",
        "predicted": "模型预测",
        "missed": "模型预测（未符）",
        "row": "{source}：{title}",
    },
}
# Inches.
EACH = 0.2
HEAD = 0.34
FOOT = 0.42
LABELS = 3.6
APART = 0.3
# Largest effect on the axis, in per cent; smaller ones than the second are drawn to scale.
FARTHEST = 120.0
LINEAR = 20.0
TICKS = (-100.0, -20.0, -10.0, 0.0, 10.0, 20.0, 100.0)
# Distance of the found value above the middle of its row, and of the predicted one below.
OFF = 0.17


def draw(kept: Predictions, say: Speaker) -> Picture:
    """A row for each finding, those held out on top."""
    content = kept.content
    chosen = {one.name: one for one in kept.reforms}
    groups = {
        role: [row for row in content["findings"] if row["role"] == role]
        for role in (HELD_OUT, FIT)
    }
    groups = {role: rows for role, rows in groups.items() if rows}
    first = next(iter(groups))
    counted = content["score"][first]
    text = say(
        "message" if first == HELD_OUT else "alone",
        inside=counted["inside"],
        values=counted["values"],
        right=counted["signs_right"],
        signs=counted["signs"],
    )
    judged = content["benchmarks"][first]
    shown = say(
        "shown",
        draws=content["draws"],
        seed=content["seed"],
        signs=judged["signs"],
        aims=judged["aim_right"],
    )
    depth = sum(EACH * len(rows) + APART for rows in groups.values())
    figure, top = layout.begin(text, shown, depth, HEAD, FOOT)
    wide, _ = figure.get_size_inches()
    left = layout.MARGIN + LABELS
    axes = layout.panel(figure, left, top, wide - left - 2 * layout.MARGIN, depth)
    _scale(axes, depth, say)
    at = 0.0
    for role, rows in groups.items():
        small: dict[str, Any] = {"va": "center", "fontsize": style.SMALL}
        layout.put(figure, layout.MARGIN, top + at + APART / 2, say(role), weight="bold", **small)
        at += APART
        for row in rows:
            reform = chosen[row["reform"]]
            finding = reform.finding[row["finding"]]
            title = finding.zh if say.chinese else finding.title
            label = say("row", source=reform.source, title=title)
            layout.put(figure, layout.MARGIN, top + at + EACH / 2, _short(label), **small)
            _row(axes, at + EACH / 2, row, finding)
            at += EACH
    _legend(figure, top, say)
    return Picture(figure, text, shown)


def _scale(axes: Axes, depth: float, say: Speaker) -> None:
    axes.set_ylim(depth, 0.0)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    axes.axvline(0.0, color=style.DIM, linewidth=style.THIN, zorder=0)
    axes.set_xscale("symlog", linthresh=LINEAR, linscale=1.0)
    axes.set_xlim(-FARTHEST, FARTHEST)
    axes.set_xticks(TICKS, [f"{one:g}".replace("-", MINUS) for one in TICKS])
    axes.minorticks_off()
    axes.set_xlabel(say("axis"))


def _row(axes: Axes, at: float, row: dict[str, Any], finding: Finding) -> None:
    """One finding: what was found above, what is predicted below."""

    def placed(value: float | None) -> float:
        if value is None:
            return float("nan")
        effect = words.PERCENT * (value - finding.nothing)
        return float(np.clip(effect, -FARTHEST, FARTHEST))

    above, below = at - OFF * EACH, at + OFF * EACH
    wrong = row["inside"] is False or row["sign_right"] is False
    colour = style.VERMILION if wrong else style.BLUE
    for ends, thick in ((("low", "high"), style.THIN), (("effect_low", "effect_high"), 2.2)):
        low, high = (placed(row[end]) for end in ends)
        axes.plot([low, high], [below, below], color=colour, linewidth=thick, zorder=2)
    axes.plot(
        placed(row["predicted"]), below, "o", color=colour, markersize=3.4, clip_on=False, zorder=3
    )
    if finding.kind == "sign":
        marker = ">" if finding.direction > 0 else "<"
        edge = finding.direction * LINEAR / 4
        axes.plot(edge, above, marker, color=style.BLACK, markersize=3.4, markerfacecolor="none")
        return
    low, high = placed(row["found_low"]), placed(row["found_high"])
    axes.plot([low, high], [above, above], color=style.BLACK, linewidth=style.THIN, zorder=2)
    axes.plot(placed(row["found"]), above, "D", color=style.BLACK, markersize=3.0, clip_on=False)


def _short(label: str) -> str:
    """A label, cut to the width of its column."""
    lines = layout.wrap(label, LABELS - layout.GAP, style.SMALL)
    return lines[0] + ("…" if len(lines) > 1 else "")


def _legend(figure: Figure, top: float, say: Speaker) -> None:
    wide, high = figure.get_size_inches()
    marks = (
        ("found", "D", style.BLACK),
        ("predicted", "o", style.BLUE),
        ("missed", "o", style.VERMILION),
    )
    handles = [
        Line2D([], [], color=colour, marker=marker, linestyle="none", markersize=4, label=say(name))
        for name, marker, colour in marks
    ]
    figure.legend(
        handles=handles,
        ncols=len(handles),
        loc="center left",
        frameon=False,
        bbox_to_anchor=((layout.MARGIN + LABELS) / wide, 1.0 - (top - HEAD / 2) / high),
        fontsize=style.SMALL,
        handlelength=1.0,
        columnspacing=1.2,
        borderaxespad=0.0,
        borderpad=0.0,
    )
