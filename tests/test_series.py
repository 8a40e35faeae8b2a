"""Settings that follow a series: a value for each month, from a column of a CSV file."""

import numpy as np
import pytest

from sim import BadInput, Government, Scenario, simulate
from sim.annotate import annotated
from sim.kinds import CHANNELS
from sim.study.experiment import Experiment
from sim.study.study import Study
from sim.world.plan import Plan
from sim.world.series import followable
from sim.world.steering import Steered

MONTHS = 36
BASE = f"""
extends = "district"
title = "Own"

[clock]
months = {MONTHS}
reform_starts = 6

[organisation]
departments = 2
ranks = [1, 2, 4]
"""
# Of settings that levers move, of those that they do not, and of those that both depend on.
KEYS = ("mechanisms.supervision.coverage.press", "behaviour.duty", "public.expectation")
KEY = "public.expectation"
PRESS = CHANNELS.index("press")


def series(key=KEY, **about):
    lines = [f'[series."{key}"]', *(f"{name} = {value}" for name, value in about.items())]
    return "\n".join(lines) + "\n"


FROM_FILE = {"file": '"shocks.csv"', "column": '"level"'}


def csv(values, first=0, column="level"):
    rows = [f"{month},{value}" for month, value in enumerate(values, first)]
    return "\n".join([f"month,{column}", *rows]) + "\n"


@pytest.fixture
def load(write):
    """A scenario with a series from a file."""

    def load(text, more=None, base=BASE):
        write("shocks.csv", text)
        return Scenario.load(write("own.toml", base + (more or series(**FROM_FILE))))

    return load


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    path = tmp_path_factory.mktemp("base") / "own.toml"
    path.write_text(BASE)
    return Scenario.load(path)


def state(run):
    tables = ("officers", "departments", "citizens", "tallies", "layers", "profiles")
    return [run.world.parts()[name].tobytes() for name in tables]


def constant(scenario, key, value):
    return scenario.replace({"series": {key: {"values": [value] * MONTHS}}})


@pytest.mark.parametrize("key", KEYS)
def test_a_constant_series_gives_the_bytes_of_the_setting(base, key):
    one = simulate(constant(base, key, 0.3), 1)
    assert state(one) == state(simulate(base.replace({key: 0.3}), 1))
    assert state(one) != state(simulate(base, 1))


@pytest.mark.parametrize("key", KEYS)
def test_a_series_of_some_months_changes_nothing_before_and_holds_in_these_alone(base, key):
    some = base.replace({"series": {key: {"months": [12, 15], "first": 12, "values": [0.3] * 3}}})
    own, without = simulate(some, 1), simulate(base, 1)
    assert own.series[:12].equals(without.series[:12])
    assert not own.series[12:15].equals(without.series[12:15])
    plan = Plan(some)
    name = followable()[key].name
    seen = []
    for month in range(MONTHS):
        world = plan.begin(1)
        Steered(plan, world).before(month)
        row = world.mechanisms[month, 0] if key.startswith("mechanisms") else world.settings[0]
        coverage = name == "press"
        seen.append(row.coverage[PRESS] if coverage else getattr(row, name))
    changed = np.flatnonzero(np.array(seen) != seen[0])
    assert changed.tolist() == [12, 13, 14]


def test_a_file_gives_the_bytes_of_its_values(load, base):
    values = np.round(np.linspace(0.1, 0.9, MONTHS), 3).tolist()
    given = base.replace({"series": {KEY: {"values": values}}})
    assert state(simulate(load(csv(values)), 1)) == state(simulate(given, 1))


def test_each_month_has_its_own_value(base):
    values = np.linspace(0.1, 0.9, MONTHS).tolist()
    plan = Plan(base.replace({"series": {key: {"values": values} for key in KEYS}}))
    world = plan.begin(1)
    steered = Steered(plan, world)
    for month, value in enumerate(values):
        assert steered.before(month) == month + 1
        assert world.settings[0].expectation == value
        assert world.settings[0].duty == value
        assert world.mechanisms[month, 0].coverage[PRESS] == value


