"""The main figure: effects of each lever on execution and credibility."""

import math

import numpy as np
from matplotlib.figure import Figure

from sim.drawing import message, style, words
from sim.drawing.forest import LOWERS, RAISES, SHOWN, UNSURE, Row, compared, kind, sheet
from sim.drawing.language import Speaker, Texts, joined
from sim.errors import BadInput
from sim.study.compare import Comparison
from sim.study.doubt import Doubted

TEXT: Texts = {
    "en": {
        "raises": "raises",
        "lowers": "lowers",
        "unsure": "interval includes zero",
        "key": "{sign}\u00a0{meaning}",
        "between": ", ",
        "ended": "{how} {key}.",
        "draws": "{replicates}, paired; point: mean difference from {reference}; brackets, and "
        "line where wider than the point: the range of 95\u00a0% of draws.",
        "one": "{replicates} on common draws; point: difference from {reference}; one replicate "
        "gives no interval.",
        "many": "{replicates}, paired on common draws; point: mean difference from {reference}; "
        "brackets, and line where wider than the point: 95\u00a0% bootstrap interval.",
        "axis": "change in percentage points",
        "level": "{reference} {level}",
        "no_value": "no value",
        "effects": "Effects on {measures}, in percentage points from {reference}, largest effect "
        "on execution on top.",
        "message": "{text}.",
        "lines": "Lines of a row from the top: {names}",
        "then": "; ",
        "doubt_chance": "chance alone",
        "doubt_behaviour": "with doubt about behaviour",
        "doubt_levers": "with doubt about behaviour and levers",
    },
    "zh": {
        "raises": "上升",
        "lowers": "下降",
        "unsure": "区间含零",
        "key": "{sign}{meaning}",
        "between": "，",
        "ended": "{how}{key}。",
        "draws": "{replicates}，配对；点：与{reference}之差的均值；括号，及宽于标记处的线："
        "95%的抽样所在范围。",
        "one": "共同随机数下{replicates}；点：与{reference}之差；单次重复没有区间。",
        "many": "共同随机数下{replicates}，配对；点：与{reference}之差的均值；"
        "括号，及宽于标记处的线：95%自助法置信区间。",
        "axis": "变化（百分点）",
        "level": "{reference}{level}",
        "no_value": "无数值",
        "effects": "对{measures}的影响，以与{reference}相差的百分点计，对执行率影响最大者在上。",
        "message": "{text}。",
        "lines": "每行各线自上而下：{names}",
        "then": "；",
        "doubt_chance": "仅偶然",
        "doubt_behaviour": "加行为的不确定性",
        "doubt_levers": "加行为与举措的不确定性",
    },
}
_MEANINGS = {RAISES: "raises", LOWERS: "lowers", UNSURE: "unsure"}


def draw(shown: Comparison | Doubted, lang: str = "en") -> Figure:
    """Forest plot of the paired effects of all packages on execution and credibility.

    Each row has a line for each doubt. Raises BadInput if there is only one package.
    """
    found = Doubted.of(shown)
    if len(found.whole.packages) < 2:
        raise BadInput("levers: expected at least two packages to compare")
    with style.look(lang=lang):
        return _draw(found, joined(lang, message.TEXT, TEXT))


def _draw(found: Doubted, say: Speaker) -> Figure:
    comparison = found.whole
    rows, depth = compared(comparison, list(found.within.values()))
    reference = comparison.packages[0]
    heads = {}
    for name in SHOWN:
        level = float(np.mean(comparison.values(reference.name)[name]))
        zero = say("level", reference=_inside(reference.title), level=words.share(level))
        heads[name] = (say.measure(name), zero)
    text = message.message(comparison, say.lang)
    note = _note(found, rows, say)
    return sheet(rows, depth, text, note, heads, say("axis"), say("no_value"))


def _note(found: Doubted, rows: list[Row], say: Speaker) -> str:
    """The caption inside the figure."""
    comparison = found.whole
    drawn = [effect for row in rows for effect in row.effects.values()]
    used = {kind(effect) for effect in drawn if math.isfinite(effect.value)}
    shown = [how for how in _MEANINGS if how in used and comparison.replicates > 1]
    key = say("between").join(
        say("key", sign=how.sign, meaning=say(_MEANINGS[how])) for how in shown
    )
    how = _how(comparison, say)
    if shown not in ([], [RAISES]):
        how = say("ended", how=how, key=key)
    if found.within:
        names = say("then").join(say(f"doubt_{name}") for name in found.comparisons)
        how = say("ended", how=how, key=say("lines", names=names))
    return f"{how}\n{message.world(comparison, say)}"


def _how(comparison: Comparison, say: Speaker) -> str:
    key = "draws" if comparison.draws else "one" if comparison.replicates == 1 else "many"
    number = message.replicates(comparison, say)
    return say(key, replicates=number, reference=_inside(comparison.packages[0].title))


def _inside(title: str) -> str:
    """A title as it is written inside a sentence; abbreviations stay in capitals."""
    title = words.brief(title)
    return title[:1].lower() + title[1:] if title[1:2].islower() else title


def caption(shown: Comparison | Doubted, command: str = "", lang: str = "en") -> str:
    """The text of the caption file; ``command`` redraws the figure."""
    found = Doubted.of(shown)
    comparison = found.whole
    say = joined(lang, message.TEXT, TEXT)
    reference = say.quoted(comparison.packages[0].title)
    measures = say.listed([say.measure(name).lower() for name in SHOWN])
    with style.look(lang=lang):
        rows, _ = compared(comparison, list(found.within.values()))
    lines = [
        say("message", text=message.message(comparison, lang)),
        "",
        say("effects", measures=measures, reference=reference),
        *message.meanings(SHOWN, say),
        _note(found, rows, say),
        *(["", say("redraw", command=command)] if command else []),
    ]
    return "\n".join(lines) + "\n"
