"""Results of a function are those of its code: edited, it never answers with old numbers."""

import functools
import importlib
import json
import math
import os
import subprocess
import sys
import threading

import numba
import numpy as np
import pytest

from sim.errors import BadInput
from sim.study.experiment import Experiment
from sim.study.fingerprint import fingerprint
from sim.study.study import Study
from tests.conftest import environment

TREE = {
    "title": "Own",
    "question": "Is it what it was?",
    "replicates": 2,
    "measures": ["y"],
    "design": {"kind": "grid"},
    "factor": {"x": {"values": [0.0, 1.0]}},
}
OWN = '''
"""A function of a user's own."""
import json
import math
from dataclasses import dataclass, field
from enum import Enum
from functools import lru_cache, partial, wraps

import numpy as np
import own_helper
import pandas as pd
import scipy.stats
from numpy.random import normal
from own_helper import shift
from random import gauss
from pydantic import BaseModel, Field
from own_helper import deeper as below
from sim import Scenario

SCALE = 2.0
CONFIG = {"rate": 0.5, "names": ["a", "b"]}
WEIGHTS = np.array([1.0, 2.0])
KNOWN = {"alpha", "beta", "gamma", "delta"}
UNUSED = 1


def raised(value):
    return value + deep(value)


def deep(value):
    return value * 1.5


@lru_cache
def kept(value):
    return value + 4.0


def twice(function):
    @wraps(function)
    def inner(*given):
        return [2.0 * one for one in function(*given)]

    return inner


class Base:
    rate = 0.25

    def at(self, x):
        return self.rate * x


@dataclass(frozen=True)
class Fields:
    low: float = 61.0
    more: tuple = field(default_factory=lambda: (62.0,))


class Checked(BaseModel):
    high: float = 71.0
    limit: float = Field(72.0, gt=0)


class Kind(Enum):
    ONE = 81.0
    TWO = "two"


class Model(Base):
    """A model."""

    def __init__(self, slope):
        self.slope = slope

    def at(self, x):
        return super().at(x) + self.slope * x

    def __call__(self, values, seed, replicate):
        return [self.at(values["x"])]

    def method(self, values, seed, replicate):
        return [self.at(values["x"])]


def maker(offset):
    def made(values, seed, replicate):
        return [values["x"] + offset]

    return made


def function(values, seed, replicate, power=1.0):
    import own_later

    x = values["x"] ** power
    x += kept(x) + Model(3.0).at(x) + own_later.late(x) + math.sqrt(x)
    x += Fields().low + Checked().high + Kind.ONE.value
    if str(replicate) in KNOWN or replicate in (7, 8):
        x += len(KNOWN)
    return [SCALE * raised(x) + CONFIG["rate"] + WEIGHTS.sum() + shift(x) + own_helper.turn(x)
            + below.down(x) + (lambda one: one + 9.0)(x)]


@twice
def decorated(values, seed, replicate):
    return [values["x"] + 6.0]


def other(values, seed, replicate):
    return [UNUSED]


def scattered(values, seed, replicate):
    return [normal() + gauss() + SPREAD.mean() + TABLE["a"].sum() + WORLD.clock.months]


SPREAD = scipy.stats.norm(0.0, 91.0)
TABLE = pd.DataFrame({"a": [92.0, 1.0], "b": ["x", "y"]}).set_index("b")
WORLD = Scenario.load("bureau")
made = maker(5.0)
model = Model(11.0)
method = model.method
fixed = partial(function, power=12.0)
short = lambda values, seed, replicate: [values["x"] + 13.0]
'''
FILES = {
    "own.py": OWN,
    "own_helper/__init__.py": (
        "from . import deeper\nSTEP = 21.0\ndef shift(x):\n    return x + STEP\n"
        "def turn(x):\n    return x + 22.0\ndef unused(x):\n    return 23.0\n"
    ),
    "own_helper/deeper.py": (
        "from own_lowest import last\ndef down(x):\n    return last(x) + 31.0\n"
    ),
    "own_lowest.py": "def last(x):\n    return x + 41.0\n",
    "own_later.py": "def late(x):\n    return x + 51.0\n",
}
SCRIPT = """
import sys
from sim import BadInput
from sim.study.experiment import Experiment
from sim.study.study import Study
from own_script import known

experiment = Experiment.from_tree({tree}, "own", "own")
try:
    study = Study(experiment, sys.argv[1], function=known)
    if "discard" in sys.argv:
        study.discard()
    print(study.run(workers=1).results()["y"].tolist())
except BadInput as error:
    print(error)
    sys.exit(2)
"""


