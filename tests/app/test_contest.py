"""The budget contest: its cap binds, equal packages have equal scores, the queue is bounded."""

import asyncio

import numpy as np
import pytest

from sim.app import contest as module
from sim.app import worlds
from sim.app.answers import COST, ENDS, PATHS, Answer
from sim.app.contest import (
    FIRST_WORLD,
    OVER,
    ROUND_ONE,
    ROUND_TWO,
    Contest,
    Score,
    Scores,
    exceeded,
    points,
    scored,
    surprises,
)
from sim.app.experiments import _FOCUS, BUDGET_COST, BUDGET_TIME, _all_levers
from sim.app.refusals import Refusal
from sim.app.state import read_pulls

pytestmark = pytest.mark.slow


def package(text):
    return read_pulls(text, worlds.scenario(FIRST_WORLD))


@pytest.fixture
def fresh(monkeypatch):
    monkeypatch.setattr(module, "scores", Scores())


def answer(execution, credibility=0.5, inflation=0.2, burden=0.1, cost=1.0, runs=20):
    ends = np.zeros((runs, len(ENDS)))
    paths = np.zeros((runs, len(PATHS), 12), np.float32)
    for name, value in (
        ("execution_rate", execution),
        ("credibility", credibility),
        ("inflation", inflation),
        ("burden", burden),
    ):
        ends[:, ENDS.index(name)] = value
    paths[:, PATHS.index(COST)] = cost
    return Answer(paths, ends)


def test_the_score_is_the_mean_of_its_parts_in_the_worst_tenth_of_draws():
    even = answer(0.4, 0.5, 0.3)
    assert points(even) == pytest.approx([100 * (0.4 + 0.5 + 0.7) / 3] * 20)
    execution = np.linspace(0.2, 0.8, 20)
    uneven = scored("district", (), answer(execution), answer(0.4))
    worst = (execution[:2].mean() + 0.5 + 0.8) / 3
    assert uneven.points == pytest.approx(100 * worst, abs=0.05)
    assert uneven.execution == pytest.approx(0.5)


def test_reporting_too_much_costs_points():
    assert (points(answer(0.4, inflation=0.5)) < points(answer(0.4, inflation=0.1))).all()


def test_a_package_over_a_cap_is_told_by_how_much_and_never_by_nothing():
    reference = answer(0.4)
    over = scored(
        "district",
        (),
        answer(0.5, burden=0.1 + BUDGET_TIME + 0.013, cost=1.0 + BUDGET_COST + 1e-4),
        reference,
    )
    assert not over.within
    assert exceeded(over) == (pytest.approx(1.3), pytest.approx(0.01))
    within = scored("district", (), answer(0.5, cost=1.0 + BUDGET_COST / 2), reference)
    assert within.within
    assert exceeded(within) == (0.0, 0.0)


def test_the_cap_binds(fresh, finished):
    """All levers in full, and the lesson's best package with a little more, are over it."""

    async def score(text):
        return await module.scores.of(FIRST_WORLD, package(text))

    async def found():
        return [
            await score(one)
            for one in (_FOCUS, _FOCUS.replace(":50", ":100"), _all_levers(100), "appraisal:100")
        ]

    focus, more, all_levers, appraisal = finished(found())
    assert focus.within
    assert not more.within
    assert not all_levers.within
    assert not appraisal.within
    assert more.points > focus.points


def test_equal_packages_share_score_and_rank_and_are_computed_once(fresh, monkeypatch, finished):
    runs = []
    real = module._runs

    async def counted(scenario, pulls):
        runs.append((scenario, pulls))
        return await real(scenario, pulls)

    monkeypatch.setattr(module, "_runs", counted)

    async def play():
        contest = Contest()
        await contest.advance(0)
        best, less = package(_FOCUS), package("culture:100,leadership:100")
        await asyncio.gather(*(contest.submit(group, best) for group in (5, 2)))
        await contest.submit(1, less)
        await contest.submit(3, package("appraisal:100"))
        return contest

    contest = finished(play())
    rows = contest.table()
    assert [(row.rank, row.group) for row in rows] == [(1, 2), (1, 5), (3, 1), (4, 3)]
    assert rows[0].points == rows[1].points
    assert len(runs) == len(set(runs)) == 4
    # Over the budget: counts as the status quo, and says so.
    assert rows[-1].own == (False,)
    assert rows[-1].points == contest.status_quo[ROUND_ONE].points
    assert contest.trials[ROUND_ONE, 3].score.within is False


