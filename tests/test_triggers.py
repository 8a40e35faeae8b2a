"""Reforms with a trigger: they begin and end by what is measured in their own run."""

from itertools import pairwise

import numpy as np
import pytest

from sim import BadInput, Government, Officer, Scenario, simulate
from sim.calibration.candidates import Candidates
from sim.calibration.patterns import Patterns
from sim.machine.loop import Crew, run_with
from sim.study.experiment import Experiment
from sim.study.study import Study
from sim.theory.mean_field import MeanField
from sim.world.levers import course
from sim.world.plan import Plan
from sim.world.triggers import COMPARISONS, Condition

MONTHS, STARTS = 72, 12
LEVER = "leadership"
PULLED = {"lever": LEVER, "intensity": 1.0}
ALWAYS, NEVER = "execution_rate >= 0", "execution_rate < 0"


@pytest.fixture(scope="module")
def world(small):
    """A small world whose lever works at once and leaves nothing behind."""
    return small.replace(
        {
            "clock.months": MONTHS,
            "clock.reform_starts": STARTS,
            f"levers.{LEVER}.ramp": 0,
            f"levers.{LEVER}.half_life": 0,
            # Small numbers move enough for a measure to cross a level many times.
            "behaviour.precision": 4.0,
        }
    )


def under(world, *reforms):
    return world.replace({"reform": [PULLED | one for one in reforms]})


def state(run):
    tables = ("officers", "departments", "citizens", "tallies", "layers", "profiles")
    return [run.world.parts()[name].tobytes() for name in tables]


def same(one, other):
    return state(simulate(one, 1)) == state(simulate(other, 1))


def episodes(run, number=1):
    own = run.reforms[run.reforms["reform"] == number]
    return list(zip(own["begins"].tolist(), own["ends"].tolist(), strict=True))


def held(text, values):
    """Months in a row, ending with each, in which a condition is true; and of each, the crossing.

    Written anew, from the text of the documentation.
    """
    measure, comparison, number = text.split(" ", 1)[0], *text.split(" ", 1)[1].rsplit(" ", 1)
    below = comparison in ("<", "<=", "falls below")
    number = float(number)
    true = [
        (value < number if below else value > number) or ("=" in comparison and value == number)
        for value in values[measure]
    ]
    rows, crossed = [], []
    for month, now in enumerate(true):
        rows.append(rows[-1] + 1 if now and rows else int(now))
        if not now:
            crossed.append(None)
        elif rows[-1] == 1:
            crossed.append(month if month else None)
        else:
            crossed.append(crossed[-1])
    return rows, crossed


def expected(run, start=None, stop=None, for_months=1, wait=0, at_least=1, at_most=MONTHS):
    """The months in force as the documentation says, from the series that the run recorded."""
    found, begun, free, spent = [], None, STARTS - 1 - wait, 0
    conditions = [
        None if text is None else (held(text, run.series), " below " in text or "above" in text)
        for text in (start, stop)
    ]

    def met(condition, month, since):
        (rows, crossed), crossing = condition
        if month < 0 or rows[month] < for_months:
            return False
        return not crossing or (crossed[month] is not None and crossed[month] >= since)

    for month in range(STARTS, MONTHS):
        if begun is not None:
            over = spent + month - begun >= at_most
            ends = stop and month - begun >= at_least and met(conditions[1], month - 1, begun)
            if over or ends:
                found.append((begun, month))
                spent, free, begun = spent + month - begun, month, None
                continue
            continue
        if spent >= at_most or (start is None and found):
            continue
        looked = month - 1 - wait
        if start is None or (looked >= free and met(conditions[0], looked, max(0, free))):
            begun = month
    return found if begun is None else [*found, (begun, MONTHS)]


@pytest.mark.parametrize("more", [{}, {"for_months": 3}, {"wait": 4}, {"for_months": 2, "wait": 3}])
@pytest.mark.parametrize("months", [None, [20, 50]])
def test_a_condition_that_holds_from_the_start_gives_the_bytes_of_the_months(world, more, months):
    given = {} if months is None else {"months": months}
    assert same(under(world, given | {"start_when": ALWAYS} | more), under(world, given))


