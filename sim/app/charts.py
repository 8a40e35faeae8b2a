"""Options of the charts that views share: paths with bands, and shares of conducts."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.app import look
from sim.app.answers import Answer
from sim.app.words import Words
from sim.calendar import MONTHS_A_YEAR
from sim.kinds import CONDUCTS

Options = dict[str, Any]
# Digits of shares sent to the browser.
_DIGITS = 4
# Most labels that fit below an axis.
_MOST_MARKS = 10


@dataclass(frozen=True)
class Line:
    """The line of one package in a chart, and whether it is dashed or has a band."""

    name: str
    colour: str
    answer: Answer
    measure: str
    dashed: bool = False
    band: bool = True


def _rounded(values: NDArray[Any]) -> list[float]:
    """Values as sent to the browser; NaN becomes a gap."""
    rounded: list[float] = np.round(np.asarray(values, np.float64), _DIGITS).tolist()
    return rounded


def base(words: Words, title: str, told: str) -> Options:
    """Options that all charts share; ``told`` is the content in words, for screen readers."""
    return {
        "animation": False,
        "aria": {"enabled": True, "label": {"description": told}},
        "textStyle": {"fontFamily": look.FONT, "color": look.BLACK},
        # Title and legend are HTML above the chart, so that they wrap; an exported image has both.
        "title": {"show": False, "text": title, "left": 8, "top": 8, "textStyle": {"fontSize": 16}},
        "grid": {"left": 4, "right": 18, "top": 14, "bottom": 6, "containLabel": True},
        "tooltip": {
            "trigger": "axis",
            "confine": True,
            ":valueFormatter": f"v => v == null ? '–' : (100 * v).toFixed(1) + '{words.per_cent}'",
        },
        "legend": {
            "show": False,
            "top": 34,
            "left": 4,
            "right": 8,
            "itemWidth": 22,
            "itemHeight": 10,
            "textStyle": {"fontSize": 12, "color": look.BLACK},
        },
    }


def legend(words: Words, options: Options) -> str:
    """The legend of a chart as a list in HTML."""
    series = options["series"]
    named = options["legend"].get("data") or list(dict.fromkeys(one["name"] for one in series))
    rows = []
    for entry in named:
        name = entry if isinstance(entry, str) else entry["name"]
        # Of several series with one name, the last is drawn on top.
        drawn = [one for one in series if one.get("name") == name][-1]
        dashed = drawn.get("lineStyle", {}).get("type") == "dashed"
        kind = f"{drawn['type']} dashed" if dashed else drawn["type"]
        colour = drawn["itemStyle"]["color"]
        rows.append(f'<li><i class="{kind}" style="--colour:{colour}"></i>{escape(name)}</li>')
    return f'<ul class="keys" aria-label="{escape(words("keys"))}">{"".join(rows)}</ul>'


def share_axis(words: Words) -> Options:
    """An axis of shares, 0 to 1, labelled in per cent."""
    return {
        "type": "value",
        "min": 0,
        "max": 1,
        "axisLabel": {
            ":formatter": f"v => Math.round(100 * v) + '{words.per_cent}'",
            "color": look.DIM,
        },
        "splitLine": {"lineStyle": {"color": "#EAEAEA"}},
    }


def month_axis(words: Words, months: int) -> Options:
    """An axis of months with a label for each year, or fewer if there are many years."""
    marked = MONTHS_A_YEAR * math.ceil(months / (_MOST_MARKS * MONTHS_A_YEAR))
    return {
        "type": "category",
        "data": [*range(months)],
        "boundaryGap": False,
        "name": words("month"),
        "nameLocation": "middle",
        "nameGap": 26,
        "nameTextStyle": {"color": look.DIM},
        # Narrow charts show fewer labels.
        "axisLabel": {"interval": marked - 1, "hideOverlap": True, "color": look.DIM},
        "axisTick": {"interval": marked - 1},
    }


def mark(words: Words, options: Options, spans: Iterable[tuple[int, int]], months: int) -> None:
    """Mark in a chart by month where reforms start, and where they end before the run does."""
    spans = [*spans]
    firsts = sorted({first for first, _ in spans})
    ends = sorted({end for _, end in spans if end < months})
    if not firsts:
        return
    labelled = {(firsts[0], "starts"), *((end, "ends") for end in ends[-1:])}
    lines = []
    for month, key in [(one, "starts") for one in firsts] + [(one, "ends") for one in ends]:
        # The label of a start stands before its line, that of an end behind it.
        late = month > months / 2
        align = (
            ("right" if late else "left") if not ends else "right" if key == "starts" else "left"
        )
        lines.append(
            {
                "xAxis": month,
                "name": words(key),
                "label": {"show": (month, key) in labelled, "align": align},
            }
        )
    options["grid"]["top"] = 28
    options["series"][-1]["markLine"] = {
        "symbol": "none",
        "silent": True,
        "label": {"formatter": "{b}", "color": look.DIM, "distance": 4},
        "lineStyle": {"color": look.DIM, "type": "dotted", "width": 1.5},
        "data": lines,
    }


def paths(
    words: Words,
    title: str,
    told: str,
    lines: Sequence[Line],
    spans: Iterable[tuple[int, int]] = (),
) -> Options:
    """Options of a chart of measures by month: means as lines, with bands if requested.

    ``spans`` are the first months of reforms, and the months after their last.
    """
    options = base(words, title, told)
    months = lines[0].answer.paths.shape[2]
    options["xAxis"] = month_axis(words, months)
    options["yAxis"] = share_axis(words)
    # Space for the name of the axis.
    options["grid"]["bottom"] = 24
    options["legend"]["data"] = [{"name": line.name} for line in lines]
    # The legend shows lines without symbols, so that dashes are visible.
    options["legend"]["itemStyle"] = {"opacity": 0}
    series: list[Options] = []
    for number, line in enumerate(lines):
        low, mean, high = line.answer.band(line.measure)
        if line.band:
            hidden = {
                "type": "line",
                "stack": f"band {number}",
                "symbol": "none",
                "silent": True,
                "lineStyle": {"opacity": 0},
                "tooltip": {"show": False},
                "itemStyle": {"color": line.colour},
            }
            area = {"areaStyle": {"color": line.colour, "opacity": 0.18}}
            series += [
                {**hidden, "name": f"low {number}", "data": _rounded(low)},
                {**hidden, **area, "name": f"high {number}", "data": _rounded(high - low)},
            ]
        series.append(
            {
                "type": "line",
                "name": line.name,
                "symbol": "none",
                "lineStyle": {
                    "width": 2 if line.dashed else 3,
                    "type": "dashed" if line.dashed else "solid",
                    "color": line.colour,
                },
                "itemStyle": {"color": line.colour},
                "data": _rounded(mean),
            }
        )
    options["series"] = series
    mark(words, options, spans, months)
    return options


def conducts(
    words: Words, title: str, told: str, packages: Sequence[tuple[str, Answer]]
) -> Options:
    """Options of a chart of the shares of conducts at the end, one bar for each package."""
    options = base(words, title, told)
    options["tooltip"]["trigger"] = "item"
    options["legend"]["data"] = [words(conduct) for conduct in CONDUCTS]
    options["grid"]["left"] = 14
    options["xAxis"] = share_axis(words)
    options["yAxis"] = {
        "type": "category",
        "inverse": True,
        "data": [name for name, _ in packages],
        "axisLabel": {"color": look.BLACK, "fontSize": 13},
        "axisTick": {"show": False},
    }
    options["series"] = [
        {
            "type": "bar",
            "stack": "conducts",
            "name": words(conduct),
            "barMaxWidth": 34,
            "itemStyle": {"color": look.CONDUCTS.of[conduct].colour, "borderColor": "#FFFFFF"},
            "data": [round(float(answer.end(conduct).mean()), _DIGITS) for _, answer in packages],
        }
        for conduct in CONDUCTS
    ]
    return options
