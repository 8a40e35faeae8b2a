"""Every lesson's experiment comes out as its debrief says, in both languages."""

from dataclasses import replace

import pytest

from sim.app import worlds
from sim.app.answers import answers
from sim.app.experiments import LESSONS, run
from sim.app.state import State
from sim.app.texts.lessons import TEXTS
from sim.app.words import LANGUAGES, Words


@pytest.fixture(scope="module", params=LESSONS)
def lesson(request):
    return LESSONS[request.param]


@pytest.fixture(scope="module")
def found(lesson, finished):
    return finished(run(lesson))


def test_the_runs_answer_as_the_debrief_expects(lesson, found):
    assert lesson.judge(found) == lesson.expected


def test_so_they_do_on_other_draws(lesson, finished):
    assert lesson.judge(finished(run(lesson, seed=2, runs=6))) == lesson.expected


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_debrief_quotes_the_runs(lesson, found, lang):
    words = Words(lang, TEXTS)
    said = words(f"{lesson.name}_debrief", **lesson.facts(found, words))
    assert "{" not in said
    for fact in lesson.facts(found, words).values():
        assert fact in said


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_lesson_has_all_its_texts(lesson, lang):
    parts = ("title", "question", "ask", "0", "1", "2", "debrief", "discuss")
    assert {f"{lesson.name}_{part}" for part in parts} <= set(TEXTS[lang])
    assert {f"arm_{arm.key}" for arm in lesson.arms} <= set(TEXTS[lang])


def test_status_quo_means_the_same_in_a_lesson_and_in_explore(lesson, found, finished):
    """It is the scenario without any reform, its own included."""
    arm = lesson.arms[-1]
    explored = State(arm.scenario, (arm.pulls,))
    assert worlds.scenario(arm.scenario).reform == ()
    if "status_quo" in found:
        (plain,) = (one for one in lesson.arms if one.key == "status_quo")
        state = replace(explored, scenario=plain.scenario)
        reference = finished(answers.of(state, (), 4))
        assert (reference.ends == found["status_quo"].ends[:4]).all()
        # With the levers of the lesson, Explore also shows the lesson's other line.
        answer = finished(answers.of(explored, explored.packages[0], 4))
        assert (answer.ends == found[arm.key].ends[:4]).all()


def end(found, arm, measure):
    return found[arm].end(measure).mean()


def test_what_the_debriefs_say_beside_their_numbers(finished):
    """Claims in words: of inaction under supervision, of reports under appraisal, and so on."""
    hidden = finished(run(LESSONS["hidden_inaction"]))
    assert end(hidden, "supervision", "idle") < end(hidden, "status_quo", "idle")
    # “About every fourth officer”.
    assert 0.2 < end(hidden, "status_quo", "idle") < 0.3
    image = finished(run(LESSONS["image_projects"]))
    # “It adds little”.
    added = end(image, "appraisal", "execution_rate") - end(image, "status_quo", "execution_rate")
    assert 0.0 <= added < 0.03
    assert end(image, "status_quo", "inflation") > 0.3
    blame = finished(run(LESSONS["blame_and_daring"]))
    assert end(blame, "blame", "selective") < end(blame, "status_quo", "selective") - 0.02
    assert end(blame, "blame", "burden") > end(blame, "status_quo", "burden")
    assert end(blame, "blame_culture", "execution_rate") > end(
        blame, "status_quo", "execution_rate"
    )
    budget = finished(run(LESSONS["budget"]))
    assert end(budget, "responsibility", "cost") < end(budget, "status_quo", "cost")
    storm = finished(run(LESSONS["campaign"]))
    before, after = slice(24, 36), slice(72, 84)
    course = {arm: found.path("execution_rate") for arm, found in storm.items()}
    assert course["status_quo"][:, after].mean() < course["status_quo"][:, before].mean()
    assert course["storm"][:, after].mean() < course["storm"][:, before].mean()
    assert course["storm"][:, 108:].mean() < course["storm"][:, after].mean()
    assert course["lasting"][:, after].mean() > course["storm"][:, before].mean()


def test_a_campaign_is_measured_against_the_same_city_without_it(finished):
    """On the same draws, so that both are alike to the last digit until the campaign begins."""
    storm = finished(run(LESSONS["campaign"]))
    without, campaign = (storm[arm].path("execution_rate") for arm in ("status_quo", "storm"))
    assert (without[:, :36] == campaign[:, :36]).all()
    assert (without[:, 36:48] != campaign[:, 36:48]).all(axis=1).all()
    assert not any(arm.world().reform for arm in LESSONS["hidden_inaction"].arms[:1])
