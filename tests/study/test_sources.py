"""Only what fixes results makes a stored study stale: no title, translation, docstring, comment."""

import itertools
import re
import shutil
from pathlib import Path

import pytest

import sim
from sim.study import provenance
from sim.study.experiment import Experiment
from sim.study.folder import manifest
from sim.study.package import lever_points
from sim.study.sources import sources_digest
from sim.study.study import Study
from sim.world.scenario import Scenario

pytestmark = pytest.mark.slow

HOME = Path(sim.__file__).parent
TREE = {
    "title": "Sources",
    "question": "Is it stale?",
    "scenario": "bureau",
    "months": 13,
    "observed": 12,
    "replicates": 2,
    "measures": ["credibility"],
    "design": {"kind": "grid"},
    "factor": {"culture": {"values": [0.0, 1.0]}},
}
# File, text that is there once, and what takes its place.
TEXTS = {
    "docstring of a file": ("month.py", '"""', '"""Edited. '),
    "docstring of a rule": ("mechanisms/learning.py", '"""Move responsibility', '"""Push it'),
    "docstring of a section": ("mechanisms/learning.py", '"""How traits move', '"""Traits'),
    "comment": ("mechanisms/careers.py", "\n\n\n", "\n\n\n# A comment.\n"),
    "meaning": ("mechanisms/learning.py", '"capability lost"', '"capability that fades"'),
    "Chinese term": ("mechanisms/learning.py", 'zh="能力衰减"', 'zh="能力减退"'),
    "source": ("mechanisms/learning.py", "Arrow 1962; assumed value", "Arrow (1962)"),
    "named source": ("mechanisms/supervision.py", '"essay, C6; assumed value"', '"essay, C6"'),
    "title of a kind": ("kinds.py", '"Fixers"', '"Believers"'),
    "Chinese title of a kind": ("kinds.py", '"忠实执行"', '"忠诚执行"'),
    "colour": ("kinds.py", "colour=GREEN", "colour=SKY"),
    "colour by default": ("kinds.py", "colour: str = BLACK", "colour: str = GREY"),
    "shade of a colour": ("palette.py", 'GREEN = "#009E73"', 'GREEN = "#009E74"'),
    "hatch": ("kinds.py", '"////"', '"///"'),
    "name on the page": ("kinds.py", 'plain="For show"', 'plain="Show"'),
    "Chinese meaning": ("mechanisms/channels.py", '的概率"', '的可能"'),
    "title of a measure": ("mechanisms/learning.py", '"Capability"', '"Ability"'),
    "uses of a decision": ("mechanisms/directives.py", "\"a line's new directive", '"a directive'),
    "title of a share": ("mechanisms/training.py", '"Courses for the young"', '"Young"'),
    "what a clause is meant to move": (
        "mechanisms/posts.py",
        '"follow_through": 1',
        '"follow_through": -1',
    ),
    "why a clause moves nothing": (
        "mechanisms/supervision.py",
        "look at so little",
        "see so little",
    ),
    "description of a lever": ("world/levers.py", '"what it stands for"', '"its story"'),
    "Chinese name of a lever": ("world/levers.py", '"全力推行时的设定"', '"满力度"'),
    "about a merged section": ("world/sections.py", '"How officers choose', '"Choices'),
    "about rows": ("world/state.py", '"A post and the officer', '"The officer'),
    "type of an argument": ("mechanisms/learning.py", "officer: Officer", "officer: Any"),
    "what an error says": ("measures.py", "is declared twice", "is there twice"),
    "a file that turns nothing into numbers": ("annotate.py", "import json", "import json, os"),
    "Windows line ends": ("calendar.py", "\n", "\r\n"),
}
CODE = {
    "constant": ("machine/draws.py", "_ROUNDS = 10", "_ROUNDS = 9"),
    "operator": ("mechanisms/measuring.py", "times * sums[field]", "times + sums[field]"),
    "comparison": ("mechanisms/measuring.py", "bottom > 0", "bottom >= 0"),
    "bound": ("mechanisms/learning.py", '"capability lost", 0, 1', '"capability lost", 0, 2'),
    "unit": ("mechanisms/measuring.py", '"per 100 officer-years"', '"per officer-year"'),
    "store type": ("mechanisms/learning.py", 'zh="年龄", store="i2"', 'zh="年龄", store="i4"'),
    "default of a measure": (
        "mechanisms/measuring.py",
        "monthly: bool = True",
        "monthly: bool = 0",
    ),
    "default of an argument": ("mechanisms/measuring.py", "times: float = 1.0", "times: float = 2"),
    "type of a setting": ("world/sections.py", "months: int = count", "months: float = count"),
    "name of a kind": ("kinds.py", '"symbolic",\n', '"symbols",\n'),
    "what counts a conduct": ("kinds.py", "formalism=True", "formalism=False"),
    "number of a decision": ("mechanisms/directives.py", "decision(1,", "decision(99,"),
    "text that is read": ("mechanisms/measuring.py", "ALL, TREATED", "TREATED, ALL"),
    "name that is read elsewhere": ("world/posterior.py", '"district"', '"bureau"'),
    "parser of own measures": ("expression.py", "self._joins = False", "self._joins = True"),
    "how a point runs": ("study/model.py", "replicate, free", "0, free"),
}


