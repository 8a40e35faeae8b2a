"""Both languages say the same things, and every text is used."""

import importlib
import pkgutil
import re
import string
from pathlib import Path

import pytest

from sim.app import texts, words, worlds
from sim.app.texts.worlds import LEVER_STORIES_ZH, WORLDS_ZH
from sim.app.why import TERMS

APP = Path(words.__file__).parent
TABLES = {
    name: importlib.import_module(f"sim.app.texts.{name}").TEXTS
    for _, name, _ in pkgutil.iter_modules(texts.__path__)
    if name != "worlds"
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
        r"_title|_question|_ask|_[012]$|_debrief|_discuss|^arm_|^rank_|^lever_|^step_"
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
EVERYWHERE = {
    *("faithful", "literal", "selective", "symbolic", "idle"),
    *("sound", "unprincipled", "driftless", "unable", "exhausted", "fixer"),
}


def test_every_world_and_lever_on_offer_speaks_chinese():
    assert set(WORLDS_ZH) == set(worlds.offered())
    levers = {name for world in worlds.offered().values() for name in world.levers}
    assert set(LEVER_STORIES_ZH) == levers
