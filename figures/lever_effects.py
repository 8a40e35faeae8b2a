"""Effects of each lever alone, and of all, on execution and credibility: a forest plot."""

from sim.drawing import forest, words
from sim.drawing.language import Speaker, Texts
from sim.drawing.message import EXECUTION
from sim.drawing.picture import Effects, Picture, by_point, effects, note
from sim.study.estimate import estimate
from sim.study.package import ALL_LEVERS, Package
from sim.study.study import Study

EXPERIMENT = "lever_effects"
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
        "how": "Brackets, and line where wider than the point: {interval}; ● raises, ▼ lowers, "
        "○ interval includes zero.",
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
        "how": "括号，及宽于标记处的线：{interval}；●上升，▼下降，○区间含零。",
        "axis": "变化（百分点）",
        "zero": "现状{level}",
        "or": "或",
    },
}


def draw(study: Study, say: Speaker) -> Picture:
    """Rows from the largest effect on execution down; all levers together last."""
    found = effects(study)
    assert study.scenario is not None
    packages = [
        Package(name, say.lever(name, study.scenario), study.scenario)
        for name in sorted(found, key=lambda one: -found[one][EXECUTION].value)
    ]
    packages.sort(key=lambda one: one.name == ALL_LEVERS)
    text = _message(study, found, say)
    shown = note(say, study, say("what"), say("how", interval=say("interval")))
    levels = {name: float(by_point(study, name)[0].mean()) for name in forest.SHOWN}
    heads = {
        name: (say.measure(name), say("zero", level=words.share(level)))
        for name, level in levels.items()
    }
    rows, depth = forest.rows_of(packages, found)
    return Picture(forest.sheet(rows, depth, text, shown, heads, say("axis")), text, shown)


def _message(study: Study, found: Effects, say: Speaker) -> str:
    """The lever that raises execution most, with those it cannot be told from; and the worst."""
    assert study.scenario is not None
    alone = [name for name in found if name != ALL_LEVERS]
    sure = [name for name in alone if words.sure(found[name][EXECUTION])]
    rising = [name for name in sure if found[name][EXECUTION].value > 0]
    falling = [name for name in sure if found[name][EXECUTION].value < 0]
    if not rising:
        text = say("none_rises")
    else:
        best = max(rising, key=lambda name: found[name][EXECUTION].value)
        points = dict(zip(study.drawn.names or (), by_point(study, EXECUTION), strict=True))
        rivals = [
            name
            for name in rising
            if name != best
            and not words.sure(estimate(points[best] - points[name], study.experiment.seed))
        ]
        names = say("or").join(
            say.quoted(say.lever(name, study.scenario)) for name in [best, *rivals]
        )
        text = say("most", best=names, size=words.size(found[best][EXECUTION].value))
    if falling:
        worst = min(falling, key=lambda name: found[name][EXECUTION].value)
        name = say.quoted(say.lever(worst, study.scenario))
        text += say("and_falls", worst=name, size=words.size(found[worst][EXECUTION].value))
    return text
