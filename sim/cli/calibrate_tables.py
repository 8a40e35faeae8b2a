"""What ``calibrate`` prints: targets, parameters, evidence, and levers without their targets."""

from typing import Any

import pandas as pd
from rich.console import Console
from rich.table import Table

from sim.calibration.lever_doubt import MECHANISMS
from sim.calibration.results import Results
from sim.cli.tables import number_text
from sim.cli.terminal import give, page
from sim.kinds import listed
from sim.study.doubt import LEVERS
from sim.study.provenance import as_json

_HUNDRED = 100.0
# Settings shown for each pattern that identifies them.
_MOST_SHOWN = 4


def tell(results: Results, json_alone: bool) -> None:
    """Print the results of a calibration, or give them as JSON alone."""
    if json_alone:
        content: dict[str, Any] = {
            **results.told,
            "draws": len(results.draws),
            "targets": results.targets().to_dict("records"),
            "parameters": results.parameters().to_dict("records"),
        }
        give(as_json(content))
        return
    console = page()
    targets = results.targets()
    table = Table(box=None, pad_edge=False, padding=(0, 1), header_style="bold")
    table.add_column("Target", max_width=34)
    priors = targets["prior"].notna().all()
    for name in ("found", "model", "90 % of draws", "draws", *(["prior"] if priors else []), ""):
        table.add_column(name, justify="right")
    for row in targets.to_dict("records"):
        table.add_row(
            f"{row['pattern']}  {row['title']}",
            f"{_number(row['from'])} to {_number(row['to'])}",
            _number(row["value"]),
            f"[{_number(row['low'])}, {_number(row['high'])}]",
            f"{_HUNDRED * row['share']:.0f} %",
            *([f"{_HUNDRED * row['prior']:.0f} %"] if priors else []),
            _standing(row),
        )
    console.print(table)
    shares = " Prior: the same share of candidates from the whole prior." if priors else ""
    reached, number, held = results.counted()
    more = f", and {held} more that cannot be missed" if held else ""
    console.print(
        f"\n{reached} of {number} targets reached by the fitted settings{more}. Draws: share of "
        f"the {len(results.draws)} draws of the posterior that reach a target.{shares}\n"
    )
    for row in targets[targets["held"] != ""].to_dict("records"):
        console.print(f"Cannot be missed: {row['title']}: {row['held']}.\n")
    for row in targets[~targets["reached"]].to_dict("records"):
        console.print(f"Missed: {row['title']}. {row['missed'] or 'No reason is recorded.'}\n")
    table = Table(box=None, pad_edge=False, padding=(0, 1), header_style="bold")
    for name in (
        "Parameter",
        "fitted",
        "90 % interval",
        "prior",
        "width",
        "identified",
        "recovery",
    ):
        table.add_column(name, justify="left" if name == "Parameter" else "right")
    for row in results.parameters().to_dict("records"):
        table.add_row(
            row["parameter"],
            _number(results.told["settings"][row["parameter"]]),
            f"{_number(row['low'])} to {_number(row['high'])}",
            f"{_number(row['prior_low'])} to {_number(row['prior_high'])}",
            f"{row['width']:.2f}",
            row["identified"],
            f"{_HUNDRED * row['coverage']:.0f} %",
        )
    console.print(table)
    _tell_evidence(results)
    _tell_without(results)
    recovery = pd.DataFrame(results.told["recovery"])
    console.print(
        "\nWidth: the interval's width over that of the prior; near 1, the patterns do not "
        "constrain the parameter. Recovery: how often a 90 % interval contained the true value in "
        f"{int(recovery['trials'].iloc[0]):,} trials on simulated data; "
        f"{_HUNDRED * recovery['coverage'].mean():.1f} % over all parameters."
    )
    known = results.parameters()
    if "rhat" in known and known["rhat"].notna().all():
        console.print(
            f"Chains: split R̂ at most {known['rhat'].max():.3f}, effective sample size at least "
            f"{known['ess'].min():,.0f}."
        )
    doubted = results.told.get("levers", [])
    if doubted:
        console.print(_about_levers(doubted))
    _tell_priors(console, results)
    search = results.told["search"]
    console.print(
        f"Sum of squared misfits: {_number(results.told['misfit'])} for the fitted settings, "
        f"{_number(search['misfit'])} for the best settings that differential evolution found."
    )


