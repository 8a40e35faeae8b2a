"""Measures of one's own: what they come to, where they can be used, and what is refused."""

import numpy as np
import pandas as pd
import pytest

from sim import own_sums
from sim.agents import Officer
from sim.errors import BadInput
from sim.government import Government
from sim.kinds import CONDUCTS, PROFILES
from sim.machine.loop import Crew
from sim.planning.question import Question
from sim.simulate import simulate
from sim.study.experiment import Experiment
from sim.study.study import Study
from sim.world.own_measures import LONGEST, MOST, Declared
from sim.world.scenario import Scenario

IDLE, UNABLE = CONDUCTS.index("idle"), PROFILES.index("unable")


def mean(values):
    return values.mean() if values.size else np.nan


def gini(values):
    """Half the mean absolute difference, relative to the mean: not the formula of the program."""
    if values.size == 0 or values.sum() == 0.0:
        return np.nan
    return np.abs(values[:, None] - values).mean() / (2.0 * values.mean())


def by_department(world, chosen, values):
    where = world.officers["department"]
    here = np.unique(where[chosen])
    return np.array([values[chosen & (where == d)].mean() for d in here])


# Each measure with its value in a month, computed with NumPy from the rows.
CASES = {
    "share_within": (
        {"where": "age > 45", "what": "conduct == idle"},
        lambda w: mean((w.officers["conduct"] == IDLE)[w.officers["age"] > 45 * 12].astype(float)),
    ),
    "mean_of_arithmetic": (
        {"what": "2 * capability - responsibility / 4"},
        lambda w: mean(2 * w.officers["capability"] - w.officers["responsibility"] / 4),
    ),
    "mean_of_a_flag": (
        {"where": "not front", "what": "perceived_risk"},
        lambda w: mean(w.officers["perceived_risk"][w.officers["front"] == 0]),
    ),
    "total": ({"how": "sum", "what": "substance"}, lambda w: w.officers["substance"].sum()),
    "number": (
        {"how": "count", "where": "0.4 < capability <= 0.6 and rank >= 2"},
        lambda w: float(
            np.sum(
                (w.officers["capability"] > 0.4)
                & (w.officers["capability"] <= 0.6)
                & (w.officers["rank"] >= 1)
            )
        ),
    ),
    "one_sum_over_another": (
        {"how": "ratio", "what": "show", "per": "substance + show"},
        lambda w: w.officers["show"].sum() / (w.officers["substance"] + w.officers["show"]).sum(),
    ),
    "deviation": ({"how": "sd", "what": "inertia"}, lambda w: w.officers["inertia"].std()),
    "greatest": ({"how": "max", "what": "ambition"}, lambda w: w.officers["ambition"].max()),
    "least": ({"how": "min", "what": "ambition"}, lambda w: w.officers["ambition"].min()),
    "middle": ({"how": "median", "what": "content"}, lambda w: np.median(w.officers["content"])),
    "gini_of_officers": (
        {"how": "gini", "what": "substance"},
        lambda w: gini(w.officers["substance"]),
    ),
    "gini_between": (
        {"where": "front", "what": "delivered", "between": "departments", "how": "gini"},
        lambda w: gini(by_department(w, w.officers["front"] == 1, w.officers["delivered"])),
    ),
    "mean_between": (
        {"what": "profile == unable", "between": "departments"},
        lambda w: mean(
            by_department(w, w.officers["front"] >= 0, (w.officers["profile"] == UNABLE) * 1.0)
        ),
    ),
    "by_their_department": (
        {"where": "department.credibility < 0.5", "what": "work"},
        lambda w: mean(
            w.officers["work"][w.departments["credibility"][w.officers["department"]] < 0.5]
        ),
    ),
    "of_departments": (
        {"of": "departments", "how": "sd", "what": "credibility", "where": "fronts > 0"},
        lambda w: w.departments["credibility"][w.departments["fronts"] > 0].std(),
    ),
    "of_citizens": (
        {"of": "citizens", "where": "department == 2 or voice", "what": "trust < 0.5"},
        lambda w: mean(
            (w.citizens["trust"] < 0.5)[
                (w.citizens["department"] == 1) | (w.citizens["voice"] != 0)
            ].astype(float)
        ),
    ),
    "nobody": ({"where": "age > 200", "what": "capability"}, lambda w: np.nan),
    "nothing_to_divide_by": (
        {"what": "1 / sanctioned", "where": "sanctioned == 0"},
        lambda w: np.nan,
    ),
}
DECLARED = {name: declared for name, (declared, _) in CASES.items()}