def test_what_follows_from_a_setting_follows_its_series(base):
    # Whether sources of appraisal see through show follows from settings of every month.
    key = "mechanisms.appraisal.routine"
    own = Plan(constant(base, key, 0.9)).mechanisms
    assert own.tobytes() == Plan(base.replace({key: 0.9})).mechanisms.tobytes()
    key = "reach.rating_weight"
    assert (
        Plan(constant(base, key, 0.9)).mechanisms.tobytes()
        == Plan(base.replace({key: 0.9})).mechanisms.tobytes()
    )


def test_levers_start_from_the_series(base):
    key = "mechanisms.posts.clarity"
    pulled = constant(base, key, 0.6).replace({}, {"responsibility": 0.5})
    assert (
        Plan(pulled).mechanisms.tobytes()
        == Plan(base.replace({key: 0.6}, {"responsibility": 0.5})).mechanisms.tobytes()
    )


def test_the_mesa_loop_gives_the_same_bytes(base):
    values = np.linspace(0.1, 0.9, MONTHS).tolist()
    scenario = base.replace(
        {
            "series": {key: {"values": values} for key in KEYS},
            "reform": [
                {"lever": "culture", "intensity": 1.0, "start_when": "credibility < 0.45"},
            ],
        }
    )
    government = Government(scenario, 1)
    government.run_for(MONTHS)
    assert government.world.tallies.tobytes() == simulate(scenario, 1).world.tallies.tobytes()


def test_runs_of_one_plan_do_not_change_each_other(base):
    plan = Plan(constant(base, KEY, 0.3))
    alone = [state(simulate(plan.scenario, 1, one)) for one in range(3)]
    assert [state(simulate(plan, 1, one)) for one in range(3)] == alone


def test_an_own_value_holds_where_the_series_leaves_off(base):
    some = base.replace({"series": {KEY: {"months": [0, 12], "values": [0.3] * 12}}, KEY: 0.4})
    plan = Plan(some)
    assert plan.settings_by_month[:, 0].tolist() == [0.3] * 12 + [0.4] * (MONTHS - 12)


def in_file(name, text, *expected):
    return pytest.param(text, expected, id=name)


GOOD = csv([0.5] * MONTHS)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        in_file("no month", csv([0.5] * 4).replace("month", "mon"), "line 1", "“month”", "“mon”"),
        in_file("no column", csv([0.5] * 4, column="lvel"), "line 1", "“level”", "“lvel”"),
        in_file("column twice", "month,level,level\n0,1,1\n", "line 1", "“level” occurs twice"),
        in_file("nothing", "", "line 1", "“month” is missing"),
        in_file("no rows", "month,level\n", "line 2", "no months"),
        in_file("gap", GOOD.replace("\n7,0.5\n", "\n"), "line 9", "month 7 is missing"),
        in_file("twice", GOOD.replace("\n7,", "\n6,"), "line 9", "month 6 comes twice"),
        in_file("late", csv([0.5] * MONTHS, 3), "line 2", "month 0 is missing", "months"),
        in_file("short", csv([0.5] * 30), "line 31", "month 30 is missing", "month 35"),
        in_file("month in words", "month,level\nMay,0.5\n", "line 2", "month", "“May”"),
        in_file("half a month", "month,level\n0.5,0.5\n", "line 2", "“0.5”"),
        in_file("negative month", "month,level\n-1,0.5\n", "line 2", "“-1”"),
        in_file("too large", GOOD.replace("\n7,0.5", "\n7,1.5"), "line 9", "1.5", "at most 1"),
        in_file("too small", GOOD.replace("\n7,0.5", "\n7,-1"), "line 9", "-1", "at least 0"),
        in_file("no number", GOOD.replace("\n7,0.5", "\n7,high"), "line 9", "“high”"),
        in_file("empty", GOOD.replace("\n7,0.5", "\n7,"), "line 9", "is empty"),
        in_file("endless", GOOD.replace("\n7,0.5", "\n7,inf"), "line 9", "finite"),
        in_file("no value", GOOD.replace("\n7,0.5", "\n7,nan"), "line 9", "finite"),
        in_file("more cells", GOOD.replace("\n7,0.5", "\n7,0.5,1"), "line 9", "3 cells"),
        in_file("empty line", GOOD.replace("\n7,0.5", "\n\n7,0.5"), "line 9", "0 cells"),
        in_file("quote", GOOD.replace("\n7,0.5", '\n7,"0.5'), "not a table"),
        in_file("not text", b"month,level\n0,\xff\n", "UTF-8"),
        in_file("unseen", GOOD.replace("\n7,0.5", "\n7,0.\x1b5"), "line 9", "cannot be seen"),
        in_file("too many", csv([0.5] * 6_001), "6,001 months", "6,000"),
        in_file("too long", "month,level\n" + "0,0.5\n" * 400_000, "bytes", "at most 1,000,000"),
    ],
)
def test_what_is_wrong_in_a_file_is_told_with_its_line(load, text, expected):
    with pytest.raises(BadInput) as refused:
        load(text)
    said = str(refused.value)
    assert "\n" not in said
    assert len(said) < 1_000
    for word in ("shocks.csv", *expected):
        assert word in said