def test_a_condition_that_never_holds_gives_the_bytes_of_no_reform(world):
    assert same(under(world, {"start_when": NEVER}), world)
    assert simulate(under(world, {"start_when": NEVER}), 1).reforms.empty


def test_a_reform_that_never_stops_gives_the_bytes_of_its_months(world):
    assert same(under(world, {"stop_when": NEVER}), under(world, {}))


@pytest.mark.parametrize("name", ["ramp", "half_life"])
def test_bytes_are_the_same_where_a_lever_rises_and_fades(world, name):
    slow = world.replace({f"levers.{LEVER}.{name}": 9})
    trigger = {"start_when": ALWAYS, "at_most": 15}
    assert same(under(slow, trigger), under(slow, {"months": [STARTS, STARTS + 15]}))


MIDDLE = "execution_rate {} {}"
TRIGGERS = [
    {"start": ("<", 0.5), "stop": (">", 0.5)},
    {"start": ("<", 0.5), "stop": (">=", 0.6), "for_months": 2},
    {"start": (">", 0.5), "stop": ("<", 0.4), "at_least": 5},
    {"start": ("falls below", 0.5), "stop": ("rises above", 0.5)},
    {"start": ("falls below", 0.5), "stop": ("rises above", 0.6), "wait": 2, "at_least": 3},
    {"start": ("rises above", 0.5), "for_months": 2, "at_most": 11},
    {"start": ("<", 0.4), "stop": (">", 0.5), "at_most": 6},
    {"stop": ("falls below", 0.4)},
    {"stop": ("<", 0.5), "for_months": 3, "at_least": 4},
    {"start": ("<=", 0.5), "wait": 7, "at_most": 9},
]


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("about", TRIGGERS, ids=str)
def test_it_is_in_force_in_the_months_that_the_recorded_series_gives(world, about, seed):
    levels = simulate(world, seed).series["execution_rate"][STARTS:]
    keys = dict(about)
    for key in ("start", "stop"):
        if key in keys:
            comparison, share = keys[key]
            keys[key] = MIDDLE.format(comparison, round(float(levels.quantile(share)), 4))
    named = {f"{key}_when" if key in ("start", "stop") else key: v for key, v in keys.items()}
    run = simulate(under(world, named), seed)
    found = episodes(run)
    assert found == expected(run, **keys)
    fixed = under(world, *({"months": [first, end]} for first, end in found))
    assert state(run) == state(simulate(fixed, seed))


def test_the_triggers_of_these_tests_start_stop_and_restart(world):
    level = round(float(simulate(world, 1).series["execution_rate"][STARTS:].median()), 4)
    trigger = {"start_when": MIDDLE.format("<", level), "stop_when": MIDDLE.format(">", level)}
    found = episodes(simulate(under(world, trigger), 1))
    assert len(found) >= 3
    assert all(end < again for (_, end), (again, _) in pairwise(found))


def test_a_measure_over_a_year_is_that_of_the_recorded_series(world):
    series = simulate(world, 1).series["follow_through"]
    level = round(float(series[STARTS:].median()), 4)
    run = simulate(under(world, {"start_when": f"follow_through rises above {level}"}), 1)
    assert episodes(run) == expected(run, start=f"follow_through rises above {level}")


def test_a_missing_value_is_on_neither_side(world):
    # Nobody is promoted before the first year ends, so the share is missing until then.
    condition = Condition.of("follow_through < 0.5")
    assert not condition.true_of(float("nan"))
    run = simulate(under(world, {"months": [1, 72], "start_when": "follow_through >= 0"}), 1)
    first = int(np.flatnonzero(~np.isnan(run.series["follow_through"]))[0])
    assert episodes(run)[0][0] == max(1, first + 1)


class Same(Officer):
    """Officers who are asked one by one, and decide as everybody does."""

    def decide(self):
        return super().decide()


