"""Effects of each lever alone, and of all, under each doubt: a forest plot."""

import numpy as np

from sim.drawing import forest, words
from sim.drawing.language import Speaker, Texts
from sim.drawing.message import EXECUTION
from sim.drawing.picture import Effects, Picture, by_point, effects, note
from sim.study.estimate import CONFIDENCE, draw_means
from sim.study.package import ALL_LEVERS, STATUS_QUO, Package
from sim.study.study import Study
from sim.study.under_doubts import NAME, UnderDoubts

EXPERIMENT = NAME
COLUMNS = 2
TEXT: Texts = {
    "en": {
        "question": "What does each lever, alone and at full strength, do to execution and "
        "credibility?",
        "most": "Execution rises most under {best}, by {size} points",
        "and_falls": "; it falls under {worst}, by {size}",
        "none_rises": "No lever clearly raises execution",
        "what": "Difference from the status quo of each lever alone at full strength, and of all "
        "together.",
        "how": "Lines of a row from the top: chance alone, {alone} replicates with their 95\u00a0% "
        "bootstrap interval; with doubt about behaviour, and with doubt about behaviour and "
        "levers, the range of 95\u00a0% of {draws} draws. Brackets, ● raises, ▼ lowers and "
        "○ interval includes zero are of the last.",
        "axis": "change in percentage points",
        "zero": "status quo {level}",
        "or": " or ",
    },
    "zh": {
        "question": "每项举措单独全力实施，对执行率和公信力有什么影响？",
        "most": "{best}使执行率升幅最大，达{size}个百分点",
        "and_falls": "；{worst}使其下降{size}个百分点",
        "none_rises": "没有一项举措明确提高执行率",
        "what": "每项举措单独全力实施、以及八项合用，与现状之差。",
        "how": "每行各线自上而下：仅偶然，{alone}次重复及其95%自助法置信区间；加行为的不确定性，"
        "再加举措的不确定性，为{draws}组抽样中95%所在的范围。括号及●上升、▼下降、○区间含零均指末一条线。",
        "axis": "变化（百分点）",
        "zero": "现状{level}",
        "or": "或",
    },
}


def draw(source: UnderDoubts, say: Speaker) -> Picture:
    """Rows from the largest effect on execution down; all levers together last."""
    *less, found = (effects(study) for study in source.studies.values())
    study = source.whole
    assert study.scenario is not None
    packages = [
        Package(name, say.lever(name, study.scenario), study.scenario)
        for name in sorted(found, key=lambda one: -found[one][EXECUTION].value)
    ]
    packages.sort(key=lambda one: one.name == ALL_LEVERS)
    text = _message(study, found, say)
    alone = next(iter(source.studies.values())).replicates
    drawn = 0 if study.draws is None else min(study.replicates, len(study.draws))
    shown = note(say, study, say("what"), say("how", alone=alone, draws=drawn))
    levels = {name: float(by_point(study, name)[0].mean()) for name in forest.SHOWN}
    heads = {
        name: (say.measure(name), say("zero", level=words.share(level)))
        for name, level in levels.items()
    }
    rows, depth = forest.rows_of(packages, found, less)
    return Picture(forest.sheet(rows, depth, text, shown, heads, say("axis")), text, shown)


def _message(study: Study, found: Effects, say: Speaker) -> str:
    """The levers one of which does most in 95 % of draws; and the worst of those that lower it."""
    assert study.scenario is not None
    alone = [name for name in found if name != ALL_LEVERS]
    sure = [name for name in alone if words.sure(found[name][EXECUTION])]
    falling = [name for name in sure if found[name][EXECUTION].value < 0]
    if not any(found[name][EXECUTION].value > 0 for name in sure):
        text = say("none_rises")
    else:
        leading = _leading(study)
        names = say("or").join(say.quoted(say.lever(name, study.scenario)) for name in leading)
        text = say("most", best=names, size=words.size(found[leading[0]][EXECUTION].value))
    if falling:
        worst = min(falling, key=lambda name: found[name][EXECUTION].value)
        name = say.quoted(say.lever(worst, study.scenario))
        text += say("and_falls", worst=name, size=words.size(found[worst][EXECUTION].value))
    return text


def _leading(study: Study) -> list[str]:
    """The fewest levers one of which has the largest effect in 95 % of draws, best first."""
    names = [name for name in study.drawn.names or () if name not in (STATUS_QUO, ALL_LEVERS)]
    points = dict(zip(study.drawn.names or (), by_point(study, EXECUTION), strict=True))
    draws = 1 if study.draws is None else len(study.draws)
    means = draw_means(np.column_stack([points[name] for name in names]), draws)
    firsts = np.bincount(means.argmax(axis=1), minlength=len(names)) / len(means)
    order = np.lexsort((-means.mean(axis=0), -firsts))
    upto = np.cumsum(firsts[order])
    return [names[k] for k in order[: int(np.argmax(upto >= CONFIDENCE)) + 1]]
