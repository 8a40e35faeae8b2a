"""The same government from several starts: credibility and execution by month."""

import numpy as np
from matplotlib.axes import Axes

from sim.calendar import MONTHS_A_YEAR
from sim.drawing import layout, style, words
from sim.drawing.language import Speaker, Texts
from sim.drawing.picture import Picture, by_point, heading, note, paths, row
from sim.drawing.starts import apart, start
from sim.drawing.timeline import End, label_ends
from sim.study.estimate import Values
from sim.study.study import Study

EXPERIMENT = "spiral_paths"
COLUMNS = 2
MEASURES = ("credibility", "execution_rate")
LOW, MIDDLE, HIGH = 0.05, 0.5, 0.95
TEXT: Texts = {
    "en": {
        "question": "Does the same government come to rest at the same credibility from little and "
        "from much trust?",
        "apart": "Where it starts decides where it ends: credibility {low} from a start of "
        "{lowest}, {high} from {highest}",
        "alike": "Wherever it starts, credibility ends at about {high}",
        "what": "One government begun with norm and mean trust at each of five values. Line: "
        "median month; band: {range}.",
        "how": "",
        "start": "start {value}",
        "axis": "{measure} (share)",
    },
    "zh": {
        "question": "同一政府，起点信任低与高，最终是否停在同一处？",
        "apart": "起点决定终点：起点{lowest}时公信力停在{low}，起点{highest}时停在{high}",
        "alike": "无论起点如何，公信力都停在{high}左右",
        "what": "同一政府，风气与平均信任从五个起点开始。线：各月中位数；带：{range}。",
        "how": "",
        "start": "起点{value}",
        "axis": "{measure}（比例）",
    },
}

# Inches.
HIGH_PANEL = 2.3
HEAD = 0.34
FOOT = 0.42
SCALE = 0.34
GAP = 0.2
RIGHT = 0.75


def message(study: Study, say: Speaker) -> str:
    """Whether the start decides the end."""
    rests = by_point(study, "credibility").mean(axis=1)
    number = len(rests) - 1
    return say(
        "apart" if apart(study) else "alike",
        low=words.share(float(rests[0])),
        high=words.share(float(rests[-1])),
        lowest=f"{start(study, 0):g}",
        highest=f"{start(study, number):g}",
    )


def draw(study: Study, say: Speaker) -> Picture:
    """Two panels side by side: credibility and execution by year, a fan for each start."""
    text = message(study, say)
    shown = note(say, study, say("what", range=say("range")), say("how"))
    figure, top = layout.begin(text, shown, HIGH_PANEL, HEAD, FOOT)
    panels = row(figure, top, HIGH_PANEL, len(MEASURES), SCALE, GAP, RIGHT)
    for place, (axes, measure) in enumerate(zip(panels, MEASURES, strict=True)):
        _fans(axes, study, paths(study, measure), say, named=place == len(MEASURES) - 1)
        heading(axes, say("axis", measure=say.measure(measure)))
        axes.set_xlabel(say("year"))
    return Picture(figure, text, shown)


def _fans(axes: Axes, study: Study, found: Values, say: Speaker, named: bool) -> None:
    years = (np.arange(found.shape[2]) + 1.0) / MONTHS_A_YEAR
    axes.set_xlim(0.0, years[-1])
    axes.set_ylim(0.0, 1.0)
    ends = []
    for point, runs in enumerate(found):
        colour = style.LINE_COLOURS[point % len(style.LINE_COLOURS)]
        low, middle, high = np.quantile(runs, [LOW, MIDDLE, HIGH], axis=0)
        axes.fill_between(years, low, high, color=colour, alpha=style.BAND_ALPHA, linewidth=0)
        dashes = style.DASHES[point % len(style.DASHES)]
        axes.plot(years, middle, color=colour, linestyle=dashes)
        label = say("start", value=f"{start(study, point):g}")
        ends.append(End(label, float(years[-1]), float(middle[-1]), colour))
    if named:
        label_ends(axes, ends)
