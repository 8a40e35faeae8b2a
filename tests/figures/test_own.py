"""A figure of the user's own, given by its path: a program that is run and draws a study."""

import re
import shutil

import pytest

from sim import shipped
from sim.drawing import catalogue, figure_file, style
from sim.errors import BadInput
from tests.conftest import ROOT
from tests.drawing import astray, covered

EXPERIMENT = """
title = "Spread"
question = "How far do runs lie apart?"
scenario = "bureau"
months = 18
observed = 6
replicates = 4
measures = ["execution_rate"]

[design]
kind = "list"

[[point]]
name = "status_quo"

[[point]]
name = "supervision"
levers = { supervision = 1.0 }
"""
OWN = '''
"""How far runs lie apart."""

from __future__ import annotations

from dataclasses import dataclass

from sim.drawing import layout, style
from sim.drawing.picture import Picture, by_point, note

EXPERIMENT = "spread.toml"
COLUMNS = 1
TEXT = {"en": {"question": "How far do runs lie apart?", "said": "Runs lie {far} apart"}}


@dataclass
class Spread:
    low: float
    high: float


def draw(study, say):
    runs = by_point(study, "execution_rate")[0]
    spread = Spread(runs.min(), runs.max())
    text = say("said", far=say.percent(spread.high - spread.low))
    shown = note(say, study, "A dot a run.", "")
    figure, top = layout.begin(text, shown, 1.0, 0.2, 0.4, COLUMNS)
    axes = layout.panel(figure, 0.4, top, 2.5, 1.0)
    axes.plot(runs, [0.0] * runs.size, "o", color=style.BLUE)
    return Picture(figure, text, shown)
'''


@pytest.fixture
def own(write, monkeypatch, tmp_path, few_resamples):
    """Work in a folder with a figure and its experiment; write the figure anew with changes."""
    monkeypatch.chdir(tmp_path)
    write("spread.toml", EXPERIMENT)

    def own(*changes, name="mine.py", text=OWN):
        for old, new in changes:
            assert old in text
            text = text.replace(old, new)
        return write(name, text)

    own()
    return own


@pytest.mark.long
def test_a_figure_of_ones_own_is_drawn_like_any(own, zhixing, tmp_path):
    said = zhixing("figures", "mine.py")
    assert said.code == 2
    assert "has not been run" in said.err
    said = zhixing("figures", "mine.py", "--run", "--workers", 1)
    assert said.code == 0, said.err
    made = {path.name: path.read_bytes() for path in (tmp_path / "results/figures").iterdir()}
    assert set(made) == {f"mine.{kind}" for kind in ("pdf", "svg", "png", "caption.txt")}
    assert "Redraw: zhixing figures mine.py" in made["mine.caption.txt"].decode()
    assert "4 replicates" in made["mine.caption.txt"].decode()
    assert zhixing("figures", "mine.py").code == 0
    again = {path.name: path.read_bytes() for path in (tmp_path / "results/figures").iterdir()}
    assert made == again
    said = zhixing("figures", "mine.py", "--list")
    assert said.out.split()[:2] == ["mine", "complete"]
    assert not list(tmp_path.glob("**/__pycache__"))


def test_an_experiment_is_looked_for_beside_its_figure(own, tmp_path, monkeypatch):
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    assert catalogue.figure("../mine.py").experiment == "../spread.toml"


def test_a_shipped_figure_can_be_copied_and_changed(tmp_path):
    for name, path in shipped.figures().items():
        copied = catalogue.figure(shutil.copy(path, tmp_path / f"my_{name}.py"))
        assert copied.name == f"my_{name}"
        assert copied.text == catalogue.figure(name).text


WRONG = [
    ([('"spread.toml"', "7")], "not a figure; it lacks EXPERIMENT (the experiment"),
    ([("COLUMNS = 1", "COLUMNS = 3")], "not a figure; it lacks COLUMNS"),
    ([('"question"', '"asked"')], "not a figure; it lacks TEXT"),
    ([('{"en"', '{"fr"')], "not a figure; it lacks TEXT"),
    ([("def draw", "def drawn")], "not a figure; it lacks draw (a function"),
    ([("EXPERIMENT =", "X ="), ("def draw", "def d")], "in the same folder); draw (a function"),
    ([("COLUMNS = 1", "COLUMNS = = 1")], "mine.py, line 12: SyntaxError: invalid syntax"),
    ([("COLUMNS = 1", "COLUMNS = 1 / 0")], "mine.py, line 12: ZeroDivisionError: division"),
    ([("COLUMNS = 1", "raise SystemExit")], "mine.py, line 12: SystemExit"),
    ([("sim.drawing.picture", "sim.pictures")], "mine.py, line 9: ModuleNotFoundError: No module"),
    ([('"spread.toml"', '"depht"')], "did you mean “depth”"),
    ([('"spread.toml"', '"none.toml"')], "none.toml: no such file"),
]


