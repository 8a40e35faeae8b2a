"""``zhixing spiral --posterior``: the vicious circle over draws of a posterior."""

import numpy as np
import pytest

from sim.cli import spiral_doubt as report
from sim.cli.texts.spiral import SPIRAL
from sim.cli.texts.tables import TABLES
from sim.drawing.language import joined
from sim.study import execute, feedback
from sim.study.doubt import BEHAVIOUR, LEVERS
from sim.study.spiral_doubt import A_DRAW, SpiralOverDraws, doubts_of, measure_over_draws
from sim.world.posterior import Posterior
from sim.world.scenario import Scenario
from tests.conftest import TOWN
from tests.plain import NO_FEEDBACK
from tests.test_own_posterior import fit

SMALLER = {"organisation.departments": 6, "clock.months": 180}
SEED, REPLICATES = 1, 2
CUT, MONTH = 0.2, 24


def drawn(scenario, rows, of_levers=()):
    """Draws of a few settings of a scenario, given as one mapping for each draw."""
    keys = tuple(rows[0])
    tree = scenario.model_dump()

    def at(key):
        branch = tree
        for part in key.split("."):
            branch = branch[part]
        return branch

    values = np.array([[row[key] for key in keys] for row in rows], float)
    known = tuple((at(key),) for key in keys)
    return Posterior(keys, values, frozenset(of_levers), scenario.name, "own", known)


@pytest.fixture(scope="module")
def circle():
    return Scenario.load("vicious_circle").replace(SMALLER)


@pytest.mark.long
def test_a_draw_without_feedback_has_no_circle_and_one_as_shipped_has(circle):
    """The share of draws with a circle is counted by the rule that decides for one scenario."""
    own = {key: getattr(circle.behaviour, key.split(".")[1]) for key in NO_FEEDBACK}
    rows = [own, NO_FEEDBACK]
    found = measure_over_draws(
        circle, drawn(circle, rows), SEED, CUT, MONTH, 1, replicates=REPLICATES
    )
    alone = feedback.measure(circle, REPLICATES, SEED, CUT, MONTH, 1, levers=())
    assert found.circle[0] == (alone.tipping is not None)
    assert found.from_low[0] == pytest.approx(alone.from_low[:, 0].mean(), abs=1e-12)
    assert found.from_high[0] == pytest.approx(alone.from_high[:, 0].mean(), abs=1e-12)
    assert np.allclose(found.gains[0], alone.gains.mean(axis=0))
    assert np.allclose(found.response[0], alone.response.credibility.mean(axis=0))
    assert np.isnan(found.tips[~found.circle]).all()
    assert abs(found.tips[0] - alone.tipping.value.value) < 0.05
    assert not found.circle[1]
    assert (found.circles, found.draws) == (1, 2)


def test_doubt_about_levers_that_are_not_pulled_does_not_matter_to_the_spiral(circle):
    strength = "levers.culture.full.culture.culture"
    start = "mechanisms.culture.culture"
    rows = [{"behaviour.duty": 1.0, strength: 0.5, start: 0.2}]
    own = drawn(circle, rows, [strength, start])
    assert list(doubts_of(circle, own)) == [BEHAVIOUR, LEVERS]
    rows = [{"behaviour.duty": 1.0, strength: 0.5}]
    unpulled = drawn(circle, rows, [strength])
    assert list(doubts_of(circle, unpulled)) == [BEHAVIOUR]
    pulled = circle.replace(levers={"culture": 1.0})
    assert list(doubts_of(pulled, unpulled)) == [BEHAVIOUR, LEVERS]


def spirals(*tips):
    """Made-up results: a draw for each of ``tips``, with a circle unless it is None."""
    held = np.array([np.nan if tip is None else tip for tip in tips])
    some = np.full(len(tips), 0.5)
    paths = np.full((len(tips), 61), 0.25)
    return SpiralOverDraws(some, some, ~np.isnan(held), held, paths[:, 1:], paths)


