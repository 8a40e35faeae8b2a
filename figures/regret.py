"""Regret: what each package kept lacks to the best of them, draw by draw."""

import numpy as np

from sim.drawing import layout, style, words
from sim.drawing.language import Speaker, Texts
from sim.drawing.picture import Picture
from sim.drawing.planned import named, package_words
from sim.planning.stored import StoredPlan
from sim.world.scenario import STATUS_QUO

EXPERIMENT = "reform_budget"
COLUMNS = 2
MEASURE = "execution_rate@course"
TEXT: Texts = {
    "en": {
        "question": "How much does one lose with a package if the world is not as expected?",
        "message": "Package {number} loses least if the worst comes: at most {most} points of "
        "execution to the best of those kept, and nothing in {share} of draws",
        "shown": "For each draw of the calibration, what a package lacks in execution to the best "
        "of those shown in the same draw. Box: the middle half of draws; line: median; whiskers: "
        "all draws. Mean of {runs} replicates over {draws} draws that no choice has used; seed "
        "{seed}. Each draw is told by few runs, whose chance is part of it. “Best in”: the chance "
        "that a package has the most execution of all shown, without the chance of single runs.",
        "axis": "execution lost, percentage points",
        "status_quo": "no reform",
        "best": "{package}; best\u00a0in\u00a0{chance}",
        "use": "{lever} {percent}",
        "more": "{text} …",
    },
    "zh": {
        "question": "如果实际情况与预期不同，选择一个方案会损失多少？",
        "message": "最坏时方案{number}损失最小：与保留方案中的最好者相差至多{most}个百分点，"
        "在{share}的抽样中毫无损失",
        "shown": "校准的每次抽样中，一个方案的执行率比所示方案中的最好者低多少。"
        "方框：中间一半的抽样；线：中位数；须：全部抽样。"
        "均值来自{draws}次抽样、{runs}次运行，未用于任何选择；种子{seed}。"
        "每次抽样的运行次数不多，其偶然也在其中。"
        "最优机会：方案在所示各项中执行率最高的概率，已去除单次运行的偶然。",
        "axis": "损失的执行率（百分点）",
        "status_quo": "不改革",
        "best": "{package}；最优机会{chance}",
        "use": "{lever}{percent}",
        "more": "{text}……",
    },
}
# Inches.
EACH = 0.46
HEAD = 0.12
FOOT = 0.42
LABELS = 3.2


def draw(kept: StoredPlan, say: Speaker) -> Picture:
    """A box for each package, and for no reform."""
    content = kept.content
    table = kept.by_draw[kept.by_draw["package"].isin(content["packages"])]
    reached = words.PERCENT * table.pivot(index="draw", columns="package", values=MEASURE)
    regrets = reached.rsub(reached.max(axis=1), axis=0)
    packages = [name for name in content["packages"] if name != STATUS_QUO]
    best = str(regrets[packages].max().idxmin())
    text = say(
        "message",
        number=named(best),
        most=f"{regrets[best].max():.1f}",
        share=say.percent(float((regrets[best] == 0.0).mean())),
    )
    shown = say(
        "shown", runs=content["size"]["fresh"], draws=content["draws"], seed=content["seed"]
    )
    order = [*packages, STATUS_QUO]
    depth = EACH * len(order)
    figure, top = layout.begin(text, shown, depth, HEAD, FOOT)
    wide, _ = figure.get_size_inches()
    left = layout.MARGIN + LABELS
    axes = layout.panel(figure, left, top, wide - left - 2 * layout.MARGIN, depth)
    drawn = axes.boxplot(
        [regrets[name].to_numpy() for name in order],
        positions=np.arange(len(order)) + 0.5,
        orientation="horizontal",
        whis=(0, 100),
        widths=0.5,
        manage_ticks=False,
        patch_artist=True,
        medianprops={"color": style.BLACK},
    )
    for box, name in zip(drawn["boxes"], order, strict=True):
        box.set_facecolor(style.VERMILION if name == STATUS_QUO else style.BLUE)
        box.set_alpha(0.5)
    axes.set_ylim(len(order), 0.0)
    axes.set_xlim(left=0.0)
    axes.set_yticks([])
    axes.set_xlabel(say("axis"))
    aim = next(one for one in content["aims"] if MEASURE.split("@")[0] in one)
    for place, name in enumerate(order):
        told = say("status_quo")
        if name != STATUS_QUO:
            package = package_words(content["packages"][name]["uses"], kept.scenario, say)
            told = f"{named(name)} {package}"
        chance = content["packages"][name]["chance_of_best"][aim]
        told = say("best", package=told, chance=say.percent(chance))
        layout.beside(figure, left, top + EACH * (place + 0.5), told, LABELS)
    return Picture(figure, text, shown)
