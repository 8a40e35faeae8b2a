"""Titles as long as users write them: pictures give their beginning, and break them quickly."""

import pytest

from sim.drawing import layout, words
from sim.drawing.language import joined
from sim.world.scenario import Scenario


@pytest.mark.slow
@pytest.mark.parametrize("text", ["a" * 1000, "ab-" * 333, "word " * 200, "超长标题" * 250])
def test_lines_of_a_long_text_fit_their_width_and_lose_nothing(text):
    lines = layout.wrap(text, 3.0, 8.0)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert all(layout.text_width(line.rstrip(" "), 8.0) <= 3.0 for line in lines)


def test_a_word_is_cut_where_it_is_full():
    word = "a" * 1000
    cut = layout._fitting(word, 3.0, 8.0, "normal")
    assert layout.text_width(word[:cut], 8.0) <= 3.0 < layout.text_width(word[: cut + 1], 8.0)


def test_text_is_measured_no_more_often_than_it_has_letters(monkeypatch):
    measured = []

    def text_width(text, size, weight="normal"):
        measured.append(len(text))
        return 0.05 * len(text)

    monkeypatch.setattr(layout, "text_width", text_width)
    layout.wrap("a" * 5000, 3.0, 8.0)
    assert len(measured) < 5000


def test_a_long_title_is_cut_in_pictures_alone():
    title = "x" * 1000
    assert len(words.brief(title)) == words.LONGEST_TITLE
    assert words.brief(title).endswith("…")
    assert words.brief("x" * words.LONGEST_TITLE) == "x" * words.LONGEST_TITLE
    assert joined("en").quoted(title) == f"“{words.brief(title)}”"
    assert joined("en").title(Scenario.load("district").replace({"title": title})) == words.brief(
        title
    )
