"""What ``levers --clauses`` found, as JSON, as a table of rows, and as tables for the terminal."""

import math
from typing import TYPE_CHECKING, Any

import pandas as pd
from rich.console import Console
from rich.table import Table

from sim.cli.tables import (
    basis,
    digits_of,
    effect_number,
    interval,
    narrow_table,
    scale_of,
    unit_text,
)
from sim.study.clauses import (
    ADDS,
    AGAINST,
    ALONE,
    AS_ARGUED,
    BURDEN,
    DEAD,
    OTHERS,
    OUTCOMES,
    WHOLE,
    WITHOUT,
    Clause,
    ClauseEffects,
    Effect,
)

if TYPE_CHECKING:
    from sim.drawing.language import Speaker

# Least width of the column of a clause's own measures, in characters.
_OWN = 18
VERDICTS = (AS_ARGUED, AGAINST, OTHERS, DEAD)


def _told(effect: Effect) -> dict[str, Any]:
    estimate = effect.estimate
    return {
        "effect": estimate.value,
        "low": estimate.low,
        "high": estimate.high,
        "agreement": estimate.agreement,
        "replicates": estimate.replicates,
        "p_adjusted": effect.p,
        "beyond_chance": effect.beyond_chance,
    }


def _of_lever(found: ClauseEffects, lever: str, how: str) -> dict[str, Any]:
    return {name: _told(found.effects[lever, how, name]) for name in OUTCOMES}


def _of_clause(found: ClauseEffects, clause: Clause) -> dict[str, Any]:
    return {
        "full": clause.target,
        "rise": clause.rise,
        "intended": dict(clause.intended),
        "verdict": found.verdict(clause),
        "inert": clause.inert,
        **{
            how: {name: _told(found.effect(clause, how, name)) for name in clause.measures}
            for how in (ALONE, WITHOUT, ADDS)
        },
    }


def clause_results(found: ClauseEffects) -> dict[str, Any]:
    """The part of the result on levers and their clauses, for JSON.

    ``rise`` is 1 if the lever raises the setting, −1 if it lowers it; ``intended`` gives the
    direction in which each measure was argued to move under the lever.
    """
    levers = {
        lever: {
            WHOLE: _of_lever(found, lever, WHOLE),
            BURDEN: _of_lever(found, lever, BURDEN),
            "clauses": {one.key: _of_clause(found, one) for one in found.clauses_in(lever)},
        }
        for lever in found.levers
    }
    return {"levers": levers, "verdicts": _counted(found), "notable": _notable(found)}


def _notable(found: ClauseEffects) -> int:
    return sum(found.notable(clause) for clause in found.clauses)


def _counted(found: ClauseEffects) -> dict[str, int]:
    verdicts = [found.verdict(clause) for clause in found.clauses]
    return {name: verdicts.count(name) for name in VERDICTS}


def clause_rows(found: ClauseEffects) -> pd.DataFrame:
    """A row for each lever or clause, treatment and measure."""
    rows = []
    for lever in found.levers:
        for how in (WHOLE, BURDEN):
            for measure, told in _of_lever(found, lever, how).items():
                rows.append(
                    {"lever": lever, "clause": "", "treatment": how, "measure": measure} | told
                )
        for clause in found.clauses_in(lever):
            for how in (ALONE, WITHOUT, ADDS):
                for measure in clause.measures:
                    about = {
                        "lever": lever,
                        "clause": clause.key,
                        "treatment": how,
                        "measure": measure,
                        "intended": clause.intended.get(measure, 0),
                        "verdict": found.verdict(clause),
                    }
                    rows.append(about | _told(found.effect(clause, how, measure)))
    return pd.DataFrame(rows)


def clause_tables(console: Console, found: ClauseEffects, say: "Speaker") -> None:
    """A table for each lever, the largest effect first, and how many clauses move what."""
    scenario = found.comparison.packages[0].scenario
    for lever in found.levers:
        console.print(say.lever(lever, scenario), style="bold")
        console.print(_table(found, lever, say))
        console.print()
    _summary(console, found, say)


