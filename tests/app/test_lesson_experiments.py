"""Every lesson's experiment comes out as its debrief says, in both languages."""

import itertools
from dataclasses import replace

import pytest

from sim.app import worlds
from sim.app.answers import answers
from sim.app.experiments import (
    BUDGET_COST,
    BUDGET_TIME,
    LESSONS,
    PACKAGES,
    SEED,
    run,
    within_budget,
)
from sim.app.state import State
from sim.app.texts.lessons import TEXTS
from sim.app.words import LANGUAGES, Words
from sim.study.estimate import estimate
from sim.study.experiment import Experiment
from sim.study.study import Study

# Differences of execution beyond this are told apart.
APART = 0.02


@pytest.fixture(scope="module", params=LESSONS)
def lesson(request):
    return LESSONS[request.param]


@pytest.fixture(scope="module")
def found(lesson, finished):
    return finished(run(lesson))


@pytest.mark.slow
def test_the_runs_answer_as_the_debrief_expects(lesson, found):
    assert lesson.judge(found) == lesson.expected


@pytest.mark.slow
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
    image = finished(run(LESSONS["image_projects"]))
    # “About as it was”.
    added = end(image, "appraisal", "execution_rate") - end(image, "status_quo", "execution_rate")
    assert abs(added) < 0.5 * APART
    assert end(image, "status_quo", "inflation") > 0.3
    blame = finished(run(LESSONS["blame_and_daring"]))
    assert end(blame, "blame", "burden") > end(blame, "status_quo", "burden")
    assert end(blame, "blame_culture", "execution_rate") > end(
        blame, "status_quo", "execution_rate"
    )
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


@pytest.fixture(scope="module")
def budget(finished):
    return finished(run(LESSONS["budget"]))


@pytest.fixture(scope="module")
def packages(tmp_path_factory):
    """All packages of the eight levers in full: what they do, and whether the budget allows it."""
    world = worlds.scenario("district")
    tree = {
        "title": "",
        "question": "",
        "scenario": "district",
        "replicates": 4,
        "measures": ["execution_rate", "burden", "cost"],
        "design": {"kind": "grid"},
        "factor": {lever: {"values": [0.0, 1.0]} for lever in world.levers},
    }
    study = Study(
        Experiment.from_tree(tree, "packages", "packages"), tmp_path_factory.mktemp("own")
    )
    found = study.run(workers=1).results().groupby("point").mean(numeric_only=True)
    chosen = list(itertools.product((0, 1), repeat=len(world.levers)))
    assert found[list(world.levers)].to_numpy().tolist() == [list(one) for one in chosen]
    time = found["burden"] - found["burden"].iloc[0]
    cost = found["cost"] - found["cost"].iloc[0]
    found["within"] = (time <= BUDGET_TIME) & (cost <= BUDGET_COST)
    return found


def names(package):
    """The levers of a row of packages."""
    return {lever for lever in worlds.scenario("district").levers if package[lever] > 0}


def test_every_package_of_the_lesson_is_within_its_budget_and_all_levers_are_not(budget):
    assert [within_budget(budget, arm) for arm in PACKAGES] == [True, True, True]
    assert not within_budget(budget, "all")


@pytest.mark.long
def test_the_budget_leaves_out_most_packages_and_the_popular_one(packages):
    assert packages["within"].mean() < 0.5
    popular = packages[
        [names(row) == {"accountability", "supervision"} for _, row in packages.iterrows()]
    ]
    assert not popular["within"].any()


@pytest.mark.slow
def test_the_lessons_answer_is_about_the_best_package_within_the_budget(packages, budget):
    best = packages[packages["within"]]["execution_rate"].max()
    assert end(budget, "focus", "execution_rate") > best - APART


def test_the_answer_with_its_last_lever_in_full_is_over_the_budget_and_does_more(budget, finished):
    (focus,) = [arm for arm in LESSONS["budget"].arms if arm.key == "focus"]
    more = replace(focus, key="more", levers=focus.levers.replace(":50", ":100"))
    assert more.levers != focus.levers
    lesson = replace(LESSONS["budget"], arms=(more,))
    found = {**budget, **finished(run(lesson))}
    assert not within_budget(found, "more")
    assert end(found, "more", "execution_rate") > end(found, "focus", "execution_rate")


@pytest.mark.slow
def test_the_budget_binds_since_a_larger_one_buys_another_package_that_does_more(
    packages, budget, finished
):
    """By less than would be told apart by eye: post responsibility and leadership, of which any
    budget allows all, do most. So the interval on common draws decides."""
    best = packages.loc[packages["execution_rate"].idxmax()]
    assert not best["within"]
    assert best["execution_rate"] > packages[packages["within"]]["execution_rate"].max()
    (focus,) = [arm for arm in LESSONS["budget"].arms if arm.key == "focus"]
    levers = ",".join(f"{lever}:100" for lever in sorted(names(best)))
    lesson = replace(LESSONS["budget"], arms=(replace(focus, key="larger", levers=levers),))
    found = {**budget, **finished(run(lesson))}
    assert not within_budget(found, "larger")
    larger, answer = (found[arm].end("execution_rate") for arm in ("larger", "focus"))
    assert estimate(larger - answer, SEED).low > 0.0


def test_the_answer_beats_the_popular_choice_and_a_little_of_everything_by_far(budget):
    execution = {arm: end(budget, arm, "execution_rate") for arm in ("status_quo", *PACKAGES)}
    assert execution["focus"] > max(execution["control"], execution["spread"]) + 5 * APART
    assert execution["spread"] > execution["status_quo"]


def test_a_package_over_the_budget_is_no_answer(budget):
    """Were the best package over the budget, the best of the others would be right."""
    dear = {**budget, "focus": budget["all"]}
    assert LESSONS["budget"].judge(budget) == PACKAGES.index("focus")
    assert LESSONS["budget"].judge(dear) != PACKAGES.index("focus")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_question_states_the_budget(lang):
    question = TEXTS[lang]["budget_question"]
    assert f"{100 * BUDGET_TIME:g}" in question
    assert f"{BUDGET_COST:g}" in question
    assert {"en": "Reform on a budget", "zh": "预算约束下的改革"}[lang] == TEXTS[lang][
        "budget_title"
    ]
