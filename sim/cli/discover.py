"""``discover``: boxes of settings in which a condition holds, from the runs of a study."""

from typing import TYPE_CHECKING, Annotated, Any

import numpy as np
import pandas as pd
import typer

from sim.cli import options
from sim.cli.comparison_study import file_stem
from sim.cli.option_group import takes
from sim.cli.study import finished, heading_of
from sim.cli.study_options import ExperimentArgument, StudyOptions
from sim.cli.terminal import give, page
from sim.cli.texts.discover import DISCOVERY
from sim.errors import BadInput
from sim.study.provenance import as_json
from sim.study.study import Study

if TYPE_CHECKING:
    from sim.discovery.answer import Where
    from sim.discovery.boxes import Fit
    from sim.discovery.scenario_discovery import Found
    from sim.drawing.language import Speaker

NAME = "discover"


@takes(StudyOptions)
def discover(
    experiment: ExperimentArgument,
    *,
    where: Annotated[
        str,
        typer.Option(
            "--where",
            metavar="CONDITION",
            help="What is sought: a measure, <, <=, > or >=, and a number, another measure or "
            "status_quo; “and” joins several. As in “execution_rate < status_quo - 0.01”.",
        ),
    ],
    point: Annotated[
        str | None,
        typer.Option("--point", metavar="NAME", help="The listed point that is asked about."),
    ] = None,
    factor: Annotated[
        list[str] | None,
        typer.Option("--factor", metavar="NAME", help="Seek in these factors only; repeatable."),
    ] = None,
    restricted: Annotated[
        int | None, typer.Option("--restricted", help="Most factors that a box restricts.", min=1)
    ] = None,
    workers: options.Workers = None,
    asked: StudyOptions,
    lang: options.Language = "en",
    json: options.AsJson = False,
) -> None:
    """Find under which settings a condition holds, such as when a reform hurts.

    Runs of the experiment that are missing are done first. Boxes of settings are sought by PRIM
    and by a classification tree, and tested on points that were held back.
    """
    from sim.drawing.language import check_language, joined

    check_language(lang)
    here = asked.study(experiment)
    command = asked.spoken(experiment)
    told = _sought(here, where, point, factor, restricted, workers, command)
    from sim.drawing import boxes as picture

    say = joined(lang, DISCOVERY, picture.TEXT)
    found = boxes_table(told)
    result = {**heading_of(here), "where": told.condition.text, **_result(told)}
    store = here.store()
    store.write(f"{NAME}.json", as_json(result))
    store.write(f"{NAME}.csv", found.to_csv(index=False, lineterminator="\n"))
    store.write(
        f"{NAME}-trajectory.csv", _trajectory(told).to_csv(index=False, lineterminator="\n")
    )
    drawn = _draw(told, result, lang)
    file = store.write(f"{file_stem(NAME, lang)}.png", drawn)
    if json:
        give(as_json(result))
        return
    _show(told, say)
    page().print(say("discovered_files", picture=file.as_posix()), soft_wrap=True)


def _sought(
    here: Study,
    where: str,
    point: str | None,
    factors: list[str] | None,
    restricted: int | None,
    workers: int | None,
    command: str,
) -> "Where":
    """Boxes for a condition, after the runs have been done; all names are checked before."""
    from sim.discovery.answer import where as where_of
    from sim.discovery.cases import asked_point, check_design, chosen_factors
    from sim.discovery.condition import condition
    from sim.discovery.scenario_discovery import FEWEST, MOST_RESTRICTED, enough

    check_design(here)
    asked = condition(where, here.drawn.measures)
    number = asked_point(here.drawn, point)
    if asked.is_paired and not number:
        raise BadInput(
            f"--where “{where}”: there is no status quo to compare with; list it as the first "
            "[[point]] of the experiment, and after it what is compared"
        )
    chosen_factors(here, factors)
    finished(here, workers, command)
    told = where_of(here, asked, point, factors, restricted or MOST_RESTRICTED)
    interest = told.discovery.interest
    if not enough(interest):
        span = asked.spans(told.cases.measured, told.cases.paired)
        raise BadInput(
            f"--where “{where}”: holds in {int(interest.sum()):,} of {len(interest):,} cases; "
            f"expected at least {FEWEST} in which it holds and {FEWEST} in which it does not; "
            f"{span}"
        )
    return told


def _draw(told: "Where", result: dict[str, Any], lang: str) -> bytes:
    from sim.drawing import style
    from sim.drawing.boxes import TEXT, panels, statement
    from sim.drawing.language import joined

    say = joined(lang, DISCOVERY, TEXT)
    about = {key: str(result[key]) for key in ("hash", "version", "commit", "command", "where")}
    with style.look(lang=lang):
        figure = panels(told, say, statement(told, say), say.basis(told.study))
        return style.render(figure, "png", about, lang)


def _fit(one: "Fit") -> dict[str, Any]:
    return {
        "coverage": one.coverage,
        "density": one.density,
        "cases": one.cases,
        "cases_of_interest": one.interest,
        "in_box": one.inside,
        "of_interest_in_box": one.hits,
        "share_of_all": one.base,
    }


def _limits(found: "Found") -> dict[str, Any]:
    """Limits of each restricted factor; open ends are None."""
    return {
        name: {
            **(
                {"allowed": sorted(one.allowed)}
                if one.allowed is not None
                else {
                    "low": one.low if np.isfinite(one.low) else None,
                    "high": one.high if np.isfinite(one.high) else None,
                }
            ),
            "quasi_p": found.quasi_p[name],
        }
        for name, one in found.box.limits.items()
    }


