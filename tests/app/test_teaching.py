"""The notes for teachers speak of every lesson, view and world as the page has them."""

import re
from pathlib import Path

import pytest

from sim.app import worlds
from sim.app.experiments import LESSONS
from sim.app.texts.lessons import TEXTS

NOTES = Path(__file__).parents[2] / "docs" / "teaching"
PARTS = ("Plan for 50 minutes", "Plan for 90 minutes", "Questions", "Watch for", "Reading")


def sections():
    text = (NOTES / "lessons.md").read_text(encoding="utf-8")
    return dict(re.findall(r"^## (.+?)\n(.*?)(?=^## |\Z)", text, re.M | re.S))


def test_every_lesson_has_its_notes():
    assert list(sections()) == [TEXTS["en"][f"{name}_title"] for name in LESSONS]


@pytest.mark.parametrize("title", sections())
def test_notes_have_every_part(title):
    assert [part for part in PARTS if f"**{part}.**" not in sections()[title]] == []


@pytest.mark.parametrize("title", sections())
def test_minutes_of_the_short_plan_add_up(title):
    plan = re.search(r"\*\*Plan for 50 minutes\.\*\*(.*?)\n\n", sections()[title], re.S)[1]
    assert sum(map(int, re.findall(r"\((\d+)\)", plan))) == 50


def test_the_hour_adds_up():
    text = (NOTES / "README.md").read_text(encoding="utf-8")
    assert sum(map(int, re.findall(r"^\| (\d+) \|", text, re.M))) == 60


def test_worlds_named_in_the_notes_are_on_offer():
    text = "".join(path.read_text(encoding="utf-8") for path in NOTES.glob("*.md"))
    named = set(re.findall(r"`([a-z_]+)`", text)) - {"app"}
    assert named <= set(worlds.offered())


def test_works_in_the_notes_are_in_the_models_references_or_a_worlds():
    odd = (NOTES.parent / "odd.md").read_text(encoding="utf-8")
    odd += "\n".join("\n".join(world.sources) for world in worlds.offered().values())
    notes = (NOTES / "lessons.md").read_text(encoding="utf-8")
    for name, year in re.findall(r"([A-Z][a-zé]+) ((?:19|20)\d\d)", notes):
        assert re.search(rf"{name}[^\n]{{0,200}}{year}", odd, re.S), f"{name} {year}"
