"""Figures of the feedback of trust and execution: phase portrait, response, hysteresis loop."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from sim.calendar import MONTHS_A_YEAR
from sim.drawing import layout, style, words
from sim.drawing.language import Speaker, Texts, joined
from sim.drawing.starts import draw_paths, draw_rests
from sim.study.estimate import mean_intervals
from sim.study.feedback import STARTS, Spiral
from sim.study.tipping import HIGH, LOW
from sim.study.twins import FOLLOWED

# Inches.
HEAD = 0.1
FOOT = 0.45
DEPTH = 3.3
LEFT = 0.62
RIGHT = 1.75
# If the halves of a nullcline differ by less than this, only one is drawn.
SAME = 1e-3
# Paths are averaged over so many months, which removes the season of appraisal.
YEAR = MONTHS_A_YEAR


TEXT: Texts = {
    "en": {
        "trust_still": "trust would\nnot move",
        "norm_still": "execution would\nnot move",
        "start_at": "start at {start}",
        "tipping_start": "tipping start",
        "credibility_axis": "credibility (share)",
        "execution_axis": "execution rate (share)",
        "rests": "rests (mean field)",
        "unstable": "unstable (mean field)",
        "credibility": "credibility",
        "execution": "execution",
        "credibility_expected": "credibility,\nmean field",
        "months_after": "months after the cut",
        "over_cut": "difference from the twin / cut",
        "from_start": "from a start of {start}",
        "branch": "mean field\n(dotted: unstable)",
        "rest_axis": "credibility at rest (share)",
        "alike": "{title}: all starts lead to nearly the same credibility and execution",
        "parted": "{title}: starts above {tipping} end nearer to {high}, those below nearer to "
        "{low}",
        "cut_costs": "{title}: a cut of trust reduces execution too, and {left} of the cut is left "
        "a year later",
        "widest": "{title}: the start matters most at {key} = {value}, by {apart} of credibility",
        "portrait": "Lines: mean paths from starts of trust and norm (open: first month, filled: "
        "last), each month a mean over the year that ends in it; thin: replicates.",
        "nullclines": " Dashed and dotted: nullclines of the mean field of identical people.",
        "grey": " Grey: 95 % interval of the tipping point; departments tip one by one.",
        "runs": " {number} replicates on common draws, seed {seed}; {months} months.",
        "response": "Trust of everybody cut by {cut} in month {month}; difference from a twin run "
        "on the same draws, divided by the cut. Band: 95 % bootstrap interval of the mean. "
        "{number} replicates, seed {seed}.",
        "loop": "Credibility over the last year of runs from low and high starts of trust and "
        "norm. Band: 95 % bootstrap interval of the mean.",
        "caption": "{text}.",
    },
    "zh": {
        "trust_still": "信任不变",
        "norm_still": "执行不变",
        "start_at": "起点{start}",
        "tipping_start": "临界起点",
        "credibility_axis": "公信力（比例）",
        "execution_axis": "执行率（比例）",
        "rests": "停驻（平均场）",
        "unstable": "不稳定（平均场）",
        "credibility": "公信力",
        "execution": "执行率",
        "credibility_expected": "公信力，\n平均场",
        "months_after": "信任下降后的月数",
        "over_cut": "与未下降者之差（占降幅的比例）",
        "from_start": "起点{start}",
        "branch": "平均场\n（点线：不稳定）",
        "rest_axis": "停驻时的公信力（比例）",
        "alike": "{title}：各起点最终的公信力与执行率几乎相同",
        "parted": "{title}：起点高于{tipping}者最终接近{high}，低于者接近{low}",
        "cut_costs": "{title}：信任下降带动执行下降，一年后仍余{left}",
        "widest": "{title}：{key} = {value}时起点最要紧，公信力相差{apart}",
        "portrait": "线：信任与风气从各起点出发的平均路径（空心：第一个月，实心：最后一个月），"
        "每月取截至该月一年的均值；细线：各次重复。",
        "nullclines": "虚线与点线：平均场中保持不变的线，其中人人相同。",
        "grey": "灰：分开两类结果的起点的95%区间；各部门先后越过临界点。",
        "runs": "共同随机数下{number}次重复，种子{seed}；{months}个月。",
        "response": "第{month}个月所有人的信任下降{cut}；"
        "与同一随机数下未下降的运行之差，占降幅的比例。"
        "带：均值的95%自助法置信区间。{number}次重复，种子{seed}。",
        "loop": "信任与风气从低、高起点开始的运行，最后一年的公信力。带：均值的95%自助法置信区间。",
        "caption": "{text}。",
    },
}


def draw(name: str, spiral: Spiral, lang: str = "en") -> tuple[Figure, str]:
    """One of the three figures by its name, and its caption."""
    panels = {
        "phase_portrait": (phase_portrait, _portrait_message, _portrait_note),
        "impulse_response": (impulse_response, _response_message, _response_note),
        "hysteresis": (hysteresis, _loop_message, _loop_note),
    }
    panel, message, note = panels[name]
    say = joined(lang, TEXT)
    with style.look(lang=lang):
        said, below = message(spiral, say), note(spiral, say)
        figure, top = layout.begin(said, below, DEPTH, HEAD, FOOT)
        width = style.TWO_COLUMNS - LEFT - RIGHT
        axes = layout.panel(figure, LEFT, top, width, DEPTH)
        panel(axes, spiral, say)
        _legend(axes)
    return figure, f"{say('caption', text=said)}\n\n{below}"


def _legend(axes: Axes) -> None:
    axes.legend(
        loc="upper left",
        bbox_to_anchor=(1.02, 1.0),
        frameon=False,
        fontsize=style.SMALL,
        borderaxespad=0.0,
        handlelength=1.6,
    )


def _yearly(path: NDArray[np.float64]) -> NDArray[np.float64]:
    """Means over the year that ends in each month, or over fewer months at the beginning."""
    sums = np.cumsum(path, axis=-1)
    length = path.shape[-1]
    number = np.minimum(np.arange(1, length + 1), YEAR)
    before = np.concatenate([np.zeros((*path.shape[:-1], YEAR)), sums], axis=-1)[..., :length]
    return np.asarray((sums - before) / number)


def phase_portrait(axes: Axes, spiral: Spiral, say: Speaker) -> None:
    """Draw execution by credibility: mean paths from several starts, and the nullclines."""
    expected = spiral.expected
    if expected is not None:
        for line, colour, dash, label in (
            (expected.trust_still, style.DIM, style.DASHES[1], say("trust_still")),
            (expected.norm_still, style.DIM, style.DASHES[2], say("norm_still")),
        ):
            shown = _once(line)
            axes.plot(shown[:, 0], shown[:, 1], color=colour, linestyle=dash, label=label, zorder=1)
    yearly = _yearly(spiral.paths)
    labels = [say("start_at", start=f"{start:g}") for start in STARTS]
    draw_paths(axes, yearly[:, :, 0], yearly[:, :, 1], labels)
    if expected is not None:
        _points(axes, spiral, say)
    if spiral.tipping is not None:
        tips = spiral.tipping.value
        axes.axvspan(tips.low, tips.high, color=style.FAINT, linewidth=0, zorder=0)
        axes.axvline(tips.value, color=style.DIM, linewidth=style.THIN, label=say("tipping_start"))
    axes.set_xlim(0.0, 1.0)
    axes.set_ylim(0.0, None)
    axes.set_xlabel(say("credibility_axis"))
    axes.set_ylabel(say("execution_axis"))


def _once(line: NDArray[np.float64]) -> NDArray[np.float64]:
    """A nullcline without its second half if that equals the first, since dashes would overlap."""
    points = (len(line) - 1) // 2
    first, second = line[:points], line[points + 1 :]
    return first if np.abs(first - second[::-1]).max() < SAME else line


def _points(axes: Axes, spiral: Spiral, say: Speaker) -> None:
    told = set()
    for point in spiral.expected.points if spiral.expected else ():
        label = say("rests" if point.stable else "unstable")
        axes.plot(
            point.credibility,
            point.execution,
            "s",
            color=style.BLACK,
            markerfacecolor=style.BLACK if point.stable else style.PAPER,
            label=None if label in told else label,
            linestyle="none",
            zorder=4,
        )
        told.add(label)


def impulse_response(axes: Axes, spiral: Spiral, say: Speaker) -> None:
    """Draw the share of a cut of trust that is left, by month, with its interval."""
    months = np.arange(FOLLOWED + 1)
    mean, low, high = spiral.response.band(spiral.seed)
    axes.fill_between(months, low, high, color=style.BLUE, alpha=style.BAND_ALPHA, linewidth=0)
    axes.plot(months, mean, color=style.BLUE, label=say("credibility"))
    execution = spiral.response.execution
    lower, upper = mean_intervals(execution, spiral.seed)
    axes.fill_between(
        months, lower, upper, color=style.VERMILION, alpha=style.BAND_ALPHA, linewidth=0
    )
    axes.plot(
        months,
        execution.mean(axis=0),
        color=style.VERMILION,
        linestyle=style.DASHES[1],
        label=say("execution"),
    )
    if spiral.expected is not None and spiral.expected.response is not None:
        axes.plot(
            months,
            spiral.expected.response,
            color=style.DIM,
            linestyle=style.DASHES[2],
            label=say("credibility_expected"),
        )
    axes.axhline(0.5, color=style.FAINT, linewidth=style.THIN, zorder=0)
    axes.axhline(0.0, color=style.DIM, linewidth=style.THIN, zorder=0)
    axes.set_xlim(0, FOLLOWED)
    axes.set_xticks(range(0, FOLLOWED + 1, YEAR))
    axes.set_xlabel(say("months_after"))
    axes.set_ylabel(say("over_cut"))


def hysteresis(axes: Axes, spiral: Spiral, say: Speaker) -> None:
    """Draw resting credibility from low and from high starts along a setting."""
    loop = spiral.loop
    if loop is None:
        return
    for rests, start, colour, marker, dash in (
        (loop.from_high, HIGH, style.BLUE, "v", style.DASHES[0]),
        (loop.from_low, LOW, style.VERMILION, "^", style.DASHES[1]),
    ):
        label = say("from_start", start=f"{start:g}")
        draw_rests(axes, loop.values, rests, spiral.seed, colour, marker, dash, label)
    public = spiral.scenario.public
    told = False
    for number, branch in enumerate(loop.branches):
        silent = number == 1
        there = (
            branch.credibility <= public.return_above
            if silent
            else branch.credibility >= public.exit_below
        )
        for stable, dash in ((True, "-"), (False, style.DASHES[2])):
            shown = np.where(there & (branch.stable == stable), branch.credibility, np.nan)
            if np.isfinite(shown).any():
                axes.plot(
                    branch.values,
                    shown,
                    color=style.DIM,
                    linestyle=dash,
                    linewidth=style.THIN,
                    label=None if told else say("branch"),
                )
                told = True
    axes.set_ylim(0.0, 1.0)
    axes.set_xlim(loop.values[0], loop.values[-1])
    axes.set_xlabel(loop.key)
    axes.set_ylabel(say("rest_axis"))


def _portrait_message(spiral: Spiral, say: Speaker) -> str:
    title = say.title(spiral.scenario)
    if spiral.tipping is None:
        return say("alike", title=title)
    low, high = (
        words.share(float(rests[:, 0].mean())) for rests in (spiral.from_low, spiral.from_high)
    )
    tips = words.share(spiral.tipping.value.value)
    return say("parted", title=title, tipping=tips, high=high, low=low)


def _basis(spiral: Spiral, replicates: int, say: Speaker) -> str:
    months = spiral.scenario.clock.months
    return say("runs", number=replicates, seed=spiral.seed, months=months)


def _portrait_note(spiral: Spiral, say: Speaker) -> str:
    text = say("portrait")
    if spiral.expected is not None:
        text += say("nullclines")
    if spiral.tipping is not None:
        text += say("grey")
    return text + _basis(spiral, spiral.paths.shape[1], say)


def _response_message(spiral: Spiral, say: Speaker) -> str:
    left = say.percent(float(spiral.response.credibility[:, YEAR].mean()))
    return say("cut_costs", title=say.title(spiral.scenario), left=left)


def _response_note(spiral: Spiral, say: Speaker) -> str:
    return say(
        "response",
        cut=f"{spiral.cut:g}",
        month=spiral.month,
        number=spiral.replicates,
        seed=spiral.seed,
    )


def _loop_message(spiral: Spiral, say: Speaker) -> str:
    loop = spiral.loop
    assert loop is not None
    apart = loop.from_high.mean(axis=1) - loop.from_low.mean(axis=1)
    widest = int(np.argmax(apart))
    return say(
        "widest",
        title=say.title(spiral.scenario),
        key=loop.key,
        value=f"{loop.values[widest]:.2g}",
        apart=words.share(float(apart[widest])),
    )


def _loop_note(spiral: Spiral, say: Speaker) -> str:
    loop = spiral.loop
    replicates = loop.from_low.shape[1] if loop is not None else 0
    return say("loop") + _basis(spiral, replicates, say)
