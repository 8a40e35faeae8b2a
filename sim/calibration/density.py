"""The logarithm of a posterior density and its gradient, in logits of shares of prior ranges."""

import numpy as np
from numpy.typing import NDArray

from sim.arithmetic import exp, log
from sim.machine.compiled import rule

Values = NDArray[np.float64]


@rule
def log_share(x: float) -> float:
    """Logarithm of the logistic function, log(1 / (1 + e**−x)), without overflow."""
    return min(x, 0.0) - log(1.0 + exp(-abs(x)))


@rule
def share(x: float) -> float:
    """The logistic function, 1 / (1 + e**−x)."""
    return 1.0 / (1.0 + exp(-x))


@rule
def log_density(
    logits: Values,
    constants: Values,
    slopes: Values,
    products: Values,
    low: Values,
    high: Values,
    spread: Values,
    width: Values,
    power: float,
    gradient: Values,
) -> float:
    """Log density of prior × likelihood ** power, up to a constant; fills its ``gradient``.

    ``logits`` and ``gradient`` have shape (parameters,). The expected score of a target is a
    quadratic function of settings from −1 to 1: ``constants`` (targets,), ``slopes`` (targets,
    parameters) and symmetric ``products`` (targets, parameters, parameters). The likelihood of a
    finding is the probability of a score between ``low`` and ``high``, (findings, targets), where
    scores are logistic around the expected one with scale ``spread``, (targets,); ``width`` is the
    logarithm of 1 less e**−((high − low) / spread). The prior of each share is uniform.
    """
    parameters = logits.size
    centred = np.empty(parameters)
    slope = np.empty(parameters)
    found = 0.0
    for k in range(parameters):
        centred[k] = 2.0 * share(logits[k]) - 1.0
        gradient[k] = 0.0
        # A uniform prior of a share is a logistic one of its logit.
        found += log_share(logits[k]) + log_share(-logits[k])
    for target in range(constants.size):
        expected = constants[target]
        for k in range(parameters):
            slope[k] = slopes[target, k]
        for other in range(parameters):
            for k in range(parameters):
                slope[k] += products[target, other, k] * centred[other]
        for k in range(parameters):
            expected += 0.5 * centred[k] * (slope[k] + slopes[target, k])
        rise = 0.0
        for finding in range(low.shape[0]):
            above = (expected - low[finding, target]) / spread[target]
            below = (high[finding, target] - expected) / spread[target]
            found += power * (log_share(above) + log_share(below) + width[finding, target])
            rise += power * (share(-above) - share(-below)) / spread[target]
        for k in range(parameters):
            gradient[k] += rise * slope[k]
    for k in range(parameters):
        gradient[k] = 0.5 * gradient[k] * (1.0 - centred[k] * centred[k]) - centred[k]
    return found
