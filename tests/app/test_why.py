"""Watch shows the model's own reasons: terms add up to what the rule weighs."""

import numpy as np
import pytest

from sim import simulate
from sim.app import worlds
from sim.app.reasons import compared
from sim.app.state import State
from sim.app.texts.watch import TEXTS
from sim.app.watched import Department, places
from sim.app.why import TERMS, Why
from sim.app.words import Words
from sim.kinds import CONDUCTS


@pytest.fixture(scope="module")
def bureau():
    department = Department(State("bureau").moved_to("bureau"))
    department.run_to(7)
    return department


def record(values):
    return np.array([values], values.dtype).view(np.recarray)[0]


def test_what_is_shown_gives_the_chances_that_the_model_drew_with(bureau):
    """Logit of the sums of terms: each chance is its weight over the sum of all."""
    world = bureau.government.world
    available = np.array([bool(one) for one in world.conducts["available"]])
    for post in range(len(bureau.places)):
        found = bureau.why(post)
        assert found.sums == pytest.approx(np.sum([*found.terms.values()], axis=0))
        precision = float(world.settings[0]["precision"])
        weights = np.exp(precision * np.array(found.sums)) * available
        assert found.chances == pytest.approx(weights / weights.sum(), rel=1e-9)


def test_habit_speaks_for_what_was_done_last_month(bureau):
    world = bureau.government.world
    for post in range(len(bureau.places)):
        moment = bureau.government.officer_at(post).moment
        expected = np.zeros(len(CONDUCTS))
        expected[moment.officer.previous_conduct] = (
            world.settings[0]["habit"] * moment.officer.inertia
        )
        assert bureau.why(post).terms["habit"] == pytest.approx(expected)


@pytest.mark.slow
def test_officers_choose_as_their_chances_say():
    """Over many months each conduct is chosen about as often as the chances shown add up to."""
    department = Department(State("bureau").moved_to("bureau"))
    expected, chosen = np.zeros(len(CONDUCTS)), np.zeros(len(CONDUCTS))
    for month in range(1, 25):
        department.run_to(month)
        for post, done in enumerate(department.conducts()):
            expected += department.why(post).chances
            chosen[CONDUCTS.index(done)] += 1
    assert chosen == pytest.approx(expected, abs=4 * np.sqrt(expected.sum()) / 2)


@pytest.mark.slow
def test_the_mesa_model_shown_is_the_compiled_run():

    department = Department(State("bureau").moved_to("bureau"))
    department.run_to(department.months)
    run = simulate(worlds.watched()["bureau"], 1)
    execution, credibility = department.course()
    assert execution == pytest.approx(run.series["execution_rate"].to_numpy(), abs=1e-4)
    assert credibility == pytest.approx(run.series["credibility"].to_numpy(), abs=1e-4)


def test_reforms_of_offered_scenarios_can_be_told_by_a_link():
    """A link tells of a reform its lever, strength and months; a trigger would be lost."""
    reforms = [one for name in worlds.offered() for one in worlds.own(name)]
    assert reforms
    assert not any(one.triggered for one in reforms)


def test_posts_stand_under_their_superior_and_beside_each_other():
    found = places([-1, 0, 0, 1, 1, 2], [0, 1, 1, 2, 2, 2])
    assert [one.y for one in found] == sorted(one.y for one in found)
    assert len({(one.x, one.y) for one in found}) == len(found)
    assert found[1].x == 0.5 * (found[3].x + found[4].x)


def test_every_term_is_named():
    assert {("cost_term" if term == "cost" else term) for term in TERMS} <= set(TEXTS["en"])
    for side in ("for", "against"):
        assert {f"{side}_{term}" for term in TERMS} <= set(TEXTS["en"])


def test_the_next_best_choice_is_the_best_of_the_others(bureau):
    """Terms compared with it add up to the difference of the sums."""
    for post in range(len(bureau.places)):
        found = bureau.why(post)
        for chosen in range(len(CONDUCTS)):
            other = found.next_best(chosen)
            rest = [found.sums[k] for k in range(len(CONDUCTS)) if k != chosen]
            assert found.sums[other] == max(rest)
            change = found.against(chosen, other)
            assert sum(change.values()) == pytest.approx(found.sums[chosen] - found.sums[other])


@pytest.mark.slow
def test_saved_effort_speaks_for_hidden_inaction():
    """Whenever an officer does nothing in secret, effort is among the reasons for it."""
    department = Department(State("bureau").moved_to("bureau"))
    idle, seen = CONDUCTS.index("idle"), 0
    for month in range(1, 61):
        department.run_to(month)
        for post, done in enumerate(department.conducts()):
            if done == "idle":
                found = department.why(post)
                assert found.against(idle, found.next_best(idle))["cost"] > 0.0
                seen += 1
    assert seen


@pytest.mark.parametrize(("lang", "saved"), [("en", "effort saved"), ("zh", "省力")])
def test_a_choice_is_told_against_the_next_best_in_a_sentence_and_three_bars(lang, saved):
    words, zero = Words(lang, TEXTS), tuple(0.0 for _ in CONDUCTS)
    idle = CONDUCTS.index("idle")
    faithful = CONDUCTS.index("faithful")

    def values(of_idle, of_faithful):
        found = list(-9.0 for _ in CONDUCTS)
        found[idle], found[faithful] = of_idle, of_faithful
        return tuple(found)

    terms = {name: zero for name in TERMS}
    # Effort is a cost of either, so in itself it speaks against both.
    terms |= {"cost": values(-0.2, -1.5), "duty": values(0.0, 0.8), "habit": values(0.3, 0.1)}
    terms["blame"] = values(-0.05, -0.1)
    sums = tuple(sum(one[k] for one in terms.values()) for k in range(len(CONDUCTS)))
    chances = tuple(np.exp(sums) / np.exp(sums).sum())
    told = compared(words, "Officer 22", Why(terms, sums, chances), "idle")
    assert told.count("<li") == 3
    first = told.index(saved)
    assert first < told.index("<ul")
    assert words("most_for", reason=words("for_cost")) in told
    assert words("most_against", reason=words("against_duty")) in told
    assert '<li class="for"><span>' + saved in told
    assert words("by_chance") not in told
    # Taken although the other was better: that one is not called the next best.
    against = compared(words, "Officer 22", Why(terms, sums, chances), "faithful")
    share = words.percent(chances[idle])
    assert (
        words(
            "chose_less",
            conduct=words("faithful"),
            other=words("idle"),
            chance=words.percent(chances[faithful]),
            other_chance=share,
        )
        in against
    )
    assert words("by_chance") in against
    assert "next-best" not in against
    assert "次优" not in against
