"""Whatever the reading of a table can say is said in Chinese too, and on the page without files."""

import ast
import importlib
import re

import pytest

from sim.app.table_said import each_in_words, in_words
from sim.app.texts.table_messages import ERRORS, READINGS

MODULES = (
    "sheet",
    "encodings",
    "headings",
    "cells",
    "identifiers",
    "posts_layout",
    "ties",
    "establishment",
)
# Of what a scenario's file states, or of a file's path; a table on the page has neither.
ELSEWHERE = ("sheet: ", "encoding: ", "columns: ", "7: stated", "7: no such", "7: has changed")
ELSEWHERE += (
    "not text in the encoding",
    "7: 7",
    "“7”: 7",
    "is not on its scale",
    "this table of posts is",
)
# Parts of messages that are said only sometimes.
SOMETIMES = ("nearest", "near", "hint", "scaled", "also", "_like")


# What some parts of messages are, by module and name.
SAID = {
    ("cells", "shown"): "“7”",
    ("cells", "between"): ": ",
    ("encodings", "both"): "Big5 or GB18030 (GBK)",
    ("headings", "both"): "“a” and “b”",
    ("identifiers", "what"): "itself",
}


def part(node, module):
    """What a part of a message may be."""
    source = ast.unparse(node)
    if "at(" in source or source == "at":
        return "row 3: " if source == "at" else "row 3"
    if any(re.search(rf"\b{word}\b", source) for word in SOMETIMES):
        return ""
    found = getattr(module, source, None)
    if isinstance(found, str):
        return found
    return SAID.get((module.__name__.rpartition(".")[2], source), "7")


def written(node, module):
    """A message as it may be written; None for what is no text of its own."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        parts = (
            one.value if isinstance(one, ast.Constant) else part(one.value, module)
            for one in node.values
        )
        return "".join(parts)
    return None


def messages():
    """All messages of errors in the source of the modules that read tables."""
    for name in MODULES:
        module = importlib.import_module(f"sim.world.{name}")
        with open(module.__file__, encoding="utf-8") as file:
            tree = ast.parse(file.read())
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call) or not node.args:
                continue
            called = ast.unparse(node.func)
            if called in ("BadInput", "problems.append"):
                text = written(node.args[0], module)
                if text and not text.removeprefix("row 3: ").startswith(ELSEWHERE):
                    yield name, text


FOUND = sorted(set(messages()))


def test_the_messages_are_found():
    assert len(FOUND) > 40


@pytest.mark.parametrize(("module", "text"), FOUND)
def test_each_message_has_words_in_chinese_and_none_of_a_scenario_file(module, text):
    if text.startswith("is not a number"):
        text = f"row 3: “age” {text}"
    elif text.startswith("“7” can be read"):
        text = f"row 3: “age”: {text}"
    text = text.replace("row 7", "row 3")
    chinese = in_words(text, "zh")
    # Names of formats and signs of the program remain.
    left = re.sub(r"UTF-8|UTF-16|XLSX|CSV|Parquet|xls|\bname\b", "", chinese)
    assert re.search("[\u4e00-\u9fff]", chinese)
    assert not re.search("[a-z]{4}", left), chinese
    assert "[organisation" not in in_words(text, "en")


def test_names_of_rows_columns_and_near_ones_are_those_of_the_language():
    said = "row 5: superior “X” of post “Y” is not a post of the table; did you mean “Z”?"
    assert in_words(said, "en") == said
    assert in_words(said, "zh") == "第5行：岗位“Y”的上级“X”不是表中的岗位；是否指“Z”？"
    assert in_words("column “agge” is not read; did you mean “age”?", "zh") == (
        "“agge”列未读取；是否指“年龄”？"
    )
    several = ["“-” in 3 cells is a value not known; “无” in 1 cell is a value not known"]
    assert each_in_words(several, "zh") == ["3格中的“-”视为未知", "1格中的“无”视为未知"]


def test_both_languages_have_the_same_places():
    for english, chinese, *page in (*ERRORS, *READINGS):
        places = set(re.findall(r"\{(\w+)\}", english))
        assert set(re.findall(r"\{(\w+)\}", chinese)) <= places
        for other in page:
            assert set(re.findall(r"\{(\w+)\}", other)) <= places