@pytest.mark.parametrize(
    ("tips", "en", "zh"),
    [
        ((None, None), "none of 2 draws has", "没有一个"),
        ((0.3, None), "one of 2 draws has a vicious circle; it begins below", "有一个存在"),
        ((0.2, 0.4, None, None), "2 of 4 draws (50", "有2个"),
    ],
)
def test_the_sentence_counts_draws_in_either_language(tips, en, zh):
    told = report.result({BEHAVIOUR: spirals(*tips)})[BEHAVIOUR]
    assert en in told["en"].replace("\u00a0", " ")
    assert zh in told["zh"]
    assert told["share_with_circle"] == sum(tip is not None for tip in tips) / len(tips)


def test_where_the_circle_begins_is_told_of_draws_that_have_one():
    begins = spirals(0.2, 0.4, None).begins
    assert begins.value == pytest.approx(0.3)
    assert 0.2 <= begins.low < begins.high <= 0.4
    say = joined("en", TABLES, SPIRAL)
    assert "0.30" in report.sentence(LEVERS, spirals(0.2, 0.4, None), say)


@pytest.fixture
def words(town, tmp_path):
    given = ("--replicates", 2, "--months", 36, "--workers", 1, "--no-levers", "--along", "")
    return ("spiral", town, *given, "--out", tmp_path / "out")


@pytest.mark.long
def test_draws_of_ones_own_are_added_to_the_spiral_and_kept(words, town, zhixing, monkeypatch):
    draws = fit(town, "fit")
    alone = zhixing(*words, "--json")
    assert alone.code == 0, alone.err
    told = zhixing(*words, "--posterior", draws, "--json")
    assert told.code == 0, told.err
    doubt = told.json["doubt"]
    assert list(doubt) == [BEHAVIOUR]
    assert (doubt[BEHAVIOUR]["draws"], doubt[BEHAVIOUR]["replicates"]) == (6, A_DRAW)
    assert set(doubt[BEHAVIOUR]["gain"]) == {"12", "24", "36", "60"}
    assert told.json["posterior"]["scenario"] == "town"
    # What is told of chance alone stays what it is without draws.
    same = set(alone.json) - {"hash", "command"}
    assert {key: told.json[key] for key in same} == {key: alone.json[key] for key in same}
    assert not {"doubt", "posterior"} & set(alone.json)
    with monkeypatch.context() as patch:
        patch.setattr(execute, "run_task", None)
        again = zhixing(*words, "--posterior", draws, "--lang", "zh")
    assert again.code == 0, again.err
    assert doubt[BEHAVIOUR]["zh"][:10] in again.out


@pytest.mark.long
def test_a_spiral_over_draws_that_was_stopped_goes_on(words, town, zhixing, monkeypatch, tmp_path):
    draws = fit(town, "fit")
    real, done = execute.run_task, []

    def counted(task, *given):
        drawn_ = any("behaviour.duty" in point.settings for point in task.points.values())
        done.append(drawn_)
        return real(task, *given)

    def stops(task, *given):
        if sum(done) == 3:
            raise KeyboardInterrupt
        return counted(task, *given)

    given = (*words, "--posterior", draws, "--json", "--out")
    with monkeypatch.context() as patch:
        patch.setattr(execute, "run_task", stops)
        assert zhixing(*given, tmp_path / "out").code == 130
        patch.setattr(execute, "run_task", counted)
        resumed = zhixing(*given, tmp_path / "out")
        both = len(done)
        done.clear()
        whole = zhixing(*given, tmp_path / "other")
    assert whole.code == 0, whole.err
    assert both == len(done)
    assert resumed.json == whole.json


def test_draws_of_another_scenario_are_refused_before_anything_runs(
    words, town, write, zhixing, tmp_path
):
    draws = fit(town, "fit")
    other = write("city.toml", TOWN.replace("departments = 1", "departments = 2"))
    told = zhixing("spiral", other, *words[2:], "--posterior", draws)
    assert (told.code, told.err.count("\n")) == (2, 1)
    assert "fitted to “town”" in told.err
    assert not (tmp_path / "out").exists()
