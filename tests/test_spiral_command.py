"""``zhixing spiral``: resumed, read again, named by what fixes it, in both languages."""

import json
import re

import numpy as np
import pytest

from sim.drawing import feedback as pictures
from sim.drawing import language, style
from sim.study import arrays, execute, feedback
from sim.study.files import sweep, whole
from sim.theory import resting
from tests.drawing import astray, covered, texts, written
from tests.figures.conftest import need_chinese

pytestmark = pytest.mark.slow

# One kind of directive and no season: a mean field of few phases.
ALIKE = {
    "directives.interest_low": 0.0,
    "directives.interest_high": 0.0,
    "mechanisms.appraisal.routine": 1.0,
}
ALONG = ("behaviour.cooperation", 0.0, 1.0)


def measured(scenario, kept):
    return feedback.measure(scenario, 2, 1, workers=1, along=ALONG, kept=kept)


@pytest.fixture(scope="module")
def world(small):
    return small.replace({**ALIKE, "clock.months": 36})


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("spiral")


@pytest.fixture(scope="module")
def found(world, folder):
    return measured(world, folder)


@pytest.fixture
def words(small_file, tmp_path):
    given = ["spiral", small_file, "--replicates", "2", "--months", "36", "--workers", "1"]
    for key, value in ALIKE.items():
        given += ["--set", f"{key}={value}"]
    return [*given, "--no-levers", "--along", "", "--out", tmp_path / "out"]


def same(one, other):
    return np.array_equal(one, other, equal_nan=True)


def test_a_spiral_that_was_measured_is_read_and_runs_nothing(world, folder, found, monkeypatch):
    def never(*_):
        raise AssertionError("computed again")

    monkeypatch.setattr(execute, "run_task", never)
    monkeypatch.setattr(resting, "scanned", never)
    again = measured(world, folder)
    assert same(again.gains, found.gains)
    assert same(again.paths, found.paths)
    assert same(again.response.credibility, found.response.credibility)
    for name in ("trust_still", "norm_still", "response", "gains"):
        assert same(getattr(again.expected, name), getattr(found.expected, name))
    assert [point.radius for point in again.expected.points] == [
        point.radius for point in found.expected.points
    ]
    for one, other in zip(again.loop.branches, found.loop.branches, strict=True):
        assert same(one.credibility, other.credibility)
        assert same(one.stable, other.stable)
        assert one.stable.dtype == bool


@pytest.mark.long
def test_what_is_kept_is_what_is_found_in_memory(world, found):
    alone = measured(world, None)
    assert same(alone.gains, found.gains)
    assert same(alone.from_low, found.from_low)
    assert same(alone.loop.from_high, found.loop.from_high)
    assert same(alone.expected.trust_still, found.expected.trust_still)


@pytest.mark.long
def test_a_spiral_that_was_stopped_goes_on(words, zhixing, monkeypatch, tmp_path):
    real, done = execute.run_task, []

    def run_task(*given):
        if len(done) == 5:
            raise KeyboardInterrupt
        done.append(given)
        return real(*given)

    with monkeypatch.context() as patch:
        patch.setattr(execute, "run_task", run_task)
        assert zhixing(*words).code == 130
    stopped = len(done)
    with monkeypatch.context() as patch:
        patch.setattr(execute, "run_task", lambda *given: done.append(given) or real(*given))
        assert zhixing(*words).code == 0
    whole_, other = len(done), tmp_path / "other"
    done.clear()
    with monkeypatch.context() as patch:
        patch.setattr(execute, "run_task", lambda *given: done.append(given) or real(*given))
        assert zhixing(*words[:-1], other).code == 0
    assert stopped == 5
    assert whole_ == len(done)
    results = [
        json.loads(next(out.glob("*/spiral.json")).read_text()) for out in (words[-1], other)
    ]
    assert results[0] == results[1]


@pytest.mark.long
def test_titles_leave_the_folder_and_settings_do_not(words, small_file, write, zhixing, tmp_path):
    texts_ = 'title = "Other"\nstory = "Other."\n[levers.culture]\nzh = "其他"\n'
    titled = write("small.toml", f'extends = "{small_file}"\n{texts_}')
    changed = write("changed/small.toml", f'extends = "{small_file}"\n[behaviour]\nduty = 1.25\n')
    for source in (small_file, titled, changed):
        assert zhixing("spiral", source, *words[2:], "--cut", "0.3").code == 0
    assert len(list((tmp_path / "out").iterdir())) == 2


@pytest.mark.parametrize(
    "wrong",
    [
        ("--cut", "nan"),
        ("--cut", "inf"),
        ("--along", "behaviour.cooperation=1:0"),
        ("--along", "behaviour.cooperation=nan:1"),
        ("--along", "behaviour.cooperation=0:9e9"),
        ("--lang", "fr"),
    ],
)
def test_what_cannot_be_measured_is_refused_before_anything_is_written(wrong, words, zhixing):
    said = zhixing(*words, *wrong)
    assert said.code == 2
    assert len(said.err.strip().splitlines()) == 1
    assert not words[-1].exists()


@pytest.mark.long
def test_what_a_killed_process_left_is_swept_at_the_next_start(words, zhixing, contents):
    assert zhixing(*words).code == 0
    (folder,) = words[-1].iterdir()
    before = contents(folder)
    for place in (folder, folder / "twins", folder / "twins" / "parts"):
        (place / ".left-by-a-kill.part").write_bytes(b"half a fi")
    assert zhixing(*words).code == 0
    assert contents(folder) == before


def test_a_file_that_is_being_written_is_not_swept(tmp_path):
    with whole(tmp_path / "file") as file:
        file.write(b"whole")
        sweep(tmp_path)
    assert (tmp_path / "file").read_bytes() == b"whole"
    assert list(tmp_path.iterdir()) == [tmp_path / "file"]


def test_a_damaged_file_of_the_mean_field_is_computed_again(tmp_path, found):
    made = []

    def compute():
        made.append(found.expected)
        return found.expected

    first = arrays.kept(tmp_path / "mean_field", feedback.Expected, compute)
    again = arrays.kept(tmp_path / "mean_field", feedback.Expected, compute)
    assert len(made) == 1
    assert same(first.trust_still, again.trust_still)
    for content in ("", "{", "[]", "null", '{"points": 1}'):
        (tmp_path / "mean_field.json").write_text(content)
        assert arrays.kept(tmp_path / "mean_field", feedback.Expected, compute).points
    assert len(made) == 6


@pytest.mark.parametrize("lang", language.LANGUAGES)
@pytest.mark.parametrize("name", ["phase_portrait", "impulse_response", "hysteresis"])
def test_pictures_are_of_their_language_and_nothing_covers_anything(name, lang, found):
    if lang == "zh":
        need_chinese()
    figure, caption = pictures.draw(name, found, lang)
    with style.look(lang=lang):
        assert min(text.get_fontsize() for text in texts(figure)) >= 7
        assert astray(figure) == []
        assert covered(figure) == []
    said = f"{written(figure)} {caption}".replace("Small", "").replace(ALONG[0], "")
    other = r"[\u4e00-\u9fff]" if lang == "en" else r"[A-Za-z]{2,}"
    assert re.findall(other, said) == []
