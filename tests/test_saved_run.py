"""A run that is copied, pickled or saved half-way goes on exactly; nothing in a file is code."""

import copy
import json
import os
import pickle
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import pytest

from sim.agents import Officer
from sim.errors import BadInput
from sim.government import Government
from sim.panel import Kept, Panel
from sim.world.scenario import Scenario
from tests.conftest import but

HALF = 12
ROOT = Path(__file__).parents[1]


class Moody(Officer):
    """Idles every third month, whoever holds the post."""

    def __init__(self, *arguments):
        super().__init__(*arguments)
        self.mood = 0
        self.seen = {"months": [], "told": "你好"}

    def decide(self):
        self.mood += 1
        self.seen["months"].append(self.model.month)
        return "idle" if self.mood % 3 == 0 else super().decide()


class Lucky(Government):
    """Draws from Mesa's generators too."""

    def step(self):
        self.luck = [self.random.random(), float(self.rng.random())]
        super().step()


def dutiful(officer, choice, world, month):
    return officer.previous_conduct if officer.age > 500 else 0


TRIGGERED = {"lever": "supervision", "intensity": 1.0, "start_when": "execution_rate < 0.9"}
SERIES = {"public.expectation": {"values": [0.5, 0.9, 0.4] * 8, "first": 0}}
KINDS = {
    "plain": ({}, Government, {}),
    "measures of its own": ({"measure": {"x": {"what": "conduct == idle"}}}, Government, {}),
    "reforms by a condition": ({"reform": [TRIGGERED]}, Government, {}),
    "settings by month": ({"series": SERIES}, Government, {}),
    "officers of its own": ({}, Government, {"officer": Moody}),
    "some officers of its own": (
        {},
        Government,
        {"officer": lambda model, row, i: (Moody if i % 3 == 0 else Officer)(model, row, i)},
    ),
    "a government of its own": ({}, Lucky, {"officer": Moody}),
    "a rule that ships": ({}, Government, {"decide": "imitation"}),
    "a rule of its own": ({}, Government, {"decide": dutiful}),
}


def saved(path, given):
    def save(government):
        government.save(path)
        # A rule that ships is known by its name.
        more = {name: one for name, one in given.items() if one != "imitation"}
        return type(government).load(path, **more)

    return save


def ways(path, given):
    return {
        "deepcopy": copy.deepcopy,
        "copy": copy.copy,
        "pickle": lambda government: pickle.loads(pickle.dumps(government)),
        "save": saved(path, given),
    }


def state(government):
    world = government.world
    tables = {name: getattr(world, name).tobytes() for name in ("officers", "departments")}
    tables |= {name: getattr(world, name).tobytes() for name in ("citizens", "tallies", "own")}
    own = [vars(agent).get("mood") for agent in government.officers]
    luck = getattr(government, "luck", None)
    return {**tables, "own attributes": own, "luck": luck, "months": government.steps}


@pytest.mark.parametrize("way", ["deepcopy", "copy", "pickle", "save"])
@pytest.mark.parametrize("kind", but(set(KINDS) - {"a rule of its own"}, KINDS))
def test_both_futures_equal_the_run_straight_through(kind, way, small, tmp_path):
    changes, cls, given = KINDS[kind]
    scenario = small.replace(changes)
    straight = cls(scenario, seed=5, **given)
    straight.run_for(24)
    first = cls(scenario, seed=5, **given)
    first.run_for(HALF)
    second = ways(tmp_path / "run.zx", given)[way](first)
    assert state(second) == state(first)
    # In turns, so that one that shared anything with the other would show.
    for _ in range(24 - HALF):
        second.step()
        first.step()
    assert state(first) == state(straight)
    assert state(second) == state(straight)
    assert second.summary.equals(straight.summary)
    assert second.series.equals(straight.series)
    assert second.time == straight.time
    with pytest.raises(BadInput, match="ends after 24 months"):
        second.step()


@pytest.mark.parametrize("way", ["deepcopy", "copy", "pickle", "save"])
def test_what_is_done_to_one_future_is_not_done_to_the_other(way, small, tmp_path):
    first = Government(small, seed=5)
    first.run_for(HALF)
    second = ways(tmp_path / "run.zx", {})[way](first)
    for officer in second.officers:
        assert officer.model is second
        officer.capability = 0.0
    second.department_at(0).credibility = 0.1
    first.run_for(12)
    second.run_for(12)
    straight = Government(small, seed=5)
    straight.run_for(24)
    assert state(first) == state(straight)
    assert second.summary["execution_rate"] < first.summary["execution_rate"] - 0.05


