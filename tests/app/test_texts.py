"""Both languages say the same things, and every text is used."""

import importlib
import pkgutil
import re
import string
from pathlib import Path

import pytest

from sim.app import texts, words, worlds
from sim.app.assumptions import rows
from sim.app.texts import assumptions
from sim.app.texts.meanings import MEANINGS_ZH
from sim.app.texts.worlds import LEVER_STORIES_ZH, WORLDS_ZH
from sim.app.why import TERMS
from sim.declare import quantities
from sim.kinds import CONDUCTS, PROFILES
from sim.world.scenario import Scenario

APP = Path(words.__file__).parent
TABLES = {
    name: importlib.import_module(f"sim.app.texts.{name}").TEXTS
    for _, name, _ in pkgutil.iter_modules(texts.__path__)
    if name not in ("worlds", "meanings", "sources", "table_messages")
}


def places(text):
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("view", TABLES)
def test_english_and_chinese_have_the_same_keys_and_places(view):
    english, chinese = TABLES[view]["en"], TABLES[view]["zh"]
    assert set(english) == set(chinese)
    assert {key: places(text) for key, text in english.items()} == {
        key: places(text) for key, text in chinese.items()
    }


@pytest.mark.parametrize("view", TABLES)
def test_chinese_is_chinese(view):
    plain = [
        key
        for key, text in TABLES[view]["zh"].items()
        if not re.search("[\u4e00-\u9fff]", text)
        and re.search("[a-z]{4}", re.sub("{.*?}", "", text))
    ]
    assert plain in ([], ["other_language"])


def test_no_view_takes_a_word_that_all_share_for_another_meaning():
    common = TABLES["common"]["en"]
    again = {
        (view, key)
        for view, table in TABLES.items()
        for key in table["en"]
        if view != "common" and key in common and table["en"][key] != common[key]
    }
    # “Lessons” and the like head a view; what differs is meant to.
    assert {key for _, key in again} <= {"levers"}


def test_no_result_is_typed_into_a_text():
    """A per cent sign behind digits would be a result; the interval's name is none."""
    typed = [
        (view, lang, key)
        for view, table in TABLES.items()
        for lang, said in table.items()
        for key, text in said.items()
        if re.search(r"\d\s?[%％]", re.sub(r"9[05]\s?%", "", text))
    ]
    assert typed == []


@pytest.mark.parametrize("view", TABLES)
def test_every_text_is_used(view):
    code = "".join(path.read_text(encoding="utf-8") for path in APP.glob("*.py"))
    built = re.compile(
        r"^for_|^against_|_title|^where_|_question|_ask|_[012]$|_debrief|_discuss|^arm_|^rank_|^lever_|^step_|^node_|^cause_|^event_|^role_|_watch$|_step_[0-9]$"
    )
    unused = [
        key
        for key in TABLES[view]["en"]
        if not re.search(rf"[\"']{key}[\"']", code)
        and not built.search(key)
        and key not in (*EVERYWHERE, *TERMS)
    ]
    assert unused == []


# Names of conducts, profiles and traits come from the model's own lists.
EVERYWHERE = {*CONDUCTS, *PROFILES}


def test_every_world_and_lever_on_offer_speaks_chinese():
    assert set(WORLDS_ZH) == set(worlds.offered())
    levers = {name for world in worlds.offered().values() for name in world.levers}
    assert set(LEVER_STORIES_ZH) == levers


LATIN = re.compile("[A-Za-z]{2,}")
# Authors, years and files are cited as they are; so is the name of the model of choice.
CITED = re.compile(
    r"[A-ZÀ-Ž][\w’'ö-]+(?:(?:, | & | et al\.)[A-ZÀ-Ž]?[\w’'ö-]*)* ?\d{4}|Van Ryzin|Dal Bó|logit"
    r"|[\w/]+\.csv"
)


def test_every_assumption_is_told_in_chinese():
    """Key and number apart, a row holds no Latin words but citations; every text is of use."""
    chinese, used = words.Words("zh", assumptions.TEXTS), set()
    for world in worlds.offered().values():
        for row in rows(chinese, world):
            for cell in row[2:]:
                assert not LATIN.search(CITED.sub("", cell)), row
        for source in world.sources:
            told = chinese.source(source)
            assert not LATIN.search(CITED.sub("", told)), told
    for one in quantities(Scenario):
        assert re.search("[\u4e00-\u9fff]", chinese.meaning(one)), one.key
        if not one.meaning_zh:
            used |= {one.meaning.removesuffix(": mean").removesuffix(": standard deviation")}
    assert used == set(MEANINGS_ZH)


def test_what_was_fitted_is_not_called_assumed():
    english = words.Words("en", assumptions.TEXTS)
    district = {row[0]: row[5] for row in rows(english, worlds.scenario("district"))}
    assert "fitted, 90 % interval" in district["behaviour.duty"]
    assert "assumed" not in district["behaviour.duty"]
    # There this number is another, and nothing fitted it.
    circle = {row[0]: row[5] for row in rows(english, worlds.scenario("vicious_circle"))}
    assert "assumed" in circle["behaviour.cooperation"]


# Words that were given up, so that one concept has one word; the essay's own terms stay in quotes,
# and a citation keeps its words.
GIVEN_UP = {
    "en": (
        "same random draws",
        "ack-tracing",
        "this world",
        "same world",
        "One month on",
        "Rupture",
    ),
    "zh": (
        *("运动式", "风暴之后", "组合{", "满力度", "指挥链", "照本宣科", "预测成真", "预算内"),
        *("前进一月", "螺旋", "区县", "冲击减去"),
    ),
}


def told_by(texts):
    """All texts of a table by language; tables may nest."""
    if isinstance(texts, str):
        return [texts]
    return [one for inner in texts.values() for one in told_by(inner)]


@pytest.mark.parametrize("lang", GIVEN_UP)
def test_one_concept_has_one_word(lang):
    """On the page, on the command line, and in the names of kinds, measures and levers."""
    from sim.cli.texts.spiral import SPIRAL
    from sim.cli.texts.tables import TABLES as RESULTS
    from sim.measures import MEASURES

    said = [one for table in TABLES.values() for one in told_by(table[lang])]
    for table in (SPIRAL, RESULTS):
        said += told_by(table[lang])
    zh = lang == "zh"
    said += [one.zh if zh else one.title for one in (*CONDUCTS.of.values(), *MEASURES.values())]
    for world in worlds.offered().values():
        said += [one.zh if zh else one.title for one in world.levers.values()]
    said += [one for told in WORLDS_ZH.values() for one in told] if zh else []
    again = [(word, one) for one in said for word in GIVEN_UP[lang] if word in one]
    assert again == []
