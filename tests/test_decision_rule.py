"""Rules of decision: those that ship and a user's own, in both loops, in studies, and their errors.

No file runs that the user has not named.
"""

import os
import pickle
import subprocess
import sys
from pathlib import Path

import numba
import pytest
from test_loops import LIVELY, TINY, digest, every_lever, one_by_one, reduced

from sim import BadInput, Experiment, Government, Officer, Scenario, Study, simulate
from sim.decision_rule import LOGIT, SHIPPED, DecisionRule, RuleFile, rules_named
from sim.kinds import CONDUCTS
from sim.machine.compiled import rule
from sim.machine.loop import Crew
from sim.mechanisms.conduct import logit
from sim.theory.mean_field import MeanField
from sim.world.plan import Plan
from tests.conftest import but, in_plain_python

OTHERS = tuple(name for name in SHIPPED if name != LOGIT)
MONTHS = 26
OWN = """
from sim.machine.compiled import rule
from sim.mechanisms.conduct import choose

GOOD_ENOUGH = 0.4


@rule
def is_good(worth):
    return worth > GOOD_ENOUGH


@rule
def satisfice(officer, choice, world, month):
    for k in range(len(choice.worth)):
        if world.conducts[k].available and is_good(choice.worth[k]):
            return k
    return officer.previous_conduct


def weigh(officer, choice, world, month):
    return choose(choice)
"""
EXPERIMENT = {
    "title": "Ways",
    "question": "Does it matter how officers decide?",
    "scenario": "bureau",
    "months": 12,
    "replicates": 2,
    "measures": ["faithful"],
    "design": {"kind": "grid"},
}
WAYS = [LOGIT, "imitation", "own.py:satisfice", "own.py:weigh"]


@rule
def by_the_draw(officer, choice, world, month):
    """Any available conduct, whatever it is worth."""
    k = int(choice.draws[0] * len(choice.worth))
    return k if world.conducts[k].available else officer.previous_conduct


class ByTheDraw(Officer):
    """The same in the Mesa loop."""

    def decide(self):
        Officer.decide(self)
        choice = self.model.world.choices[self.number_in_department]
        return int(choice.draws[0] * len(CONDUCTS))


LITERAL, NONE = CONDUCTS.index("literal"), len(CONDUCTS)


def wrong(officer, choice, world, month):
    """A conduct that is not available, or a number that no conduct has."""
    return NONE if world.conducts[LITERAL].available else LITERAL


@pytest.fixture
def own(write):
    return write("own.py", OWN)


@pytest.mark.slow
@pytest.mark.parametrize("name", but(("imitation",), OTHERS))
@pytest.mark.parametrize("scenario", ["district", "province"])
def test_both_loops_and_threads_give_the_same_bytes_by_any_rule(scenario, name):
    world = reduced(scenario).replace({"decide": name, "clock.months": MONTHS})
    run = simulate(world, 7, 2)
    government, asked = Government(world, 7, 2), Government(world, 7, 2)
    government.run_for(MONTHS)
    one_by_one(asked, MONTHS)
    threads = simulate(world, 7, 2, Crew(2)).world
    usual = simulate(world, 7, 2, decide=LOGIT).world
    assert digest(run.world) == digest(government.world) == digest(asked.world) == digest(threads)
    assert digest(run.world) != digest(usual)


def tiny(name):
    district = Scenario.load("district")
    scenario = district.replace(LIVELY | TINY, every_lever(district))
    return digest(simulate(scenario, 11, decide=name).world)


@pytest.mark.long
def test_plain_python_gives_the_bytes_of_the_compiled_loop_by_any_rule():
    script = (
        "import test_decision_rule as t; "
        "print(json.dumps([t.tiny(one) for one in (*t.OTHERS, t.by_the_draw)]))"
    )
    plain = in_plain_python(script, Path(__file__).parent)
    assert plain == [tiny(one) for one in (*OTHERS, by_the_draw)]


@pytest.mark.slow
def test_a_rule_of_ones_own_is_compiled_and_is_that_of_the_same_officer_in_the_mesa_loop():
    scenario = reduced("district").replace({"clock.months": MONTHS})
    run = simulate(scenario, 5, decide=by_the_draw)
    by_rule = Government(scenario, 5, decide=by_the_draw)
    by_officer = Government(scenario, 5, officer=ByTheDraw)
    by_rule.run_for(MONTHS)
    by_officer.run_for(MONTHS)
    assert digest(run.world) == digest(by_rule.world) == digest(by_officer.world)
    assert digest(run.world) != digest(simulate(scenario, 5).world)


