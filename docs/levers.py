"""The page on doubt about levers, ``docs/levers.md``; ``python -m docs.build`` writes it."""

from collections.abc import Iterable, Mapping
from typing import Any

from sim import shipped
from sim.calibration.lever_doubt import LeverPriors, Prior
from sim.world.doses import doses
from sim.world.posterior import CALIBRATED, told, value_at
from sim.world.price import prices
from sim.world.scenario import Scenario

_HEAD = """# How strong is a lever?

For each lever this page lists what changes at full strength, the value that ships, the range
within which it may plausibly lie (its prior), and what that range rests on. The same holds for
what a lever takes of officers' time, what it costs, and where it starts: none of it is known
exactly. Priors and their sources are in `experiments/calibration/levers/district.toml`. A
calibration draws values from them together with behaviour, and `--posterior` carries the doubt
into every result. Written by `python -m docs.build`.

- **Reform**: published studies give a natural dose, as in `experiments/reforms`.
- **Spread**: the measure is one standard deviation of a practice between organisations. It is
  taken as a fifth of the whole practice, as in the files of reforms.
- **Assumed**: neither is known, and the interval says how little."""
_FITTED = """## How these values are drawn

For a calibration of one's own, priors of levers stand in a file of the same name in the folder
`levers` beside it, or below `[doubt]` in the file itself, in the same form. Without them levers
keep their values, and only behaviour is drawn.

**How strong levers are** is drawn from the priors alone. Experiments of the calibration set
clauses to doses of their own, so no target moves with full strength; its posterior is its prior,
and is independent of behaviour. Recovery can then check only the
draw and its intervals; that coverage is near nine in ten says nothing about the model.

**Where levers start** matters to targets. For each draw of behaviour several starts are drawn
and run, and one is kept, with a probability that falls with its distance from the targets
(sampling-importance-resampling). Recovery takes one of these runs as the truth. A clause whose
status quo is zero has no such prior, since the practice is absent there.

Effects are told three times: with chance alone, with doubt about behaviour, and with doubt
about behaviour and levers. Draws of a study or a user's own scenario replace only values that
the scenario leaves as they were calibrated; where no value of a lever is drawn, commands say
so."""
_LUNCH = """## No free lunch

Every lever has a burden or a cost of its own, with the priors above. Some clauses give
time back; each of these says why where it is declared. Time is a share of everybody's, at full
strength, as far as settings determine it: complaints and petitions, which also take time, depend
on the run. `zhixing check` tells the same of levers of one's own, and which of them are free."""


def page(world: Scenario) -> str:
    """The whole page."""
    folder = shipped.folder("experiments") / "calibration" / "levers"
    priors = LeverPriors.load(folder / f"{CALIBRATED}.toml")
    tree = world.model_dump()
    drawn = {one["parameter"]: one for one in told().get("levers", ())}
    parts = [_HEAD]
    for name, lever in world.levers.items():
        moved = "; ".join(one.text() for one in doses(world, name))
        about = priors.lever[name]
        rows = {"burden": about.burden, "cost": about.cost}
        rows |= {f"full.{key}": one for key, one in about.full.items()}
        table = _table(f"levers.{name}", rows, tree, drawn)
        parts += [f"## {lever.title}", f"At full strength: {moved}.", table]
    parts += ["## Where levers start", _table("mechanisms", priors.status_quo, tree, drawn)]
    parts += [_LUNCH, _prices(world), "\n".join(_savings(world)), _FITTED]
    return "\n\n".join(parts) + "\n"


def _table(
    around: str, priors: Mapping[str, Prior], tree: Any, drawn: Mapping[str, dict[str, Any]]
) -> str:
    heads = ["Value", "Ships", "Prior", "Rests on", "Source", "Reading"]
    if drawn:
        heads += ["90 % of draws", "Coverage"]
    rows = [heads, ["---"] * len(heads)]
    for key, prior in priors.items():
        whole = f"{around}.{key}"
        rows.append(
            [
                f"`{key.removeprefix('full.')}`",
                f"{value_at(tree, whole):g}",
                f"{prior.low:g} to {prior.high:g}",
                prior.basis,
                "" if prior.source == prior.basis else prior.source,
                prior.reading,
                *(_of_draws(drawn[whole]) if drawn else ()),
            ]
        )
    return "\n".join(f"| {' | '.join(cells)} |" for cells in rows)


def _prices(world: Scenario) -> str:
    rows = [["Lever", "Burden", "Cost", "Time in all"], ["---"] * 4]
    for one in prices(world):
        time = f"{100.0 * one.time:+.1f} %".replace("-", "−")
        title = world.levers[one.lever].title
        rows.append([title, f"{one.burden:g}", f"{one.cost:g}", time])
    return "\n".join(f"| {' | '.join(cells)} |" for cells in rows)


def _savings(world: Scenario) -> Iterable[str]:
    for one in prices(world):
        for saving in one.savings:
            title = world.levers[one.lever].title
            yield f"- {title}, `{saving.key}`: {100.0 * saving.time:.1f} %; {saving.reason}."


def _of_draws(row: Mapping[str, Any]) -> Iterable[str]:
    return f"{row['low']:.3g} to {row['high']:.3g}", f"{row['coverage']:.2f}"
