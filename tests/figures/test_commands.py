import dataclasses
import itertools
import re
import string

import matplotlib
import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_hex

from sim import Scenario
from sim.cli.texts.spiral import SPIRAL
from sim.cli.texts.tables import TABLES
from sim.drawing import course, language, layout, style
from sim.drawing import feedback as spiral_pictures
from sim.drawing import levers as forest_of
from sim.drawing import message as message_module
from sim.drawing.forest import EXECUTION, SHOWN, column, compared
from sim.drawing.message import message
from sim.errors import BadInput
from sim.measures import MEASURES
from sim.study.compare import Comparison, run_packages
from sim.study.package import ALL_LEVERS, STATUS_QUO, Package, lever_packages
from tests.conftest import but
from tests.drawing import astray, covered, texts, written

CHINESE = re.compile(r"[\u4e00-\u9fff]")
SMALL = {
    "organisation.departments": 2,
    "clock.months": 24,
    "clock.reform_starts": 6,
    "public.citizens": 5,
}
REPLICATES = 3
ABOUT = {"title": "Levers", "description": "What levers do", "seed": 1, "commit": "none"}


@pytest.fixture(scope="module")
def scenario():
    return Scenario.load("district").replace(SMALL)


@pytest.fixture(scope="module")
def levers(scenario):
    packages = lever_packages(scenario)
    return run_packages(packages, REPLICATES, seed=1, workers=1, columns=course.COLUMNS)


def of(comparison, names):
    """The same comparison of fewer packages."""
    runs, paths = comparison.runs, comparison.paths
    return Comparison(
        tuple(one for one in comparison.packages if one.name in names),
        comparison.seed,
        comparison.replicates,
        runs[runs["package"].isin(names)],
        paths[paths["package"].isin(names)],
    )


def first(comparison, replicates):
    """The same comparison of fewer replicates."""
    runs, paths = comparison.runs, comparison.paths
    return Comparison(
        comparison.packages,
        comparison.seed,
        replicates,
        runs[runs["replicate"] < replicates],
        paths[paths["replicate"] < replicates],
    )