def test_a_copy_of_a_copy_and_a_method_of_one_agent(small):
    def always(agent):
        return "idle"

    first = Government(small, seed=5)
    first.run_for(3)
    officer = first.officer_at(4)
    officer.decide = always.__get__(officer)
    second = copy.deepcopy(copy.deepcopy(first))
    for government in (first, second):
        government.run_for(9)
        assert government.officer_at(4).conduct == first.officer_at(4).conduct
    assert state(first) == state(second)
    with pytest.raises(BadInput, match="“decide” of Officer 4 is a"):
        first.save("nowhere.zx")


def test_a_panel_of_both_halves_is_the_panel_of_the_whole(small):
    panel = Panel(every=6)
    first = Government(small, seed=5)
    kept = Kept(panel, first.plan)
    first.watch(kept.see)
    first.run_for(HALF)
    second = copy.deepcopy(first)
    second.run_for(12)
    first.run_for(12)
    assert kept.table().equals(panel.run(small, 5))


@pytest.fixture
def run(small, tmp_path):
    government = Government(small, seed=5, officer=Moody)
    government.run_for(HALF)
    path = tmp_path / "half way 半程.zx"
    government.save(path)
    return path


def test_other_classes_than_it_was_saved_with_are_refused(run):
    class Other(Officer):
        def decide(self):
            return "idle"

    for classes in ({}, {"officer": Other}):
        with pytest.raises(BadInput, match="class Moody; give the same"):
            Government.load(run, **classes)
    with pytest.raises(BadInput, match="did you mean “officer”"):
        Government.load(run, offcer=Moody)


def test_a_rule_of_ones_own_is_given_again(small, tmp_path):
    government = Government(small, seed=5, decide=dutiful)
    government.save(tmp_path / "run.zx")

    def other(officer, choice, world, month):
        return 1

    with pytest.raises(BadInput, match="officers decide by dutiful; give it"):
        Government.load(tmp_path / "run.zx")
    with pytest.raises(BadInput, match="another rule of decision, dutiful"):
        Government.load(tmp_path / "run.zx", decide=other)


@pytest.mark.parametrize("value", [np.zeros(3), {1, 2}, (1, 2), len, object(), {1: 2}])
def test_what_cannot_be_saved_is_named(value, small, tmp_path):
    government = Government(small, seed=5)
    government.officer_at(2).mine = value
    with pytest.raises(BadInput, match="“mine” of Officer 2 is a"):
        government.save(tmp_path / "run.zx")
    assert list(tmp_path.iterdir()) == []


POSTS = """岗位,上级,第二上级,部门,能力,年龄
书记,,,班子,0.8,55
副局长,书记,,班子,,50
一科长,书记,副局长,一科,0.6,45
科员甲,一科长,,一科,,28
科员乙,一科长,,一科,0.5,
二科长,副局长,,二科,0.7,48
科员丙,二科长,,二科,,33
"""


@pytest.fixture
def of_posts(write, tmp_path, monkeypatch):
    """A scenario with a table of posts, named from the folder in which both are."""
    write("own office/岗位表.csv", POSTS)
    write(
        "own office/mine.toml",
        'extends = "bureau"\ntitle = "Mine"\n[organisation]\nposts = "岗位表.csv"\n'
        "[clock]\nmonths = 24\n",
    )
    monkeypatch.chdir(tmp_path / "own office")
    return Scenario.load("mine.toml")


@pytest.mark.slow
@pytest.mark.parametrize("way", ["deepcopy", "copy", "pickle", "save"])
def test_a_run_with_a_table_of_posts_goes_on_from_any_folder(way, of_posts, tmp_path, monkeypatch):
    straight = Government(of_posts, seed=5)
    straight.run_for(24)
    first = Government(of_posts, seed=5)
    first.run_for(HALF)
    path = tmp_path / "run.zx"
    first.save(path)
    kept = pickle.dumps(first)
    copies = {"deepcopy": copy.deepcopy(first), "copy": copy.copy(first)}
    # Whoever goes on is elsewhere.
    monkeypatch.chdir(tmp_path)
    if way in copies:
        second = copies[way]
    else:
        second = pickle.loads(kept) if way == "pickle" else Government.load(path)
    second.run_for(24 - HALF)
    assert state(second) == state(straight)
    assert second.summary.equals(straight.summary)
    assert second.plan.scenario.establishment.posts[:2] == ("书记", "副局长")
    assert second.plan.scenario.identity() == of_posts.identity()
    # It can be kept again.
    second.save(path)
    assert state(Government.load(path)) == state(straight)


