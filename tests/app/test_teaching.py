"""The notes for teachers speak of every lesson, view and world as the page has them."""

import re
from collections import Counter
from pathlib import Path

import pytest

from sim import shipped
from sim.app import worlds
from sim.app.experiments import LESSONS
from sim.app.texts import common
from sim.app.texts.lessons import TEXTS
from sim.app.texts.worlds import WORLDS_ZH
from sim.app.views import VIEWS

ENGLISH = Path(__file__).parents[2] / "docs" / "teaching"
NOTES = {"en": ENGLISH, "zh": ENGLISH / "zh"}
PAGES = sorted(path.name for path in ENGLISH.glob("*.md"))
PARTS = {
    "en": (
        "**Plan for 50 minutes.**",
        "**Plan for 90 minutes.**",
        "**Questions.**",
        "**What the runs show.**",
        "**Watch for.**",
        "**Reading.**",
    ),
    "zh": (
        "**50分钟安排**：",
        "**90分钟安排**：",
        "**提问**：",
        "**运行结果**：",
        "**留意**：",
        "**阅读**：",
    ),
}
MINUTES = {"en": r"\((\d+)\)", "zh": r"（(\d+)）"}
# Views and controls by the names they have on the page, English and Chinese.
NAMED = [
    *((view.texts["en"]["view"], view.texts["zh"]["view"]) for view in VIEWS.values()),
    *((common.TEXTS["en"][key], common.TEXTS["zh"][key]) for key in ("lever_more", "copy")),
]
LINKS = {"en": "English · [中文](zh/{})", "zh": "[English](../{}) · 中文"}
CASES = [(language, name) for language in NOTES for name in LESSONS]


def page(language, name):
    return (NOTES[language] / name).read_text(encoding="utf-8")


def sections(text):
    """What stands before the first title, and then under each."""
    before, *parts = re.split(r"^## (.+)\n", text, flags=re.M)
    return {"": before} | dict(zip(parts[::2], parts[1::2], strict=True))


def notes(language, lesson):
    return sections(page(language, "lessons.md"))[TEXTS[language][f"{lesson}_title"]]


def parts(language, lesson):
    """The paragraphs of a lesson's notes, each under the mark it begins with."""
    marks = "|".join(map(re.escape, PARTS[language]))
    return dict(re.findall(rf"^({marks})(.*?)(?=\n\n|\Z)", notes(language, lesson), re.M | re.S))


def minutes(language, lesson, part):
    return [
        int(one)
        for one in re.findall(MINUTES[language], parts(language, lesson)[PARTS[language][part]])
    ]


TIMINGS = re.compile(r"<!-- begin timings -->.*?<!-- end timings -->", re.S)


def pairs(name):
    """Sections of a page, the English beside the Chinese; timings stand in English only."""
    texts = (TIMINGS.sub("", page(language, name)) for language in NOTES)
    return zip(*(sections(text).values() for text in texts), strict=True)


@pytest.mark.parametrize("language", NOTES)
def test_every_lesson_has_its_notes(language):
    titles = [TEXTS[language][f"{name}_title"] for name in LESSONS]
    assert list(sections(page(language, "lessons.md"))) == ["", *titles]


@pytest.mark.parametrize(("language", "lesson"), CASES)
def test_notes_have_every_part(language, lesson):
    assert tuple(parts(language, lesson)) == PARTS[language]


@pytest.mark.parametrize(("language", "lesson"), CASES)
def test_minutes_of_the_short_plan_add_up(language, lesson):
    assert sum(minutes(language, lesson, 0)) == 50


@pytest.mark.parametrize("lesson", LESSONS)
@pytest.mark.parametrize("part", [0, 1])
def test_plans_have_the_same_minutes_in_both_languages(lesson, part):
    assert minutes("zh", lesson, part) == minutes("en", lesson, part) != []


@pytest.mark.parametrize("language", NOTES)
def test_the_hour_adds_up(language):
    hour = re.findall(r"^\| (\d+) \|", page(language, "README.md"), re.M)
    assert sum(map(int, hour)) == 60