@pytest.mark.slow
@pytest.mark.parametrize("officer", [Officer, Same])
def test_the_mesa_loop_gives_the_same_bytes(world, officer):
    level = round(float(simulate(world, 1).series["execution_rate"][STARTS:].median()), 4)
    trigger = {"start_when": MIDDLE.format("<", level), "stop_when": MIDDLE.format(">", level)}
    triggered = under(world, trigger, {"lever": "culture", "start_when": ALWAYS})
    government = Government(triggered, 1, officer=officer)
    government.run_for(MONTHS)
    assert government.world.tallies.tobytes() == simulate(triggered, 1).world.tallies.tobytes()


def test_threads_and_parts_of_a_run_change_no_byte(world):
    level = round(float(simulate(world, 1).series["execution_rate"][STARTS:].median()), 4)
    trigger = {"start_when": MIDDLE.format("<", level), "stop_when": MIDDLE.format(">", level)}
    plan = Plan(under(world, trigger))
    whole, parted, threaded = plan.begin(1), plan.begin(1), plan.begin(1)
    plan.loop.run_months(whole, 0, MONTHS)
    for first, last in ((0, 20), (20, 21), (21, MONTHS)):
        plan.loop.run_months(parted, first, last)
    run_with(Crew(2), threaded, MONTHS, plan.loop)
    assert whole.tallies.tobytes() == parted.tallies.tobytes() == threaded.tallies.tobytes()
    assert whole.officers.tobytes() == parted.officers.tobytes() == threaded.officers.tobytes()


def test_runs_of_one_plan_do_not_change_each_other(world):
    plan = Plan(under(world, {"start_when": "execution_rate < 0.4"}))
    alone = [state(simulate(plan.scenario, 1, replicate)) for replicate in range(4)]
    assert [state(simulate(plan, 1, replicate)) for replicate in range(4)] == alone


def test_only_a_plan_with_a_trigger_leaves_the_compiled_loop(world):
    assert Plan(under(world, {})).loop is Plan(under(world, {})).compiled
    assert Plan(world).begin(1).mechanisms is not None
    plan = Plan(under(world, {}))
    assert plan.begin(1).mechanisms is plan.begin(2).mechanisms


def test_a_reform_that_begins_again_rises_from_what_is_left(world):
    scenario = world.replace({f"levers.{LEVER}.ramp": 10, f"levers.{LEVER}.half_life": 4})
    lever = scenario.levers[LEVER]
    strength = course(under(scenario, {}).reform[0], lever, 0, 30, ((0, 6), (10, 20)))
    assert strength[5] == pytest.approx(0.6)
    assert strength[9] == pytest.approx(0.3)
    assert strength[10] == pytest.approx(0.4)
    assert strength[16:20] == pytest.approx(1.0)
    assert strength[23] == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("reform", "expected_words"),
    [
        ({"start_when": "credibilty < 0.5"}, ("start_when", "credibilty", "“credibility”")),
        ({"start_when": "credibility ~ 0.5"}, ("“~”", *COMPARISONS)),
        ({"start_when": "credibility is below 0.5"}, ("“is below”", "falls below")),
        ({"start_when": "credibility"}, ("a measure, a comparison and a number",)),
        ({"start_when": "0.5 > credibility"}, ("no measure “0.5”",)),
        ({"start_when": "credibility < high"}, ("“high” is not a number",)),
        ({"start_when": "credibility < nan"}, ("“nan” is not a finite number",)),
        ({"start_when": "credibility < 50"}, ("credibility is a share", "50")),
        ({"start_when": "promotions > 1"}, ("promotions has no value month by month",)),
        ({"start_when": "inflation@2 > 0.1"}, ("inflation@2", "whole government")),
        ({"start_when": 0.5}, ("start_when", "text in quotes", "0.5")),
        ({"start_when": "x" * 10_000}, ("a measure, a comparison and a number",)),
        (
            {"start_when": "credibility < 0.5", "stop_when": "credibility<0.50"},
            ("stop_when", "start_when too"),
        ),
        (
            {"start_when": "credibility < 0.5", "stop_when": "credibility < 0.6"},
            ("stop_when", "holds whenever start_when does"),
        ),
        ({"wait": 3}, ("wait", "start_when")),
        ({"stop_when": ALWAYS, "wait": 3}, ("wait", "start_when")),
        ({"start_when": ALWAYS, "at_least": 3}, ("at_least", "stop_when")),
        ({"for_months": 2}, ("for_months", "start_when or stop_when")),
        ({"at_most": 2}, ("at_most", "start_when or stop_when")),
        ({"stop_when": NEVER, "at_least": 9, "at_most": 4}, ("at_least", "9", "4")),
        ({"start_when": ALWAYS, "for_months": 0}, ("for_months", "at least 1")),
        ({"start_wen": ALWAYS}, ("start_wen", "“start_when”")),
    ],
)
def test_what_is_no_trigger_is_refused_in_one_line(world, reform, expected_words):
    with pytest.raises(BadInput) as refused:
        under(world, reform)
    said = str(refused.value)
    assert "reform.1" in said
    assert "\n" not in said
    assert len(said) < 1_000
    for word in expected_words:
        assert word in said


