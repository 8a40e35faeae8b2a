"""``worth``: what to find out first, from the draws of a posterior that a study used."""

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
from sim.cli.texts.worth import WORTH
from sim.errors import BadInput, nearest
from sim.study import designs
from sim.study.provenance import as_json
from sim.study.study import Study

if TYPE_CHECKING:
    from sim.discovery.answer import Choice
    from sim.drawing.language import Speaker

NAME = "worth"
# Most parameters that are shown in sentences, and in the table.
SAID, SHOWN = 3, 12


@takes(StudyOptions)
def worth(
    experiment: ExperimentArgument,
    *,
    measure: Annotated[
        str | None,
        typer.Option(
            "--measure", metavar="NAME", help="What counts; by default the first measure."
        ),
    ] = None,
    lowest: Annotated[
        bool, typer.Option("--lowest", help="The option with the lowest measure is the best.")
    ] = False,
    among: Annotated[
        list[str] | None,
        typer.Option("--among", metavar="NAME", help="Choose among these points; repeatable."),
    ] = None,
    workers: options.Workers = None,
    asked: StudyOptions,
    lang: options.Language = "en",
    json: options.AsJson = False,
) -> None:
    """Tell what to find out first: how much knowing a setting exactly would improve the choice.

    The options are the points of a list, such as levers; the uncertainty is that of the posterior.
    Runs of the experiment that are missing are done first.
    """
    from sim.drawing.language import check_language, joined

    check_language(lang)
    here = asked.study(experiment)
    command = asked.spoken(experiment)
    measure = _checked_measure(here, measure)
    _check_options(here, among)
    finished(here, workers, command)
    from sim.discovery.answer import choice
    from sim.drawing import worth as picture

    told = choice(here, measure, lowest, among)
    say = joined(lang, WORTH, picture.TEXT)
    result = {**heading_of(here), **_result(told)}
    store = here.store()
    store.write(f"{NAME}.json", as_json(result))
    store.write(f"{NAME}.csv", worth_table(told).to_csv(index=False, lineterminator="\n"))
    file = store.write(f"{file_stem(NAME, lang)}.png", _draw(told, result, lang))
    if json:
        give(as_json(result))
        return
    _show(told, say)
    page().print(say("worth_files", picture=file.as_posix()), soft_wrap=True)


def _checked_measure(here: Study, measure: str | None) -> str:
    measures = here.drawn.measures
    if measure is not None and measure not in measures:
        raise BadInput(
            f"--measure {measure}: the experiment keeps no such measure{nearest(measure, measures)}"
        )
    return measure or measures[0]


def _check_options(here: Study, among: list[str] | None) -> None:
    from sim.discovery.value_of_information import FEWEST

    about = here.experiment
    if about.design.kind != designs.LIST or about.factor:
        raise BadInput(
            f"{about.name}: expected a list of points without factors, which are the options to "
            "choose among"
        )
    if here.draws is None:
        raise BadInput(
            f"{about.name}: settings are taken as known; add --posterior, so that there is "
            "something to find out"
        )
    used = min(len(here.draws), here.replicates)
    if used < FEWEST:
        raise BadInput(
            f"{about.name}: {used} draws are too few; expected at least {FEWEST}, so as many "
            "--replicates"
        )
    known = [point.name for point in about.point]
    for name in among or ():
        if name not in known:
            raise BadInput(f"--among {name}: no such point{nearest(name, known)}")


def _draw(told: "Choice", result: dict[str, Any], lang: str) -> bytes:
    from sim.drawing import style
    from sim.drawing.language import joined
    from sim.drawing.worth import TEXT, bars, message

    say = joined(lang, WORTH, TEXT)
    about = {key: str(result[key]) for key in ("hash", "version", "commit", "command")}
    with style.look(lang=lang):
        note = f"{say('worth_how')} {say.basis(told.study)}"
        return style.render(bars(told, say, message(told, say), note), "png", about, lang)


def _result(told: "Choice") -> dict[str, Any]:
    """The part of the result on options and parameters, for JSON."""
    found, sign = told.found, -1.0 if told.lowest else 1.0
    return {
        "measure": told.measure,
        "lowest_is_best": told.lowest,
        "options": {
            name: {"expected": sign * expected, "best_in": chance}
            for name, expected, chance in zip(
                found.options, found.expected, found.chances, strict=True
            )
        },
        "best": found.best,
        "evpi": {"low": found.low, "high": found.high},
        "floor": found.floor,
        "parameters": worth_table(told).to_dict("records"),
    }


def worth_table(told: "Choice") -> pd.DataFrame:
    """A row for each parameter, the most valuable first; ``evppi`` is 0 if chance gives as much."""
    rows = [
        {
            "parameter": one.parameter,
            "evppi": one.value if one.matters else 0.0,
            "fitted": one.value,
            "standard_error": one.error,
            "changes": one.changes,
            "matters": one.matters,
        }
        for one in told.found.parameters
    ]
    return pd.DataFrame(rows)


def _show(told: "Choice", say: "Speaker") -> None:
    from rich.table import Table

    from sim.drawing.worth import (
        amount,
        best_statement,
        none_statement,
        option_title,
        parameter_title,
        statement,
    )

    console, found = page(), told.found
    console.print(say("sentence", text=best_statement(told, say)), style="bold", soft_wrap=True)
    mattering = found.mattering
    for one in mattering[:SAID]:
        console.print(say("sentence", text=statement(one, told, say)), soft_wrap=True)
    if not mattering:
        console.print(say("sentence", text=none_statement(told, say)), soft_wrap=True)
    ends = [amount(value, told, say) for value in (found.low, found.high)]
    key = "everything_up_to" if np.isnan(found.low) else "everything_between"
    console.print(say(key, low=ends[0], high=ends[1]), soft_wrap=True)
    console.print()
    table = Table(box=None, pad_edge=False, padding=(0, 1), header_style="bold")
    table.add_column(say("option"))
    table.add_column(say("expected"), justify="right")
    table.add_column(say("best_in"), justify="right")
    sign = -1.0 if told.lowest else 1.0
    rows = zip(found.options, found.expected, found.chances, strict=True)
    for name, expected, chance in sorted(rows, key=lambda row: -row[1]):
        level = _level(sign * expected, told, say)
        table.add_row(option_title(name, told, say), level, say.percent(chance))
    console.print(table)
    console.print()
    if mattering:
        table = Table(box=None, pad_edge=False, padding=(0, 1), header_style="bold")
        table.add_column(say("parameter"), overflow="fold")
        for column in ("worth", "error", "changes"):
            table.add_column(say(column), justify="right")
        for one in mattering[:SHOWN]:
            numbers = (amount(value, told, say) for value in (one.value, one.error))
            title = f"{parameter_title(one, told, say)}\n{one.parameter}"
            table.add_row(title, *numbers, say.percent(one.changes))
        console.print(table)
        if len(mattering) > SHOWN:
            console.print(say("more", number=len(mattering) - SHOWN))
        console.print()
    console.print(
        say(
            "worth_basis",
            parameters=len(found.parameters),
            draws=found.draws,
            floor=amount(found.floor, told, say),
        )
    )
    console.print(say.basis(told.study))


def _level(value: float, told: "Choice", say: "Speaker") -> str:
    from sim.measures import MEASURES

    share = MEASURES[told.measure].unit == "share"
    return say.percent(value, 1) if share else f"{value:.3g}"
