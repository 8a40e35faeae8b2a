"""The figure of clauses: what each clause of each lever does alone to execution and credibility."""

from collections.abc import Mapping
from dataclasses import dataclass

from matplotlib.figure import Figure

from sim.drawing import layout, message, style, words
from sim.drawing.forest import (
    LABELS_AT_MOST,
    LOWERS,
    RAISES,
    ROW,
    SET_APART,
    SHOWN,
    UNSURE,
    Row,
    sheet,
)
from sim.drawing.language import Speaker, Texts, joined
from sim.study.clauses import ALONE, AS_ARGUED, BURDEN, DEAD, WHOLE, ClauseEffects, Effect
from sim.study.package import Package

# The clauses that the message names.
NAMED = 3
TEXT: Texts = {
    "en": {
        "raises": "raises",
        "lowers": "lowers",
        "unsure": "not beyond chance",
        "key": "{sign}\u00a0{meaning}",
        "between": ", ",
        "axis": "change in percentage points",
        "level": "status quo {level}",
        "no_value": "no value",
        "burden_alone": "its burden alone",
        "message": "Of {number} clauses, {kept} move a measure of their own as argued and {dead} "
        "move nothing; {names} move execution most",
        "message_none": "Of {number} clauses, {kept} move a measure of their own as argued and "
        "{dead} move nothing; none moves execution",
        "note": "{replicates}, paired on common draws. Bold: the whole lever. Below it, each "
        "clause alone at its full value, without the burden of its lever; point: mean difference "
        "from the status quo; brackets, and line where wider than the point: {interval}. {key}.",
        "interval": "95\u00a0% interval",
        "range": "the range of 95\u00a0% of draws",
        "effects": "Effects of clauses on {measures}, in percentage points from the status quo, "
        "lever by lever.",
    },
    "zh": {
        "raises": "上升",
        "lowers": "下降",
        "unsure": "未超出偶然",
        "key": "{sign}{meaning}",
        "between": "，",
        "axis": "变化（百分点）",
        "level": "现状{level}",
        "no_value": "无数值",
        "burden_alone": "仅其负担",
        "message": "{number}个条款中，{kept}个按预期影响其自身指标，{dead}个无作用；"
        "对执行率影响最大的是{names}",
        "message_none": "{number}个条款中，{kept}个按预期影响其自身指标，{dead}个无作用；"
        "没有条款改变执行率",
        "note": "共同随机数下{replicates}，配对。粗体：整项举措；其下为各条款单独取全力推行时的值，"
        "不计其举措的负担；点：与现状之差的均值；括号，及宽于标记处的线：{interval}。{key}。",
        "interval": "95%区间",
        "range": "95%的抽样所在范围",
        "effects": "各条款对{measures}的影响，以与现状相差的百分点计，按举措排列。",
    },
}

_MEANINGS = {RAISES: "raises", LOWERS: "lowers", UNSURE: "unsure"}


@dataclass(frozen=True)
class Heading(Row):
    """The row of a whole lever."""

    @property
    def weight(self) -> str:
        """Font weight of its name."""
        return "bold"


def draw(found: ClauseEffects, lang: str = "en") -> Figure:
    """Forest plot of every clause alone, under its lever, on execution and credibility."""
    with style.look(lang=lang):
        say = joined(lang, message.TEXT, TEXT)
        rows, depth = _rows(found, say)
        level = found.comparison.level(found.comparison.packages[0].name)
        heads = {
            name: (say.measure(name), say("level", level=words.share(level[name].value)))
            for name in SHOWN
        }
        note = f"{_note(found, rows, say)}\n{message.world(found.comparison, say)}"
        axis, none = say("axis"), say("no_value")
        return sheet(rows, depth, _message(found, say), note, heads, axis, none)


def caption(found: ClauseEffects, command: str = "", lang: str = "en") -> str:
    """The text of the caption file; ``command`` redraws the figure."""
    say = joined(lang, message.TEXT, TEXT)
    measures = say.listed([say.measure(name).lower() for name in SHOWN])
    with style.look(lang=lang):
        rows, _ = _rows(found, say)
    lines = [
        _message(found, say),
        "",
        say("effects", measures=measures),
        *message.meanings(SHOWN, say),
        _note(found, rows, say),
        message.world(found.comparison, say),
        *(["", say("redraw", command=command)] if command else []),
    ]
    return "\n".join(lines) + "\n"


def _rows(found: ClauseEffects, say: Speaker) -> tuple[list[Row], float]:
    """Rows from the top down, lever by lever, and their height in inches."""
    scenario = found.comparison.packages[0].scenario
    rows: list[Row] = []
    depth = 0.0

    def add(kind: type[Row], title: str, effects: Mapping[str, Effect]) -> None:
        nonlocal depth
        weight = "bold" if kind is Heading else "normal"
        lines = layout.wrap(words.brief(title), LABELS_AT_MOST, style.NORMAL, weight)
        high = max(ROW, layout.text_height(len(lines), style.NORMAL) + ROW / 4)
        shown = {name: one.estimate for name, one in effects.items()}
        told = {name: one.beyond_chance for name, one in effects.items()}
        rows.append(kind(Package(title, title, scenario), lines, shown, depth + high / 2, told))
        depth += high

    for number, lever in enumerate(found.levers):
        depth += SET_APART if number else 0.0
        add(Heading, say.lever(lever, scenario), _of(found, lever, WHOLE))
        add(Row, say("burden_alone"), _of(found, lever, BURDEN))
        for clause in found.clauses_in(lever):
            add(Row, clause.zh if say.chinese else clause.label, _of(found, clause.name, ALONE))
    return rows, depth


def _of(found: ClauseEffects, who: str, how: str) -> dict[str, Effect]:
    return {name: found.effects[who, how, name] for name in SHOWN}


def _message(found: ClauseEffects, say: Speaker) -> str:
    verdicts = [found.verdict(clause) for clause in found.clauses]
    moving = [
        (abs(effect.estimate.value), clause.zh if say.chinese else clause.label)
        for clause in found.clauses
        if (effect := found.effect(clause, ALONE, SHOWN[0])).beyond_chance
    ]
    moving.sort(key=lambda pair: -pair[0])
    return say(
        "message" if moving else "message_none",
        number=len(found.clauses),
        kept=verdicts.count(AS_ARGUED),
        dead=verdicts.count(DEAD),
        names=say.listed([name for _, name in moving[:NAMED]]),
    )


def _note(found: ClauseEffects, rows: list[Row], say: Speaker) -> str:
    """The caption inside the figure."""
    used = {row.kind(name) for row in rows for name in SHOWN}
    key = say("between").join(
        say("key", sign=how.sign, meaning=say(meaning))
        for how, meaning in _MEANINGS.items()
        if how in used
    )
    drawn = bool(found.comparison.draws)
    return say(
        "note",
        replicates=message.replicates(found.comparison, say),
        interval=say("range" if drawn else "interval"),
        key=key,
    )
