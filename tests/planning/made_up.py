"""Made-up models in place of a scenario, whose answers are known."""

import numpy as np

from sim.planning.question import Question

ITEMS = ("x1", "x2", "x3", "x4")
# Standard deviation of chance in a run: of all packages alike, and of each for itself.
COMMON, OWN = 0.3, 0.1


def chance(values, seed, replicate):
    alike = np.random.default_rng([seed, replicate]).standard_normal()
    number = [round(1e6 * one) for one in values]
    own = np.random.default_rng([seed, replicate, *number]).standard_normal()
    return COMMON * alike + OWN * own


def front_of(f1):
    """The other aim on the true front: ZDT1 (Zitzler, Deb & Thiele 2000)."""
    return 1.0 - np.sqrt(f1)


def zdt(values):
    """Both aims of ZDT1, less is better, without chance."""
    x = [values[name] for name in ITEMS]
    g = 1.0 + 9.0 * np.mean(x[1:])
    return np.array([x[0], g * (1.0 - np.sqrt(x[0] / g))])


def two_aims(values, seed, replicate):
    return list(zdt(values) + chance(list(values.values()), seed, replicate))


def worth(values):
    """What levers give in all, and what they cost; the second and third need each other."""
    a, b, c, d = (values[name] for name in ITEMS)
    return 0.4 * a + 1.2 * b * c + 0.1 * d - 0.3 * a * d, a + b + c + d


def one_aim(values, seed, replicate):
    gain, spent = worth(values)
    return [gain + chance(list(values.values()), seed, replicate), spent]


def flat(values, seed, replicate):
    """Nothing has any effect; every package has chance of its own."""
    return [chance(list(values.values()), seed, replicate), 0.0]


def question(aims, measures, limits=(), size=None, **more):
    few = {
        "packages": 20,
        "generations": 12,
        "replicates": 8,
        "compared": 8,
        "again": 24,
        "fresh": 40,
    }
    tree = {
        "aims": aims,
        "measures": measures,
        "limits": limits,
        "lever": {name: {"low": 0.0, "high": 1.0, "step": 0.1} for name in ITEMS},
        "size": {**few, **(size or {})},
        **more,
    }
    return Question.from_tree(tree, "made_up", "made_up")
