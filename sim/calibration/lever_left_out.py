"""Whether a lever helps by a fit that has seen no experiment with it.

Some targets ask for the sign of a lever: that culture raises the share of faithful officers, for
example. For each lever the posterior is sampled again without the targets of those experiments that
move a setting of it, whatever they ask for, and the lever is run over the draws.
"""

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.calibration.calibration import Calibration
from sim.calibration.candidates import RESTING, Candidates
from sim.calibration.lever_doubt import evenly
from sim.calibration.likelihood import ends_of
from sim.calibration.patterns import Patterns
from sim.calibration.posterior import Draws
from sim.calibration.sampler import sampled
from sim.machine.loop import Progress
from sim.study.carry_out import Work, kept_measures
from sim.study.doubt import BEHAVIOUR, EXECUTION, LEVERS
from sim.study.estimate import CONFIDENCE, draw_means
from sim.study.model import ScenarioModel
from sim.study.points import Point
from sim.study.progress_by_part import ProgressByPart
from sim.study.provenance import digest
from sim.world.levers import flatten
from sim.world.posterior import Posterior, value_at
from sim.world.scenario import Scenario

Values = NDArray[np.float64]
# Points sampled from each posterior, of which as many are run as the calibration has draws.
_POINTS = 1_000
# Runs of each draw, with and without the lever.
REPLICATES = 2
# Streams of random numbers, after those of the calibration itself.
_SAMPLED, _CHOSEN, _STRENGTHS = 101, 102, 103


def in_which_moved(patterns: Patterns, scenario: Scenario, lever: str) -> tuple[str, ...]:
    """Targets of the experiments that pull a lever or move a setting that it moves."""
    own = list(flatten(scenario.levers[lever].full))

    def moves(arm: str) -> bool:
        about = patterns.arm[arm]
        return lever in about.levers or any(
            f"{one}.".startswith(f"{key}.") or f"{key}.".startswith(f"{one}.")
            for one in about.set
            for key in own
        )

    return tuple(
        name
        for name, target in patterns.target.items()
        if target.arm in patterns.arm and moves(target.arm)
    )


def left_out(
    fitted: Calibration, workers: int | None, rounds: ProgressByPart
) -> list[dict[str, Any]]:
    """Effects of levers over draws that were fitted without any target in which they are moved.

    For each lever and doubt: ``lever``; ``targets``, the names of those left out; ``doubt``,
    “behaviour” with levers as the scenario has them, or “levers” where values at full strength,
    burdens and costs are drawn from their priors as well; number of ``draws``; ``effect`` on
    execution at the end of the scenario's run, the mean over draws, and ``low`` to ``high``, the
    central 95 % of draws; and ``raises``, the share of draws with a positive effect. Levers start
    where they do in the scenario. Levers that no target moves are left out.
    """
    rows: list[dict[str, Any]] = []
    for place, lever in enumerate(fitted.before.levers):
        targets = in_which_moved(fitted.patterns, fitted.before, lever)
        if not targets or len(targets) == len(fitted.targets):
            continue
        table = _behaviour(fitted, lever, place, targets, workers, rounds)
        for doubt, draws in _doubts(fitted, table, place).items():
            name = f"without_{lever}/{doubt}"
            effects = _effects(fitted, lever, draws, name, workers, rounds(name))
            low, high = np.quantile(effects, [0.5 - 0.5 * CONFIDENCE, 0.5 + 0.5 * CONFIDENCE])
            rows.append(
                {
                    "lever": lever,
                    "targets": list(targets),
                    "doubt": doubt,
                    "draws": len(effects),
                    "effect": float(effects.mean()),
                    "low": float(low),
                    "high": float(high),
                    "raises": float((effects > 0.0).mean()),
                }
            )
    return rows