@pytest.fixture(scope="module")
def measured(small):
    return small.replace({"measure": DECLARED})


@pytest.fixture(scope="module")
def run(measured):
    return simulate(measured, seed=3)


@pytest.fixture(scope="module")
def seen(measured):
    """What NumPy makes of the rows, by measure, as each month ends."""
    found = {name: [] for name in CASES}
    government = Government(measured, seed=3)

    def see(world, month):
        with np.errstate(all="ignore"):
            for name, (_, value) in CASES.items():
                found[name].append(value(world))

    government.watch(see)
    government.run_for(measured.clock.months)
    return found


@pytest.mark.slow
@pytest.mark.parametrize("name", CASES)
def test_every_month_is_what_numpy_makes_of_the_rows(name, run, seen):
    np.testing.assert_allclose(run.series[name], seen[name], rtol=1e-12)


@pytest.mark.parametrize("name", ["total", "number", "deviation", "gini_between"])
def test_what_no_ratio_of_sums_gives_is_the_mean_of_the_months_observed(name, measured, run, seen):
    observed = seen[name][-measured.clock.observed :]
    assert run.summary[name] == pytest.approx(np.nanmean(observed), rel=1e-12)


def test_a_share_over_a_year_weighs_every_officer_month_alike(measured, run):
    government, tops, bases = Government(measured, seed=3), [], []

    def see(world, month):
        older = world.officers["age"] > 45 * 12
        tops.append(np.sum(older & (world.officers["conduct"] == IDLE)))
        bases.append(np.sum(older))

    government.watch(see)
    government.run_for(measured.clock.months)
    last = -measured.clock.observed
    assert run.summary["share_within"] == pytest.approx(sum(tops[last:]) / sum(bases[last:]))


def test_loops_and_threads_give_the_same_bytes(measured, run):
    class Asked(Officer):
        def decide(self):
            return super().decide()

    for kind in (Officer, Asked):
        government = Government(measured, seed=3, officer=kind)
        government.run_for(measured.clock.months)
        assert government.world.own.tobytes() == run.world.own.tobytes()
        assert government.summary.equals(run.summary)
        assert government.series.equals(run.series)
    for threads in (2, 3):
        assert simulate(measured, 3, crew=Crew(threads)).world.own.tobytes() == (
            run.world.own.tobytes()
        )


def test_what_is_measured_changes_nothing_that_happens(small, measured, run):
    plain = simulate(small, seed=3)
    assert plain.world.officers.tobytes() == run.world.officers.tobytes()
    assert plain.summary.equals(run.summary[plain.summary.index])
    assert small.identity() == measured.identity()


ODD = {
    "a misspelt field": ({"what": "capabilty"}, "did you mean “capability”"),
    "a misspelt conduct": ({"what": "conduct == idel"}, "did you mean “idle”"),
    "a profile where a conduct stands": ({"what": "conduct == sound"}, "is no conduct"),
    "a single equals sign": ({"what": "conduct = idle"}, "a comparison is written “==”"),
    "code": ({"what": "__import__('os').system('x')"}, "is not expected"),
    "an attribute of Python's": ({"what": "capability.__class__"}, "no field"),
    "a call": ({"what": "abs(capability)"}, "is not expected there"),
    "an open bracket": ({"what": "(capability"}, "a bracket is not closed"),
    "nothing": ({"what": ""}, "expected a number or the name of a field"),
    "too long": ({"what": "1 + " * LONGEST + "1"}, f"at most {LONGEST}"),
    "too deep": ({"what": "(" * 150 + "capability" + ")" * 150}, "inside one another"),
    "too many parts": ({"what": "+".join(["1"] * 90)}, "numbers, names and signs"),
    "a number as condition": ({"what": "age", "where": "age + 1"}, "expected a condition"),
    "a share of a number": ({"what": "age", "how": "share"}, "a share needs a condition"),
    "nothing summed": ({"where": "front"}, "what: missing"),
    "a count of something": ({"how": "count", "what": "age"}, "what: not expected"),
    "a ratio by nothing": ({"how": "ratio", "what": "age"}, "per: expected"),
    "between sums": ({"how": "sum", "what": "age", "between": "departments"}, "how: expected"),
    "departments between": (
        {"of": "departments", "what": "norm", "between": "departments"},
        "between: not expected",
    ),
    "of nobody": ({"of": "officer", "what": "age"}, "officers"),
    "an entry that there is not": ({"when": "age > 3", "what": "age"}, "when"),
    "a function and more": ({"function": "own.py:f", "what": "age"}, "either function or what"),
    "no function": ({"function": "../own.py:f"}, "is not FILE.py:FUNCTION"),
    "a text with a control character": ({"what": "age\x1b[31m"}, "is not expected"),
    "infinity": ({"what": "1e999"}, "no"),
}


