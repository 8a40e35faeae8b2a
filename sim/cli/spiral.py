"""``spiral``: gain, half-life, rest points, tipping point, and how levers shift it."""

import math
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from sim.cli import circle, options, spiral_doubt
from sim.cli.circle import as_estimate, as_tipping
from sim.cli.comparison_study import file_stem
from sim.cli.terminal import Counter, give, page, prepare_rules
from sim.cli.texts.spiral import SPIRAL
from sim.cli.texts.tables import TABLES
from sim.errors import BadInput
from sim.machine.draws import check_seed
from sim.study.estimate import Estimate
from sim.study.feedback import FEW, Spiral, check, measure
from sim.study.files import safe_name, writable_folder, write_whole
from sim.study.provenance import as_json, code, commit, digest
from sim.study.sources import digest_of
from sim.study.spiral_doubt import A_DRAW, doubts_of, measure_over_draws
from sim.study.tipping import HIGH, LOW, Tipping
from sim.study.twins import FOLLOWED
from sim.version import __version__
from sim.world.scenario import Scenario

if TYPE_CHECKING:
    from sim.drawing.language import Speaker

REPLICATES = 20
# Length of runs in months, unless the scenario is longer; enough to come to rest.
MONTHS = 240
TOLD = (12, 24, 36, FOLLOWED)
# Files that determine what is measured, in addition to the model's own code.
METHOD = (
    "study/circle.py",
    "study/feedback.py",
    "study/in_parts.py",
    "study/spiral_doubt.py",
    "study/tipping.py",
    "study/twins.py",
    "theory/basins.py",
    "theory/continuation.py",
    "theory/resting.py",
)
PICTURES = ("phase_portrait", "impulse_response", "hysteresis")


def spiral(
    scenario: options.ScenarioArgument = options.DEFAULT,
    set_: options.Settings = None,
    lever: options.Levers = None,
    cut: Annotated[float, typer.Option("--cut", help="Cut of everybody's trust, 0 to 1.")] = 0.2,
    month: Annotated[int, typer.Option("--month", help="Month of the cut.")] = 60,
    along: Annotated[
        str | None,
        typer.Option("--along", metavar="KEY=LOW:HIGH", help="Setting of the hysteresis loop."),
    ] = "behaviour.cooperation=0:1",
    move: Annotated[
        bool, typer.Option("--levers/--no-levers", help="Find how levers shift the tipping point.")
    ] = True,
    seed: options.Seed = options.SEED,
    replicates: Annotated[
        int, typer.Option("--replicates", help="Replicates of each path.")
    ] = REPLICATES,
    months: options.Months = None,
    workers: options.Workers = None,
    posterior: options.WithPosterior = None,
    out: options.Out = Path("results"),
    lang: options.Language = "en",
    json: options.AsJson = False,
) -> None:
    """The spiral of trust and execution: gain, regime, hysteresis and tipping point."""
    from sim.drawing.language import check_language

    check_language(lang)
    world = options.load(scenario, set_, lever, months)
    if months is None and world.clock.months < MONTHS:
        world = world.replace({"clock.months": MONTHS})
    check_seed(seed)
    swept = _range(along) if along else None
    check(world, cut, month, replicates, swept)
    draws = options.draws_of(posterior, scenario)
    doubts = {} if draws is None else doubts_of(world, draws)
    drawn = None if draws is None else draws.about(world)
    words = options.spoken("spiral", [scenario], set_, lever, seed, replicates, months, posterior)
    command = f"{words} --cut {cut:g} --month {month}"
    command += f" --along {along}" if along else ""
    command += "" if move else " --no-levers"
    identity = {
        **code(),
        "method": digest_of(METHOD),
        "scenario": world.identity(),
        "seed": seed,
        "replicates": replicates,
        "cut": cut,
        "month": month,
        "along": swept,
        "levers": move,
        **({} if draws is None else {"posterior": draws.identity, "replicates_a_draw": A_DRAW}),
    }
    options.tell_not_drawn(drawn)
    folder = writable_folder(out / f"spiral-{safe_name(world.name)}-{digest(identity)[:10]}")
    prepare_rules(world)
    with ExitStack() as shown:

        def progress(title: str) -> Callable[[int, int], None]:
            shown.pop_all().close()
            return shown.enter_context(Counter(f"spiral {world.name}, {title}", "jobs"))

        levers = None if move else ()
        found = measure(
            world,
            replicates,
            seed,
            cut,
            month,
            workers,
            levers,
            swept,
            progress=progress,
            kept=folder,
        )
        over = {
            doubt: measure_over_draws(
                world, one, seed, cut, month, workers, progress, folder / f"over_{doubt}"
            )
            for doubt, one in doubts.items()
        }
    about = {"version": __version__, "commit": commit(), "command": command}
    about["hash"] = digest(identity)
    result = _result(found) | about
    if over:
        result |= {"posterior": drawn, "doubt": spiral_doubt.result(over)}
    write_whole(folder / "spiral.json", as_json(result).encode())
    pictures = _draw(found, folder, about, lang)
    if json:
        give(as_json(result))
        return
    _show(found, lang)
    if over:
        spiral_doubt.show(found, over, lang)
    for path in pictures:
        page().print(_speaker(lang)("picture", picture=path), soft_wrap=True)