@pytest.mark.long
def test_a_rule_of_ones_own_that_takes_the_logit_gives_its_bytes(own):
    scenario = reduced("district").replace({"clock.months": MONTHS})
    weigh = RuleFile.read(own).rule("weigh")
    assert weigh.mark != LOGIT
    assert digest(simulate(scenario, 5, decide=weigh).world) == digest(simulate(scenario, 5).world)
    assert DecisionRule.of(logit).name == LOGIT


@pytest.mark.parametrize(
    ("available", "why"),
    [pytest.param(True, "no conduct has", marks=pytest.mark.long), (False, "does not allow")],
)
def test_a_rule_that_gives_no_available_conduct_stops_the_run(available, why):
    scenario = Scenario.load("bureau").replace({"conducts.literal.available": available})
    with pytest.raises(BadInput, match=why):
        simulate(scenario, 1, decide=wrong)


def test_the_name_of_a_rule_is_checked_with_the_scenario():
    bureau = Scenario.load("bureau")
    with pytest.raises(BadInput, match="did you mean “satisficing”"):
        bureau.replace({"decide": "satisfising"})
    with pytest.raises(BadInput, match="expected text"):
        bureau.replace({"decide": 3})
    changed = bureau.replace({"decide": "imitation", "clock.months": 12})
    assert changed.decide == "imitation"
    assert changed.behaviour is bureau.behaviour
    assert changed.identity() != bureau.replace({"clock.months": 12}).identity()


def test_the_mean_field_is_that_of_the_logit():
    with pytest.raises(BadInput, match="mean field is of officers who decide by the logit"):
        MeanField(Scenario.load("bureau").replace({"decide": "imitation"}))


# What cannot be compiled.

HEAD = "from sim.machine.compiled import rule\nnames = {1: 2}\ndef plain(x):\n    return x\n\n"
RULE = HEAD + "@rule\ndef mine(officer, choice, world, month):\n"


@pytest.mark.skipif(numba.config.DISABLE_JIT, reason="nothing is compiled")
@pytest.mark.parametrize(
    ("text", "line", "why"),
    [
        (RULE + "    return officer.capabilty > 0.5", 8, "did you mean “capability”"),
        (RULE + "    officer.mood = 1.0\n    return 0", 8, "officer has no “mood”"),
        (RULE + "    return world.officer[0].conduct", 8, "did you mean “officers”"),
        (RULE + "    k = 1\n    return names[k]", 9, "“names” is a dict"),
        (RULE + "    return plain(1)", 8, "“plain” is a function without @rule"),
        (RULE + "    with open('x'):\n        return 1", 8, "context manager"),
        (RULE + "    return 'faithful'", 6, "expected the number of a conduct"),
        (RULE + "    return 0.5", 6, "float64; expected the number of a conduct"),
        (RULE + "    if month > 3:\n        return 0", 6, "no value in some cases"),
        ("def mine(officer, choice):\n    return 0\n", 1, "takes 2 arguments; expected officer"),
        ("def mine(officer:\n", 1, "SyntaxError"),
        ("x = 1 / 0\n", 1, "ZeroDivisionError"),
    ],
)
def test_what_cannot_be_compiled_is_told_by_file_and_line(write, text, line, why):
    path = write("own.py", text)
    with pytest.raises(BadInput) as told:
        RuleFile.read(path).rule("mine")
    said = str(told.value)
    assert said.startswith(f"{path}, line {line}: ")
    assert why in said
    assert "\n" not in said


def test_a_function_that_is_not_there_is_told_with_the_nearest(own):
    with pytest.raises(BadInput, match="no function “satisfise”; did you mean “satisfice”"):
        RuleFile.read(own).rule("satisfise")
    with pytest.raises(BadInput, match="expected a Python file"):
        RuleFile.read("own.toml")
    with pytest.raises(BadInput, match="expected a function as rule of decision"):
        simulate(Scenario.load("bureau"), 1, decide=3)