def _table(found: ClauseEffects, lever: str, say: "Speaker") -> Table:
    table = narrow_table(say("clause"))
    table.columns[0].overflow = "fold"
    for name in OUTCOMES:
        table.add_column(f"{say.measure(name)}\n{unit_text(name, say)}", justify="right")
    table.add_column(f"{say('in_lever')}\n{say.measure(OUTCOMES[0])}", justify="right")
    table.add_column(say("own_measure"), min_width=_OWN, overflow="fold")
    for how in (WHOLE, BURDEN):
        effects = [_cell(found.effects[lever, how, name], name, say) for name in OUTCOMES]
        table.add_row(say(how), *effects, "", "", style="dim")
    for clause in found.clauses_in(lever):
        effects = [_cell(found.effect(clause, ALONE, name), name, say) for name in OUTCOMES]
        adds = _number(found.effect(clause, ADDS, OUTCOMES[0]), OUTCOMES[0], say)
        title = _label(clause, say).replace(".", ".\n")
        table.add_row(title, *effects, adds, _own(found, clause, say))
    return table


def _cell(effect: Effect, measure: str, say: "Speaker") -> str:
    return f"{_number(effect, measure, say)}\n{interval(effect.estimate, scale_of(measure), say)}"


def _number(effect: Effect, measure: str, say: "Speaker") -> str:
    number = effect_number(scale_of(measure) * effect.estimate.value, say, digits_of(measure))
    return f"{number}{'*' if effect.beyond_chance else ' '}"


def _own(found: ClauseEffects, clause: Clause, say: "Speaker") -> str:
    """The measures that the clause is meant to move, its effects on them, and the verdict."""
    lines = []
    for measure, way in clause.intended.items():
        arrow = "↑" if way > 0 else "↓" if way < 0 else "="
        alone, adds = (found.effect(clause, how, measure) for how in (ALONE, ADDS))
        lines.append(f"{say.measure(measure)} {arrow}")
        lines.append(f"{_number(alone, measure, say)}/ {_number(adds, measure, say)}")
    verdict = found.verdict(clause)
    if verdict != AS_ARGUED:
        lines.append(say(verdict))
    return "\n".join(lines)


def _label(clause: Clause, say: "Speaker") -> str:
    return clause.zh if say.chinese else clause.label


def _why(clause: Clause, say: "Speaker") -> str:
    return clause.inert_zh if say.chinese else clause.inert


def _named(found: ClauseEffects, verdict: str, say: "Speaker") -> str:
    """The clauses of one verdict, lever by lever."""
    scenario = found.comparison.packages[0].scenario
    parts = []
    for lever in found.levers:
        labels = [
            _label(clause, say)
            for clause in found.clauses_in(lever)
            if found.verdict(clause) == verdict
        ]
        if labels:
            names = say("separate").join(labels)
            parts.append(say("of_lever", lever=say.lever(lever, scenario), names=names))
    return say("clauses_between").join(parts)


def _summary(console: Console, found: ClauseEffects, say: "Speaker") -> None:
    counted = _counted(found)
    number, kept = len(found.clauses), counted[AS_ARGUED]
    console.print(say("clauses_counted", number=number, kept=kept, notable=_notable(found)))
    for verdict in (AGAINST, OTHERS, DEAD):
        if counted[verdict]:
            names = _named(found, verdict, say)
            console.print(say(f"clauses_{verdict}", number=counted[verdict], names=names))
    unmoved = [one for one in found.clauses if found.verdict(one) != AS_ARGUED and one.inert]
    # A clause of two levers is declared once.
    for clause in {one.key: one for one in unmoved}.values():
        console.print(say("clause_inert", name=_label(clause, say), why=_why(clause, say)))
    drawn = bool(found.comparison.draws)
    level = found.comparison.level(found.comparison.packages[0].name)
    levels = say("separate").join(
        f"{say.measure(name)} {effect_number(scale_of(name) * level[name].value, say, sign=False)}"
        for name in OUTCOMES
        if not math.isnan(level[name].value)
    )
    told = say("told_by_draws" if drawn else "told_by_tests")
    key = say("clauses_key", told=told, levels=levels)
    console.print(f"\n{key}\n{basis(found.comparison, say)}")
