"""A table of posts to fill in, as a workbook with drop-down lists or as CSV."""

import csv
import io
from typing import TYPE_CHECKING

from sim.world.cells import RANKS
from sim.world.establishment import BOUNDS
from sim.world.headings import CHINESE, COLUMNS

if TYPE_CHECKING:
    from openpyxl.worksheet.datavalidation import DataValidation

# Rows for which the workbook offers lists.
ROWS = 1_000
_WIDTH = 18
# What each column asks for, in English and Chinese; of bounded numbers the range is added.
_ASKS = {
    "post": ("any unique name or number", "岗位名称或编号，不得重复"),
    "superior": ("the post above; empty at the top", "上级岗位；最高岗位留空"),
    "department": ("its department", "所在部门"),
    "rank": (
        "a rank by name, or a number, 1 the highest; or nothing in the whole column",
        "职级名称，或数字（1为最高）；也可整列留空",
    ),
    "title": ("what the post is called, if not by its name", "岗位的称谓，与岗位不同时填写"),
    "title_zh": ("what it is called in Chinese", "岗位的中文称谓"),
    "second_superior": ("another superior, if there is one", "另一上级（双重领导），没有则留空"),
    "co_head": (
        "of a second head of the department: the first",
        "共同首长：由第二位正职填写第一位正职",
    ),
    "age": ("years", "岁"),
    "time_in_post": ("months", "月"),
}
# Languages, and the rows that show how to fill the table in.
EXAMPLES = {
    "en": (("Director", "", "Our bureau"), ("Officer", "Director", "Our bureau")),
    "zh": (("局长", "", "本局"), ("科员", "局长", "本局")),
}


def _headings(lang: str) -> list[str]:
    return [CHINESE[column] if lang == "zh" else column for column in COLUMNS]


def _asked(column: str, lang: str) -> str:
    asked = _ASKS.get(column, ("", ""))[lang == "zh"]
    if column not in BOUNDS:
        return asked
    low, high = BOUNDS[column]
    between = f"{low:g}至{high:g}" if lang == "zh" else f"{low:g} to {high:g}"
    also = "留空则随机抽取" if lang == "zh" else "empty: drawn at random"
    return f"{between}{f' {asked}' if asked else ''}{'；' if lang == 'zh' else '; '}{also}"


def as_text(lang: str) -> bytes:
    """The table as a CSV file, in a language, with the mark by which Excel knows UTF-8."""
    out = io.StringIO()
    rows = csv.writer(out, lineterminator="\r\n")
    rows.writerow(_headings(lang))
    for row in EXAMPLES[lang]:
        rows.writerow([*row, *[""] * (len(COLUMNS) - len(row))])
    return out.getvalue().encode("utf-8-sig")


def as_book(lang: str) -> bytes:
    """The table as a workbook, in a language, which explains its columns and offers lists."""
    # Imported here, since it takes a tenth of a second, which no other command needs.
    from openpyxl import Workbook
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    book = Workbook()
    posts, lists = book.active, book.create_sheet("说明" if lang == "zh" else "columns")
    posts.title = "编制表" if lang == "zh" else "posts"
    posts.append(_headings(lang))
    for row in EXAMPLES[lang]:
        posts.append(row)
    for cell in posts[1]:
        cell.font = Font(bold=True)
    posts.freeze_panes = "A2"
    lists.append(
        ("列", "填写内容", "", "职级") if lang == "zh" else ("column", "what to write", "", "ranks")
    )
    for heading, column in zip(_headings(lang), COLUMNS, strict=True):
        lists.append((heading, _asked(column, lang)))
    for number, names in enumerate(RANKS, 2):
        lists.cell(number, 4, names[0])
    for number, column in enumerate(COLUMNS, 1):
        letter = get_column_letter(number)
        posts.column_dimensions[letter].width = _WIDTH
        rule = _rule(column, lists.title)
        rule.promptTitle = _headings(lang)[number - 1][:30]
        rule.prompt = _asked(column, lang)[:250]
        rule.showInputMessage = True
        posts.add_data_validation(rule)
        rule.add(f"{letter}2:{letter}{ROWS + 1}")
    lists.column_dimensions["A"].width, lists.column_dimensions["B"].width = _WIDTH, 4 * _WIDTH
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _rule(column: str, lists: str) -> "DataValidation":
    """What a cell offers and takes: lists only offer, so that new names can be written."""
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    if column in BOUNDS:
        low, high = BOUNDS[column]
        return DataValidation(
            type="decimal", operator="between", formula1=f"{low:g}", formula2=f"{high:g}",
            allow_blank=True, showErrorMessage=True,
        )  # fmt: skip
    if column in ("superior", "second_superior", "co_head"):
        post = get_column_letter(COLUMNS.index("post") + 1)
        listed = f"${post}$2:${post}${ROWS + 1}"
    elif column == "department":
        own = get_column_letter(COLUMNS.index(column) + 1)
        listed = f"${own}$2:${own}${ROWS + 1}"
    elif column == "rank":
        listed = f"'{lists}'!$D$2:$D${len(RANKS) + 1}"
    else:
        return DataValidation(allow_blank=True)
    return DataValidation(type="list", formula1=listed, allow_blank=True, showErrorMessage=False)
