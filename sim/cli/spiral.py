"""``spiral``: gain, half-life, rests from both ends, tipping point, and how levers move it."""

import math
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from sim.cli import options
from sim.cli.terminal import Counter, give, page, prepare_rules
from sim.errors import BadInput
from sim.machine.draws import check_seed
from sim.study.estimate import Estimate
from sim.study.files import safe_name, writable_folder, write_whole
from sim.study.provenance import as_json, commit, digest
from sim.study.spiral import HIGH, LOW, Spiral, Tipping, measure
from sim.study.twins import FOLLOWED
from sim.version import __version__
from sim.world.scenario import Scenario

REPLICATES = 20
# Long enough for runs to come to rest, unless the scenario is longer.
MONTHS = 240
TOLD = (12, 24, 36, FOLLOWED)
PICTURES = ("phase_portrait", "impulse_response", "hysteresis")


def spiral(
    scenario: options.ScenarioArgument = options.DEFAULT,
    set_: options.Settings = None,
    lever: options.Levers = None,
    cut: Annotated[float, typer.Option("--cut", help="Trust taken from everybody.")] = 0.2,
    month: Annotated[int, typer.Option("--month", help="Month of the cut.")] = 60,
    along: Annotated[
        str | None,
        typer.Option("--along", metavar="KEY=LOW:HIGH", help="Setting of a hysteresis loop."),
    ] = "behaviour.cooperation=0:1",
    move: Annotated[
        bool, typer.Option("--levers/--no-levers", help="How far each lever moves the tipping.")
    ] = True,
    seed: options.Seed = options.SEED,
    replicates: Annotated[
        int, typer.Option("--replicates", help="Replicates of each path.")
    ] = REPLICATES,
    months: options.Months = None,
    workers: options.Workers = None,
    out: options.Out = Path("results"),
    json: options.AsJson = False,
) -> None:
    """The spiral of trust and execution: gain, regime, hysteresis, tipping point."""
    world = options.load(scenario, set_, lever, months)
    if months is None and world.clock.months < MONTHS:
        world = world.replace({"clock.months": MONTHS})
    _check(seed, replicates, workers, month)
    swept = _range(along) if along else None
    if swept is not None:
        # Refused now, not after minutes.
        for end in swept[1:]:
            world.replace({swept[0]: end})
    words = options.spoken("spiral", [scenario], set_, lever, seed, replicates, months)
    command = f"{words} --cut {cut:g} --month {month}"
    command += f" --along {along}" if along else ""
    command += "" if move else " --no-levers"
    identity = {"scenario": world.tree(), "command": command, "version": __version__}
    folder = writable_folder(out / f"spiral-{safe_name(world.name)}-{digest(identity)[:10]}")
    prepare_rules(world)
    with ExitStack() as shown:

        def progress(title: str) -> Callable[[int, int], None]:
            shown.pop_all().close()
            return shown.enter_context(Counter(f"spiral {world.name}, {title}", "jobs"))

        levers = None if move else ()
        found = measure(
            world, replicates, seed, cut, month, workers, levers, swept, progress=progress
        )
    about = {"version": __version__, "commit": commit(), "command": command}
    result = _result(found) | about | {"hash": digest(identity)}
    write_whole(folder / "spiral.json", as_json(result).encode())
    drawn = _draw(found, folder, about | {"hash": digest(identity)})
    if json:
        give(as_json(result))
        return
    _show(found)
    for path in drawn:
        page().print(f"Picture {path}", soft_wrap=True)


def _check(seed: int, replicates: int, workers: int | None, month: int) -> None:
    check_seed(seed)
    if not 2 <= replicates <= 10_000:
        raise BadInput(f"--replicates {replicates}: expected 2 to 10,000")
    if workers is not None and workers < 1:
        raise BadInput(f"--workers {workers}: expected at least 1")
    if not 1 <= month <= 1200:
        raise BadInput(f"--month {month}: expected 1 to 1,200")


def _range(text: str) -> tuple[str, float, float]:
    key, _, ends = text.partition("=")
    low, _, high = ends.partition(":")
    try:
        return key.strip(), float(low), float(high)
    except ValueError:
        raise BadInput(
            f"--along {text}: expected KEY=LOW:HIGH, as in behaviour.cooperation=0:1"
        ) from None


def _estimate(found: Estimate) -> dict[str, float]:
    return {"value": found.value, "low": found.low, "high": found.high}


def _tipping(found: Tipping) -> dict[str, Any]:
    return {**_estimate(found.value), "always": found.always, "never": found.never}


def _at(path: Any) -> dict[str, float] | None:
    return None if path is None else {str(m): float(path[m]) for m in TOLD}


