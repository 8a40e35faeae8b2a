"""``verify``: compare simulated with exact or published results."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from sim.cli import options
from sim.cli.terminal import Counter, give, page, prepare_rules
from sim.machine.draws import check_seed
from sim.study.files import writable_folder, write_whole
from sim.study.provenance import as_json, commit
from sim.theory.verify.check import Check
from sim.theory.verify.rows import ROWS, Row, chosen
from sim.theory.verify.rows import verify as run_rows
from sim.version import __version__
from sim.world.scenario import Scenario

# A comparison without random draws is called exact if its tolerance is not above this.
_ROUGH = 1e-3


def _number(text: str) -> Any:
    return typer.Option(None, help=text, show_default=False)


def verify(
    row: Annotated[
        str | None, typer.Argument(metavar="[ROW]", help=f"One of {', '.join(ROWS)}; else all.")
    ] = None,
    beta: float | None = _number("interactions: precision β of choice."),
    j: Annotated[
        float | None,
        typer.Option("--J", "--j", help="interactions: weight J of others.", show_default=False),
    ] = None,
    h: float | None = _number("interactions: private pull h."),
    p: float | None = _number("clearances, control_loss: probability or share passed on."),
    n: int | None = _number("clearances, control_loss: number of steps."),
    gain: float | None = _number("trust: share of the gap to 1 closed by good service."),
    loss: float | None = _number("trust: share of trust lost after bad service."),
    quality: float | None = _number("trust: share of good service."),
    share: float | None = _number("promotion: share of promotions that go to the worst."),
    officers: int | None = _number("mean_field: officers of the largest department."),
    seed: options.Seed = options.SEED,
    workers: options.Workers = None,
    figure: Annotated[
        bool, typer.Option("--figure", help="Also draw each row, into the folder of --out.")
    ] = False,
    out: options.Out = Path("results"),
    json: options.AsJson = False,
) -> None:
    """Compare simulated with exact or published results."""
    values = {
        "beta": beta,
        "j": j,
        "h": h,
        "p": p,
        "n": n,
        "gain": gain,
        "loss": loss,
        "quality": quality,
        "share": share,
        "officers": officers,
    }
    given = {name: value for name, value in values.items() if value is not None}
    check_seed(seed)
    chosen(row, given)
    if figure:
        writable_folder(out)
    prepare_rules(Scenario.load("bureau"))
    with Counter("verify", "cases") as progress:
        rows = run_rows(row, given, seed, workers, progress)
    told = "".join(f" --{'J' if name == 'j' else name} {value:g}" for name, value in given.items())
    command = f"zhixing verify{f' {row}' if row else ''}{told} --seed {seed}"
    pictures = _draw(rows, out, command) if figure else []
    if json:
        result = {
            "seed": seed,
            "version": __version__,
            "commit": commit(),
            "command": command,
            "agrees": all(one.agrees for one in rows),
            "rows": [
                {
                    "row": one.name,
                    "title": one.title,
                    "work": one.work,
                    "note": one.note,
                    "checks": [asdict(check) for check in one.checks],
                }
                for one in rows
            ],
        }
        give(as_json(result))
    else:
        _show(rows, seed, pictures)
    if not all(one.agrees for one in rows):
        raise typer.Exit(1)


def _draw(rows: list[Row], out: Path, command: str) -> list[Path]:
    from sim.drawing import style, verify_row

    about = {"command": command, "version": __version__, "commit": commit()}
    made = []
    for one in rows:
        drawn = verify_row.draw(one)
        for kind in style.FORMATS:
            path = out / f"verify-{one.name}.{kind}"
            write_whole(path, style.render(drawn, kind, {"title": one.title, **about}))
            made.append(path)
        caption = out / f"verify-{one.name}.caption.txt"
        write_whole(caption, verify_row.caption(one, f"{command} --figure").encode())
    return made


def _show(rows: list[Row], seed: int, pictures: list[Path]) -> None:
    console = page()
    for one in rows:
        table = Table(box=None, pad_edge=False, padding=(0, 1), header_style="bold")
        table.add_column(f"{one.title}: {one.work}", max_width=44)
        for name in ("expected", "simulated", "± s. e.", ""):
            table.add_column(name, justify="right")
        case = ""
        for check in one.checks:
            if check.case != case:
                case = check.case
                table.add_row(case, style="dim")
            table.add_row(f"  {check.quantity}", *_cells(check))
        console.print(table)
        console.print(f"{one.note}\n" if one.note else "")
    every = [check for one in rows for check in one.checks if check.agrees is not None]
    agree = sum(bool(check.agrees) for check in every)
    console.print(
        f"{agree} of {len(every)} comparisons agree; seed {seed}. Random quantities must agree "
        "within their Monte Carlo error, so that one in a thousand fails by chance; the others "
        "must agree exactly."
    )
    for path in pictures:
        if path.suffix == ".png":
            console.print(f"Picture {path}", soft_wrap=True)


def _cells(check: Check) -> tuple[str, str, str, str]:
    expected, simulated = check.told
    verdict = {True: "agrees", False: "DIFFERS", None: ""}[check.agrees]
    rough = check.allowed > _ROUGH
    error = f"{check.error:.2g}" if check.error else f"±{check.allowed:g}" if rough else "exact"
    return expected or "not known", simulated, error, verdict
