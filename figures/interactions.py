"""Which levers strengthen and which weaken each other: a matrix of interactions."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap, Normalize

from sim.drawing import layout, style, words
from sim.drawing.language import Speaker, Texts
from sim.drawing.message import EXECUTION
from sim.drawing.picture import Picture, effects, note
from sim.printed_numbers import signed
from sim.study import effects as kinds
from sim.study.estimate import Estimate
from sim.study.study import Study

EXPERIMENT = "interactions"
COLUMNS = 2
JOINED = "×"
TEXT: Texts = {
    "en": {
        "question": "Which levers strengthen and which weaken each other?",
        "hinder": "Levers mostly weaken each other: {sub} of {all} pairs do less together than the "
        "sum of both alone, {super} do more",
        "help": "Levers mostly strengthen each other: {super} of {all} pairs do more together than "
        "the sum of both alone, {sub} do less",
        "none": "No pair of levers clearly does more or less together than the sum of both alone",
        "what": "Execution, percentage points: effect of two levers together less the sum of their "
        "effects alone, averaged over all combinations of the others.",
        "how": "Below each value half the width of the {interval}; bold: the interval excludes "
        "zero.",
    },
    "zh": {
        "question": "哪些举措相互促进，哪些相互妨碍？",
        "hinder": "举措多相互抵减：{all}对中{sub}对合用不如分用之和，{super}对胜过",
        "help": "举措多相互增益：{all}对中{super}对合用胜过分用之和，{sub}对不如",
        "none": "没有一对举措合用与分用之和确有差别",
        "what": "执行率（百分点）：两项举措合用超出各自作用之和的部分，"
        "对其他举措的一切组合取平均。",
        "how": "数值下方为{interval}的半宽；粗体：区间不含零。",
    },
}

# Inches.
CELL = 0.5
LABELS = 1.5
HEAD = 0.1
FOOT = 0.12
UNDER = 0.5
SLANTED = 0.9
SLANT = 28
# The deepest ground is this far from white, so that black type can be read on it.
DEEPEST = 0.75
# Narrower half widths are not told apart.
SMALLEST = 0.1


def draw(study: Study, say: Speaker) -> Picture:
    """The lower half of the matrix, a row and a column for each lever."""
    found = {term: one[EXECUTION] for term, one in effects(study, kinds.INTERACTION).items()}
    levers = [factor.name for factor in study.drawn.factors]
    text = _message(list(found.values()), say)
    shown = note(say, study, say("what"), say("how", interval=say("interval")))
    assert study.scenario is not None
    names = [say.lever(one, study.scenario) for one in levers]
    depth = CELL * (len(levers) - 1)
    left = layout.MARGIN + LABELS
    wide = style.width(2) - left - layout.MARGIN
    cell = wide / (len(levers) - 1)
    pieces = [word for name in names[:-1] for word in name.replace("-", " ").split(" ")]
    widest = max(layout.text_width(piece, style.SMALL) for piece in pieces)
    upright = say.chinese or widest < cell - layout.MARGIN / 2
    under = UNDER if upright else SLANTED
    figure, top = layout.begin(text, shown, depth + under, HEAD, FOOT)
    axes = layout.panel(figure, left, top, wide, depth)
    most = max(abs(one.value) for one in found.values()) * words.PERCENT / DEEPEST
    axes.set_xlim(0.0, len(levers) - 1)
    axes.set_ylim(len(levers) - 1, 0.0)
    for one in range(1, len(levers)):
        for other in range(one):
            _cell(axes, other, one - 1, _pair(found, levers[other], levers[one]), most)
    axes.set_xticks([])
    axes.set_yticks([])
    axes.spines[:].set_visible(False)
    for place, name in enumerate(names):
        if place:
            middle = top + CELL * (place - 0.5)
            layout.beside(figure, left, middle, name, LABELS)
    for place, name in enumerate(names[:-1]):
        at = left + cell * (place + 0.5), top + depth + layout.MARGIN
        if upright:
            lines = "\n".join(layout.wrap(name, cell - layout.MARGIN / 2, style.SMALL))
            layout.put(figure, *at, lines, ha="center", fontsize=style.SMALL, linespacing=1.1)
        else:
            layout.put(
                figure,
                *at,
                name,
                ha="right",
                fontsize=style.SMALL,
                rotation=SLANT,
                rotation_mode="anchor",
            )
    return Picture(figure, text, shown)


_MAP = LinearSegmentedColormap.from_list("synergy", [style.VERMILION, style.PAPER, style.BLUE])


def _pair(found: dict[str, Estimate], one: str, other: str) -> Estimate:
    for term, effect in found.items():
        if {part.strip() for part in term.split(JOINED)} == {one, other}:
            return effect
    raise KeyError(f"{one} {JOINED} {other}")


def _cell(axes: Axes, column: int, line: int, effect: Estimate, most: float) -> None:
    from matplotlib.patches import Rectangle

    value = words.PERCENT * effect.value
    half = 0.5 * words.PERCENT * (effect.high - effect.low)
    colour = _MAP(Normalize(-most, most)(value))
    axes.add_patch(Rectangle((column, line), 1, 1, facecolor=colour, edgecolor=style.PAPER))
    weight = "bold" if words.sure(effect) else "normal"
    axes.text(
        column + 0.5,
        line + 0.36,
        signed(value, 1),
        ha="center",
        va="center",
        fontsize=style.NORMAL,
        weight=weight,
    )
    if np.isfinite(half):
        wide = f"±{half:.1f}" if half >= SMALLEST else f"±<{SMALLEST:g}"
        axes.text(
            column + 0.5,
            line + 0.72,
            wide,
            ha="center",
            va="center",
            fontsize=style.SMALL,
            color=style.DIM,
        )


def _message(found: list[Estimate], say: Speaker) -> str:
    less = sum(words.sure(one) and one.value < 0 for one in found)
    more = sum(words.sure(one) and one.value > 0 for one in found)
    if not less + more:
        return say("none")
    return say("hinder" if less > more else "help", sub=less, super=more, all=len(found))