def test_spaces_in_a_condition_make_no_other_scenario(world):
    one, other = (
        under(world, {"start_when": text}) for text in ("credibility<0.5", " credibility  <  .5 ")
    )
    assert one == other == under(world, {"start_when": "credibility < 50%"})
    assert one.identity() == other.identity()


def test_a_scenario_without_triggers_is_stored_as_before(world):
    stored = under(world, {}).identity()["reform"]
    assert list(stored[0]) == ["lever", "intensity", "months", "departments"]
    again = Scenario.from_tree(under(world, {"start_when": NEVER}).tree() | {}, "small", "stored")
    assert again == under(world, {"start_when": NEVER})


@pytest.mark.slow
def test_a_study_measures_the_months_of_each_reform_and_of_all(world, tmp_path, write):
    path = write("own.toml", OWN)
    text = EXPERIMENT.format(scenario=path)
    study = Study(Experiment.load(write("asked.toml", text)), tmp_path / "out").run(1)
    runs = study.store().runs().set_index(["point", "replicate"])
    names = {point.name: number for number, point in enumerate(study.experiment.point)}
    fixed, adaptive = runs.loc[names["fixed"]], runs.loc[names["adaptive"]]
    assert (fixed["months_under_reform"] == 10).all()
    assert (fixed["reform_begins"] == 14).all()
    assert fixed["months_under_reform@2"].isna().all()
    for replicate, row in adaptive.iterrows():
        run = simulate(study.world(names["adaptive"]), 1, replicate)
        own = episodes(run)
        assert row["months_under_reform@1"] == sum(end - first for first, end in own)
        first = own[0][0] if own else np.nan
        assert np.array_equal(row["reform_begins@1"], first, equal_nan=True)
        assert row["months_under_reform@2"] == 0
        assert np.isnan(row["reform_begins@2"])
        assert row["months_under_reform"] == row["months_under_reform@1"]
    assert (runs.loc[names["none"]]["months_under_reform"] == 0).all()


@pytest.mark.long
def test_workers_change_no_byte_of_a_study(tmp_path, write):
    path = write("own.toml", OWN)
    experiment = Experiment.load(write("asked.toml", EXPERIMENT.format(scenario=path)))
    alone = Study(experiment, tmp_path / "one").run(1).store().runs()
    together = Study(experiment, tmp_path / "two").run(2).store().runs()
    assert alone.equals(together)


def test_no_reform_of_a_number_below_one_is_measured(write):
    text = EXPERIMENT.format(scenario="district").replace("under_reform@2", "under_reform@0")
    with pytest.raises(BadInput, match="months_under_reform@0"):
        Experiment.load(write("asked.toml", text))


