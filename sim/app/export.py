"""Export of Compare's table as CSV."""

import csv
import io
from collections.abc import Sequence

from sim.app.answers import COST, ENDS, Answer, differences
from sim.app.own_tables import linked
from sim.app.state import State, written

HEAD = (
    "scenario",
    "seed",
    "replicates",
    "package",
    "levers",
    "measure",
    "status_quo",
    "mean",
    "difference",
    "low",
    "high",
)


def as_csv(state: State, reference: Answer, packages: Sequence[tuple[str, Answer]]) -> str:
    """All measures of all packages as CSV, with differences and their 95 % intervals."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(HEAD)
    for (name, answer), pulls in zip(packages, state.packages, strict=True):
        found_by = differences(answer, reference, (*ENDS, COST), state.seed)
        for measure, found in found_by.items():
            numbers = (
                reference.end(measure).mean(),
                answer.end(measure).mean(),
                found.value,
                found.low,
                found.high,
            )
            about = (
                linked(state.scenario),
                state.seed,
                answer.replicates,
                name,
                written(pulls),
                measure,
            )
            writer.writerow([*about, *(f"{number:.6g}" for number in numbers)])
    return out.getvalue()