def _result(found: Spiral) -> dict[str, Any]:
    scenario = found.scenario
    expected = found.expected
    result: dict[str, Any] = {
        "scenario": scenario.name,
        "seed": found.seed,
        "replicates": found.replicates,
        "months": scenario.clock.months,
        "cut": found.cut,
        "month": found.month,
        "gain": {str(m): _estimate(found.gain(m)) for m in TOLD},
        "left": {str(m): _estimate(found.response.left(m, found.seed)) for m in TOLD},
        "half_life": found.response.half_life(),
        "regime": found.regime,
        "rest_from_low": _estimate(found.rest(found.from_low)),
        "rest_from_high": _estimate(found.rest(found.from_high)),
        "width": _estimate(found.width),
        "recovered_from": found.middle if found.tipping else None,
        "tipping": _tipping(found.tipping) if found.tipping else None,
        "levers": {name: _tipping(one) for name, one in found.levers.items()},
        "mean_field": None,
        "loop": None,
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


def _draw(found: Spiral, folder: Path, about: dict[str, str]) -> list[Path]:
    from sim.drawing import spiral as pictures
    from sim.drawing import style

    made = []
    for name in PICTURES:
        if name == "hysteresis" and found.loop is None:
            continue
        figure, caption = pictures.draw(name, found)
        for kind in style.FORMATS:
            path = folder / f"{name}.{kind}"
            write_whole(path, style.render(figure, kind, about))
            if kind == "png":
                made.append(path)
        text = f"{caption}\n\nRedraw: {about['command']}\n"
        write_whole(folder / f"{name}.caption.txt", text.encode())
    return made


def _said(found: Estimate) -> str:
    return f"{found.value:.2f} [{found.low:.2f}, {found.high:.2f}]".replace("-", "−")


def _show(found: Spiral) -> None:
    console = page()
    scenario: Scenario = found.scenario
    console.print(f"{scenario.title}: the spiral of trust and execution\n")
    table = Table(box=None, pad_edge=False, show_header=False, padding=(0, 1))
    table.add_column(style="bold", max_width=34)
    table.add_column(overflow="fold")
    table.add_row("Regime", found.regime)
    expected = found.expected
    for m in TOLD:
        beside = _beside(None if expected is None else expected.gains, m)
        table.add_row(f"Spiral gain after {m} months", f"{_said(found.gain(m))}{beside}")
    for m in TOLD:
        beside = _beside(None if expected is None else expected.response, m)
        left = found.response.left(m, found.seed)
        table.add_row(f"Left of a cut after {m} months", f"{_said(left)}{beside}")
    life = found.response.half_life()
    half = f"over {FOLLOWED} months" if math.isnan(life) else f"{life:.0f} months"
    table.add_row("Half-life of a cut", half)
    table.add_row(f"Rest from a start of {LOW:g}", _said(found.rest(found.from_low)))
    table.add_row(f"Rest from a start of {HIGH:g}", _said(found.rest(found.from_high)))
    table.add_row("Hysteresis width", _said(found.width))
    if found.tipping is None:
        table.add_row("Tipping credibility", "none: starts do not rest apart")
    else:
        table.add_row("Tipping credibility", _tipped(found.tipping, found.replicates))
    _show_expected(table, found)
    console.print(table)
    if found.levers and found.tipping is not None:
        console.print()
        levers = Table(box=None, pad_edge=False, padding=(0, 1), header_style="bold")
        levers.add_column("Lever, alone and from the start")
        levers.add_column("Lowest start that recovers")
        levers.add_column("moved by", justify="right")
        for name, one in sorted(found.levers.items(), key=lambda pair: pair[1].value.value):
            moved = one.value.value - found.tipping.value.value
            replicates = one.value.replicates
            levers.add_row(
                scenario.levers[name].title,
                _tipped(one, replicates),
                f"{moved:+.2f}".replace("-", "−"),
            )
        console.print(levers)
    console.print(
        "\nGain: officers meet a trust that is lower than it is; by how much of that trust really "
        "falls.\n"
        f"A cut of {found.cut:g} of trust in month {found.month}; starts of trust and norm; runs "
        f"of {scenario.clock.months} months; {found.replicates} replicates on common draws, seed "
        f"{found.seed}; 95 % intervals."
    )


def _beside(path: Any, after: int) -> str:
    return "" if path is None else f"   mean field {path[after]:.2f}".replace("-", "−")


def _tipped(found: Tipping, replicates: int) -> str:
    text = _said(found.value)
    if found.always:
        text += f"; {found.always} of {replicates} recover from any start"
    if found.never:
        text += f"; {found.never} of {replicates} from none"
    return text


def _show_expected(table: Table, found: Spiral) -> None:
    if found.expected is None:
        table.add_row("Mean field", "only for one tier of up to six ranks")
        return
    for point in found.expected.points:
        kind = "stable" if point.stable else "unstable"
        public = ", public silent" if point.silent else ""
        table.add_row(
            "Mean field rests at",
            f"credibility {point.credibility:.2f}, execution {point.execution:.2f} "
            f"({kind}{public})",
        )
    tips = found.expected.tipping
    table.add_row("Mean field tips at", "nowhere" if tips is None else f"{tips:.2f}")
