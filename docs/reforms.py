"""Write ``docs/reforms.md``, predictions for published reforms: ``python -m docs.reforms``.

It runs all reforms over draws of the calibration, some two minutes; runs that are kept in
``results`` are not repeated. With ``--check`` it only reports whether the page is current. What
README says of it is written as well.
"""

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from docs.calibration import filled
from docs.pages import write_or_check
from sim.cli.reforms import aim_text, effect_text, found_text
from sim.cli.terminal import Counter
from sim.reforms.predictions import Predictions, shipped_predictions
from sim.reforms.published import FIT, HELD_OUT, Reform
from sim.reforms.verdict import by_aim, details, headline, verdict

HERE = Path(__file__).parent
PAGE = HERE / "reforms.md"
README = HERE.parent / "README.md"
COMMAND = "python -m docs.reforms"

_HEAD = """# Published reforms: found and predicted

Each row is a finding of a published study. The model makes the same change, in the study's own
doses (`experiments/reforms`), over {draws} draws of the calibration with {replicates} replicates
each. This page is written by `{command}`; the same numbers are printed by

    zhixing reforms

{summary}

- *Found*: the study's estimate ± its standard error; in per cent or percentage points, if nothing
  else is said.
- *Predicted*: the median effect over draws. *Interval*: the 90 % predictive interval of the
  study's estimate: doubt about behaviour, chance, and the study's own error together.
- *Inside*: the number found lies in the interval. *Sign*: the median has the sign found. Where a
  study found no effect there is no sign, and where only a sign was reported there is no number.
- *Held out*: no fit has used the study. Which are held out was decided by a rule before any of
  them was run (`experiments/reforms/README.md`).
- *Aim*: the direction in which the reform was meant to move the measure, + or −, argued from the
  purpose of those who made it; 0 where it was not meant to move it, so that an effect is a side
  effect.

## Beside forecasts that need no model

Three forecasts are easy to make. For signs: every reform does what it aims at, and has no side
effects. For numbers: no reform has any effect; and a reform moves what it aims at as far as those
of other studies did (the 90 % prediction interval of Student's distribution over the relative
changes, or the differences, that all other studies found). Whether the model knows more than its
width is shown by its own intervals moved to no effect.

{held_out}

{fit}

Side effects count against the first forecast by their choice: a study tells of a side effect mostly
where it found one. Where a study's standard error was not read, the largest with which its finding
is significant is taken, so intervals of the model are wide rather than narrow.
"""


def summary(kept: Predictions) -> str:
    """How many findings are predicted, held out and fitted, and how many without a model."""
    content = kept.content
    held_out = [headline(content, HELD_OUT), *by_aim(content, HELD_OUT), verdict(content, HELD_OUT)]
    return "\n\n".join([" ".join(held_out), headline(content, FIT)])


def _beside(kept: Predictions, role: str, title: str) -> str:
    lines = [f"- {text}" for text in details(kept.content, kept.reforms, role)]
    return "\n".join([f"{title}. {verdict(kept.content, role)}", "", *lines])


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _yes(held: bool | None) -> str:
    return "" if held is None else "yes" if held else "**no**"


def _table(rows: Sequence[Mapping[str, Any]], chosen: Mapping[str, Reform]) -> str:
    heads = ["Study", "Finding", "Lever", "Found", "Aim", "Predicted", "Interval", "Inside", "Sign"]
    lines = [_row(heads), _row(["---"] * len(heads))]
    for row in rows:
        reform = chosen[row["reform"]]
        finding = reform.finding[row["finding"]]
        low, high = (effect_text(finding, row[end]) for end in ("low", "high"))
        cells = [reform.source, finding.title, reform.lever, found_text(finding)]
        cells.append(aim_text(finding))
        cells += [effect_text(finding, row["predicted"]), f"{low} to {high}"]
        lines.append(_row([*cells, _yes(row["inside"]), _yes(row["sign_right"])]))
    return "\n".join(lines)


def _misses(rows: Sequence[Mapping[str, Any]], chosen: Mapping[str, Reform]) -> str:
    lines = []
    for row in rows:
        if row["inside"] is False or row["sign_right"] is False:
            reform = chosen[row["reform"]]
            finding = reform.finding[row["finding"]]
            if finding.missed is None:
                raise SystemExit(f"{reform.name}: {row['finding']}: missed, without a reason")
            lines.append(f"- {reform.source}, {finding.title}: {finding.missed}")
    return "\n".join(lines) if lines else "None is missed."


def page(kept: Predictions) -> str:
    """The whole page."""
    content = kept.content
    chosen = {one.name: one for one in kept.reforms}
    size = {"draws": content["draws"], "replicates": content["replicates"]}
    beside = {
        "held_out": _beside(kept, HELD_OUT, "Held out"),
        "fit": _beside(kept, FIT, "Fitted, so that the model has seen them"),
    }
    parts = [_HEAD.format(command=COMMAND, summary=summary(kept), **beside, **size)]
    for role, title in ((HELD_OUT, "Held out"), (FIT, "Fitted")):
        rows = [row for row in content["findings"] if row["role"] == role]
        parts.append(
            f"## {title}\n\n{_table(rows, chosen)}\n\nMissed:\n\n{_misses(rows, chosen)}\n"
        )
    parts.append(
        "## What was done, and how it differs\n\nFor each study: the change in the model.\n"
    )
    parts += [
        f"- **{one.source}** ({one.place}). {one.arm.title}, {one.arm.months} months. "
        f"{one.arm.reading} {one.differs}"
        for one in kept.reforms
    ]
    return "\n".join(parts) + "\n"


def main() -> int:
    """Write page and sentences, or report whether they are current."""
    kept = shipped_predictions("results")
    if kept.standing().kind != "complete":
        with Counter("reforms", "runs") as progress:
            kept.run(progress=progress, command="zhixing reforms")
    text = README.read_text(encoding="utf-8")
    new = filled(text, {"reforms": summary(kept)})
    return write_or_check(PAGE, page(kept), COMMAND) | write_or_check(README, new, COMMAND)


if __name__ == "__main__":
    sys.exit(main())
