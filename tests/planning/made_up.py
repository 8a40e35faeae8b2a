"""Made-up models with known answers, in place of a scenario. Workers import them by name."""

import numpy as np

from sim.planning.question import Question

LEVERS = ("a", "b", "c", "d")


def zdt1(values, seed, replicate):
    """Two aims against each other, with the known front f2 = 1 − √f1, and chance (ZDT1)."""
    rng = np.random.default_rng([seed, replicate])
    common, own = rng.standard_normal(2)
    x = [values[name] for name in LEVERS]
    g = 1.0 + 9.0 * sum(x[1:]) / len(x[1:])
    low = g * (1.0 - np.sqrt(x[0] / g))
    return [x[0] + 0.05 * common, low + 0.05 * common + 0.02 * own * x[0]]


def known(values, seed, replicate):
    """What levers give is 2a + b + 4ab, and what they take a + b + c + d; with chance."""
    common = np.random.default_rng([seed, replicate]).standard_normal()
    a, b, c, d = (values[name] for name in LEVERS)
    return [2.0 * a + b + 4.0 * a * b + 0.1 * common, a + b + c + d]


def nothing_but_luck(values, seed, replicate):
    """No package differs from another, but each has chance of its own."""
    own = [round(1_000 * values[name]) for name in LEVERS]
    return [np.random.default_rng([seed, replicate, *own]).standard_normal()]


def of_a_group_that_may_be_empty(values, seed, replicate):
    """What levers give, of a group in which nobody is left in every fourth run."""
    given, taken = known(values, seed, replicate)
    return [float("nan") if replicate % 4 == 3 else given, taken]


def not_always_known_what_it_takes(values, seed, replicate):
    """What levers give, and what they take, which nobody knows in every fourth run."""
    given, taken = known(values, seed, replicate)
    return [given, float("nan") if replicate % 4 == 3 else taken]


def of_those_reached(values, seed, replicate):
    """What levers give those whom b reaches; without b there are none. What they take: b alone."""
    given, _ = known(values, seed, replicate)
    return [given if values["b"] > 0.0 else float("nan"), values["b"]]


def now_and_then_empty(values, seed, replicate):
    """The same of a group that is empty in a single run of those that are reported."""
    given, taken = known(values, seed, replicate)
    return [float("nan") if replicate == 39 else given, taken]


def later_is_better(values, seed, replicate):
    """It pays to begin with d, then c, b and a: a lever that starts late gives the more of a."""
    common = np.random.default_rng([seed, replicate]).standard_normal()
    weights = dict(zip(LEVERS, (3.0, 2.0, 1.0, 0.0), strict=True))
    late = sum(
        weights[name] * values.get(f"{name}.start", 0) * (values[name] > 0.0) for name in LEVERS
    )
    return [sum(values[name] for name in LEVERS) + 0.001 * late + 0.01 * common]


SMALL = {
    "packages": 12,
    "generations": 4,
    "replicates": 4,
    "compared": 6,
    "again": 8,
    "kept": 3,
    "fresh": 40,
    "explained": 10,
}


def question(aims, measures, limits=(), size=None, **more):
    """A question about a made-up model."""
    tree = {
        "aims": aims,
        "measures": measures,
        "limits": limits,
        "lever": {name: {"low": 0.0, "high": 1.0} for name in LEVERS},
        "size": {**SMALL, **(size or {})},
        **more,
    }
    return Question.from_tree(tree, "made-up", "made-up")