def _range(text: str) -> tuple[str, float, float]:
    key, _, ends = text.partition("=")
    low, _, high = ends.partition(":")
    try:
        return key.strip(), float(low), float(high)
    except ValueError:
        raise BadInput(
            f"--along {text}: expected KEY=LOW:HIGH, as in behaviour.cooperation=0:1"
        ) from None


def _at(path: Any) -> dict[str, float] | None:
    return None if path is None else {str(m): float(path[m]) for m in TOLD}


def _result(found: Spiral) -> dict[str, Any]:
    from sim.drawing.language import LANGUAGES

    scenario = found.scenario
    expected = found.expected
    result: dict[str, Any] = {
        "scenario": scenario.name,
        "seed": found.seed,
        "replicates": found.replicates,
        "months": scenario.clock.months,
        "cut": found.cut,
        "month": found.month,
        "gain": {str(m): as_estimate(found.gain(m)) for m in TOLD},
        "left": {str(m): as_estimate(found.response.left(m, found.seed)) for m in TOLD},
        "half_life": found.response.half_life(),
        "regime": found.regime,
        "rest_from_low": as_estimate(found.rest(found.from_low)),
        "rest_from_high": as_estimate(found.rest(found.from_high)),
        "width": as_estimate(found.width),
        "recovered_from": found.middle if found.tipping else None,
        "tipping": as_tipping(found.tipping) if found.tipping else None,
        "levers": {name: as_tipping(one) for name, one in found.levers.items()},
        "mean_field": None,
        "loop": None,
        **circle.result(found, {lang: _speaker(lang) for lang in LANGUAGES}),
    }
    if expected is not None:
        result["mean_field"] = {
            "resting_points": [
                {
                    "norm": point.norm,
                    "credibility": point.credibility,
                    "execution": point.execution,
                    "stable": point.stable,
                    "silent_public": point.silent,
                }
                for point in expected.points
            ],
            "tipping": expected.tipping,
            "gain": _at(expected.gains),
            "left": _at(expected.response),
            **circle.of_mean_field(found),
        }
    if found.loop is not None:
        loop = found.loop
        result["loop"] = {
            "key": loop.key,
            "values": list(map(float, loop.values)),
            "from_low": list(map(float, loop.from_low.mean(axis=1))),
            "from_high": list(map(float, loop.from_high.mean(axis=1))),
            "folds": [fold.tolist() for branch in loop.branches for fold in branch.folds],
        }
    return result


def _draw(found: Spiral, folder: Path, about: dict[str, str], lang: str) -> list[Path]:
    from sim.drawing import feedback as pictures
    from sim.drawing import style

    say = _speaker(lang)
    redraw = say("redraw", command=about["command"] + ("" if lang == "en" else f" --lang {lang}"))
    made = []
    for name in PICTURES:
        if name == "hysteresis" and found.loop is None:
            continue
        figure, caption = pictures.draw(name, found, lang)
        stem = file_stem(name, lang)
        for kind in style.FORMATS:
            path = folder / f"{stem}.{kind}"
            write_whole(path, style.render(figure, kind, about, lang))
            if kind == "png":
                made.append(path)
        write_whole(folder / f"{stem}.caption.txt", f"{caption}\n\n{redraw}\n".encode())
    return made


