"""Sanctions by layer of the chain of command, just and unjust."""

import numpy as np
from matplotlib.axes import Axes

from sim.drawing import layout, style
from sim.drawing.language import Speaker, Texts
from sim.drawing.picture import Picture, heading, note, row
from sim.study.estimate import Values, estimate
from sim.study.package import STATUS_QUO
from sim.study.study import Study

EXPERIMENT = "blame"
COLUMNS = 2
ALL, UNJUST = "sanctions", "unjust_sanctions"
LOWEST = 2
TEXT: Texts = {
    "en": {
        "question": "Which layers of the chain of command are sanctioned, and what share of "
        "sanctions is unjust?",
        "message": "{low} of sanctions fall on the lowest two layers; “{reform}” leads to {times} "
        "times as many, of which {unjust} instead of {before} are unjust",
        "what": "Sanctions by layer of the chain of command, the highest on top. Scales differ.",
        "how": "Whisker: {interval}, of all sanctions of the layer.",
        "x": "sanctions per 100 officer-years",
        "just": "of the culpable",
        "unjust": "unjust",
        "layer": "{tier}, rank {rank}",
        "tier_province": "province",
        "tier_prefecture": "prefecture",
        "tier_county": "county",
    },
    "zh": {
        "question": "层级链条上哪些层级受处分？其中多少不当？",
        "message": "{low}的处分落在最低两层；实施“{reform}”后处分为{times}倍，"
        "不当者占{unjust}，原为{before}",
        "what": "层级链条各层的处分，最高层在上。两图刻度不同。",
        "how": "误差线：该层全部处分的{interval}。",
        "x": "每百人年处分数",
        "just": "应受处分",
        "unjust": "不当处分",
        "layer": "{tier}第{rank}级",
        "tier_province": "省",
        "tier_prefecture": "市",
        "tier_county": "县",
    },
}

# Inches.
ROW = 0.21
HEAD = 0.72
FOOT = 0.42
LABELS = 1.1
GAP = 0.3
LEGEND = 0.2


def draw(study: Study, say: Speaker) -> Picture:
    """A panel for each point: bars by layer, the unjust part hatched."""
    assert study.scenario is not None
    names = study.drawn.names or ()
    found = {one: _by_layer(study, one) for one in (ALL, UNJUST)}
    layers = found[ALL].shape[1]
    text = _message(study, found, say)
    shown = note(say, study, say("what"), say("how", interval=say("interval")))
    figure, top = layout.begin(text, shown, ROW * layers, HEAD, FOOT)
    panels = row(figure, top, ROW * layers, len(names), LABELS, GAP, layout.GAP)
    # Layers as they stand in the chain, with their tier.
    labels = _labels(study, say)
    for place, (axes, name) in enumerate(zip(panels, names, strict=True)):
        _bars(axes, found[ALL][place], found[UNJUST][place], study.experiment.seed, say)
        axes.set_yticks(np.arange(layers) + 0.5, labels)
        axes.tick_params(axis="y", length=0)
        heading(axes, say.lever(name, study.scenario))
        axes.set_xlabel(say("x"))
    wide, high = figure.get_size_inches()
    figure.legend(
        *panels[0].get_legend_handles_labels(),
        ncols=2,
        loc="center left",
        frameon=False,
        bbox_to_anchor=(layout.MARGIN / wide, 1.0 - (top - HEAD + LEGEND / 2) / high),
        fontsize=style.SMALL,
        handlelength=1.4,
        borderaxespad=0.0,
        borderpad=0.0,
    )
    return Picture(figure, text, shown)


def _by_layer(study: Study, measure: str) -> Values:
    """A measure of each layer, shape (points, layers, replicates)."""
    runs = study.results()
    names = [one for one in study.drawn.measures if one.startswith(f"{measure}@")]
    values = runs[names].to_numpy(float).reshape(-1, study.replicates, len(names))
    return np.asarray(values.transpose(0, 2, 1))


def _labels(study: Study, say: Speaker) -> list[str]:
    assert study.scenario is not None
    plan = study.scenario.layout
    tier = plan.tier[plan.post_department]
    there = sorted({(int(t), int(r)) for t, r in zip(tier, plan.post_rank, strict=True)})
    return [say("layer", tier=say(f"tier_{plan.tier_names[t]}"), rank=r + 1) for t, r in there]


def _bars(axes: Axes, sanctions: Values, unjust: Values, seed: int, say: Speaker) -> None:
    layers = len(sanctions)
    middles = np.arange(layers) + 0.5
    wrong = np.nan_to_num(unjust.mean(axis=1))
    right = np.nan_to_num(sanctions.mean(axis=1)) - wrong
    axes.barh(middles, right, 0.7, color=style.SKY, edgecolor=style.PAPER, label=say("just"))
    axes.barh(
        middles,
        wrong,
        0.7,
        right,
        color=style.VERMILION,
        hatch="////",
        edgecolor=style.PAPER,
        linewidth=style.THIN,
        label=say("unjust"),
    )
    for middle, runs in zip(middles, sanctions, strict=True):
        one = estimate(runs, seed)
        axes.plot([one.low, one.high], [middle, middle], color=style.BLACK, zorder=3)
    axes.set_ylim(layers, 0.0)
    axes.set_xlim(0.0, None)


def _message(study: Study, found: dict[str, Values], say: Speaker) -> str:
    assert study.scenario is not None
    plan = study.scenario.layout
    tier = plan.tier[plan.post_department]
    layer = tier * plan.ranks + plan.post_rank
    _, officers = np.unique(layer, return_counts=True)
    # Sanctions of a layer are a rate; times its officers they are a number.
    number = {one: (values.mean(axis=2) * officers).sum(axis=1) for one, values in found.items()}
    landed = found[ALL].mean(axis=2) * officers
    names = list(study.drawn.names or ())
    before = names.index(STATUS_QUO)
    after = 1 - before
    return say(
        "message",
        low=say.percent(float(landed[before, -LOWEST:].sum() / landed[before].sum())),
        reform=say.lever(names[after], study.scenario),
        times=f"{number[ALL][after] / number[ALL][before]:.1f}",
        unjust=say.percent(float(number[UNJUST][after] / number[ALL][after])),
        before=say.percent(float(number[UNJUST][before] / number[ALL][before])),
    )
