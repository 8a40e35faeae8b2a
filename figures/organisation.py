"""Every officer of a department in the chain of command, coloured by conduct."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Circle, Rectangle

from sim.drawing import layout, style, words
from sim.drawing.course import LOOKS
from sim.drawing.language import Speaker, Texts
from sim.drawing.picture import Picture, note
from sim.kinds import CONDUCTS
from sim.palette import ink
from sim.study.estimate import Values, estimate
from sim.study.package import STATUS_QUO
from sim.study.study import Study
from sim.world.organisation import Layout

EXPERIMENT = "organisation"
COLUMNS = 2
FAITHFUL = "faithful"
TEXT: Texts = {
    "en": {
        "question": "Where in the chain of command is a decision executed faithfully, and does "
        "reform reach the counter?",
        "reaches": "At the counter {before} are faithful; “{reform}” makes it {after}",
        "not": "At the counter {before} are faithful, and “{reform}” does not clearly change that",
        "what": "Left: every officer of a department in the last month of the first replicate, "
        "from its head down to the counter. Right: shares of conducts in each rank over all "
        "replicates.",
        "how": "Whisker: {interval}, of the faithful.",
        "head": "head",
        "rank": "rank {number}",
        "counter": "counter",
        "shares": "all replicates",
    },
    "zh": {
        "question": "层级链条上何处忠实执行？改革是否到达窗口？",
        "reaches": "窗口人员中{before}忠实执行；“{reform}”使其达到{after}",
        "not": "窗口人员中{before}忠实执行，“{reform}”未使其确有改变",
        "what": "左：第一次重复最后一个月，一个部门自负责人至窗口的全体人员。"
        "右：各层级在全部重复中的执行方式比例。",
        "how": "误差线：忠实执行比例的{interval}。",
        "head": "负责人",
        "rank": "第{number}级",
        "counter": "窗口",
        "shares": "全部重复",
    },
}

# Inches.
LEVEL = 0.5
BETWEEN = 0.34
HEAD = 0.55
FOOT = 0.14
LABELS = 0.62
SHARES = 1.5
RADIUS = 0.085
CLOSEST = 0.49
LEGEND = 0.2


def draw(study: Study, say: Speaker) -> Picture:
    """A tree for the status quo above one for the reform, with shares by rank beside each."""
    assert study.scenario is not None
    assert study.drawn.names is not None
    plan = study.scenario.layout
    names = study.drawn.names
    found = _conducts(study)
    text = _message(study, found, plan, say)
    shown = note(say, study, say("what"), say("how", interval=say("interval")))
    ranks = plan.ranks
    each = LEVEL * ranks
    depth = each * len(names) + BETWEEN * (len(names) - 1)
    figure, top = layout.begin(text, shown, depth, HEAD, FOOT)
    wide = style.width(2)
    left = layout.MARGIN + LABELS
    right = wide - layout.MARGIN - SHARES
    for place, name in enumerate(names):
        at = top + place * (each + BETWEEN)
        title = say.lever(name, study.scenario)
        layout.put(figure, layout.MARGIN, at - 0.08, title, weight="bold", va="bottom")
        tree = layout.panel(figure, left, at, right - left - 2 * layout.GAP, each)
        _tree(tree, plan, found[place][:, 0])
        bars = layout.panel(figure, right, at, SHARES, each)
        _bars(bars, plan, found[place], study.experiment.seed)
        for rank in range(ranks):
            label = say("rank", number=rank + 1)
            if rank == 0:
                label = say("head")
            elif rank == ranks - 1:
                label = say("counter")
            layout.beside(figure, left, at + LEVEL * (rank + 0.5), label, LABELS)
    layout.put(figure, right, top - 0.08, say("shares"), va="bottom", fontsize=style.SMALL)
    handles = [
        Rectangle(
            (0, 0),
            1,
            1,
            facecolor=LOOKS[one][0],
            hatch=LOOKS[one][1] * 2,
            edgecolor=style.DIM,
            linewidth=style.THIN,
            label=f"{LETTERS[one]}  {say.measure(one)}",
        )
        for one in CONDUCTS
    ]
    high = figure.get_size_inches()[1]
    figure.legend(
        handles=handles,
        ncols=len(CONDUCTS),
        loc="center left",
        frameon=False,
        bbox_to_anchor=(layout.MARGIN / wide, 1.0 - (top - HEAD + LEGEND / 2) / high),
        fontsize=style.SMALL,
        handlelength=1.2,
        columnspacing=1.0,
        borderaxespad=0.0,
        borderpad=0.0,
    )
    return Picture(figure, text, shown)


# Colours alone would not tell conducts apart in grey.
LETTERS = {name: kind.letter for name, kind in CONDUCTS.of.items()}


def _conducts(study: Study) -> list[Values]:
    """Conduct of every officer as a number, (officers, replicates), for each point."""
    runs = study.results()
    assert study.scenario is not None
    posts = study.scenario.layout.post_rank.size
    shape = (len(study.drawn.points), study.replicates, posts)
    shares = [
        runs[[f"{one}@{k}" for k in range(1, posts + 1)]].to_numpy(float).reshape(shape)
        for one in CONDUCTS
    ]
    return [np.asarray(one.T) for one in np.argmax(np.stack(shares), axis=0)]


def _places(plan: Layout) -> Values:
    """Where posts stand from left to right, between 0 and 1: each rank spread evenly."""
    places = np.empty(plan.post_rank.size)
    for rank in range(plan.ranks):
        here = np.flatnonzero(plan.post_rank == rank)
        places[here] = (np.arange(here.size) + 0.5) / here.size
    return places


def _tree(axes: Axes, plan: Layout, conducts: Values) -> None:
    figure = axes.get_figure(root=True)
    assert figure is not None
    wide = axes.get_position().width * figure.get_size_inches()[0]
    axes.set_xlim(0.0, wide)
    axes.set_ylim(LEVEL * plan.ranks, 0.0)
    axes.axis("off")
    x = _places(plan) * wide
    radius = min(RADIUS, CLOSEST * wide / np.bincount(plan.post_rank).max())
    y = LEVEL * (plan.post_rank + 0.5)
    for post, superior in enumerate(plan.post_superior):
        if superior >= 0:
            axes.plot(
                [x[superior], x[post]],
                [y[superior], y[post]],
                color=style.FAINT,
                linewidth=style.THIN,
                zorder=1,
            )
    for post, conduct in enumerate(conducts.astype(int)):
        name = CONDUCTS[conduct]
        axes.add_patch(
            Circle(
                (x[post], y[post]),
                radius,
                facecolor=LOOKS[name][0],
                edgecolor=style.DIM,
                linewidth=style.THIN,
                zorder=2,
            )
        )
        axes.text(
            x[post],
            y[post],
            LETTERS[name],
            ha="center",
            va="center_baseline",
            fontsize=style.SMALL,
            color=ink(LOOKS[name][0]),
            zorder=3,
        )


def _bars(axes: Axes, plan: Layout, conducts: Values, seed: int) -> None:
    axes.set_xlim(0.0, 1.0)
    axes.set_ylim(LEVEL * plan.ranks, 0.0)
    for rank in range(plan.ranks):
        here = conducts[plan.post_rank == rank]
        middle, left = LEVEL * (rank + 0.5), 0.0
        for number, name in enumerate(CONDUCTS):
            share = float((here == number).mean())
            axes.barh(
                middle,
                share,
                0.26,
                left,
                facecolor=LOOKS[name][0],
                hatch=LOOKS[name][1],
                edgecolor=style.PAPER,
                linewidth=style.THIN,
            )
            left += share
        faithful = estimate((here == CONDUCTS.index(FAITHFUL)).mean(axis=0), seed)
        axes.plot([faithful.low, faithful.high], [middle, middle], color=style.BLACK, zorder=3)
        for end in (faithful.low, faithful.high):
            axes.plot([end, end], [middle - 0.06, middle + 0.06], color=style.BLACK, zorder=3)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    axes.set_xticks([0.0, 0.5, 1.0], ["0", ".5", "1"])


def _message(study: Study, found: list[Values], plan: Layout, say: Speaker) -> str:
    counter = plan.post_rank == plan.ranks - 1
    names = study.drawn.names or ()
    faithful = {
        name: (conducts[counter] == CONDUCTS.index(FAITHFUL)).mean(axis=0)
        for name, conducts in zip(names, found, strict=True)
    }
    (reform,) = [name for name in names if name != STATUS_QUO]
    gain = estimate(faithful[reform] - faithful[STATUS_QUO], study.experiment.seed)
    assert study.scenario is not None
    return say(
        "reaches" if words.sure(gain) else "not",
        before=say.percent(float(faithful[STATUS_QUO].mean())),
        after=say.percent(float(faithful[reform].mean())),
        reform=say.lever(reform, study.scenario),
    )