@pytest.fixture
def loaded(write, tmp_path, monkeypatch):
    """What the user's file gives under a name, with some text of one of the files edited."""
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(sys, "dont_write_bytecode", True)

    def forget():
        for name in [one for one in sys.modules if one.startswith("own")]:
            del sys.modules[name]
        importlib.invalidate_caches()

    def loaded(name="function", file="", old="", new=""):
        forget()
        for path, text in FILES.items():
            if path == file:
                assert old in text
                text = text.replace(old, new)
            write(path, text)
        return getattr(importlib.import_module("own"), name)

    yield loaded
    forget()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "file", "old", "new"),
    [
        ("function", "own.py", "+ 9.0", "+ 9.5"),
        ("function", "own.py", "(7, 8)", "(7, 9)"),
        ("function", "own.py", "math.sqrt", "math.exp"),
        ("function", "own.py", "power=1.0", "power=2.0"),
        ("function", "own.py", "SCALE = 2.0", "SCALE = 3.0"),
        ("function", "own.py", "SCALE = 2.0", "SCALE = 2"),
        ("function", "own.py", '"rate": 0.5', '"rate": 0.6'),
        ("function", "own.py", "[1.0, 2.0]", "[1.0, 2.5]"),
        ("function", "own.py", '"delta"', '"epsilon"'),
        ("function", "own.py", "value + deep", "value - deep"),
        ("function", "own.py", "value * 1.5", "value * 1.6"),
        ("function", "own.py", "value + 4.0", "value + 4.5"),
        ("function", "own.py", "rate = 0.25", "rate = 0.35"),
        ("function", "own.py", "self.rate * x", "self.rate + x"),
        ("function", "own.py", "super().at(x) +", "super().at(x) -"),
        ("function", "own.py", "= 61.0", "= 61.5"),
        ("function", "own.py", "62.0", "62.5"),
        ("function", "own.py", "= 71.0", "= 71.5"),
        ("function", "own.py", "72.0", "72.5"),
        ("function", "own.py", "ONE = 81.0", "ONE = 81.5"),
        ("function", "own_helper/__init__.py", "STEP = 21.0", "STEP = 21.5"),
        ("function", "own_helper/__init__.py", "x + STEP", "x - STEP"),
        ("function", "own_helper/__init__.py", "22.0", "22.5"),
        ("function", "own_helper/deeper.py", "31.0", "31.5"),
        ("function", "own_lowest.py", "41.0", "41.5"),
        ("function", "own_later.py", "51.0", "51.5"),
        ("decorated", "own.py", "+ 6.0", "+ 6.5"),
        ("decorated", "own.py", "2.0 * one", "3.0 * one"),
        ("made", "own.py", "maker(5.0)", "maker(5.5)"),
        ("model", "own.py", "Model(11.0)", "Model(11.5)"),
        ("model", "own.py", "self.slope * x", "self.slope + x"),
        ("method", "own.py", "Model(11.0)", "Model(11.5)"),
        ("scattered", "own.py", "91.0", "91.5"),
        ("scattered", "own.py", "92.0", "92.5"),
        ("scattered", "own.py", '"bureau"', '"district"'),
        ("fixed", "own.py", "power=12.0", "power=12.5"),
        ("fixed", "own.py", "value * 1.5", "value * 1.6"),
        ("short", "own.py", "+ 13.0", "+ 13.5"),
    ],
)
def test_an_edit_of_what_a_function_uses_is_seen(name, file, old, new, loaded):
    before = fingerprint(loaded(name))
    assert fingerprint(loaded(name)) == before
    assert fingerprint(loaded(name, file, old, new)) != before


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("own.py", "UNUSED = 1", "UNUSED = 2  # a comment"),
        ("own.py", "[UNUSED]", "[UNUSED + 1]"),
        ("own.py", "\n\n\ndef raised", "\n\n\n# Raised by what is deep.\n\n\ndef raised"),
        ("own_helper/__init__.py", "23.0", "23.5"),
    ],
)
def test_an_edit_of_what_it_does_not_use_is_none(file, old, new, loaded):
    assert fingerprint(loaded("function", file, old, new)) == fingerprint(loaded("function"))


