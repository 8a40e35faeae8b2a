"""What is worth finding out before a lever is chosen: the value of knowing each setting."""

from sim.discovery.answer import choice
from sim.discovery.value_of_information import SURE
from sim.drawing import worth
from sim.drawing.language import Speaker, Texts
from sim.drawing.message import EXECUTION
from sim.drawing.picture import Picture, note
from sim.study.study import Study

EXPERIMENT = "what_to_find_out"
COLUMNS = 2
_OWN: Texts = {
    "en": {
        "question": "Which setting is most worth knowing before one lever is chosen?",
        "what": "Expected gain in execution from choosing one lever, or none, after a setting is "
        "known instead of before; {draws} draws of the calibration.",
        "how": "Line: one standard error to either side. Dashed: what the largest of all settings "
        "reaches by chance in {rarely} of shuffles; grey: not above it, counts as zero.",
    },
    "zh": {
        "question": "选定一项举措之前，最值得查明的是哪项设定？",
        "what": "查明该项之后再选一项举措（或不选），与未查明即选相比，预期执行率的增加；"
        "校准的{draws}次抽样。",
        "how": "线：左右各一个标准误。虚线：{rarely}的随机重排中最大者所达之值；"
        "灰：未超过此值，作零计。",
    },
}
TEXT: Texts = {lang: {**worth.TEXT[lang], **_OWN[lang]} for lang in _OWN}


def draw(study: Study, say: Speaker) -> Picture:
    """A bar for each of the most valuable settings."""
    told = choice(study, EXECUTION)
    text = worth.message(told, say)
    how = say("how", rarely=say.percent(1.0 - SURE))
    shown = note(say, study, say("what", draws=told.found.draws), how)
    return Picture(worth.bars(told, say, text, shown), text, shown)