def made(scenario, effects, noise=0.001, replicates=8):
    """Runs made up so that packages have given effects on execution, half on credibility."""
    draws = np.random.default_rng(0)
    base = draws.normal(0.46, 0.03, replicates)
    tables = []
    for name, effect in {STATUS_QUO: 0.0, **effects}.items():
        # As many up as down, so that the mean is the effect.
        half = draws.normal(0.0, noise, replicates // 2) * (name != STATUS_QUO)
        spread = np.concatenate([half, -half])
        table = pd.DataFrame({measure: np.full(replicates, 0.5) for measure in MEASURES})
        table[EXECUTION] = base + effect + spread
        table["credibility"] = base + effect / 2 + spread
        table.insert(0, "replicate", np.arange(replicates))
        table.insert(0, "package", name)
        tables.append(table)
    packages = [Package(name, f"Lever {name}", scenario) for name in effects]
    titled = (Package(STATUS_QUO, "Status quo", scenario), *packages)
    return Comparison(titled, 1, replicates, pd.concat(tables), pd.DataFrame())


def pictures(comparison):
    """Every kind of picture there is."""
    return {
        "levers": forest_of.draw(comparison),
        "one lever": forest_of.draw(of(comparison, (STATUS_QUO, "culture"))),
        "courses": course.draw(comparison),
        "two courses": course.draw(of(comparison, (STATUS_QUO, ALL_LEVERS))),
        "course": course.draw(of(comparison, (ALL_LEVERS,))),
    }


@pytest.fixture(scope="module")
def drawn(levers):
    return pictures(levers) | {
        f"{name}, one replicate": figure for name, figure in pictures(first(levers, 1)).items()
    }


@pytest.mark.slow
@pytest.mark.parametrize("fmt", style.FORMATS)
@pytest.mark.parametrize("draw", [forest_of.draw, course.draw])
def test_the_same_results_give_the_same_bytes(levers, draw, fmt):
    once = style.render(draw(levers), fmt, ABOUT)
    assert style.render(draw(levers), fmt, ABOUT) == once


@pytest.mark.slow
def test_bytes_do_not_depend_on_what_was_rendered_before(levers):
    figure = forest_of.draw(levers)
    before = style.render(figure, "png", ABOUT)
    style.render(figure, "svg", ABOUT)
    assert style.render(figure, "png", ABOUT) == before


@pytest.mark.slow
def test_a_picture_says_what_it_rests_on_and_bears_no_date(levers):
    svg = style.render(forest_of.draw(levers), "svg", ABOUT).decode()
    assert "<dc:title>Levers</dc:title>" in svg
    assert "What levers do; seed: 1; commit: none" in svg
    assert "<dc:date>" not in svg
    assert b"CreationDate" not in style.render(forest_of.draw(levers), "pdf", ABOUT)


@pytest.mark.slow
def test_an_unknown_format_is_refused(levers):
    with pytest.raises(ValueError, match="svg, pdf, png"):
        style.render(forest_of.draw(levers), "gif", ABOUT)


@pytest.mark.slow
def test_a_picture_is_saved_in_every_format(levers, tmp_path):
    def write(name, content):
        (tmp_path / name).write_bytes(content)
        return tmp_path / name

    paths = style.save(forest_of.draw(levers), "levers", write, ABOUT)
    assert [path.name for path in paths] == ["levers.svg", "levers.pdf", "levers.png"]


@pytest.mark.slow
@pytest.mark.parametrize("module", [forest_of, course])
def test_captions_name_replicates_seed_and_command(levers, module):
    for text in (module.caption(levers, "zhixing levers district"), written(module.draw(levers))):
        assert f"{REPLICATES} replicates" in text
        assert "seed 1" in text
    assert "Redraw: zhixing levers district" in module.caption(levers, "zhixing levers district")


@pytest.mark.slow
def test_one_replicate_is_shown_without_interval_and_the_caption_says_so(levers):
    one = first(levers, 1)
    assert "one replicate gives no interval" in written(forest_of.draw(one))
    assert "(" not in "".join(text for name in SHOWN for text in column(compared(one)[0], name))
    assert "1 replicate, so no band" in written(course.draw(one))
    assert message(one).startswith("In one replicate, ")


def test_rows_are_ordered_by_effect_on_execution_with_all_together_last(levers):
    rows, _ = compared(levers)
    values = [row.effects[EXECUTION].value for row in rows[:-1]]
    assert values == sorted(values, reverse=True)
    assert rows[-1].package.name == ALL_LEVERS
    assert all(above.middle < below.middle for above, below in itertools.pairwise(rows))


@pytest.mark.slow
def test_no_type_is_smaller_than_seven_points(drawn):
    for name, figure in drawn.items():
        assert min(text.get_fontsize() for text in texts(figure)) >= 7, name


@pytest.mark.slow
def test_every_colour_comes_from_the_style(drawn):
    known = {colour.lower() for colour in (*style.PALETTE, style.DIM, style.FAINT, style.PAPER)}
    for name, figure in drawn.items():
        for axes in figure.axes:
            used = {to_hex(line.get_color()) for line in axes.lines}
            used |= {to_hex(line.get_markerfacecolor()) for line in axes.lines}
            used |= {to_hex(face) for area in axes.collections for face in area.get_facecolor()}
            assert used <= known, name
        assert {to_hex(text.get_color()) for text in texts(figure)} <= known, name


@pytest.mark.slow
def test_no_text_leaves_the_sheet_or_covers_another(drawn):
    for name, figure in drawn.items():
        assert astray(figure) == [], name
        assert covered(figure) == [], name


@pytest.mark.slow
@pytest.mark.parametrize(
    ("effects", "said"),
    [
        (
            {"a": 0.02, "b": 0.05, ALL_LEVERS: 0.09},
            "“Lever b” raises execution most, by 5.0 points; all together raise it further, by 9.0",
        ),
        (
            {"a": 0.02, "b": 0.05, ALL_LEVERS: 0.03},
            "“Lever b” raises execution most, by 5.0 points; all together raise it less, by 3.0",
        ),
        (
            {"a": 0.02, "b": -0.05, ALL_LEVERS: 0.03},
            "“Lever b” moves execution most, down by 5.0 points; all together raise it by 3.0",
        ),
        ({"a": 0.02}, "“Lever a” raises execution by 2.0 points"),
        ({ALL_LEVERS: 0.02}, "All together raise execution by 2.0 points"),
    ],
)
def test_the_title_names_the_strongest_lever_and_compares_all_together(scenario, effects, said):
    comparison = made(scenario, effects)
    assert message(comparison) == said
    assert said in written(forest_of.draw(comparison))


def test_the_title_does_not_claim_more_than_the_intervals_show(scenario):
    level = made(scenario, {"a": 0.05, "b": 0.0501, ALL_LEVERS: 0.0499}, noise=0.002)
    assert "though not clearly more than “Lever" in message(level)
    assert "all together raise it about as much" in message(level)
    nothing = made(scenario, {"a": 0.0, "b": 0.0, ALL_LEVERS: 0.0}, noise=0.0)
    assert message(nothing) == (
        "No lever’s effect on execution can be told from zero; "
        "the effect of all together on it cannot be told from zero"
    )


def test_a_larger_but_uncertain_effect_is_not_passed_over(scenario):
    comparison = made(scenario, {"a": 0.02, "b": 0.0})
    wide = comparison.runs["package"] == "b"
    comparison.runs.loc[wide, EXECUTION] += [0.4, -0.1, 0.3, -0.1, 0.2, -0.1, -0.1, -0.1]
    assert message(comparison).endswith("the largest effect that can be told from zero")


@pytest.mark.slow
def test_measures_without_value_and_names_of_any_kind_can_be_drawn(levers):
    title = "district+culture=0.5+supervision=0.25+accountability=1.0+$a_b$"
    odd = Comparison(
        tuple(Package(one.name, f"{title}-{one.name}", one.scenario) for one in levers.packages),
        levers.seed,
        levers.replicates,
        levers.runs.assign(credibility=np.nan),
        levers.paths.assign(credibility=np.nan),
    )
    assert "no value" in written(forest_of.draw(odd))
    assert "$a_b$" in written(course.draw(odd))


@pytest.mark.slow
def test_the_start_of_reforms_is_marked_where_there_are_any(levers):
    assert "reforms" in written(course.draw(of(levers, (ALL_LEVERS,))))
    quiet = [text.get_text() for text in texts(course.draw(of(levers, (STATUS_QUO,))))]
    assert "reforms" not in quiet


def test_what_cannot_be_drawn_is_refused_in_words(levers):
    with pytest.raises(BadInput, match="at least two packages"):
        forest_of.draw(of(levers, (STATUS_QUO,)))
    with pytest.raises(BadInput, match="no monthly execution_rate"):
        course.draw(made(levers.packages[0].scenario, {"a": 0.01}))


@pytest.mark.slow
def test_drawing_leaves_matplotlib_as_it_was(levers):
    before = dict(matplotlib.rcParams)
    style.render(forest_of.draw(levers), "svg", ABOUT)
    assert dict(matplotlib.rcParams) == before


def test_labels_moved_apart_keep_order_distance_and_bounds():
    wanted = np.array([0.5, 0.52, 0.51, 0.95, 0.96])
    places = layout.spread(wanted, 0.1, 0.0, 1.0)
    assert list(np.argsort(places)) == list(np.argsort(wanted))
    assert np.diff(np.sort(places)).min() >= 0.1 - 1e-12
    assert places.min() >= 0.0
    assert places.max() <= 1.0


def test_broken_lines_fit_and_lose_nothing():
    text = "district+culture=0.5 Averyverylongwordwithoutanymark and some more"
    lines = layout.wrap(text, 1.0, style.SMALL)
    assert all(layout.text_width(line, style.SMALL) <= 1.0 for line in lines)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")


TEXTS = {
    "message": message_module.TEXT,
    "levers": forest_of.TEXT,
    "course": course.TEXT,
    "spiral": spiral_pictures.TEXT,
    "tables": TABLES,
    "spiral tables": SPIRAL,
}


@pytest.mark.parametrize("name", TEXTS)
def test_commands_say_the_same_in_both_languages(name):
    said = TEXTS[name]
    assert set(said) == set(language.LANGUAGES)
    assert set(said["en"]) == set(said["zh"])
    for key, text in said["en"].items():
        there = {field for _, field, _, _ in string.Formatter().parse(text) if field}
        other = {field for _, field, _, _ in string.Formatter().parse(said["zh"][key]) if field}
        assert there == other, key
        assert not CHINESE.search(text), key


@pytest.mark.slow
@pytest.mark.usefixtures("chinese")
def test_pictures_of_commands_speak_chinese_and_nothing_covers_anything(levers, scenario):
    say = language.Speaker("zh", TABLES)
    titled = dataclasses.replace(
        levers,
        packages=tuple(
            dataclasses.replace(one, title=say.lever(one.name, scenario)) for one in levers.packages
        ),
    )
    one = of(titled, (ALL_LEVERS,))
    drawn = {
        "levers": (forest_of, titled),
        "one replicate": (forest_of, first(titled, 1)),
        "course": (course, one),
        "courses": (course, titled),
        "courses, one replicate": (course, first(titled, 1)),
    }
    for name, (module, comparison) in drawn.items():
        figure = module.draw(comparison, "zh")
        with style.look(lang="zh"):
            assert astray(figure) == [], name
            assert covered(figure) == [], name
        said = written(figure) + module.caption(comparison, "", "zh")
        assert re.findall(r"[A-Za-z]{2,}", said) == [], name


@pytest.mark.slow
@pytest.mark.usefixtures("chinese")
@pytest.mark.parametrize("command", but(("compare",), ("levers", "run", "compare")))
def test_tables_of_commands_are_in_chinese_from_the_same_runs(
    command, small_file, zhixing, no_pictures, tmp_path
):
    asked = (small_file, f"{small_file}+culture=0.5") if command == "compare" else (small_file,)
    words = (command, *asked, "--replicates", "2", "--workers", "1", "--out", tmp_path)
    assert zhixing(*words).code == 0
    said = zhixing(*words, "--lang", "zh")
    assert said.code == 0
    (folder,) = tmp_path.iterdir()
    left = said.out.replace(str(folder), "").replace("Small", "")
    story = Scenario.load(small_file).story
    left = " ".join(left.split()).replace(" ".join(story.split()), "")
    assert re.findall(r"[A-Za-z]{2,}", left.replace(f"{command}.zh.png", "")) == []
    assert {path.name for path in folder.glob("*.png")} == {f"{command}.png", f"{command}.zh.png"}
    assert f"{command} small: 0 of" not in said.err


@pytest.mark.parametrize("command", ["levers", "run", "compare"])
def test_an_unknown_language_is_refused_before_anything_is_written(command, zhixing, tmp_path):
    asked = ("district", "vicious_circle") if command == "compare" else ("district",)
    said = zhixing(command, *asked, "--lang", "fr", "--out", tmp_path / "out")
    assert said.code == 2
    assert "--lang fr" in said.err
    assert not (tmp_path / "out").exists()