# What tells a rule from others, and where it is kept.


@pytest.mark.slow
def test_a_rule_is_known_by_what_it_does_and_calls(write):
    marks = {}
    for name, text in {
        "as it is": OWN,
        "a comment": OWN.replace("GOOD_ENOUGH = 0.4", "GOOD_ENOUGH = 0.4  # utility"),
        "a value": OWN.replace("0.4", "0.5"),
        "a rule it calls": OWN.replace("worth > GOOD", "worth >= GOOD"),
    }.items():
        marks[name] = RuleFile.read(write("own.py", text)).rule("satisfice").mark
    assert marks["as it is"] == marks["a comment"]
    assert len(set(marks.values())) == 3


@pytest.mark.long
@pytest.mark.skipif(numba.config.DISABLE_JIT, reason="nothing is compiled")
def test_a_loop_with_a_rule_of_ones_own_is_compiled_once_and_never_for_another_rule(
    tmp_path, write
):
    code = (
        "import sys; from numba.core import event; from sim import Scenario, simulate; "
        "from sim.decision_rule import RuleFile; "
        "own = RuleFile.read(sys.argv[1]).rule('satisfice'); "
        "world = Scenario.load('bureau').replace({'clock.months': 2}); "
        "begun = simulate(world, 1).world.officers.tobytes(); "
        "compiled = []; "
        "event.register('numba:compile', type('L', (event.Listener,), {"
        "'on_start': lambda self, one: compiled.append(one.data['dispatcher'].__qualname__), "
        "'on_end': lambda self, one: None})()); "
        "found = simulate(world, 1, decide=own).world.officers['conduct'].tolist(); "
        "print(len([one for one in compiled if 'run_months' in one]), found)"
    )

    def started(path):
        command = [sys.executable, "-c", code, str(path)]
        done = subprocess.run(
            command, capture_output=True, text=True, check=False, env=os.environ | SOURCES
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.split(maxsplit=1)

    first = write("own.py", OWN.replace("0.4", f"0.4 + {os.getpid()}e-12"))
    compiled, found = started(first)
    assert int(compiled) > 0
    again, same = started(first)
    assert (int(again), same) == (0, found)
    edited = write("own.py", first.read_text().replace("return worth >", "return worth <"))
    compiled, other = started(edited)
    assert int(compiled) > 0
    assert other != found


SOURCES = {"PYTHONPATH": str(Path(__file__).parents[1])}


@pytest.mark.long
def test_a_rule_travels_to_workers_as_the_text_of_its_file(own):
    sent = RuleFile.read(own).rule("satisfice")
    content = pickle.dumps(sent)
    own.unlink()
    arrived = pickle.loads(content)
    assert (arrived.name, arrived.mark) == (sent.name, sent.mark)
    bureau = Scenario.load("bureau")
    there = simulate(bureau, 1, decide=arrived).world
    assert digest(there) == digest(simulate(bureau, 1, decide=sent).world)
    assert (
        pickle.loads(pickle.dumps(DecisionRule.shipped("imitation"))).function
        is SHIPPED["imitation"]
    )


# In studies.


def ways(values=WAYS, **changes):
    tree = {**EXPERIMENT, "factor": {"decide": {"values": values}}, **changes}
    return Experiment.from_tree(tree, "ways", "ways")


@pytest.mark.slow
def test_a_study_runs_each_rule_that_its_factor_names(own, tmp_path):
    study = Study(ways(), tmp_path / "out", rules=[own]).run(workers=1)
    found = study.results().set_index("decide")["faithful"]
    bureau = Scenario.load("bureau").replace({"clock.months": 12, "clock.observed": 12})
    for name in WAYS:
        decide = RuleFile.read(own).rule(name.partition(":")[2]) if ":" in name else name
        expected = [simulate(bureau, 1, r, decide=decide).summary["faithful"] for r in range(2)]
        assert found[name].tolist() == pytest.approx(expected, rel=1e-12), name
    assert found[LOGIT].tolist() == found["own.py:weigh"].tolist()


@pytest.mark.slow
@pytest.mark.usefixtures("lasting_workers")
def test_workers_run_a_rule_as_this_process_does(own, tmp_path):
    alone = Study(ways(), tmp_path / "alone", rules=[own]).run(workers=1)
    shared = Study(ways(), tmp_path / "shared", rules=[own]).run(workers=2)
    assert alone.results().equals(shared.results())


@pytest.mark.slow
def test_a_study_of_an_edited_rule_is_another_study(own, tmp_path, write):
    Study(ways(), tmp_path / "out", rules=[own]).run(workers=1)
    assert Study(ways(), tmp_path / "out", rules=[own]).status().complete
    write("own.py", OWN.replace("0.4", "0.41"))
    with pytest.raises(BadInput):
        Study(ways(), tmp_path / "out", rules=[own]).run(workers=1)


@pytest.mark.slow
def test_the_experiment_or_its_points_can_name_the_rule_too(own, tmp_path):
    everywhere = Experiment.from_tree(
        {
            **EXPERIMENT,
            "set": {"decide": "own.py:satisfice"},
            "design": {"kind": "list"},
            "point": [{"name": "own"}, {"name": "copy", "set": {"decide": "imitation"}}],
        },
        "listed",
        "listed",
    )
    study = Study(everywhere, tmp_path, rules=[own])
    assert set(study.rules) == {"own.py:satisfice", "imitation"}
    with pytest.raises(BadInput, match=r"--rules own\.py"):
        Study(everywhere, tmp_path)


# Whose file runs.

MARKED = OWN + "\nopen({!r}, 'w').close()\n"


@pytest.mark.slow
def test_no_file_runs_that_the_user_has_not_named(zhixing, write, tmp_path):
    ran = tmp_path / "ran"
    write("own.py", MARKED.format(str(ran)))
    factor = '[factor.decide]\nvalues = ["logit", "own.py:satisfice"]\n'
    head = (
        'title = "T"\nquestion = "Q?"\nscenario = "bureau"\nreplicates = 1\nmonths = 3\n'
        'measures = ["faithful"]\n[design]\nkind = "grid"\n'
    )
    experiment = write("ways.toml", head + factor)
    other = write("other.py", OWN)
    for more in ((), ("--rules", other)):
        said = zhixing("study", experiment, "--out", tmp_path / "out", *more)
        assert said.code == 2
        assert "“own.py:satisfice” is a function in own.py" in said.err
        assert "--rules own.py" in said.err
    scenario = write("mine.toml", 'extends = "bureau"\ntitle = "M"\ndecide = "own.py:satisfice"\n')
    for command in ("run", "levers", "spiral"):
        said = zhixing(command, scenario, "--out", tmp_path / "out")
        assert (said.code, "own.py" in said.err) == (2, True), command
    assert not ran.exists()
    words = ("--out", tmp_path / "out", "--rules", tmp_path / "own.py", "--workers", "1")
    said = zhixing("study", experiment, *words)
    assert said.code == 0, said.err
    assert ran.exists()
    kept = zhixing("study", "status", experiment, "--out", tmp_path / "out")
    assert kept.code == 2


def test_the_command_says_where_a_rule_cannot_be_compiled(zhixing, write, tmp_path):
    own = write("own.py", RULE.replace("mine", "satisfice") + "    return officer.capabilty")
    experiment = write(
        "ways.toml",
        'title = "T"\nquestion = "Q?"\nscenario = "bureau"\nreplicates = 1\nmonths = 3\n'
        'measures = ["faithful"]\nset = { decide = "own.py:satisfice" }\n'
        '[design]\nkind = "list"\n[[point]]\nname = "all"\n',
    )
    said = zhixing("study", experiment, "--out", tmp_path / "out", "--rules", own)
    assert said.code == 2
    assert f"{own}, line 8: satisfice cannot be compiled" in said.err
    assert "did you mean “capability”" in said.err


def test_two_files_of_one_name_cannot_both_be_named(write):
    one, other = write("a/own.py", OWN), write("b/own.py", OWN)
    with pytest.raises(BadInput, match="rename one of them"):
        rules_named(["own.py:weigh"], [one, other])
    assert list(rules_named(["own.py:weigh"], [one, one])) == ["own.py:weigh"]


def test_a_plan_keeps_its_rule_when_the_scenario_changes():
    plan = Plan(Scenario.load("bureau")).deciding(by_the_draw)
    changed = plan.changed(plan.scenario.replace({"behaviour.duty": 2.0}))
    assert changed.loop is plan.loop
