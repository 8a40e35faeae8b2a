"""How many citizens fall to each post of the front line."""

from sim.world.plan import Plan
from sim.world.scenario import Scenario


def front_line(scenario: Scenario) -> float:
    """Posts of the front line of a department that serves the public, on average."""
    plan = Plan(scenario)
    posts: float = plan.fronts.size / int(plan.serves.sum())
    return posts


def citizens_for_a_post(scenario: Scenario) -> float:
    """Citizens of a department for each post of its front line, on average."""
    each: float = scenario.public.citizens / front_line(scenario)
    return each


def citizens_as_in(other: Scenario, scenario: Scenario) -> int:
    """Citizens of each department with which a post of ``scenario`` serves as many as in ``other``.

    The number holds for all departments that serve the public, so it goes by their mean.
    """
    return max(1, round(citizens_for_a_post(other) * front_line(scenario)))