@pytest.mark.parametrize("case", ODD)
def test_what_cannot_be_measured_is_refused_in_one_line(case, small):
    declared, told = ODD[case]
    with pytest.raises(BadInput) as error:
        small.replace({"measure": {"mine": declared}})
    assert told in str(error.value)
    assert "measure" in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("name", ["execution_rate", "conducts", "two words", "3rd", "", "a" * 61])
def test_a_name_that_ships_or_that_is_none_is_refused(name, small):
    with pytest.raises(BadInput, match="measure"):
        small.replace({"measure": {name: {"what": "age"}}})


def test_there_is_an_end_to_the_number_of_measures(small):
    many = {f"m{k}": {"what": "age"} for k in range(MOST + 1)}
    with pytest.raises(BadInput, match=f"at most {MOST}"):
        small.replace({"measure": many})


# Measures of these tests are the same, whatever their titles: each other one would be compiled.
WORLD = """
extends = "{small}"

[measure.slack]
title = "Idle"
zh = "躺平"
what = "conduct == idle"

[measure.spread]
function = "own.py:spread"
"""
OWN = """
import numpy as np

def deviation(values):
    return float(np.std(values))

def spread(run):
    return deviation(run.world.officers["capability"])

def fails(run):
    return run.nothing

def words(run):
    return "many"
"""


def asked(world, **changes):
    return {
        "title": "Own",
        "question": "What changes?",
        "scenario": str(world),
        "replicates": 2,
        "measures": ["slack", "execution_rate"],
        "series": ["slack"],
        "design": {"kind": "grid"},
        "factor": {"supervision": {"values": [0.0, 1.0]}},
        **changes,
    }


@pytest.fixture
def world(write, small_file):
    return write("world.toml", WORLD.format(small=small_file))


def study(tree, out, **more):
    return Study(Experiment.from_tree(tree, "own", "own"), out, **more)


@pytest.mark.long
def test_a_study_measures_what_its_scenario_declares(world, tmp_path):
    done = study(asked(world), tmp_path).run(workers=1)
    found, series = done.results(), done.results(series=True)
    scenario = done.world(1)
    run = simulate(scenario, seed=1, replicate=1)
    row = found[(found["point"] == 1) & (found["replicate"] == 1)].iloc[0]
    assert row["slack"] == run.summary["slack"]
    months = series[(series["point"] == 1) & (series["replicate"] == 1)]["slack"]
    np.testing.assert_array_equal(months, run.series["slack"])
    assert "slack" in set(done.effects()["measure"])


def declaring(scenario, **declared):
    """An experiment with a measure of its own, ``mine``, and no other."""
    return asked(scenario, measures=["mine"], series=[], measure={"mine": declared})


@pytest.mark.slow
def test_an_experiment_can_declare_measures_of_its_own(small_file, tmp_path):
    found = study(declaring(small_file, what="conduct == idle"), tmp_path).run(workers=1).results()
    assert found["mine"].between(0.0, 1.0).all()