@pytest.mark.parametrize(("changes", "said"), WRONG)
def test_a_file_that_is_no_figure_is_told_in_one_line(changes, said, own, zhixing, tmp_path):
    own(*changes)
    found = zhixing("figures", "mine.py")
    assert found.code == 2
    assert said in found.err
    assert len(found.err.strip().splitlines()) == 1
    assert {path.name for path in tmp_path.iterdir()} == {"mine.py", "spread.toml"}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["other.py"], "other.py: no such file; expected a figure in Python"),
        (["folder/other"], "no such file; expected a figure in Python"),
        (["."], ".: is a folder; expected a figure in Python"),
        (["mine.py", "--lang", "zh"], "mine.py: no words in zh; TEXT has en"),
        (["mine.py", "./mine.py"], "./mine.py: drawn to the same files as mine.py"),
        (["binary.py"], "binary.py: SyntaxError"),
        (["spread.toml"], "spread.toml, line 18: SyntaxError: invalid syntax"),
    ],
)
@pytest.mark.usefixtures("chinese")
def test_bad_words_are_told_in_one_line(words, said, own, write, zhixing, tmp_path):
    write("binary.py", b"\x00\x01")
    found = zhixing("figures", *words)
    assert found.code == 2
    assert said in found.err
    assert len(found.err.strip().splitlines()) == 1
    assert not (tmp_path / "results").exists()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("spread = Spread(", "spread = Spred("), "mine.py, line 24: NameError: name 'Spred'"),
        (('say("said"', 'say("sad"'), "mine.py, line 25: KeyError: 'sad'"),
        (("0.2, 0.4, COLUMNS", "0.2, None, COLUMNS"), "mine.py, line 27: TypeError"),
        (("return Picture(figure, text, shown)", "return figure"), "draw gave Figure; expected"),
        (("Picture(figure, text, shown)", "Picture(figure, 1, shown)"), "draw gave Picture"),
        (("return Picture", "raise ValueError('a\\nb')\n    return Picture"), "ValueError: a b"),
    ],
)
def test_an_error_in_draw_names_file_and_line(change, said, own, zhixing, tmp_path):
    assert zhixing("figures", "mine.py", "--run", "--workers", 1).code == 0
    shutil.rmtree(tmp_path / "results/figures")
    own(change)
    found = zhixing("figures", "mine.py")
    assert found.code == 2
    assert said in found.err
    assert len(found.err.strip().splitlines()) == 1
    assert not list((tmp_path / "results/figures").iterdir())


def test_a_file_is_read_anew(own):
    assert catalogue.figure("mine.py").columns == 1
    own(("COLUMNS = 1", "COLUMNS = 2"))
    assert catalogue.figure("mine.py").columns == 2


def test_what_went_wrong_is_kept_for_whoever_calls_from_python(own):
    own(("COLUMNS = 1", "COLUMNS = 1 / 0"))
    with pytest.raises(BadInput) as caught:
        catalogue.figure("mine.py")
    assert isinstance(caught.value.__cause__, ZeroDivisionError)


def test_the_figure_of_the_docs_is_drawn_whole(write, sources):
    page = (ROOT / "docs" / "extending.md").read_text(encoding="utf-8")
    (text,) = re.findall(r"`gap\.py`:\n\n```python\n(.*?)```", page, re.DOTALL)
    figure = catalogue.figure(write("gap.py", text))
    with style.look():
        picture = figure.draw(sources[figure.experiment], figure.speaker("en"))
        assert astray(picture.figure) == covered(picture.figure) == []
    assert re.search(r"With \d tiers reports run [\d.]+ points ahead", picture.message)
    for part in figure_file.CONTRACT:
        assert f"| `{part}" in page


def test_help_says_that_a_file_runs(zhixing):
    said = " ".join(zhixing("figures", "--help").out.split())
    assert "FILE" in said
    assert "its code is executed" in said


def test_the_contract_is_what_shipped_figures_hold():
    for name in catalogue.NAMES:
        text = shipped.figures()[name].read_text(encoding="utf-8")
        for part in figure_file.CONTRACT:
            assert f"\n{part}" in text or f"\ndef {part}(" in text, (name, part)