@pytest.mark.parametrize(
    ("key", "about", "expected"),
    [
        ("public.expectaton", FROM_FILE, ("public.expectaton", "“public.expectation”")),
        ("public.citizens", FROM_FILE, ("public.citizens", "whole number")),
        ("public.trust.mean", FROM_FILE, ("public.trust.mean", "as a run begins")),
        ("clock.months", FROM_FILE, ("clock.months", "follow a series")),
        (KEY, FROM_FILE | {"column": "3"}, ("column", "name of a column")),
        (KEY, FROM_FILE | {"file": "3"}, ("file", "text in quotes")),
        (KEY, FROM_FILE | {"file": '"none.csv"'}, ("none.csv", "cannot be read")),
        (KEY, FROM_FILE | {"file": '"."'}, ("cannot be read", "directory")),
        (KEY, FROM_FILE | {"months": "[9, 3]"}, ("months", "after it starts")),
        (KEY, FROM_FILE | {"months": "[90, 99]"}, ("month 90", f"lasts {MONTHS}")),
        (KEY, FROM_FILE | {"colum": '"x"'}, ("colum", "“column”")),
        (KEY, {"column": '"level"'}, ("values", "missing")),
        (KEY, {"values": "[0.5, 2.0]", "months": "[0, 2]"}, ("month 1", "2.0", "at most 1")),
        (KEY, {"values": "[]"}, ("values", "at least 1")),
    ],
)
def test_what_is_no_series_is_refused(load, key, about, expected):
    with pytest.raises(BadInput) as refused:
        load(GOOD, series(key, **about))
    for word in ("series", *expected):
        assert word in str(refused.value) or word == "series"


def test_values_that_fit_alone_but_not_together_are_refused(base):
    with pytest.raises(BadInput, match=r"month 3.*exit_below is above public\.return_above"):
        base.replace({"series": {"public.exit_below": {"values": [0.0] * 3 + [1.0] * 33}}})


def test_a_setting_of_a_variant_cannot_follow_a_series(load):
    variant = "[[variant]]\ndepartments = [1]\nmechanisms.posts.clarity = 0.5\n"
    with pytest.raises(BadInput, match=r"variant\.1 sets it too"):
        load(GOOD, series("mechanisms.posts.clarity", **FROM_FILE) + variant)


def test_a_longer_run_needs_more_months(load):
    with pytest.raises(BadInput, match="month 36 is missing"):
        load(GOOD).replace({"clock.months": 48})
    assert load(GOOD).replace({"clock.months": 24}).clock.months == 24


