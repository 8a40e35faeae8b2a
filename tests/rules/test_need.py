"""Need and voice: who needs the service most, and whom complaints speak for."""

import pytest

from sim import simulate
from sim.world.plan import Plan

DIFFERENT = {
    "public.need_spread": 1.0,
    "public.need_silences": 1.0,
    "public.voice": 0.5,
    "public.citizens": 20_000,
    "organisation.departments": 1,
}


def test_those_who_need_the_service_most_learn_most_and_complain_least(district):
    """With need even between 0 and 2 and voice 1 − need / 2, a third of need has a voice.

    The mean of need·(1 − need/2) is ∫(x − x²/2)/2 dx over 0…2 = 1/3, against 1/2 where voice does
    not depend on need (Herd & Moynihan 2018 on who bears the burdens of administration).
    """
    unlike = Plan(district.replace(DIFFERENT)).begin(1).citizens
    alike = Plan(district.replace(DIFFERENT | {"public.need_silences": 0.0})).begin(1).citizens
    heard = [float((one["need"] * one["voice"]).mean()) for one in (unlike, alike)]
    assert heard == pytest.approx([1 / 3, 1 / 2], abs=0.03)
    assert [float(one["voice"].mean()) for one in (unlike, alike)] == pytest.approx(
        [0.5, 0.5], abs=0.03
    )
    assert float(alike["need"].mean()) == pytest.approx(1.0, abs=0.03)


def test_complaints_speak_for_less_of_the_shortfall_where_the_needy_are_voiceless(district):
    """Of the shortfall by need, 2/3 is unheard against 1/2: complaints are a biased picture."""
    world = district.replace(DIFFERENT | {"public.exit_below": 0.0, "clock.months": 24})
    unheard = simulate(world, 1).summary["unheard"]
    assert unheard == pytest.approx(2 / 3, abs=0.03)
    alike = simulate(world.replace({"public.need_silences": 0.0}), 1).summary["unheard"]
    assert alike == pytest.approx(1 / 2, abs=0.03)
