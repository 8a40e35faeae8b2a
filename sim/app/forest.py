"""Differences from the status quo with intervals, drawn as a forest plot."""

from collections.abc import Sequence

from sim.app import look
from sim.app.charts import Options, base
from sim.app.words import Words
from sim.printed_numbers import MINUS
from sim.study.estimate import Estimate

MEASURES = ("execution_rate", "credibility", "reported_rate")
_PERCENT = 100.0
# Distance between the lines of packages, in rows.
_SPREAD = 0.17
# Distance of the line of each further doubt, in rows.
_BELOW = 0.05


def _line(name: str, colour: str, width: float, low: float, high: float, y: float) -> Options:
    return {
        "type": "line",
        "name": name,
        "symbol": "none",
        "silent": True,
        "lineStyle": {"color": colour, "width": width, "opacity": 0.55},
        "itemStyle": {"color": colour},
        "data": [[low, y], [high, y]],
    }


def forest(
    words: Words,
    title: str,
    told: str,
    packages: Sequence[str],
    found_by: Sequence[dict[str, Estimate]],
    doubted: Sequence[Sequence[dict[str, Estimate]]] = (),
) -> Options:
    """Options of a forest plot: a point and an interval for each package and measure.

    ``doubted`` are the same differences with more doubt; each is a thinner line below. Zero is the
    status quo; differences are in percentage points.
    """
    options = base(words, title, told)
    colon = words.stated("", "")
    options["tooltip"] = {"trigger": "item", "confine": True}
    options["legend"]["data"] = [{"name": name, "icon": "circle"} for name in packages]
    options["grid"]["bottom"] = 26
    options["xAxis"] = {
        "type": "value",
        "name": words("axis"),
        "nameLocation": "middle",
        "nameGap": 28,
        "nameTextStyle": {"color": look.DIM},
        "axisLabel": {":formatter": f"v => String(v).replace('-', '{MINUS}')", "color": look.DIM},
        "axisLine": {"onZero": False, "lineStyle": {"color": look.FAINT}},
        "splitLine": {"lineStyle": {"color": "#EAEAEA"}},
    }
    options["yAxis"] = {
        "type": "value",
        "min": -0.5,
        "max": len(MEASURES) - 0.5,
        "inverse": True,
        "interval": 0.5,
        "axisLabel": {
            ":formatter": f"v => ({[words.measure(one) for one in MEASURES]!r})[v] ?? ''",
            "color": look.BLACK,
            "fontSize": 13,
        },
        "splitLine": {"show": False},
        "axisTick": {"show": False},
        "axisLine": {"onZero": False, "show": False},
    }
    series: list[Options] = []
    for number, (name, by_measure) in enumerate(zip(packages, found_by, strict=True)):
        colour = look.PACKAGES[number]
        shift = (number - 0.5 * (len(packages) - 1)) * _SPREAD
        points = []
        for row, measure in enumerate(MEASURES):
            found = by_measure[measure]
            y = row + shift
            low, value, high = (
                round(_PERCENT * one, 2) for one in (found.low, found.value, found.high)
            )
            points.append([value, y])
            series.append(_line(name, colour, 4.0, low, high, y))
            for more, others in enumerate(doubted, 1):
                low, high = (
                    round(_PERCENT * one, 2)
                    for one in (others[number][measure].low, others[number][measure].high)
                )
                series.append(_line(name, colour, 2.0 / more, low, high, y + more * _BELOW))
        series.append(
            {
                "type": "scatter",
                "name": name,
                "symbolSize": 13,
                "itemStyle": {"color": colour},
                "tooltip": {":formatter": f"p => p.seriesName + '{colon}' + p.value[0].toFixed(1)"},
                "data": points,
            }
        )
    series.append(
        {
            "type": "line",
            "data": [],
            "silent": True,
            "markLine": {
                "symbol": "none",
                "silent": True,
                "label": {"formatter": words("status_quo"), "position": "start", "show": False},
                "lineStyle": {"color": look.DIM, "type": "solid", "width": 1.5},
                "data": [{"xAxis": 0}],
            },
        }
    )
    options["series"] = series
    return options
