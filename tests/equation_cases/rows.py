"""Rows with random values, and the cases of blocks of equations that are made from them."""

from functools import cache
from types import SimpleNamespace

import numpy as np

from docs.build import _declared
from sim import Scenario, mechanisms
from sim.declare import leaves, quantity
from sim.world import state
from sim.world.plan import Plan
from sim.world.sections import Mechanisms

DRAWS = 100


# Blocks with an alteration that shows in few cases only.
MORE_DRAWS = {("7.23", 1): 200}


# Rows with random values.


def _ranges():
    found = {}
    kinds = ("officer", "department", "citizen", "outlook", "conduct", "channel", "appraiser")
    for kind in (*kinds, "rank", "visit", "mechanisms", "lever"):
        for section in mechanisms.rows(kind):
            for name, field in section.model_fields.items():
                found[kind, name] = quantity(name, field)
    for kind in (Mechanisms, state.LeverEffects):
        found |= {("mechanisms", name): quantity(name, field) for name, field in leaves(kind)}
    for name, (_, field, around) in _declared().items():
        found["settings", name] = quantity(name, field, around)
    found |= {("conduct", "available"): None, ("mechanisms", "coverage"): None}
    return found


RANGES = _ranges()


@cache
def _drawn_from(kind):
    """Name, width, lowest and highest of each field of a row; whole numbers have whole bounds."""
    found = []
    for field in kind.fields.values():
        declared = RANGES.get((kind.name, field.name))
        low = -1.0 if declared and declared.low is None else (declared.low if declared else 0.0)
        high = low + 3.0 if declared is None or declared.high is None else declared.high
        high = 1.0 if declared is None else min(high, low + 12.0)
        bounds = (int(low), int(high) + 1) if field.whole else (low, high)
        found.append((field.name, field.width, field.whole, *bounds))
    return found


def drawn(kind, rng, **values):
    """A row alone in its table, every field drawn from its declared range unless given."""
    row = kind.zeros(1)[0]
    for name, width, whole, low, high in _drawn_from(kind):
        found = rng.integers(low, high) if whole else rng.uniform(low, high, width or None)
        if width:
            getattr(row, name)[:] = found
        else:
            setattr(row, name, found)
    for name, one in values.items():
        if np.ndim(one):
            getattr(row, name)[:] = one
        else:
            setattr(row, name, one)
    return row


def plain(row):
    """What a row holds now, under the same names."""
    return SimpleNamespace(**{name: row[name] for name in row.kind.names})


def table(kind, rows):
    """A table of the same rows."""
    found = kind.zeros(len(rows))
    for place, row in enumerate(rows):
        for name in kind.names:
            found[name][place] = row[name]
    return found


class Case:
    """Rows as the equations meet them, and what the rules make of them."""

    def __init__(self, rng):
        # Drawn apart, so that a new setting leaves what cases draw as it was.
        settings, self.rng = rng.spawn(2)
        self.mechanisms = drawn(state.MECHANISMS, settings)
        self.fixed = drawn(state.SETTINGS, settings)
        self.names = {}
        self.expected = {}
        self.u = {}

    def row(self, kind, called=None, **values):
        """Draw a row and remember it, as it is now, by its name in the equations."""
        row = drawn(kind, self.rng, **values)
        self.names[called or kind.name] = plain(row)
        return row

    def draws(self, *names):
        """A uniform draw for each of some equations."""
        self.u |= {name: self.rng.uniform() for name in names}
        return [self.u[name] for name in names]

    def below(self, name, threshold):
        """A draw as often below a threshold as above, and seldom far from it."""
        self.u[name] = float(np.clip(threshold * self.rng.uniform(0.5, 1.5), 0.0, 1.0))
        return self.u[name]

    @property
    def settings(self):
        """Settings by their own name."""
        found = {name: self.fixed[name] for name in self.fixed.kind.names}
        for name in self.mechanisms.kind.names:
            found.setdefault(name, self.mechanisms[name])
        return found


CASES = {}


def of(section, block=1):
    """Say of which block a function gives cases."""

    def remember(function):
        assert (section, block) not in CASES
        CASES[section, block] = function
        return function

    return remember


@cache
def cases(key):
    """Cases of a block; the same in every test."""
    rng = np.random.default_rng([int(key[0].removeprefix("7.")), key[1]])
    found = []
    for _ in range(MORE_DRAWS.get(key, DRAWS)):
        case = Case(rng)
        CASES[key](case)
        found.append(case)
    return found


@cache
def district():
    """The district as shipped."""
    return Scenario.load("district")


@cache
def plan_of(ranks=(1, 2, 4)):
    """One small department on its own."""
    changes = {"organisation.departments": 1, "organisation.ranks": list(ranks)}
    return Plan(district().replace(changes | {"public.citizens": 9, "clock.months": 12}))


def world_of(case, **values):
    """A world that has begun, and a department with random settings of its own."""
    world = plan_of().begin(1, int(case.rng.integers(1_000_000)), 1)
    for name in world.settings.kind.names:
        world.settings[0][name] = case.fixed[name]
    here = world.mechanisms[0, 0]
    for name in here.kind.names:
        if here.kind.fields[name].width:
            getattr(here, name)[:] = case.mechanisms[name]
        else:
            here[name] = case.mechanisms[name]
    return world


def ages(case):
    case.fixed.youngest = int(case.rng.integers(18, 30))
    case.fixed.retirement_age = int(case.rng.integers(31, 60))
    case.fixed.longest_in_post = int(case.rng.integers(1, 300))
    for name in ("entry_age", "age_mean"):
        case.fixed[name] = case.rng.uniform(18.0, 60.0)


AGENDA = (
    "age",
    "hard",
    "difficulty",
    "interest",
    "specificity",
    "harm",
    "attention",
    "emphasis",
    "stake",
    "reach",
    "contested",
)


def directives_of(department, settings):
    """Each directive of a department, as an equation meets it."""
    return [
        SimpleNamespace(
            **{f"agenda_{name}": float(department[f"agenda_{name}"][j]) for name in AGENDA}
        )
        for j in range(settings.at_once)
    ]
