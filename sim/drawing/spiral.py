"""The spiral in pictures: phase portrait, response to a cut of trust, hysteresis loop."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from sim.drawing import layout, style, words
from sim.study.estimate import mean_intervals
from sim.study.spiral import HIGH, LOW, STARTS, Spiral
from sim.study.twins import FOLLOWED

# Inches.
HEAD = 0.1
FOOT = 0.45
DEPTH = 3.3
LEFT = 0.62
RIGHT = 1.75
# Halves of a nullcline nearer than this are one.
SAME = 1e-3
# Months of a path that are averaged, so that the season of appraisal does not hide its course.
YEAR = 12


def draw(name: str, spiral: Spiral) -> tuple[Figure, str]:
    """One of the three pictures by its name, and its caption."""
    panels = {
        "phase_portrait": (phase_portrait, _portrait_message, _portrait_note),
        "impulse_response": (impulse_response, _response_message, _response_note),
        "hysteresis": (hysteresis, _loop_message, _loop_note),
    }
    panel, message, note = panels[name]
    with style.look():
        said, below = message(spiral), note(spiral)
        figure, top = layout.begin(said, below, DEPTH, HEAD, FOOT)
        width = style.TWO_COLUMNS - LEFT - RIGHT
        axes = layout.panel(figure, LEFT, top, width, DEPTH)
        panel(axes, spiral)
        _legend(axes)
    return figure, f"{said}.\n\n{below}"


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
    """Means over the year that ends in each month; the first months over what there is."""
    sums = np.cumsum(path, axis=-1)
    length = path.shape[-1]
    number = np.minimum(np.arange(1, length + 1), YEAR)
    before = np.concatenate([np.zeros((*path.shape[:-1], YEAR)), sums], axis=-1)[..., :length]
    return np.asarray((sums - before) / number)


def phase_portrait(axes: Axes, spiral: Spiral) -> None:
    """Credibility against execution: mean paths from several starts, and the nullclines."""
    expected = spiral.expected
    if expected is not None:
        for line, colour, dash, label in (
            (expected.trust_still, style.DIM, style.DASHES[1], "trust would\nnot move"),
            (expected.norm_still, style.DIM, style.DASHES[2], "execution would\nnot move"),
        ):
            shown = _once(line)
            axes.plot(shown[:, 0], shown[:, 1], color=colour, linestyle=dash, label=label, zorder=1)
    for number, (start, paths) in enumerate(zip(STARTS, spiral.paths, strict=True)):
        mean = _yearly(paths).mean(axis=0)
        colour = style.LINE_COLOURS[number]
        axes.plot(mean[0], mean[1], color=colour, label=f"start at {start:g}", zorder=2)
        for one in _yearly(paths):
            axes.plot(one[0], one[1], color=colour, alpha=0.25, linewidth=style.THIN, zorder=1)
        axes.plot(mean[0, 0], mean[1, 0], "o", color=colour, markerfacecolor=style.PAPER, zorder=3)
        axes.plot(mean[0, -1], mean[1, -1], "o", color=colour, zorder=3)
    if expected is not None:
        _points(axes, spiral)
    if spiral.tipping is not None:
        tips = spiral.tipping.value
        axes.axvspan(tips.low, tips.high, color=style.FAINT, linewidth=0, zorder=0)
        axes.axvline(tips.value, color=style.DIM, linewidth=style.THIN, label="tipping start")
    axes.set_xlim(0.0, 1.0)
    axes.set_ylim(0.0, None)
    axes.set_xlabel("credibility (share)")
    axes.set_ylabel("execution rate (share)")


def _once(line: NDArray[np.float64]) -> NDArray[np.float64]:
    """A nullcline without its second half where that retraces the first: dashes would fill up."""
    points = (len(line) - 1) // 2
    first, second = line[:points], line[points + 1 :]
    return first if np.abs(first - second[::-1]).max() < SAME else line


def _points(axes: Axes, spiral: Spiral) -> None:
    told = set()
    for point in spiral.expected.points if spiral.expected else ():
        label = "rests (mean field)" if point.stable else "unstable (mean field)"
        axes.plot(
            point.credibility,
            point.execution,
            "s",
            color=style.BLACK,
            markerfacecolor=style.BLACK if point.stable else style.PAPER,
            label=None if label in told else label,
            zorder=4,
        )
        told.add(label)


def impulse_response(axes: Axes, spiral: Spiral) -> None:
    """What is left of a cut of trust, month by month, with its interval."""
    months = np.arange(FOLLOWED + 1)
    mean, low, high = spiral.response.band(spiral.seed)
    axes.fill_between(months, low, high, color=style.BLUE, alpha=style.BAND_ALPHA, linewidth=0)
    axes.plot(months, mean, color=style.BLUE, label="credibility")
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
        label="execution",
    )
    if spiral.expected is not None and spiral.expected.response is not None:
        axes.plot(
            months,
            spiral.expected.response,
            color=style.DIM,
            linestyle=style.DASHES[2],
            label="credibility,\nmean field",
        )
    axes.axhline(0.5, color=style.FAINT, linewidth=style.THIN, zorder=0)
    axes.axhline(0.0, color=style.DIM, linewidth=style.THIN, zorder=0)
    axes.set_xlim(0, FOLLOWED)
    axes.set_xticks(range(0, FOLLOWED + 1, YEAR))
    axes.set_xlabel("months after the cut")
    axes.set_ylabel("difference from the twin, over the cut")


def hysteresis(axes: Axes, spiral: Spiral) -> None:
    """Where credibility rests from low and from high starts, as a setting moves."""
    loop = spiral.loop
    if loop is None:
        return
    for rests, colour, marker, label in (
        (loop.from_high, style.BLUE, "v", f"from a start of {HIGH:g}"),
        (loop.from_low, style.VERMILION, "^", f"from a start of {LOW:g}"),
    ):
        low, high = mean_intervals(rests.T, spiral.seed)
        axes.fill_between(loop.values, low, high, color=colour, alpha=style.BAND_ALPHA, linewidth=0)
        axes.plot(loop.values, rests.mean(axis=1), color=colour, marker=marker, label=label)
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
                    label=None if told else "mean field\n(dotted: unstable)",
                )
                told = True
    axes.set_ylim(0.0, 1.0)
    axes.set_xlim(loop.values[0], loop.values[-1])
    axes.set_xlabel(loop.key)
    axes.set_ylabel("credibility at rest (share)")


def _title(spiral: Spiral) -> str:
    return words.brief(spiral.scenario.title)


def _portrait_message(spiral: Spiral) -> str:
    if spiral.tipping is None:
        return f"{_title(spiral)}: all starts lead to nearly the same credibility and execution"
    low, high = spiral.from_low[:, 0].mean(), spiral.from_high[:, 0].mean()
    return (
        f"{_title(spiral)}: starts above {words.share(spiral.tipping.value.value)} end nearer to "
        f"{words.share(float(high))}, those below nearer to {words.share(float(low))}"
    )


def _basis(spiral: Spiral, replicates: int) -> str:
    number = words.counted(replicates, "replicate")
    return f"{number} on common draws, seed {spiral.seed}; {spiral.scenario.clock.months} months."


def _portrait_note(spiral: Spiral) -> str:
    text = (
        "Lines: mean paths from starts of trust and norm (open: first month, filled: last), "
        "each month a mean over the year that ends in it; thin: replicates."
    )
    if spiral.expected is not None:
        text += " Dashed and dotted: nullclines of the mean field, where alike people are."
    if spiral.tipping is not None:
        text += " Grey: 95 % interval of the start that parts them; departments tip one by one."
    return f"{text} {_basis(spiral, spiral.paths.shape[1])}"


def _response_message(spiral: Spiral) -> str:
    left = float(spiral.response.credibility[:, YEAR].mean())
    return (
        f"{_title(spiral)}: a cut of trust takes execution with it, and {left:.0%} of it is left a "
        "year later"
    ).replace("%", f"{words.NO_BREAK}%")


def _response_note(spiral: Spiral) -> str:
    return (
        f"Trust of everybody cut by {spiral.cut:g} in month {spiral.month}; difference from a twin "
        "run on the same draws, over the cut. Band: 95 % bootstrap interval of the mean. "
        f"{words.counted(spiral.replicates, 'replicate')}, seed {spiral.seed}."
    )


def _loop_message(spiral: Spiral) -> str:
    loop = spiral.loop
    assert loop is not None
    apart = loop.from_high.mean(axis=1) - loop.from_low.mean(axis=1)
    widest = int(np.argmax(apart))
    return (
        f"{_title(spiral)}: where runs start matters most at {loop.key} = "
        f"{loop.values[widest]:.2g}, by {words.share(float(apart[widest]))} of credibility"
    )


def _loop_note(spiral: Spiral) -> str:
    loop = spiral.loop
    replicates = loop.from_low.shape[1] if loop is not None else 0
    return (
        "Credibility over the last year of runs from low and high starts of trust and norm. "
        f"Band: 95 % bootstrap interval of the mean. {_basis(spiral, replicates)}"
    )
