"""Tables of posts that are odd in their cells, their headings or their kind of file."""

import csv
import io

import openpyxl
import pandas as pd

# What is put into a cell of a table of posts, and what is stated of how it is to be read.
ODD_CELLS = (
    *(
        "",
        " ",
        "nan",
        "inf",
        "-1",
        "1e999",
        "62%",
        "0,5",
        "1,200",
        "９",
        "2年",
        "正科",
        "无",
        "#REF!",
    ),
    *(
        "长" * 20_000,
        "\x1b[31mred",
        "\u202e",
        "\u200b",
        "=1+1",
        "a\nb",
        'a"b',
        ";;;;",
        "9" * 400,
        "NaN%",
    ),
    *("County Head", "county head", "101.0", "co_head", "post", "department", "\ufeffpost", "岗位"),
)
READ_AS = (
    *('encoding = "gbk"', 'encoding = "x"', 'separator = ";"', 'separator = "\\n"', 'sheet = "x"'),
    *("scale.capability = [1, 5]", "scale.age = [1, 5]", "scale.capability = [5, 5]", "ranks = []"),
    *("scale.capability = { a = 2.0 }", 'columns = { x = "post" }', 'ranks = ["a", "a"]'),
    *("both_direct = 0.5", "both_direct = 2", "columns = 3", 'columns = { post = "age" }'),
)


def _as_text(rows, rng):
    separator, encoding = (
        rng.choice(",;\t|"),
        rng.choice(("utf-8", "utf-16", "gb18030", "utf-8-sig")),
    )
    out = io.StringIO()
    csv.writer(out, delimiter=separator, lineterminator=rng.choice(("\n", "\r\n"))).writerows(rows)
    return "posts.csv", out.getvalue().encode(encoding, "replace")


def _as_workbook(rows, rng):
    book, out = openpyxl.Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(
            [openpyxl.cell.cell.ILLEGAL_CHARACTERS_RE.sub("", one)[:30_000] for one in row]
        )
    book.save(out)
    return "posts.xlsx", out.getvalue()


def _as_parquet(rows, rng):
    out = io.BytesIO()
    table = pd.DataFrame(
        rows[1:],
        columns=[
            f"{name}{' ' * place}" if rows[0].count(name) > 1 else name
            for place, name in enumerate(rows[0])
        ],
    )
    way = rng.randrange(4)
    if way == 0:
        table = table.astype("category")
    elif way == 1:
        name = rng.choice(list(table.columns))
        odd = rng.choice(([b"\xff"], [[1]], [{"a": 1}], [True], [pd.Timestamp("2020-01-01")]))
        table[name] = odd * len(table)
    table.to_parquet(out)
    return "posts.parquet", out.getvalue()


KINDS_OF_TABLES = (_as_text, _as_text, _as_workbook, _as_parquet)
