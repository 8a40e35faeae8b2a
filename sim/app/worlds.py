"""The scenarios that the page offers: shipped scenarios that run within a short wait, and to each
visitor the own organisation.

They are offered without any reform, which is what the page calls the status quo. A reform that
belongs to a scenario is shown as levers that are set from the start.
"""

from functools import cache

from sim import shipped
from sim.app.own_tables import is_own, own_tables
from sim.app.refusals import Unknown
from sim.app.table_reading import MOST_POSTS
from sim.world.levers import Reform
from sim.world.plan import Plan
from sim.world.scenario import Scenario


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
    return () if is_own(name) else _shipped()[name].reform


def titles(name: str, chinese: bool) -> tuple[str, ...]:
    """Titles of the posts of a scenario, in their order; empty if they have none.

    Where there are several departments, a visitor's table gives the department of each as well.
    """
    if not is_own(name):
        return _titles(name, chinese)
    table = own_tables.get(name).table
    found = table.titles_zh if chinese else table.titles
    names = table.layout.department_names
    if len(names) == 1:
        return found
    form = "{}（{}）" if chinese else "{} ({})"
    places = zip(found, table.layout.post_department, strict=True)
    return tuple(form.format(title, names[department]) for title, department in places)


@cache
def _titles(name: str, chinese: bool) -> tuple[str, ...]:
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


def watchable(name: str) -> Scenario | None:
    """What Watch shows of a scenario; None if it does not show it. Raises BadInput."""
    if is_own(name):
        own = own_tables.get(name)
        return own.scenario if own.watched else None
    return watched().get(name)


def scenario(name: str) -> Scenario:
    """An offered scenario or a visitor's table by name; paths are not accepted. Raises BadInput."""
    if is_own(name):
        return own_tables.get(name).scenario
    if name not in offered():
        raise Unknown("scenario_unknown", name, offered())
    return offered()[name]


def plan(name: str) -> Plan:
    """The plan of a scenario without any reform, made once and shared. Raises BadInput."""
    return own_tables.get(name).plan if is_own(name) else _plan(name)


@cache
def _plan(name: str) -> Plan:
    return Plan(scenario(name)).whole()