def _behaviour(
    fitted: Calibration,
    lever: str,
    place: int,
    targets: tuple[str, ...],
    workers: int | None,
    rounds: ProgressByPart,
) -> pd.DataFrame:
    """Draws of behaviour without some targets, with trust and norm at rest; a row for each."""
    kept = np.array([name not in targets for name in fitted.patterns.target])
    name = f"without_{lever}/sampling"
    points = sampled(
        fitted.likelihood.of_targets(kept),
        ends_of(fitted.targets)[kept],
        np.concatenate([shares for shares, _ in fitted.rounds]),
        max(_POINTS, fitted.size.draws),
        (fitted.seed, _SAMPLED, place),
        sampling=fitted.trial_sampling,
        workers=workers,
        progress=rounds(name),
    ).points
    draws = Draws(points, points, np.full(len(points), 1.0 / len(points)))
    rng = np.random.default_rng([fitted.seed, _CHOSEN, place])
    chosen = fitted.points(draws.drawn(fitted.size.draws, rng))
    # The status quo alone, since only the resting values are read.
    model = Candidates(
        fitted.scenario, fitted.patterns.model_copy(update={"arm": {}, "target": {}})
    )
    work = Work((model,), chosen, fitted.seed)
    told = digest({"points": [point.canonical() for point in chosen]})
    about = {"kind": "at rest", **model.identity(), "seed": fitted.seed, "points": told}
    name = f"without_{lever}/rest"
    folder = fitted.folder / f"{name}-{told[:8]}"
    replicates = fitted.size.replicates
    found = kept_measures(work, replicates, folder, about, workers, progress=rounds(name))
    columns = {one.name: chosen.columns[k] for k, one in enumerate(fitted.factors)}
    resting = dict(zip(RESTING.values(), found.mean(axis=1).T, strict=True))
    return pd.DataFrame({**columns, **resting}).astype(float).dropna(ignore_index=True)


def _doubts(fitted: Calibration, table: pd.DataFrame, place: int) -> dict[str, Posterior]:
    """The draws with levers as the scenario has them, and with drawn values of levers."""
    found = {BEHAVIOUR: posterior_of(fitted.before, table)}
    if fitted.doubt is not None and fitted.doubt.levers:
        rng = np.random.default_rng([fitted.seed, _STRENGTHS, place])
        shares = evenly(len(fitted.doubt.levers), len(table), rng)
        drawn = {
            one.name: np.array(one.at(shares[:, k]), float)
            for k, one in enumerate(fitted.doubt.levers)
        }
        both = pd.concat([table, pd.DataFrame(drawn)], axis=1)
        found[LEVERS] = posterior_of(fitted.before, both, frozenset(drawn))
    return found


def posterior_of(
    scenario: Scenario, table: pd.DataFrame, of_levers: frozenset[str] = frozenset()
) -> Posterior:
    """Draws of settings of a scenario; its own values of them count as not changed."""
    own = scenario.model_dump()
    return Posterior(
        tuple(table.columns),
        table.to_numpy(float),
        of_levers,
        scenario.name,
        known=tuple((value_at(own, name),) for name in table.columns),
    )


def _effects(
    fitted: Calibration,
    lever: str,
    draws: Posterior,
    name: str,
    workers: int | None,
    progress: Progress,
) -> Values:
    """Effect of a lever at full strength on execution in each draw, (draws,)."""
    scenario = fitted.before.replace(fitted.patterns.start)
    model = ScenarioModel(scenario, (EXECUTION,), posterior=draws)
    work = Work((model,), [Point(), Point(levers={lever: 1.0})], fitted.seed)
    about = {"kind": "a lever left out", **model.identity(), "lever": lever, "seed": fitted.seed}
    folder = fitted.folder / f"{name}-{draws.identity[:8]}"
    replicates = REPLICATES * len(draws)
    runs = kept_measures(work, replicates, folder, about, workers, progress=progress)
    without, at_full = runs[..., 0]
    return draw_means((at_full - without)[:, None], len(draws))[:, 0]
