"""Write the table of clauses, ``docs/clauses.md``: ``python -m docs.clauses``.

It runs every clause of every lever of the district, about a minute. With ``--check`` it only
reports whether the page is current.
"""

import math
import sys
from pathlib import Path

from docs.pages import write_or_check
from sim.cli.tables import digits_of, number_text, scale_of
from sim.kinds import listed
from sim.measures import MEASURES
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
    Clause,
    ClauseEffects,
    Effect,
    run_clauses,
)
from sim.world.scenario import Scenario

PAGE = Path(__file__).parent / "clauses.md"
SCENARIO = "district"
REPLICATES = 40
# Months at the end of a run over which measures are taken: events such as promotions and sanctions
# are too few in the twelve of the scenario.
OBSERVED = 60
COMMAND = (
    f"zhixing levers {SCENARIO} --clauses --set clock.observed={OBSERVED} --replicates {REPLICATES}"
)

_HEAD = """# What each clause of each lever does

A lever consists of clauses: the settings that it changes. This page shows what each clause does in
the district. It is written by `python -m docs.clauses`; the same numbers are printed by

    {command}

- *Alone*: the clause at its full value, without the burden and the cost of its lever, less the
  status quo.
- *Adds*: the whole lever, less the lever without the clause.
- *Own measure*: the measure that the text of the clause speaks of, as its declaration in
  `sim/mechanisms` names it (`intended`), with the direction in which the lever was argued to move
  it before anything was run (↑ ↓); its change alone, and what the clause adds to it in the lever.
- A star marks an effect that is beyond chance: its p-value in a paired t test stays below 5 % when
  it is adjusted by Holm's method over all clauses. Brackets hold the 95 % interval, not adjusted.
- A clause is dead if neither alone nor in its lever it moves execution, credibility, the reported
  rate or its own measure beyond chance.

Beyond chance does not mean large: common draws make small effects visible. Shares are in
percentage points, cases per 100 officer-years. {basis}

{summary}
"""


def _value(effect: Effect, measure: str) -> str:
    value = effect.estimate.value
    if math.isnan(value):
        return "n/a"
    star = "\\*" if effect.beyond_chance else ""
    return number_text(scale_of(measure) * value, digits_of(measure), sign=True) + star


def _with_interval(effect: Effect, measure: str) -> str:
    scale = scale_of(measure)
    ends = (number_text(scale * one) for one in (effect.estimate.low, effect.estimate.high))
    return f"{_value(effect, measure)} [{', '.join(ends)}]"


def _own(found: ClauseEffects, clause: Clause) -> str:
    parts = []
    for measure, way in clause.intended.items():
        alone, adds = (_value(found.effect(clause, how, measure), measure) for how in (ALONE, ADDS))
        arrow = "↑" if way > 0 else "↓"
        parts.append(f"{MEASURES[measure].title} {arrow} {alone}, adds {adds}")
    return "; ".join(parts)


def _row(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _lever(found: ClauseEffects, lever: str) -> str:
    about = found.comparison.packages[0].scenario.levers[lever]
    titles = [MEASURES[name].title for name in OUTCOMES]
    heads = ["Clause, alone", "", *titles, f"Adds: {titles[0].lower()}", "Own measure", ""]
    lines = [_row(heads), _row(["---"] * len(heads))]
    for how, title in ((WHOLE, "*whole lever*"), (BURDEN, "*burden alone*")):
        effects = [_with_interval(found.effects[lever, how, name], name) for name in OUTCOMES]
        lines.append(_row([title, "", *effects, "", "", ""]))
    for clause in found.clauses_in(lever):
        effects = [_with_interval(found.effect(clause, ALONE, name), name) for name in OUTCOMES]
        adds = _value(found.effect(clause, ADDS, OUTCOMES[0]), OUTCOMES[0])
        verdict = found.verdict(clause)
        said = "" if verdict == AS_ARGUED else verdict
        cells = [f"`{clause.label}`", clause.zh, *effects, adds, _own(found, clause), said]
        lines.append(_row(cells))
    return "\n".join([f"## {about.title} {about.zh}", "", *lines])


def _summary(found: ClauseEffects) -> str:
    verdicts = {one.name: found.verdict(one) for one in found.clauses}
    named = {
        verdict: [f"`{one.key}`" for one in found.clauses if verdicts[one.name] == verdict]
        for verdict in (AS_ARGUED, AGAINST, OTHERS, DEAD)
    }
    notable = sum(found.notable(one) for one in found.clauses)
    lines = [
        f"Of {len(found.clauses)} clauses, {len(named[AS_ARGUED])} move a measure of their own as "
        f"was argued; {notable}, alone, move execution, credibility or the reported rate by .3 "
        "points or more."
    ]
    said = {
        AGAINST: "Against what was argued",
        OTHERS: "Move only measures that are not their own",
        DEAD: "Dead",
    }
    for verdict, text in said.items():
        if named[verdict]:
            lines.append(f"{text}: {listed(named[verdict], 'and')}.")
    for clause in found.clauses:
        if verdicts[clause.name] != AS_ARGUED and clause.inert:
            lines.append(f"- `{clause.key}`: {clause.inert}.")
    return "\n".join(lines)


def page(found: ClauseEffects) -> str:
    """The whole page."""
    clock = found.comparison.packages[0].scenario.clock
    basis = (
        f"{found.comparison.replicates} replicates on common draws, seed {found.comparison.seed}; "
        f"mean of the last {clock.observed} of {clock.months} months."
    )
    head = _HEAD.format(command=COMMAND, basis=basis, summary=_summary(found))
    return "\n".join([head, "\n\n".join(_lever(found, lever) for lever in found.levers), ""])


def main() -> int:
    """Write the page, or report whether it is current."""
    scenario = Scenario.load(SCENARIO).replace({"clock.observed": OBSERVED})
    return write_or_check(PAGE, page(run_clauses(scenario, REPLICATES)), "python -m docs.clauses")


if __name__ == "__main__":
    sys.exit(main())
