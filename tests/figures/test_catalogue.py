"""Every figure of the catalogue, in both languages and formats, from small studies."""

import functools
import itertools
import re
import string

import numpy as np
import pytest
from matplotlib.colors import to_rgb

from sim import shipped
from sim.drawing import catalogue, language, stored, style
from sim.drawing.picture import smoothed
from sim.kinds import CONDUCTS
from sim.reforms.published import reforms
from tests.drawing import astray, covered, texts, written

FORMS = list(itertools.product(language.LANGUAGES, style.STYLES))
CHINESE = re.compile(r"[\u4e00-\u9fff]")
# Words that stay as they are: people, symbols, marks of conducts.
LATIN = re.compile(
    r"Brock|Durlauf|Pressman|Wildavsky|Williamson|Slovic|Pluchino|[FLSYI]\b|pⁿ⁻¹|\bp\b|pⁿ|"
    r"20 \d|e[+-]\d"
)


def fields(text):
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_every_file_of_the_folder_is_a_figure_and_all_are_in_order():
    files = {path.stem for path in shipped.folder("figures").glob("*.py")}
    assert files - {"__init__"} == set(catalogue.NAMES) == set(catalogue.ORDER)
    assert list(catalogue.NAMES) == list(catalogue.ORDER)
    for name in catalogue.NAMES:
        assert catalogue.figure(name).name == name
        text = (shipped.folder("figures") / f"{name}.py").read_text(encoding="utf-8")
        assert "\nEXPERIMENT = " in text, name


def test_a_figure_that_is_added_needs_no_list(monkeypatch, tmp_path):
    for name in ("zebra", "depth", "ant", "blame", "_draft"):
        (tmp_path / f"{name}.py").touch()
    monkeypatch.setattr(shipped, "folder", lambda name: tmp_path)
    assert catalogue.names() == ("depth", "blame", "ant", "zebra")


@pytest.mark.parametrize("name", [*catalogue.NAMES, "common"])
def test_both_languages_say_the_same(name):
    texts_ = language.COMMON if name == "common" else catalogue.figure(name).text
    assert set(texts_) == set(language.LANGUAGES)
    english, chinese = texts_["en"], texts_["zh"]
    assert set(english) == set(chinese)
    for key in english:
        assert fields(english[key]) == fields(chinese[key]), key
        if english[key].strip(" ,"):
            assert not CHINESE.search(english[key]), key


@pytest.mark.long
@pytest.mark.parametrize("name", catalogue.NAMES)
def test_words_in_a_picture_are_of_its_language(name, draw):
    assert not CHINESE.search(written(draw(name).figure))
    left = LATIN.sub("", written(draw(name, "zh").figure))
    # Authors of published reforms keep their names.
    authors = {word for one in reforms() for word in re.findall(r"[A-Za-z]{2,}", one.source)}
    assert set(re.findall(r"[A-Za-z]{2,}", left)) <= authors


@pytest.mark.long
@pytest.mark.parametrize(("lang", "form"), FORMS)
@pytest.mark.parametrize("name", catalogue.NAMES)
def test_type_is_large_enough_and_nothing_covers_anything(name, lang, form, draw):
    picture = draw(name, lang, form)
    with style.look(style.STYLES[form], lang):
        assert min(text.get_fontsize() for text in texts(picture.figure)) >= 7.0
        assert astray(picture.figure) == []
        assert covered(picture.figure) == []


@pytest.mark.long
@pytest.mark.parametrize("name", catalogue.NAMES)
def test_pictures_are_as_wide_as_a_column_or_two(name, draw):
    columns = catalogue.figure(name).columns
    wide = style.ONE_COLUMN if columns == 1 else style.TWO_COLUMNS
    assert draw(name).figure.get_size_inches()[0] == pytest.approx(wide)
    assert draw(name, form="talk").figure.get_size_inches()[0] == pytest.approx(style.SLIDE)


@pytest.fixture(scope="module")
def twice(sources, draw):
    """A figure as it has been drawn, and drawn once more, once for all formats."""

    @functools.cache
    def twice(name):
        figure = catalogue.figure(name)
        with style.look():
            again = figure.draw(sources[figure.experiment], figure.speaker("en"))
        return [draw(name).figure, again.figure]

    return twice