@pytest.mark.slow
def test_another_definition_of_the_same_name_is_another_study(small_file, tmp_path):
    study(declaring(small_file, what="conduct == idle"), tmp_path).run(workers=1)
    with pytest.raises(BadInput, match="holds another study"):
        study(declaring(small_file, what="age < 45"), tmp_path).run(workers=1)
    # Words do not change values.
    told = {"title": "Slack", "meaning": "Those who do nothing."}
    again = study(declaring(small_file, what="conduct == idle", **told), tmp_path)
    assert again.standing().kind == "complete"


@pytest.mark.slow
def test_a_function_measures_a_finished_run_where_its_file_is_named(world, write, tmp_path):
    own = write("own.py", OWN)
    tree = asked(world, measures=["execution_rate", "spread"])
    with pytest.raises(BadInput, match=r"--rules own\.py"):
        study(tree, tmp_path / "out")
    done = study(tree, tmp_path / "out", rules=[own]).run(workers=1)
    run = simulate(done.world(0), seed=1, replicate=0)
    assert done.results()["spread"][0] == np.std(run.world.officers["capability"])
    # A helper that it calls counts.
    own.write_text(OWN.replace("np.std(values)", "np.std(values) + 1.0"))
    with pytest.raises(BadInput, match="holds another study"):
        study(tree, tmp_path / "out", rules=[own]).run(workers=1)


@pytest.mark.slow
@pytest.mark.parametrize(("name", "told"), [("fails", "line 11"), ("words", "expected one number")])
def test_a_function_that_fails_costs_its_rows_and_says_where(name, told, world, write, tmp_path):
    own = write("own.py", OWN)
    tree = asked(
        world, measures=["execution_rate", "bad"], measure={"bad": {"function": f"own.py:{name}"}}
    )
    done = study(tree, tmp_path / "out", rules=[own]).run(workers=1)
    assert len(done.failures()) == 4
    assert told in done.failures()["error"][0]


def test_a_reform_can_wait_for_a_measure_of_ones_own(small):
    declared = {"measure": {"slack": {"what": "conduct == idle"}}}
    reform = {"lever": "culture", "intensity": 1.0, "start_when": "slack < 2%"}
    began = simulate(small.replace({**declared, "reform": [reform]}), seed=1)
    series = began.series["slack"]
    first = int(began.reforms["begins"][0])
    before = series[small.clock.reform_starts - 1 : first - 1]
    assert series[first - 1] < 0.02
    assert not (before < 0.02).any()
    government = Government(began.scenario, seed=1)
    government.run_for(24)
    assert government.summary.equals(began.summary)
    with pytest.raises(BadInput, match="no measure “slack”"):
        small.replace({"reform": [reform]})


def test_a_plan_can_aim_at_it_and_keep_to_it(world):
    tree = {
        "scenario": str(world),
        "aims": ["least slack"],
        "limits": ["slack < 0.9 at end"],
    }
    question = Question.from_tree(tree, "own", "own")
    assert [one.measure for one in question.columns][:1] == ["slack"]
    with pytest.raises(BadInput, match="say whether most or least"):
        Question.from_tree({**tree, "aims": ["slack"]}, "own", "own")
    with pytest.raises(BadInput, match="did you mean “slack”"):
        Question.from_tree({**tree, "aims": ["least slac"]}, "own", "own")


@pytest.mark.slow
def test_commands_take_a_file_of_measures(zhixing, small_file, write, tmp_path, no_pictures):
    mine = write(
        "我的 指标.toml",
        '[measure.slack]\ntitle = "Slack"\nzh = "懈怠"\nwhat = "conduct == idle"\nunit = "heads"\n',
    )
    words = ("--replicates", 2, "--months", 12, "--measures", mine, "--out", tmp_path / "out")
    found = zhixing("run", small_file, "--json", *words).json
    assert 0.0 < found["summary"]["slack"]["mean"] < 1.0
    assert found["units"]["slack"] == "heads"
    assert "--measures" in found["command"]
    told = zhixing("compare", small_file, f"{small_file}+culture=1", "--lang", "zh", *words)
    assert told.code == 0
    assert "懈怠" in told.out


