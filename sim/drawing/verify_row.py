"""The figure of one row of ``zhixing verify``: expected and simulated results."""

import math

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sim.drawing import layout, style
from sim.theory.verify.check import Check
from sim.theory.verify.rows import Row

# Inches.
HEAD = 0.42
FOOT = 0.5
HIGH = 0.21
CASE = 0.3
LABELS = 2.7
NUMBERS = 0.82
# Larger differences are drawn here; unit: the tolerance of a comparison.
FARTHEST = 1.5


def draw(row: Row) -> Figure:
    """All comparisons of a row: name, expected and simulated result, difference / tolerance."""
    with style.look():
        return _draw(row)


def _draw(row: Row) -> Figure:
    cases, checks, depth = _places(row)
    figure, top = layout.begin(message(row), _note(row), depth, HEAD, FOOT)
    small = {"fontsize": style.SMALL, "va": "center"}
    middle = layout.MARGIN + LABELS
    heads = (("expected", middle + NUMBERS), ("simulated", middle + 2 * NUMBERS))
    for name, right in heads:
        layout.put(figure, right, top - HEAD / 3, name, ha="right", weight="bold", **small)
    for text, place in cases:
        layout.put(figure, layout.MARGIN, top + place, text, weight="bold", **small)
    for check, place in checks:
        left = layout.MARGIN + layout.GAP
        layout.put(figure, left, top + place, check.quantity, **small)
        expected, simulated = check.told
        layout.put(figure, middle + NUMBERS, top + place, expected, ha="right", **small)
        layout.put(figure, middle + 2 * NUMBERS, top + place, simulated, ha="right", **small)
    left = middle + 2 * NUMBERS + 2 * layout.GAP
    axes = layout.panel(figure, left, top, style.TWO_COLUMNS - left - layout.MARGIN, depth)
    _panel(axes, checks, depth)
    return figure


def _places(row: Row) -> tuple[list[tuple[str, float]], list[tuple[Check, float]], float]:
    """Cases and comparisons with their distances from the top, and the whole height; in inches."""
    cases: list[tuple[str, float]] = []
    checks: list[tuple[Check, float]] = []
    depth, case = 0.0, ""
    for check in row.checks:
        if check.case != case:
            case = check.case
            cases.append((case, depth + CASE / 2))
            depth += CASE
        checks.append((check, depth + HIGH / 2))
        depth += HIGH
    return cases, checks, depth


def _panel(axes: Axes, checks: list[tuple[Check, float]], depth: float) -> None:
    axes.set_xlim(-FARTHEST, FARTHEST)
    axes.set_ylim(depth, 0.0)
    axes.axvspan(-1.0, 1.0, color=style.FAINT, alpha=0.5, linewidth=0)
    axes.axvline(0.0, color=style.DIM, linewidth=style.THIN)
    for check, place in checks:
        if check.expected is None:
            continue
        far = (check.simulated - check.expected) / check.allowed if check.allowed > 0 else 0.0
        far = max(-FARTHEST, min(FARTHEST, far)) if math.isfinite(far) else 0.0
        drawn = check.error > 0.0
        colour = style.BLUE if check.agrees else style.VERMILION
        axes.plot(
            far,
            place,
            marker="o" if check.agrees else "X",
            color=colour,
            markerfacecolor=colour if drawn else style.PAPER,
            clip_on=False,
        )
        if drawn:
            half = check.error / check.allowed
            axes.plot([far - half, far + half], [place, place], color=colour)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    axes.set_xticks([-1.0, 0.0, 1.0], ["−1", "0", "1"])
    axes.set_xlabel("(simulated − expected) / tolerance")


def message(row: Row) -> str:
    """The message of the figure: how many comparisons agree."""
    known = [check for check in row.checks if check.agrees is not None]
    agree = sum(bool(check.agrees) for check in known)
    if not known:
        return f"{row.title}: no published value to compare with"
    how = "every" if agree == len(known) else f"{agree} of {len(known)}"
    verb = "comparison agrees" if agree == len(known) or agree == 1 else "comparisons agree"
    return f"{row.title}: {how} {verb} with {row.work}"


def _note(row: Row) -> str:
    parts = []
    if any(check.error > 0 for check in row.checks):
        parts.append("Filled: random, with one Monte Carlo standard error.")
    if any(not check.error for check in row.checks):
        parts.append("Open: computed without random draws.")
    parts.append(
        "Grey: within the tolerance, which a correct model exceeds once in a thousand comparisons."
    )
    return " ".join(parts)


def caption(row: Row, command: str) -> str:
    """The text of the caption file; ``command`` redraws the figure."""
    return f"{message(row)}.\n\n{_note(row)}\n\nRedraw: {command}\n"
