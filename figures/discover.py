"""Where a reform hurts: the points of a design, the box that holds them, and how it was peeled."""

from sim.discovery.answer import Where, where
from sim.discovery.condition import condition
from sim.drawing import boxes
from sim.drawing.language import Speaker, Texts
from sim.drawing.message import EXECUTION
from sim.drawing.picture import Picture, note
from sim.study.study import Study
from sim.world.scenario import STATUS_QUO

EXPERIMENT = "when_it_hurts"
COLUMNS = 2
_OWN: Texts = {
    "en": {
        "question": "Under which settings does a reform lower execution?",
        "what": "Each point is a set of settings within the calibration’s priors, run with and "
        "without the reform.",
        "box": "Box: settings in which the reform lowers execution more often than elsewhere, by "
        "{method}; other factors may have any value.",
        "how": "Coverage and density are those of the two thirds of points in which the box was "
        "sought; ◇: of the third held back{tested}.",
        "tested_p": ", p {p} by Fisher’s exact test",
    },
    "zh": {
        "question": "在哪些设定之下，改革反而降低执行率？",
        "what": "每点为校准先验之内的一组设定，分别在有、无改革之下运行。",
        "box": "框：以{method}所得的设定范围，其中改革较别处更常降低执行率；其他因素不限。",
        "how": "覆盖率与密度取自寻找时所用的三分之二；◇：留出的三分之一{tested}。",
        "tested_p": "，费希尔精确检验p {p}",
    },
}
TEXT: Texts = {lang: {**boxes.TEXT[lang], **_OWN[lang]} for lang in _OWN}
LOWER = f"{EXECUTION} < {STATUS_QUO}"


def draw(study: Study, say: Speaker) -> Picture:
    """Left: points over the two factors that tell most; right: the peeling trajectory."""
    told = _asked(study)
    text = boxes.statement(told, say)
    found = told.discovery.best or told.discovery.failed
    parts = [say("what")]
    if told.discovery.best is not None:
        parts.append(say("box", method=say(told.discovery.best.method)))
    how = ""
    if found is not None:
        how = say("how", tested=say("tested_p", p=boxes.p_text(found.held_back.chance)))
    shown = note(say, study, ("" if say.chinese else " ").join(parts), how)
    return Picture(boxes.panels(told, say, text, shown), text, shown)


def _asked(study: Study) -> Where:
    """Where the first reform hurts; another one if nothing is found for the first."""
    asked = condition(LOWER, study.drawn.measures)
    reforms = [point.name for point in study.experiment.point][1:]
    answers = [where(study, asked, name) for name in reforms]
    return next((one for one in answers if one.discovery.best is not None), answers[0])