def test_a_later_package_over_budget_does_not_replace_one_within(fresh, finished):
    async def play():
        contest = Contest()
        await contest.advance(0)
        await contest.submit(1, package("culture:50"))
        kept = contest.counted[ROUND_ONE, 1]
        await contest.submit(1, package(_all_levers(100)))
        assert contest.counted[ROUND_ONE, 1] is kept

    finished(play())


def test_round_two_is_another_scenario_in_which_packages_of_round_one_are_tried(fresh, finished):
    async def play():
        contest = Contest()
        await contest.advance(0)
        await contest.submit(4, package("culture:100"))
        await contest.advance(ROUND_ONE)
        return contest

    contest = finished(play())
    assert contest.stage == ROUND_TWO
    assert contest.world in surprises()
    trial = contest.trials[ROUND_TWO, 4]
    assert trial.carried
    assert trial.pulls == package("culture:100")
    assert trial.score.scenario == contest.world
    row = contest.table()[0]
    assert row.points == pytest.approx(sum(one.points for one in row.by_round) / 2, abs=0.05)


def test_surprises_have_the_same_levers_and_are_not_the_first():
    found = surprises()
    assert len(found) >= 3
    assert FIRST_WORLD not in found
    for name in found:
        assert [*worlds.scenario(name).levers] == [*worlds.scenario(FIRST_WORLD).levers]


def test_pressing_twice_does_not_skip_a_round(fresh, finished):
    async def play():
        contest = Contest()
        await asyncio.gather(contest.advance(0), contest.advance(0))
        assert contest.stage == ROUND_ONE
        for stage in (ROUND_ONE, ROUND_TWO, OVER):
            await contest.advance(stage)
        assert contest.stage == OVER
        with pytest.raises(Refusal, match="no round"):
            contest.prepare(1, ())

    finished(play())


def test_the_queue_of_scores_is_bounded_and_a_group_waits_for_its_own(monkeypatch, finished):
    going = asyncio.Event()

    async def slow(scenario, pulls):
        await going.wait()
        return answer(0.4)

    monkeypatch.setattr(module, "_runs", slow)

    async def play():
        scores = Scores(most=3)
        texts = [f"culture:{percent}" for percent in (1, 2, 3)]
        waiting = [asyncio.create_task(scores.of(FIRST_WORLD, package(one))) for one in texts]
        await asyncio.sleep(0)
        with pytest.raises(Refusal, match="too many packages"):
            await scores.of(FIRST_WORLD, package("culture:4"))
        # The same package as another's waits with it.
        same = asyncio.create_task(scores.of(FIRST_WORLD, package("culture:3")))
        await asyncio.sleep(0)
        going.set()
        found = await asyncio.gather(*waiting, same)
        assert found[-1] is found[-2]
        assert all(isinstance(one, Score) for one in found)

    finished(play())

    async def hurry():
        contest = Contest(stage=ROUND_ONE)
        contest.prepare(1, package("culture:1"))
        with pytest.raises(Refusal, match="still being computed"):
            contest.prepare(1, package("culture:2"))

    finished(hurry())


def test_scores_that_are_kept_are_few(monkeypatch, finished):
    async def quick(scenario, pulls):
        return answer(0.4)

    monkeypatch.setattr(module, "_runs", quick)

    async def play():
        scores = Scores(kept=5)
        for percent in range(1, 20):
            await scores.of(FIRST_WORLD, package(f"culture:{percent}"))
        assert len(scores._known) == 5
        assert scores._coming == {}

    finished(play())