def _result(told: "Where") -> dict[str, Any]:
    """The part of the result on boxes, for JSON."""
    from sim.discovery.scenario_discovery import METHODS

    discovery = told.discovery
    return {
        "point": told.cases.point,
        "cases": len(discovery.interest),
        "cases_are": "draws" if told.cases.are_draws else "points",
        "left_out": told.cases.left_out,
        "of_interest": discovery.base,
        "misjudged": told.misjudged,
        "held_back": int(discovery.held_back.sum()),
        "coverage": {method: discovery.coverage(method) for method in METHODS},
        "boxes": [
            {
                "method": one.method,
                "stands": one.stands,
                "limits": _limits(one),
                "sought_in": _fit(one.sought),
                "held_back": _fit(one.held_back),
                "p": one.held_back.chance,
            }
            for one in discovery.boxes
        ],
    }


def boxes_table(told: "Where") -> pd.DataFrame:
    """A row for each restricted factor of each box."""
    rows = []
    for number, one in enumerate(told.discovery.boxes, 1):
        for name, limits in one.box.limits.items():
            rows.append(
                {
                    "box": number,
                    "method": one.method,
                    "stands": one.stands,
                    "factor": name,
                    "low": limits.low if np.isfinite(limits.low) else None,
                    "high": limits.high if np.isfinite(limits.high) else None,
                    "allowed": "|".join(sorted(limits.allowed)) if limits.allowed else None,
                    "quasi_p": one.quasi_p[name],
                    "coverage": one.sought.coverage,
                    "density": one.sought.density,
                    "held_back_coverage": one.held_back.coverage,
                    "held_back_density": one.held_back.density,
                    "held_back_share_of_all": one.held_back.base,
                    "p": one.held_back.chance,
                }
            )
    columns = ["box", "method", "stands", "factor", "low", "high", "allowed", "quasi_p"]
    return pd.DataFrame(rows) if rows else pd.DataFrame(columns=columns)


def _trajectory(told: "Where") -> pd.DataFrame:
    """The peeling trajectory of the first box: a row for each box."""
    return pd.DataFrame(
        [
            {
                "step": number,
                "coverage": one.fit.coverage,
                "density": one.fit.density,
                "share_of_cases": one.fit.inside / one.fit.cases,
                "restricted": len(one.box.limits),
            }
            for number, one in enumerate(told.discovery.trajectory)
        ]
    )


def _show(told: "Where", say: "Speaker") -> None:
    from sim.discovery.scenario_discovery import LEVEL, METHODS
    from sim.drawing.boxes import p_text, statement

    console, discovery = page(), told.discovery
    kind = say("draws" if told.cases.are_draws else "settings")
    console.print(say("sentence", text=statement(told, say)), style="bold", soft_wrap=True)
    shown = discovery.best or discovery.failed
    if shown is None:
        console.print(say("no_box"))
    else:
        one = shown.held_back
        key = "evidence" if shown.stands else "no_evidence"
        numbers = {"density": one.density, "base": one.base, "coverage": one.coverage}
        shares = {name: say.percent(value) for name, value in numbers.items()}
        console.print(say(key, kind=kind, p=p_text(one.chance), **shares), soft_wrap=True)
    if discovery.best is not None:
        for also in discovery.standing(discovery.best.method)[1:]:
            console.print(say("also", text=statement(told, say, also)), soft_wrap=True)
        (other,) = (method for method in METHODS if method != discovery.best.method)
        boxes = discovery.standing(other)
        key = "other_finds" if boxes else "other_finds_nothing"
        text = statement(told, say, boxes[0]) if boxes else ""
        console.print(say(key, method=say(other), text=text), soft_wrap=True)
    console.print()
    if discovery.boxes:
        console.print(_table(told, say))
        console.print()
    base = say.percent(discovery.base)
    console.print(
        say(
            "discovered",
            cases=f"{len(discovery.interest):,}",
            kind=kind,
            base=base,
            held=f"{int(discovery.held_back.sum()):,}",
            level=say.percent(LEVEL),
        )
    )
    wrong = told.misjudged
    if np.isfinite(wrong):
        key = "misjudged_draws" if told.cases.are_draws else "misjudged"
        console.print(say(key, wrong=say.percent(wrong), replicates=told.cases.replicates))
    if told.cases.left_out:
        console.print(say("left_out", number=told.cases.left_out))
    if not told.cases.are_draws:
        console.print(say("same_draws"))
    console.print(say.basis(told.study))


def _table(told: "Where", say: "Speaker") -> Any:
    """A row for each box: its limits, and coverage and density sought and held back."""
    from rich.table import Table

    from sim.drawing.boxes import in_order, limits_text

    table = Table(box=None, pad_edge=False, padding=(0, 1), header_style="bold")
    table.add_column(say("method"))
    table.add_column(say("box"), overflow="fold")
    sought, held = ("coverage_short", "density_short"), ("held_coverage", "held_density")
    for key in ("quasi_p", *sought, *held, "p_short"):
        table.add_column(say(key), justify="right")
    for one in told.discovery.boxes:
        shares = [
            say.percent(share)
            for fit in (one.sought, one.held_back)
            for share in (fit.coverage, fit.density)
        ]
        p = _number(one.held_back.chance)
        numbers = [*shares, p if one.stands else f"{p} ✗"]
        for place, name in enumerate(in_order(one)):
            limits = limits_text(name, one, told, say), _number(one.quasi_p[name])
            first = place == 0
            table.add_row(one.method if first else "", *limits, *(numbers if first else ()))
    return table


def _number(p: float) -> str:
    from sim.drawing.boxes import p_text

    return p_text(p).removeprefix("= ")
