"""Credibility and execution: paths of a government from several starts."""

from sim.calendar import MONTHS_A_YEAR
from sim.drawing import layout, style
from sim.drawing.language import Speaker, Texts
from sim.drawing.picture import Picture, note, paths, row, smoothed
from sim.drawing.starts import apart, draw_paths, start
from sim.study.study import Study

EXPERIMENT = "spiral_paths"
COLUMNS = 1
TEXT: Texts = {
    "en": {
        "question": "From different starts, how do trust and execution change together?",
        "apart": "Trust and execution move together, and the start decides where they end",
        "alike": "Trust and execution move together, towards one resting point",
        "what": "Paths from five starts of trust and norm. Thick: mean of replicates; thin: each "
        "replicate; every month a mean over the year that ends in it. Open: first year; filled: "
        "last.",
        "how": "",
        "x": "credibility (share)",
        "y": "execution rate (share)",
    },
    "zh": {
        "question": "信任与执行从不同起点出发，怎样一同变化？",
        "apart": "信任与执行同起同落，起点决定终点",
        "alike": "信任与执行同起同落，走向同一停驻点",
        "what": "信任与风气从五个起点出发的路径。粗线：重复均值；细线：各次重复；"
        "每月取截至该月一年的均值。空心：第一年；实心：最后一年。",
        "how": "",
        "x": "公信力（比例）",
        "y": "执行率（比例）",
    },
}

# Inches.
HEAD = 0.12
FOOT = 0.42
SCALE = 0.42
HIGH = 2.7


def draw(study: Study, say: Speaker) -> Picture:
    """One panel: a path for each start, with those of its replicates."""
    text = say("apart" if apart(study) else "alike")
    shown = note(say, study, say("what"), say("how"))
    figure, top = layout.begin(text, shown, HIGH, HEAD, FOOT, COLUMNS)
    (axes,) = row(figure, top, HIGH, 1, SCALE, 0.0, layout.GAP)
    trust, executed = (
        smoothed(paths(study, one), MONTHS_A_YEAR) for one in ("credibility", "execution_rate")
    )
    draw_paths(axes, trust, executed)
    for point in range(len(trust)):
        x, y = trust[point].mean(axis=0), executed[point].mean(axis=0)
        axes.annotate(
            f"{start(study, point):g}",
            (x[0], y[0]),
            (-4.0, 4.0),
            textcoords="offset points",
            ha="right",
            fontsize=style.SMALL,
            color=style.DIM,
        )
    axes.set_xlim(0.0, 1.0)
    axes.set_ylim(0.0, 1.0)
    axes.set_xlabel(say("x"))
    axes.set_ylabel(say("y"))
    return Picture(figure, text, shown)