def test_a_key_needs_no_quotes(load):
    one = load(GOOD)
    two = load(GOOD, '[series.public.expectation]\nfile = "shocks.csv"\ncolumn = "level"\n')
    assert one == two


def test_a_file_that_extends_another_replaces_its_series(write, load):
    load(GOOD)
    more = '[series."public.expectation"]\nvalues = [0.1, 0.2]\nmonths = [0, 2]\n'
    child = Scenario.load(write("child.toml", f'extends = "own"\n{more}'))
    assert child.series[KEY].values == (0.1, 0.2)
    assert child.series[KEY].file is None


def test_a_path_finds_its_file_beside_itself(write, load, monkeypatch, tmp_path):
    load(GOOD)
    monkeypatch.chdir("/")
    assert Scenario.load(tmp_path / "own.toml").series[KEY].file == "shocks.csv"


def test_written_anew_in_full_it_is_the_same_scenario(write, load):
    scenario = load(GOOD)
    again = Scenario.load(write("full/own.toml", annotated(scenario)))
    assert again.series == scenario.series
    assert again.identity() == scenario.identity()


def test_a_scenario_without_series_is_stored_as_before(base):
    assert "series" not in base.tree()
    assert "series" not in base.identity()


EXPERIMENT = """
title = "Shocks"
question = "What do they do?"
scenario = "own.toml"
replicates = 2
measures = ["execution_rate", "credibility"]
set = { series = { public = { expectation = { file = "shocks.csv", column = "level" } } } }

[design]
kind = "list"

[[point]]
name = "with"

[[point]]
name = "without"
set = { series = {} }
"""


@pytest.mark.slow
def test_the_content_of_the_file_counts_in_the_keys_of_stored_runs(write, tmp_path):
    write("own.toml", BASE)

    def run(values):
        write("shocks.csv", csv(values))
        experiment = Experiment.load(write("asked.toml", EXPERIMENT))
        return Study(experiment, tmp_path / "out", by_content=True).run(1)

    first = run([0.3] * MONTHS)
    found = first.store().runs().set_index("point")
    with_it, without = (found.loc[point, "execution_rate"] for point in (0, 1))
    assert (with_it.to_numpy() != without.to_numpy()).any()
    scenario = first.world(0)
    alone = [simulate(scenario, 1, one).summary["execution_rate"] for one in range(2)]
    assert with_it.tolist() == alone
    assert run([0.3] * MONTHS).folder == first.folder
    assert run([0.3] * 35 + [0.6]).folder != first.folder


FACTOR = """
title = "Expectation"
question = "What does it do?"
scenario = "own.toml"
replicates = 2
measures = ["execution_rate"]

[design]
kind = "grid"

[factor."public.expectation"]
values = [0.2, 0.4]
"""


def test_a_factor_on_a_setting_that_always_follows_a_series_is_refused(write):
    write("shocks.csv", GOOD)
    experiment = write("asked.toml", FACTOR)
    write("own.toml", BASE + series(**FROM_FILE, months=[0, 12]))
    assert len(Study(Experiment.load(experiment)).drawn.points) == 2
    write("own.toml", BASE + series(**FROM_FILE))
    with pytest.raises(BadInput, match="would have no effect: in every month it takes its value"):
        Study(Experiment.load(experiment)).drawn  # noqa: B018 - computed here


def test_the_name_of_the_file_does_not_count(write):
    write("shocks.csv", GOOD)
    write("moved.csv", csv([0.5] * MONTHS, column="x"))
    one = Scenario.load(write("own.toml", BASE + series(**FROM_FILE)))
    moved = FROM_FILE | {"file": '"moved.csv"', "column": '"x"'}
    other = Scenario.load(write("own.toml", BASE + series(**moved)))
    assert one.identity() == other.identity()


def test_check_tells_what_follows_which_column(load, zhixing, tmp_path):
    load(GOOD)
    said = " ".join(zhixing("check", tmp_path / "own.toml").out.split())
    assert f"{KEY} follows column level of shocks.csv in months 0 to {MONTHS}" in said
