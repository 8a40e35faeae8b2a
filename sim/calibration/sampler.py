"""Samples settings from a posterior by Hamiltonian Monte Carlo, and tells whether it converged.

The sampler is that of the package Mici: dynamic trajectories (the no-U-turn sampler: Hoffman &
Gelman 2014) with multinomial choice among their points (Betancourt 2017). It needs the gradient of
the density, which is known, and in forty dimensions does in seconds what a random walk does not do
in minutes. Convergence is measured by ArviZ.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy
from numpy.typing import NDArray

from sim.calibration.density import log_density
from sim.calibration.likelihood import Likelihood
from sim.machine.loop import Progress, quiet
from sim.study.side_by_side import side_by_side

Values = NDArray[np.float64]
# Shares of a prior range at which chains begin are kept this far from 0 and 1.
_INSIDE = 0.02
# Largest split R̂ and smallest effective sample size of chains that have converged (Vehtari et al.
# 2021).
MOST_RHAT, LEAST_ESS = 1.01, 400.0
# Acceptance of steps that the length of a step is adapted to (Hoffman & Gelman 2014).
_ACCEPTED = 0.8


@dataclass(frozen=True)
class Sampling:
    """How the Markov chains are run."""

    # Independent chains, at least two, since convergence is judged by comparing them.
    chains: int = 8
    # Steps of each at the beginning, in which it is adapted and which are dropped.
    warm_up: int = 400


@dataclass(frozen=True)
class Sample:
    """Settings sampled by several chains, as shares of prior ranges.

    ``chains`` has shape (chains, steps, parameters).
    """

    chains: Values

    @property
    def points(self) -> Values:
        """All of them, shape (chains × steps, parameters)."""
        return self.chains.reshape(-1, self.chains.shape[2])

    def convergence(self) -> tuple[Values, Values]:
        """Split R̂ and effective sample size of each parameter, two of shape (parameters,).

        Rank-normalised (Vehtari, Gelman, Simpson, Carpenter & Bürkner 2021).
        """
        from arviz_stats.base import array_stats

        axes = {"chain_axis": 0, "draw_axis": 1}
        return (
            np.asarray(array_stats.rhat(self.chains, **axes)),
            np.asarray(array_stats.ess(self.chains, **axes)),
        )


@dataclass(frozen=True)
class _Chain:
    """One chain: where it begins, its seed, and how many steps it takes."""

    likelihood: Likelihood
    ends: Values
    power: float
    start: Values
    seed: tuple[int, ...]
    warm_up: int
    steps: int


def sampled(
    likelihood: Likelihood,
    ends: Values,
    start: Values,
    number: int,
    seed: Sequence[int],
    power: float = 1.0,
    sampling: Sampling | None = None,
    workers: int | None = 1,
    progress: Progress = quiet,
) -> Sample:
    """Sample settings from prior × likelihood ** power; at least ``number`` of them.

    ``ends`` are what was found, as ``Likelihood`` has them. Chains begin at the likeliest rows of
    ``start``, (rows, parameters). A power of 1 gives the posterior, a power of 0 the prior. Chains
    are run by ``workers`` processes; their number changes no result.
    """
    sampling = sampling or Sampling()
    likely = np.argsort(-likelihood.log_likelihood(start, ends), kind="stable")
    steps = -(-number // sampling.chains)
    made = [
        _Chain(
            likelihood,
            ends,
            power,
            start[likely[place % len(start)]],
            (*seed, place),
            sampling.warm_up,
            steps,
        )
        for place in range(sampling.chains)
    ]
    return Sample(np.array(side_by_side(_run, made, workers, progress)))


def _run(chain: _Chain) -> Values:
    """Settings at each step of a chain after warm-up, (steps, parameters)."""
    # Only a calibration needs it, and it takes a moment to load.
    import mici

    class System(mici.systems.EuclideanMetricSystem):
        """A Euclidean system whose kinetic energy is added up alike on every machine."""

        def h2(self, state: Any) -> Any:
            """Kinetic energy of a state."""
            return 0.5 * np.sum(state.mom * self.dh2_dmom(state))

    density = _density(chain.likelihood, chain.ends, chain.power)

    def energy(logits: Values) -> float:
        return -density(logits)[0]

    def slope(logits: Values) -> tuple[Values, float]:
        height, gradient = density(logits)
        return -gradient, -height

    system = System(neg_log_dens=energy, grad_neg_log_dens=slope)
    leapfrog = mici.integrators.LeapfrogIntegrator(system)
    rng = np.random.default_rng(chain.seed)
    sampler = mici.samplers.DynamicMultinomialHMC(system, leapfrog, rng)
    found = sampler.sample_chains(
        n_warm_up_iter=chain.warm_up,
        n_main_iter=chain.steps,
        init_states=[scipy.special.logit(np.clip(chain.start, _INSIDE, 1.0 - _INSIDE))],
        adapters=[
            mici.adapters.DualAveragingStepSizeAdapter(_ACCEPTED),
            mici.adapters.OnlineVarianceMetricAdapter(),
        ],
        display_progress=False,
    )
    return np.asarray(scipy.special.expit(found.traces["pos"][0]))


def _density(
    likelihood: Likelihood, ends: Values, power: float
) -> Callable[[Values], tuple[float, Values]]:
    """The log density of settings, given as logits, with its gradient."""
    parts = (*likelihood.quadratic(), *likelihood.windows(ends), *likelihood.scales(ends))

    def at(logits: Values) -> tuple[float, Values]:
        gradient = np.empty_like(logits)
        return float(log_density(logits, *parts, power, gradient)), gradient

    return at