@pytest.mark.parametrize("language", NOTES)
def test_worlds_named_in_the_notes_are_on_offer(language):
    for name in PAGES:
        named = set(re.findall(r"`([a-z_]+)`", page(language, name))) - {"app"}
        # What is to be prepared also says which worlds are not on offer.
        assert named <= set(shipped.scenarios() if name == "setup.md" else worlds.offered())


@pytest.mark.parametrize("language", NOTES)
def test_works_in_the_notes_are_in_the_models_references_or_a_worlds(language):
    odd = (ENGLISH.parent / "odd.md").read_text(encoding="utf-8")
    odd += "\n".join("\n".join(world.sources) for world in worlds.offered().values())
    works = re.findall(r"([A-Z][a-zé]+) ((?:19|20)\d\d)", page(language, "lessons.md"))
    assert works
    for name, year in works:
        assert re.search(rf"{name}[^\n]{{0,200}}{year}", odd, re.S), f"{name} {year}"


@pytest.mark.parametrize("name", PAGES)
def test_both_languages_have_the_same_pages_and_each_leads_to_the_other(name):
    for language, link in LINKS.items():
        assert page(language, name).splitlines()[2] == link.format(name)


@pytest.mark.parametrize("language", NOTES)
@pytest.mark.parametrize("name", PAGES)
def test_links_lead_to_files_and_titles_that_are_there(language, name):
    for link in re.findall(r"\]\(([^)]+)\)", page(language, name)):
        path, _, title = link.partition("#")
        target = NOTES[language] / path
        assert target.is_file(), link
        if title:
            titles = re.findall(r"^#+ (.+)$", target.read_text(encoding="utf-8"), re.M)
            assert title in [one.lower().replace(" ", "-") for one in titles], link


@pytest.mark.parametrize("name", PAGES)
def test_numbers_and_code_are_the_same_in_both_languages(name):
    """Section by section."""
    for english, chinese in pairs(name):
        for what in (r"\d+", r"^    .*$"):
            found = [Counter(re.findall(what, text, re.M)) for text in (english, chinese)]
            assert found[0] == found[1], chinese


@pytest.mark.parametrize("name", PAGES)
def test_views_and_worlds_have_their_names_on_the_chinese_page(name):
    for english, chinese in pairs(name):
        for called, called_zh in NAMED:
            # “Watch for” is a part of the notes, not the view.
            said = re.search(rf"\b{called}\b(?! for\b)", english)
            assert bool(said) == (f"“{called_zh}”" in chinese), (called, chinese)
        codes = [Counter(re.findall(r"`([a-z_]+)`", text)) for text in (english, chinese)]
        assert codes[0] == codes[1], chinese
        for code in set(codes[0]) & set(WORLDS_ZH):
            assert f"“{WORLDS_ZH[code][0]}”（`{code}`）" in chinese, code


def test_chinese_notes_name_lessons_as_the_page_does():
    quoted = re.findall(r"Lesson “(.+?)”", page("en", "README.md"))
    keys = {TEXTS["en"][f"{name}_title"]: name for name in LESSONS}
    titles = [TEXTS["zh"][f"{keys[title]}_title"] for title in quoted]
    assert titles == re.findall("课程“(.+?)”", page("zh", "README.md")) != []


@pytest.mark.parametrize("name", PAGES)
def test_chinese_pages_use_full_width_punctuation(name):
    text = re.sub(r"^    .*$|`[^`]*`|\]\([^)]*\)", "", page("zh", name), flags=re.M)
    assert re.findall(r"[\u4e00-\u9fff][,.;:?!()\"]|[,;:?!()\"][\u4e00-\u9fff]", text) == []


# Minutes of plans, years of works, the address in commands: no number of these notes is a result.
PLANNED = re.compile(
    r"^\d\. |\(\d+\)|（\d+）|^\| \d+ \||(?<!\d)(?:50|90|(?:1[89]|20)\d\d)(?!\d)|`[^`]*`"
    r"|<!-- begin timings -->.*?<!-- end timings -->|^    .*?$|\]\([^)]*\)",
    re.M | re.S,
)


@pytest.mark.parametrize("language", NOTES)
@pytest.mark.parametrize("name", PAGES)
def test_no_result_is_typed_into_the_notes(language, name):
    rest = PLANNED.sub("", page(language, name))
    assert re.findall(r"[^\n]*\d[^\n]*", rest) == []