@pytest.fixture(scope="module")
def here():
    return sources_digest()


@pytest.fixture
def copy(tmp_path):
    """The digest of a copy of the package with some edits."""
    numbers = itertools.count()

    def copy(*edits):
        home = tmp_path / str(next(numbers)) / "sim"
        shutil.copytree(HOME, home, ignore=shutil.ignore_patterns("__pycache__"))
        for file, old, new in edits:
            path = home / file
            text = path.read_bytes().decode()
            assert old in text, (file, old)
            path.write_bytes(text.replace(old, new, 1).encode())
        return sources_digest(home)

    return copy


def test_edited_texts_leave_the_digest(copy, here):
    if copy(*TEXTS.values()) != here:
        assert [edit for edit, changed in TEXTS.items() if copy(changed) != here] == []
        pytest.fail("only together do these edits change the digest")


@pytest.mark.parametrize("edit", CODE)
def test_edited_code_gives_another_digest(edit, copy, here):
    assert copy(CODE[edit]) != here


def test_the_order_of_phases_is_in_the_digest(copy, here):
    text = (HOME / "month.py").read_text(encoding="utf-8")
    phases = re.search(r"\nPHASES = \(\n(    \w+,\n)(    \w+,\n)", text)
    one, other = phases.groups()
    assert copy(("month.py", one + other, other + one)) != here


def test_a_file_more_is_in_the_digest(tmp_path, here):
    home = tmp_path / "sim"
    shutil.copytree(HOME, home, ignore=shutil.ignore_patterns("__pycache__"))
    assert sources_digest(home) == here
    (home / "mechanisms" / "own.py").write_text("X = 1\n")
    sources_digest.cache_clear()
    assert sources_digest(home) != here


@pytest.fixture
def kept(tmp_path):
    """Where a study has been run."""
    assert study(tmp_path).run(workers=1).standing().kind == "complete"
    return tmp_path


def study(out, scenario="bureau", **changes):
    experiment = Experiment.from_tree({**TREE, "scenario": str(scenario), **changes}, "own", "own")
    return Study(experiment, out)


@pytest.mark.parametrize(
    ("edit", "kind"),
    [(TEXTS["docstring of a rule"], "complete"), (CODE["operator"], "stale")],
    ids=["docstring", "operator"],
)
def test_a_stored_study_is_stale_only_by_edited_code(edit, kind, kept, copy, monkeypatch):
    edited = copy(edit)
    monkeypatch.setattr(provenance, "sources_digest", lambda: edited)
    assert study(kept).standing().kind == kind


def test_titles_of_an_experiment_and_its_world_leave_a_stored_study(kept, tmp_path):
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    world = folder / "bureau.toml"
    texts = 'title = "Other"\nstory = "Other."\nquestion = "Other?"\nsources = ["other"]\n'
    lever = '[levers.culture]\ntitle = "Other"\nzh = "其他"\nstory = "Other."\n'
    world.write_text(f'extends = "bureau"\n{texts}{lever}', encoding="utf-8")
    assert Scenario.load(world).levers["culture"].zh == "其他"
    told = {"title": "Other", "question": "Other?", "sources": ["other"]}
    factor = {"culture": {"values": [0.0, 1.0], "title": "Other"}}
    assert study(kept, world, **told, factor=factor).standing().kind == "complete"
    world.write_text('extends = "bureau"\n[levers.culture]\nburden = 0.5\n', encoding="utf-8")
    assert study(kept, world).standing().kind == "stale"


def test_the_manifest_still_tells_titles_version_and_commit(kept):
    found = manifest(study(kept).folder)
    world = Scenario.load("bureau")
    assert found["told"]["title"] == "Sources"
    assert found["told"]["scenario"]["title"] == world.title
    assert found["told"]["scenario"]["levers"]["culture"]["zh"] == world.levers["culture"].zh
    assert {"hash", "commit", "command", "replicates"} <= set(found)
    assert {"version", "sources", "experiment"} <= set(found["identity"])


def test_titles_of_packages_leave_their_folder(small, small_file, listed, tmp_path):
    def folder(points, **changes):
        return listed(tmp_path, small_file, points, set=changes).folder

    points = lever_points(small)
    titled = [point.model_copy(update={"title": "Other"}) for point in points]
    texts = 'title = "Other"\n[levers.culture]\nzh = "其他"\n'
    (tmp_path / "small.toml").write_text(f'extends = "{small_file}"\n{texts}', encoding="utf-8")
    other = listed(tmp_path, tmp_path / "small.toml", titled)
    assert other.folder == folder(points)
    assert folder(points, **{"behaviour.duty": 1.2}) != folder(points)


def test_every_text_of_a_scenario_is_told_and_every_setting_is_in_its_identity(small):
    identity, told = small.identity(), small.told()
    assert {*identity, *told} == set(small.tree())
    lever, tale = identity["levers"]["culture"], told["levers"]["culture"]
    assert not set(lever) & set(tale)
    assert {*lever, *tale} == set(small.tree()["levers"]["culture"])