@pytest.mark.long
def test_a_pickled_run_with_a_table_of_posts_goes_on_in_another_process(of_posts, tmp_path):
    first = Government(of_posts, seed=5)
    first.run_for(HALF)
    (tmp_path / "run.pickle").write_bytes(pickle.dumps(first))
    code = (
        "import pickle; from pathlib import Path\n"
        "government = pickle.loads(Path('run.pickle').read_bytes())\n"
        "government.run_for(12); print(repr(float(government.summary['execution_rate'])))"
    )
    said = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    first.run_for(12)
    assert float(said.stdout) == first.summary["execution_rate"]


@pytest.mark.parametrize(
    ("harm", "told"),
    [
        (lambda table: table.unlink(), "cannot be read: No such file"),
        (lambda table: table.write_text(POSTS.replace("55", "56")), "has changed since"),
    ],
)
def test_a_saved_run_whose_table_of_posts_is_another_is_refused(harm, told, of_posts, tmp_path):
    path = tmp_path / "run.zx"
    Government(of_posts, seed=5).save(path)
    harm(Path("岗位表.csv"))
    with pytest.raises(BadInput, match=f"run.zx: cannot go on .*岗位表.csv.*{told}"):
        Government.load(path)


def changed(path, name, content):
    """The file with one of its members replaced."""
    with zipfile.ZipFile(path) as held:
        members = {info.filename: held.read(info) for info in held.infolist()}
    members[name] = content
    with zipfile.ZipFile(path, "w") as out:
        for one, data in members.items():
            if data is not None:
                out.writestr(one, data)


def told(path, **changes):
    """The file with other texts."""
    with zipfile.ZipFile(path) as held, held.open("about.npy") as file:
        about = json.loads(np.lib.format.read_array(file).tobytes())
    about.update(changes)
    text = np.frombuffer(json.dumps(about).encode(), np.uint8)
    np.save(path.with_suffix(".npy"), text)
    changed(path, "about.npy", path.with_suffix(".npy").read_bytes())


class Bomb:
    def __reduce__(self):
        return exec, ("raise SystemExit('ran')",)


def pickled(path):
    objects = np.array([Bomb()], dtype=object)
    np.save(path.with_suffix(".npy"), objects, allow_pickle=True)
    return path.with_suffix(".npy").read_bytes()


DAMAGE = {
    "no zip": lambda path: path.write_bytes(b"PK nothing"),
    "half": lambda path: path.write_bytes(path.read_bytes()[: path.stat().st_size // 2]),
    "empty": lambda path: path.write_bytes(b""),
    "code": lambda path: changed(path, "officers.age.npy", pickled(path)),
    "code in the texts": lambda path: changed(path, "about.npy", pickled(path)),
    "a member missing": lambda path: changed(path, "officers.age.npy", None),
    "another length": lambda path: changed(path, "fronts.npy", b"\x93NUMPY\x01\x00"),
    "other code": lambda path: told(path, code="0" * 64),
    "another form": lambda path: told(path, format=99),
    "too many months": lambda path: told(path, month=10**6),
    "months before the first": lambda path: told(path, month=-1),
    "no scenario": lambda path: told(path, scenario=[]),
    "a scenario of millions": lambda path: told(path, scenario={"name": "x"}),
    "agents that there are not": lambda path: told(
        path, agents={"officer": {"9999": {"x": 1}}, "department": {}, "citizen": {}}
    ),
    "no state of random numbers": lambda path: told(path, random=[3, [], None]),
}


@pytest.mark.parametrize("case", DAMAGE)
def test_a_file_that_is_damaged_or_hostile_is_one_line(case, run):
    DAMAGE[case](run)
    with pytest.raises(BadInput) as error:
        Government.load(run, officer=Moody)
    assert run.name in str(error.value)
    assert "\n" not in str(error.value)


def test_a_file_that_there_is_not(tmp_path):
    with pytest.raises(BadInput, match="no such file"):
        Government.load(tmp_path / "none.zx")
    with pytest.raises(BadInput):
        Government.load(tmp_path)