@pytest.mark.long
@pytest.mark.parametrize("fmt", ["svg", "pdf"])
@pytest.mark.parametrize("name", catalogue.NAMES)
def test_the_same_results_give_the_same_bytes(name, fmt, twice, sources):
    experiment = catalogue.figure(name).experiment
    about = {"title": name, **stored.about(experiment, sources[experiment])}
    with style.look():
        once, again = (style.render(figure, fmt, about) for figure in twice(name))
    assert once == again
    assert b"CreationDate" not in once
    assert b"<dc:date>" not in once


@pytest.mark.long
@pytest.mark.parametrize("name", catalogue.NAMES)
def test_pictures_say_how_sure_they_are_and_on_what_they_rest(name, draw, sources):
    picture = draw(name)
    assert re.search(r"interval|replicates|standard error", picture.note)
    assert re.search(r"seed 1", picture.note, re.IGNORECASE)
    figure = catalogue.figure(name)
    told = stored.about(figure.experiment, sources[figure.experiment])
    assert set(told) == {"experiment", "hash", "seed", "version", "commit"}
    assert all(value is not None for value in told.values())
    assert re.fullmatch(r"[0-9a-f]{32}", told["hash"])
    assert " ".join(picture.message.split()) in " ".join(written(picture.figure).split())


def test_a_talk_leaves_the_caption_to_its_file(draw):
    note = draw("campaign").note
    assert note[:40] in written(draw("campaign").figure)
    assert note[:40] not in written(draw("campaign", form="talk").figure)


def luminance(colour):
    red, green, blue = to_rgb(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_conducts_beside_each_other_are_told_apart_in_grey():
    looks = [(kind.colour, kind.hatch) for kind in CONDUCTS.of.values()]
    for (one, hatch), (other, beside) in itertools.pairwise(looks):
        assert hatch != beside or abs(luminance(one) - luminance(other)) > 0.2


@pytest.mark.long
@pytest.mark.parametrize("name", catalogue.NAMES)
def test_lines_of_a_panel_differ_in_more_than_colour(name, draw):
    """In grey, lines that stand for different things differ in their dashes or markers."""
    for axes in draw(name).figure.axes:
        colours = {}
        for line in axes.lines:
            joined = line.get_linestyle() != "None" and len(line.get_xdata()) >= 5
            if joined and line.get_linewidth() >= style.LINE:
                look = str((line._dash_pattern, line.get_marker()))
                colours.setdefault(look, set()).add(line.get_color())
        assert all(len(one) == 1 for one in colours.values()), colours


def test_hashes_follow_results(sources, tmp_path):
    study = sources["lever_effects"]
    assert stored.results_hash(study) == stored.results_hash(study)
    assert stored.results_hash(study) != stored.results_hash(sources["depth"])


def test_no_message_rests_on_a_typed_number():
    for name in catalogue.NAMES:
        for key, text in catalogue.figure(name).text["en"].items():
            bare = re.sub(r"\{[^}]*\}", "", text)
            allowed = re.sub(r"\b(19|20)\d\d\b|95\u00a0%|90\u00a0%|100 officer-years", "", bare)
            assert not re.search(r"\d", allowed), (name, key)


@pytest.mark.usefixtures("chinese")
def test_chinese_wraps_between_characters_but_not_before_marks():
    from sim.drawing import layout

    text = "共同随机数下12次重复，种子1；区政府情景，120个月，观测最后12个月。"
    with style.look(lang="zh"):
        lines = layout.wrap(text, 1.2, style.SMALL)
        assert "".join(lines) == text
        assert len(lines) > 2
        assert all(layout.text_width(line, style.SMALL) <= 1.2 for line in lines)
    assert not any(line[0] in "，。；：、！？）》”" for line in lines)
    assert any("12次" in line or line.endswith("12") for line in lines)


def test_without_a_chinese_font_the_language_is_refused(monkeypatch, zhixing, tmp_path):
    monkeypatch.setattr(style, "chinese_fonts", lambda: ())
    said = zhixing("figures", "--lang", "zh", "--out", tmp_path)
    assert said.code == 2
    assert "no Chinese font" in said.err
    assert "apt install" in said.err
    assert list(tmp_path.iterdir()) == []


def test_smoothing_keeps_means():
    values = np.arange(48.0).reshape(1, 1, 48)
    assert smoothed(values, 12)[0, 0, 0] == pytest.approx(np.arange(12).mean())
    assert smoothed(values, 12).shape == (1, 1, 37)
