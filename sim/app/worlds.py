"""The scenarios that the page offers: shipped scenarios that run within a short wait.

They are offered without any reform, which is what the page calls the status quo. A reform that
belongs to a scenario is shown as levers that are set from the start.
"""

from functools import cache

from sim import shipped
from sim.app.refusals import Unknown
from sim.world.levers import Reform
from sim.world.plan import Plan
from sim.world.scenario import Scenario

# A change runs several replicates, and forty students share two processors.
MOST_POSTS = 500


@cache
def _shipped() -> dict[str, Scenario]:
    """Scenarios with their own reforms, by name, the district first."""
    worlds = {}
    for name in sorted(shipped.scenarios(), key=lambda name: (name != "district", name)):
        scenario = Scenario.load(name)
        if scenario.total_posts <= MOST_POSTS:
            worlds[name] = scenario
    return worlds


@cache
def offered() -> dict[str, Scenario]:
    """Scenarios by name without any reform, the district first."""
    return {name: one.model_copy(update={"reform": ()}) for name, one in _shipped().items()}


def own(name: str) -> tuple[Reform, ...]:
    """The reform that belongs to an offered scenario; empty for most."""
    return _shipped()[name].reform


@cache
def titles(name: str, chinese: bool) -> tuple[str, ...]:
    """Titles of the posts of an offered scenario, in their order; empty if they have none."""
    table = offered()[name].establishment
    if table is None:
        return ()
    return table.titles_zh if chinese else table.titles


@cache
def watched() -> dict[str, Scenario]:
    """Scenarios that Watch offers, reduced to one department; small ones first."""
    found = {}
    for name, scenario in offered().items():
        if any(reform.departments for reform in own(name)) or scenario.variant:
            continue
        one = scenario
        if scenario.organisation.posts is None:
            one = scenario.replace({"organisation.departments": 1})
        found[name] = one
    return dict(sorted(found.items(), key=lambda item: item[1].total_posts))


def scenario(name: str) -> Scenario:
    """An offered scenario by name; paths are not accepted. Raises BadInput."""
    if name not in offered():
        raise Unknown("scenario_unknown", name, offered())
    return offered()[name]


@cache
def plan(name: str) -> Plan:
    """The plan of an offered scenario without any reform, made once and shared."""
    return Plan(scenario(name)).whole()