def _standing(row: dict[Any, Any]) -> str:
    """Whether a target is missed or reached, or not counted since it cannot be missed."""
    if not row["reached"]:
        return "MISSED"
    return "not counted" if row["held"] else "reached"


def _tell_evidence(results: Results) -> None:
    """For each pattern, the settings that it identifies."""
    found = results.evidence()
    if not any(found.values()):
        return
    table = Table(box=None, pad_edge=False, padding=(0, 1), header_style="bold")
    table.add_column("Pattern")
    table.add_column("narrows the interval of (width without it, with it)")
    for pattern, rows in found.items():
        said = [
            f"{row['parameter']} ({row['without']:.2f}, {row['width']:.2f})"
            for row in rows[:_MOST_SHOWN]
        ]
        table.add_row(pattern, ", ".join(said) or "none")
    page().print("")
    page().print(table)


def _tell_without(results: Results) -> None:
    """Effects of levers by fits without the targets in which they are moved."""
    found = results.without()
    if not found:
        return
    table = Table(box=None, pad_edge=False, padding=(0, 1), header_style="bold")
    table.add_column("Fitted without targets of")
    heads = ("effect on execution", "95 % of draws", "raises", "levers drawn", "raises")
    for head in heads[: 3 if all(LEVERS not in one for one in found.values()) else None]:
        table.add_column(head, justify="right")
    for lever, doubts in found.items():
        cells = []
        for one in doubts.values():
            low, high = (number_text(_HUNDRED * end, 1) for end in (one.low, one.high))
            cells += [number_text(_HUNDRED * one.effect, 1), f"[{low}, {high}]"]
            cells.append(f"{_HUNDRED * one.raises:.0f} %")
        table.add_row(lever, *cells[:3], *cells[4:])
    page().print("")
    page().print(table)


def _about_levers(doubted: list[dict[str, Any]]) -> str:
    """What was drawn of levers, and how often intervals contained the true value, as a sentence."""
    starts = [one for one in doubted if one["parameter"].startswith(MECHANISMS)]
    levers = [one for one in doubted if one not in starts]
    told = []
    for rows, what in ((levers, "values of levers"), (starts, "settings where levers start")):
        if rows:
            shares = [_HUNDRED * one["coverage"] for one in rows]
            told.append(
                f"{len(rows)} {what} (coverage {min(shares):.0f} to {max(shares):.0f} % in "
                f"{rows[0]['trials']:,} trials)"
            )
    return (
        f"Drawn with behaviour: {' and '.join(told)}. No target tells of values of levers, so "
        "their posterior is their prior, and coverage checks the draw alone."
    )


def _tell_priors(console: Console, results: Results) -> None:
    """Print which parameters no evidence informs, and which lie against an end of the prior."""
    uninformed, edges = results.uninformed(), results.at_edges()
    if uninformed:
        console.print(
            f"No evidence informs {listed(uninformed, 'and')}: posterior and prior are about as "
            "wide. Their draws are those of the prior."
        )
    if edges:
        console.print(
            f"Against an end of the prior: {listed(edges, 'and')}. The evidence may ask for values "
            "beyond it; widen the prior if they make sense."
        )


def _number(value: float) -> str:
    """A number with three significant digits."""
    if value in (float("inf"), float("-inf")):
        return "−∞" if value < 0 else "∞"
    text = f"{abs(value):.3g}"
    return number_text(value, len(text.partition(".")[2])) if "e" not in text else text