@pytest.mark.parametrize("number", [1, 2, 18, 64, 65, 500])
def test_values_are_put_in_order_however_many_they_are(number):
    values = np.random.default_rng(number).integers(-5, 20, number) / 4.0
    ordered = values.copy()
    own_sums.put_in_order(ordered)
    np.testing.assert_array_equal(ordered, np.sort(values))
    assert own_sums.median(values.copy()) == np.median(values)
    positive = np.abs(values) + 1.0
    assert own_sums.gini(positive.copy()) == pytest.approx(gini(positive))


SWEEP = """
title = "Own"
question = "What changes?"
scenario = "bureau"
months = 18
replicates = 2
measures = [{}]
series = [{}]
design = {{ kind = "grid" }}
[factor.supervision]
values = [0.0, 1.0]
"""
MINE = '[measure.slack]\nwhat = "conduct == {}"\n'


@pytest.mark.slow
def test_a_study_takes_a_file_of_measures_and_keeps_what_it_says(zhixing, write, tmp_path):
    sweep = write("sweep.toml", SWEEP.format('"execution_rate"', ""))
    mine, out = write("mine.toml", MINE.format("idle")), ("--out", tmp_path / "out")
    found = zhixing("study", sweep, "--measures", mine, "--json", *out).json
    assert {one["measure"] for one in found["effects"]} == {"execution_rate", "slack"}
    assert "--measures" in found["command"]
    mine.unlink()
    # The file is gone: the folder has all that it said, and needs no word about it.
    folder = tmp_path / "out" / "sweep"
    for named in ((folder,), (sweep, *out)):
        again = zhixing("study", "effects", *named, "--json").json
        assert again["effects"] == found["effects"]
        assert "slack" in zhixing("study", "export", *named).out
        assert "4 of 4 runs" in zhixing("study", "status", *named).out
    anew = zhixing("study", folder / "inputs" / "experiment.toml", "--out", tmp_path / "b")
    assert anew.code == 0
    there = [pd.read_parquet(one / "runs.parquet") for one in (folder, tmp_path / "b" / "sweep")]
    pd.testing.assert_frame_equal(there[0]["slack"].to_frame(), there[1]["slack"].to_frame())


@pytest.mark.slow
def test_a_stored_study_goes_on_with_the_same_measures_alone(zhixing, write, tmp_path):
    sweep = write("sweep.toml", SWEEP.format('"slack"', '"slack"'))
    mine = write("mine.toml", MINE.format("idle"))
    words = ("study", sweep, "--out", tmp_path)
    # An experiment may name what only the file declares.
    assert "[measure.NAME], here or in --measures FILE" in zhixing(*words).err
    assert zhixing(*words, "--measures", mine).code == 0
    assert zhixing(*words, "--measures", mine, "--resume", "--replicates", 3).code == 0
    assert "6 of 6" in zhixing("study", "status", tmp_path / "sweep").out
    write("mine.toml", MINE.format("literal"))
    told = zhixing(*words, "--measures", mine)
    assert told.code == 2
    assert "holds another study: own_measures.slack.what was" in told.err


@pytest.mark.slow
def test_what_is_no_longer_measured_is_told_by_its_name(zhixing, write, tmp_path):
    sweep = write("sweep.toml", SWEEP.format('"execution_rate"', ""))
    words = ("study", sweep, "--out", tmp_path)
    assert zhixing(*words, "--measures", write("mine.toml", MINE.format("idle"))).code == 0
    told = zhixing(*words)
    assert told.code == 2
    assert "slack: stored, but no longer asked for" in told.err
    assert "--measures FILE" in told.err


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[measures.young]\nwhat = 'age < 35'", "measures"),
        ("[measure.young]\nwhat = 'agee < 35'", "did you mean “age”"),
        ("", "measure"),
        ("measure = 3", "measure"),
        ("not toml", "TOML"),
    ],
)
def test_a_file_of_measures_that_is_none_is_refused(text, told, write):
    with pytest.raises(BadInput, match=told):
        Declared.read(write("mine.toml", text))


def test_a_whole_scenario_keeps_its_measures(world, write, zhixing):
    full = zhixing("check", world, "--full").out
    again = Scenario.load(write("again.toml", full))
    assert dict(again.measure) == dict(Scenario.load(world).measure)
