"""What is told: the same in both languages, and also where nothing is found."""

import re
import string

import numpy as np
import pytest

from sim.cli.texts.discover import DISCOVERY
from sim.cli.texts.worth import WORTH
from sim.discovery.answer import where
from sim.discovery.boxes import Box, Limits
from sim.discovery.condition import condition
from sim.discovery.scenario_discovery import METHODS, Discovery
from sim.drawing import boxes, setting_titles, style, worth
from sim.drawing.language import joined
from sim.study.experiment import Experiment
from sim.study.study import Study
from sim.world.posterior import posterior
from tests.conftest import SMALL
from tests.discovery.test_discovery_commands import EXPERIMENT

TABLES = (DISCOVERY, WORTH, boxes.TEXT, worth.TEXT, setting_titles.TEXT)


def fields(text):
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("table", TABLES, ids=["discover", "worth", "boxes", "bars", "titles"])
def test_both_languages_say_the_same(table):
    assert set(table) == {"en", "zh"}
    assert set(table["en"]) == set(table["zh"])
    for key, text in table["en"].items():
        assert fields(text) == fields(table["zh"][key]), key


def test_every_setting_that_is_drawn_has_a_name_of_its_own_in_both_languages(district):
    for lang in ("en", "zh"):
        say = joined(lang, setting_titles.TEXT)
        names = [setting_titles.setting_title(key, district, say) for key in posterior().settings]
        assert len(set(names)) == len(names)
        if lang == "zh":
            assert not any(re.search(r"[A-Za-z]{2,}", name) for name in names)


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    here = tmp_path_factory.mktemp("told")
    (here / "small.toml").write_text(SMALL)
    (here / "hurts.toml").write_text(EXPERIMENT.replace("points = 120", "points = 60"))
    asked = Experiment.load(here / "hurts.toml").replace(replicates=1)
    return Study(asked, here).run(workers=1)


def told(study, text, point="status_quo", lang="en"):
    found = where(study, condition(text, study.drawn.measures), point)
    return found, joined(lang, DISCOVERY, boxes.TEXT)


def drawn(found, say, lang="en"):
    with style.look(lang=lang):
        return boxes.panels(found, say, boxes.statement(found, say), say.basis(found.study))


@pytest.mark.slow
def test_what_never_holds_is_told_with_its_share(study):
    found, say = told(study, "execution_rate < 0")
    assert found.discovery.boxes == ()
    text = boxes.statement(found, say).replace("\u00a0", " ")
    assert text.endswith("in 0.0 % of all settings tried")
    assert len(drawn(found, say).axes) == 2


@pytest.mark.slow
def test_where_no_box_stands_nothing_is_claimed(study):
    found, say = told(study, "execution_rate < 0.3")
    space = found.discovery.space
    interest = np.arange(len(space)) % 2 == 0
    nothing = Discovery(space, interest, np.zeros(len(space), bool), (), ())
    bare = type(found)(study, found.condition, found.cases, nothing)
    assert boxes.statement(bare, say).startswith("No settings are found in which “execution_rate")
    assert len(drawn(bare, say).axes) == 2


@pytest.mark.parametrize(
    ("limits", "en", "zh"),
    [
        (Limits(low=1.5), "motivation is above 1.5", "公共服务动机高于1.5"),
        (Limits(high=2.0), "motivation is below 2", "公共服务动机低于2"),
        (Limits(1.5, 2.25), "motivation is between 1.5 and 2.25", "公共服务动机在1.5与2.25之间"),
    ],
)
def test_limits_in_words(study, limits, en, zh):
    for lang, wanted in (("en", en), ("zh", zh)):
        found, say = told(study, "execution_rate < 0", lang=lang)
        one = _box(Box({"behaviour.duty": limits}), found)
        assert boxes.described(one, found, say) == wanted


def test_categories_in_words(study):
    found, say = told(study, "execution_rate < 0")
    one = _box(Box({"decide": Limits(allowed=frozenset({"satisficing", "logit"}))}), found)
    assert boxes.described(one, found, say) == "the rule of decision is logit or satisficing"


def _box(box, found):
    from sim.discovery.boxes import fit
    from sim.discovery.scenario_discovery import Found

    inside = box.holds(found.discovery.space)
    one = fit(inside, inside)
    return Found(METHODS[0], box, one, one, dict.fromkeys(box.limits, 0.01), 0.5)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("execution_rate < status_quo", "Eager officers lowers execution"),
        ("execution_rate > status_quo", "Eager officers raises execution"),
        (
            "credibility < status_quo - 0.02",
            "Eager officers lowers “Credibility” by more than 2 points",
        ),
        # A rise that is no fall, and a fall that is allowed, are told as they are written.
        (
            "execution_rate < status_quo + 0.02",
            "“execution_rate < status_quo + 0.02” holds under Eager officers",
        ),
        ("burden > 0.3", "“burden > 0.3” holds under Eager officers"),
    ],
)
def test_a_condition_in_words(study, text, says):
    found, say = told(study, text, point="eager")
    assert boxes.event(found, say) == says