@pytest.mark.long
def test_it_is_the_same_in_every_process(write, tmp_path):
    for path, text in FILES.items():
        write(path, text)
    code = (
        "import own; from sim.study.fingerprint import fingerprint; "
        "print(*(fingerprint(getattr(own, name)) for name in "
        "('function', 'decorated', 'made', 'model', 'method', 'fixed', 'short', 'scattered')))"
    )
    found = set()
    # The first compiles the files, the others read what it left.
    for seed in ("1", "2", "3"):
        places = os.pathsep.join([str(tmp_path), os.getcwd()])
        about = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": places}
        about.pop("PYTHONDONTWRITEBYTECODE", None)
        command = [sys.executable, "-c", code]
        done = subprocess.run(command, env=about, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        found.add(done.stdout)
    assert len(found) == 1


# Processes that begin at once: forks of one that has imported what all need. Reads the folder of
# the user's file and the words of the script; says the exit code and what was printed.
FORKING = """
import contextlib, io, json, os, sys
from sim.study import experiment, study

print("ready", flush=True)
for line in sys.stdin:
    folder, words = json.loads(line)
    process = os.fork()
    if process == 0:
        sys.path.insert(0, folder)
        sys.argv = ["script", *words]
        code = 0
        with contextlib.redirect_stdout(io.StringIO()) as said:
            try:
                exec({script!r}, {{}})
            except SystemExit as stop:
                code = stop.code
        print(json.dumps([code, said.getvalue().strip()]), flush=True)
        os._exit(0)
    assert os.waitpid(process, 0)[1] == 0
"""


@pytest.fixture
def run():
    """A study of the function in a file, in a process of its own: exit code and what it says."""
    process = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", FORKING.format(script=SCRIPT.format(tree=TREE))],
        env=environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout.readline() == "ready\n"

    def run(script, out, *words):
        process.stdin.write(json.dumps([str(script.parent), [str(out), *words]]) + "\n")
        process.stdin.flush()
        return tuple(json.loads(process.stdout.readline()))

    yield run
    process.stdin.close()
    assert process.wait() == 0


@pytest.mark.slow
def test_an_edited_function_does_not_answer_with_old_numbers(run, write, tmp_path):
    text = "def scaled(x):\n    return 2.0 * x\n\ndef known(values, seed, replicate):\n"
    text += "    return [scaled(values['x']) + replicate]\n"
    out = tmp_path / "out"
    script = write("own_script.py", text)
    assert run(script, out) == (0, "[0.0, 1.0, 2.0, 3.0]")
    script = write("own_script.py", f"# Looked at again.\n{text}")
    assert run(script, out) == (0, "[0.0, 1.0, 2.0, 3.0]")
    script = write("own_script.py", text.replace("2.0", "5.00"))
    code, said = run(script, out)
    assert code == 2
    assert "holds another study: the function has changed" in said
    assert "give another --out, or --fresh" in said
    assert len(said.splitlines()) == 1
    assert run(script, out, "discard") == (0, "[0.0, 1.0, 5.0, 6.0]")
    assert run(script, out) == (0, "[0.0, 1.0, 5.0, 6.0]")


def test_a_file_edited_since_it_was_loaded_does_not_count(loaded, tmp_path):
    function = loaded()
    before = fingerprint(function)
    (tmp_path / "own.py").write_text("def function(values, seed, replicate):\n    return [0.0]\n")
    assert fingerprint(function) == before


def test_what_closes_over_something_else_is_another_function():
    def made(offset):
        return lambda values, seed, replicate: [values["x"] + offset]

    assert fingerprint(made(1.0)) == fingerprint(made(1.0))
    different = [1.0, 1, True, -0.0, 0.0, None, "1.0", b"1.0", (1.0,), [1.0], {1.0}, {1.0: 1.0}]
    different += [np.float64(1.0), np.array([1.0]), np.array([1]), np.array([[1.0]]), np.sin]
    different += [math.sin, functools.partial(math.pow, 1.0), np.array([1.0, None], object)]
    assert len({fingerprint(made(one)) for one in different}) == len(different)


def test_a_value_that_holds_itself_can_be_read():
    loop = [1.0]
    loop.append(loop)

    def function(values, seed, replicate):
        return [loop[0], function]

    assert fingerprint(function) == fingerprint(function)


def test_what_numba_compiles_is_read_as_python():
    def one(x):
        return x + 1.0

    def two(x):
        return x + 2.0

    found = set()
    for inner in (one, two):
        fast = numba.njit(inner)
        found.add(fingerprint(lambda values, seed, replicate, fast=fast: [fast(values["x"])]))
    assert len(found) == 2


def test_a_function_without_module_or_file_is_read():
    places = {"scale": 2.0}
    exec("def typed(values, seed, replicate):\n    return [scale * values['x']]", places)
    before = fingerprint(places["typed"])
    places["scale"] = 3.0
    assert fingerprint(places["typed"]) != before


@pytest.mark.parametrize(
    "function", [max, math.hypot, str.join, dict, np.hypot, functools.partial(max, 1), [].append]
)
def test_what_has_no_code_is_refused_in_one_line(function, tmp_path):
    experiment = Experiment.from_tree(TREE, "own", "own")
    with pytest.raises(BadInput, match="no code that can be read") as told:
        Study(experiment, tmp_path, function)
    assert len(str(told.value).splitlines()) == 1


def test_what_uses_something_that_cannot_be_read_is_refused_with_its_name(tmp_path):
    lock = threading.Lock()

    def function(values, seed, replicate):
        with lock:
            return [values["x"]]

    with pytest.raises(BadInput, match=r"“lock” is a _thread\.lock, which cannot be read") as told:
        Study(Experiment.from_tree(TREE, "own", "own"), tmp_path, function)
    assert len(str(told.value).splitlines()) == 1


def test_a_function_that_remembers_is_the_same_while_its_study_is(tmp_path):
    seen = []

    def function(values, seed, replicate):
        seen.append(replicate)
        return [values["x"]]

    study = Study(Experiment.from_tree(TREE, "own", "own"), tmp_path, function).run(workers=1)
    assert len(seen) == 4
    assert len(study.run(workers=1).results()) == 4
    assert len(seen) == 4


def test_partials_of_one_function_keep_their_results_apart(tmp_path):
    def function(slope, values, seed, replicate):
        return [slope * values["x"]]

    experiment = Experiment.from_tree(TREE, "own", "own")
    first = functools.partial(function, 1.0)
    assert Study(experiment, tmp_path, first).run(workers=1).results()["y"].max() == 1.0
    with pytest.raises(BadInput, match="the function has changed"):
        Study(experiment, tmp_path, functools.partial(function, 2.0)).run(workers=1)


def fails_above_one_half(values, seed, replicate):
    if values["x"] > 0.5:
        raise ValueError("too much")
    return [values["x"]]


def test_a_study_in_python_says_that_runs_failed(tmp_path):
    study = Study(Experiment.from_tree(TREE, "own", "own"), tmp_path, fails_above_one_half)
    with pytest.warns(UserWarning, match="runs failed, without values"):
        study.run(workers=1)
    failed = study.failures()
    assert len(failed)
    assert set(failed["error"]) == {"ValueError: too much"}