OWN = f"""
extends = "district"
title = "Own"

[clock]
months = 40
reform_starts = {STARTS}

[organisation]
departments = 2
ranks = [1, 2, 4]
"""
EXPERIMENT = """
title = "Adaptive"
question = "When?"
scenario = "{scenario}"
replicates = 5
measures = [
  "execution_rate", "months_under_reform", "reform_begins", "months_under_reform@1",
  "reform_begins@1", "months_under_reform@2", "reform_begins@2",
]

[design]
kind = "list"

[[point]]
name = "none"

[[point]]
name = "fixed"
reform = [{{ lever = "culture", intensity = 1.0, months = [14, 24] }}]

[[point]]
name = "adaptive"
reform = [
  {{ lever = "culture", intensity = 1.0, start_when = "idle > 0.2", stop_when = "idle < 0.2" }},
  {{ lever = "leadership", intensity = 1.0, start_when = "execution_rate < 0" }},
]
"""


@pytest.mark.slow
def test_run_tells_when_a_trigger_fired_and_that_one_never_did(
    write, zhixing, no_pictures, tmp_path
):
    def say(*words):
        return zhixing(*words, "--out", tmp_path / "out") if words[0] == "run" else zhixing(*words)

    path = write(
        "told.toml",
        OWN
        + f'[[reform]]\nlever = "culture"\nintensity = 1.0\nstart_when = "{ALWAYS}"\n'
        + f'[[reform]]\nlever = "leadership"\nintensity = 1.0\nstart_when = "{NEVER}"\n',
    )
    said = say("run", str(path), "--replicates", "2", "--json").json
    first, second = said["triggers"]["run"]
    assert (first["number"], first["began"], first["reform_begins"]) == (1, 2, STARTS)
    assert first["months_under_reform"] == 40 - STARTS
    assert (second["number"], second["began"], second["reform_begins"]) == (2, 0, None)
    text = " ".join(say("run", str(path), "--replicates", "2").out.split())
    assert f"begins when {ALWAYS}): began in 2 of 2 replicates, first in month {STARTS}.0" in text
    assert "was never in force in 2 replicates" in text
    chinese = say("run", str(path), "--replicates", "2", "--lang", "zh").out
    assert "从未施行" in "".join(chinese.split())
    assert "begins when execution_rate >= 0" in " ".join(say("check", str(path)).out.split())


@pytest.mark.slow
def test_the_shipped_experiment_spends_at_most_the_months_of_the_fixed_campaigns(tmp_path):
    asked = Experiment.load("adaptive").replace(replicates=2, series=())
    study = Study(asked, tmp_path / "out").run(1)
    spent = study.store().runs().groupby("point")["months_under_reform"]
    points = [point.name for point in asked.point]
    for number, name in enumerate(points):
        own = spent.get_group(number)
        if name in ("at_once", "in_turns"):
            assert (own == 24).all()
        else:
            assert (own <= (0 if name == "status_quo" else 24)).all()


@pytest.mark.slow
def test_run_counts_the_replicates_in_which_a_reform_began(write, zhixing, no_pictures, tmp_path):
    bare = Scenario.load(write("bare.toml", OWN))
    lowest = [
        simulate(bare, 1, one).series["execution_rate"][STARTS - 1 : -1].min() for one in range(5)
    ]
    level = round(float(np.median(lowest)), 6)
    path = write(
        "own.toml",
        f'{OWN}[[reform]]\nlever = "culture"\nintensity = 1.0\n'
        f'start_when = "execution_rate < {level}"\n',
    )
    said = zhixing("run", path, "--replicates", 5, "--json", "--out", tmp_path / "out").json
    assert said["triggers"]["run"][0]["began"] == sum(one < level for one in lowest)


def test_the_mean_field_refuses_what_it_cannot_follow(world):
    with pytest.raises(BadInput, match="waits for a condition"):
        MeanField(under(world, {"start_when": ALWAYS}))
    MeanField(under(world, {}))


@pytest.mark.slow
def test_calibration_refuses_a_trigger(district):
    triggered = district.replace({"reform": [PULLED | {"start_when": ALWAYS}]})
    with pytest.raises(BadInput, match="trigger"):
        Candidates(triggered, Patterns.load("district"))
