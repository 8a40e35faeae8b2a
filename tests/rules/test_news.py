"""News of cases: whom it reaches, and how long it is heard."""

import pytest

from sim.machine.loop import run_months
from sim.world.plan import Plan
from tests.rules.test_public import open_channels


def news_by_month(district, **changes):
    """What citizens hear, mean over all, month by month; cases are published in one month only."""
    begun = Plan(district.replace(open_channels(**changes))).begin(1)
    heard = []
    for month in range(8):
        department = begun.departments[0]
        department.published = 5 if month == 0 else 0
        run_months(begun, month, month + 1)
        heard.append(float(begun.citizens["news"].mean()))
    return heard


def test_news_that_reaches_few_is_passed_on_by_neighbours_and_felt_longer(district):
    """A case is heard in all by 1 / (1 − w) times those it reaches at once (Kasperson et al. 1988).

    Without word of mouth it is heard in one month only, by the share it reaches.
    """
    silent = {f"mechanisms.supervision.{name}": 0.0 for name in ("publicity", "openness")}
    once = news_by_month(district, **silent)
    level = once[0]
    assert level > 0
    assert once[1:] == [0.0] * 7
    few = news_by_month(district, **silent, **{"public.news_reach": 0.25})
    assert few[0] == pytest.approx(0.25 * level, rel=0.2)
    told = news_by_month(
        district, **silent, **{"public.news_reach": 0.25, "public.word_of_mouth": 0.5}
    )
    assert told[0] == few[0]
    assert told[1:4] == pytest.approx([few[0] * 0.5**k for k in (1, 2, 3)])
    assert sum(told) == pytest.approx(few[0] / (1 - 0.5), rel=0.02)


def test_only_those_whom_a_publication_reaches_credit_the_centre_with_the_sanction(district):
    """Neighbours tell the case, and not who mended it: trust in the centre rises with the few."""
    silent = {f"mechanisms.supervision.{name}": 0.0 for name in ("publicity", "openness")}
    told = {"public.word_of_mouth": 0.5, "public.attribution": 0.0, "public.centre_credit": 0.05}
    risen = {}
    for reach in (0.25, 1.0):
        changes = open_channels(**silent, **told, **{"public.news_reach": reach})
        world = Plan(district.replace(changes)).begin(1)
        world.citizens["trust_in_centre"][:] = before = 0.5
        world.departments["published"][:] = 5
        world.departments["published_sanctions"][:] = 5
        run_months(world, 0, 1)
        risen[reach] = world.citizens["trust_in_centre"] > before
    assert risen[1.0].all()
    assert risen[0.25].mean() == pytest.approx(0.25, abs=0.05)