def _speaker(lang: str) -> "Speaker":
    from sim.drawing.language import joined

    return joined(lang, TABLES, SPIRAL)


def _said(found: Estimate) -> str:
    return f"{found.value:.2f} [{found.low:.2f}, {found.high:.2f}]".replace("-", "−")


def _show(found: Spiral, lang: str) -> None:
    console, say = page(), _speaker(lang)
    scenario: Scenario = found.scenario
    console.print(f"{say('spiral_title', title=say.title(scenario))}\n")
    console.print(f"{circle.verdict(found, say)}\n")
    table = Table(box=None, pad_edge=False, show_header=False, padding=(0, 1))
    table.add_column(style="bold", max_width=34)
    table.add_column(overflow="fold")
    table.add_row(say("regime"), say(found.regime))
    expected = found.expected
    for m in TOLD:
        beside = _beside(None if expected is None else expected.gains, m, say)
        table.add_row(say("gain_after", months=m), f"{_said(found.gain(m))}{beside}")
    for m in TOLD:
        beside = _beside(None if expected is None else expected.response, m, say)
        left = found.response.left(m, found.seed)
        table.add_row(say("left_after", months=m), f"{_said(left)}{beside}")
    life = found.response.half_life()
    half = (
        say("over_months", months=FOLLOWED)
        if math.isnan(life)
        else say("months", months=f"{life:.0f}")
    )
    table.add_row(say("half_life"), half)
    for start, rests in ((LOW, found.from_low), (HIGH, found.from_high)):
        table.add_row(say("rest_from", start=f"{start:g}"), _said(found.rest(rests)))
    table.add_row(say("width"), _said(found.width))
    tips = found.tipping
    none = say("no_tipping") if tips is None else _tipped(tips, found.replicates, say)
    table.add_row(say("tipping"), none)
    circle.add_rows(table, found, say)
    _show_expected(table, found, say)
    console.print(table)
    if found.levers and tips is not None:
        console.print()
        _show_levers(console, found, tips, say)
    circle.show(console, found, say)
    console.print(
        "\n"
        + say(
            "spiral_basis",
            cut=f"{found.cut:g}",
            month=found.month,
            months=scenario.clock.months,
            replicates=found.replicates,
            few=min(found.replicates, FEW),
            seed=found.seed,
        )
    )


def _show_levers(console: Console, found: Spiral, tips: Tipping, say: "Speaker") -> None:
    levers = Table(box=None, pad_edge=False, padding=(0, 1), header_style="bold")
    levers.add_column(say("lever_alone"))
    levers.add_column(say("lowest_start"))
    levers.add_column(say("moved_by"), justify="right")
    for name, one in sorted(found.levers.items(), key=lambda pair: pair[1].value.value):
        moved = one.value.value - tips.value.value
        levers.add_row(
            say.lever(name, found.scenario),
            _tipped(one, one.value.replicates, say),
            f"{moved:+.2f}".replace("-", "−"),
        )
    console.print(levers)


def _beside(path: Any, after: int, say: "Speaker") -> str:
    return "" if path is None else f"   {say('mean_field')} {path[after]:.2f}".replace("-", "−")


def _tipped(found: Tipping, replicates: int, say: "Speaker") -> str:
    text = _said(found.value)
    if found.always:
        text += say("always", number=found.always, replicates=replicates)
    if found.never:
        text += say("never", number=found.never, replicates=replicates)
    return text


def _show_expected(table: Table, found: Spiral, say: "Speaker") -> None:
    if found.expected is None:
        table.add_row(say("Mean_field"), say("no_mean_field"))
        return
    for point in found.expected.points:
        row = say(
            "resting_point",
            credibility=f"{point.credibility:.2f}",
            execution=f"{point.execution:.2f}",
            kind=say("stable" if point.stable else "unstable"),
            public=say("silent") if point.silent else "",
        )
        table.add_row(say("mean_field_rests"), row)
    tips = found.expected.tipping
    table.add_row(say("mean_field_tips"), say("nowhere") if tips is None else f"{tips:.2f}")
