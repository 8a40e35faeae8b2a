"""Tables of posts as people save them: each kind is read alike, or refused with what to do."""

import re

import numpy as np
import openpyxl
import pandas as pd
import pytest

from sim import BadInput
from sim.world import establishment
from sim.world.cells import RANKS, number
from sim.world.headings import CHINESE, COLUMNS, match
from sim.world.organisation import PostsReading

ROWS = [
    ("post", "superior", "department", "capability", "age"),
    ("局长", "", "办公室", "0.62", "54"),
    ("综合科科长", "局长", "综合科", "0.55", "47"),
    ("执法科科长", "局长", "执法科", "0.58", "45"),
    ("综合科员", "综合科科长", "综合科", "", "31"),
    ("执法科员", "执法科科长", "执法科", "0.71", "36"),
]
CHINESE_ROWS = [("岗位", "上级", "部门", "能力", "年龄"), *ROWS[1:]]
TRADITIONAL = [
    ("職位", "直接上級", "科室", "能力", "年齡"),
    ("局長", "", "辦公室", "0.62", "54"),
    ("綜合科科長", "局長", "綜合科", "0.55", "47"),
    ("執法科科長", "局長", "執法科", "0.58", "45"),
    ("綜合科員", "綜合科科長", "綜合科", "", "31"),
    ("執法科員", "執法科科長", "執法科", "0.71", "36"),
]
GERMAN = [
    ("post", "superior", "department", "capability", "age"),
    ("Präsidentin", "", "Behörde", "0.62", "54"),
    ("Büroleiter", "Präsidentin", "Büro für Umwelt", "0.55", "47"),
    ("Prüferin", "Büroleiter", "Büro für Umwelt", "0.58", "45"),
    ("Sachbearbeiter Müller", "Büroleiter", "Büro für Umwelt", "", "31"),
]


def text(rows, separator=",", end="\n"):
    return end.join(separator.join(row) for row in rows) + end


def found(tmp_path, content, name="posts.csv", **stated):
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return establishment.read(path, PostsReading(**stated))


def refused(tmp_path, content, name="posts.csv", **stated):
    with pytest.raises(BadInput) as raised:
        found(tmp_path, content, name, **stated)
    return [one.removeprefix(f"{tmp_path / name}: ") for one in raised.value.each]


def assert_is(found, rows):
    assert sorted(found.posts) == sorted(row[0] for row in rows[1:])
    above = {row[0]: row[1] for row in rows[1:]}
    capability = {row[0]: row[3] for row in rows[1:]}
    for i, post in enumerate(found.posts):
        superior = found.layout.post_superior[i]
        assert (found.posts[superior] if superior >= 0 else "") == above[post]
        given = found.known["capability"][i]
        assert np.isnan(given) if capability[post] == "" else given == float(capability[post])


ENCODED = {
    "UTF-8": (ROWS, "utf-8"),
    "UTF-8 with a mark": (ROWS, "utf-8-sig"),
    "UTF-16 with a mark": (ROWS, "utf-16"),
    "UTF-16, big end first": (ROWS, "utf-16-be"),
    "UTF-16, little end first": (ROWS, "utf-16-le"),
    "UTF-16 with Chinese headings": (CHINESE_ROWS, "utf-16-le"),
    "UTF-16 with Chinese headings, big end first": (CHINESE_ROWS, "utf-16-be"),
    "UTF-32": (ROWS, "utf-32"),
    "GBK": (ROWS, "gbk"),
    "GB18030": (ROWS, "gb18030"),
    "GBK with Chinese headings": (CHINESE_ROWS, "gbk"),
    "Big5": (TRADITIONAL, "big5"),
    "Windows-1252": (GERMAN, "cp1252"),
}


@pytest.mark.parametrize("name", ENCODED)
def test_a_text_of_any_usual_encoding_is_read(name, tmp_path):
    rows, encoding = ENCODED[name]
    assert_is(found(tmp_path, text(rows).encode(encoding)), rows)


@pytest.mark.parametrize("rows", [ROWS, CHINESE_ROWS])
@pytest.mark.parametrize("shift", range(4))
def test_a_stray_byte_of_zero_is_refused_with_its_row(rows, shift, tmp_path):
    content = text(rows).encode()
    at = content.index(b"\n") + 1 + shift
    for damaged in (content[:at] + b"\0" + content[at:], content[:at] + b"\0" + content[at + 1 :]):
        (said,) = refused(tmp_path, damaged)
        assert said == "not a table: a byte of zero in row 2; save it as UTF-8 anew"


@pytest.mark.parametrize("word", ["Präfekt", "Müller", "José", "Garçon", "Þór", "Søren"])
def test_one_word_of_windows_1252_is_not_taken_for_chinese(word, tmp_path):
    table = f"post,superior,department\n{word},,d\nclerk,{word},d\n"
    assert found(tmp_path, table.encode("cp1252")).posts[0] == word


@pytest.mark.parametrize("word", ["主任", "处长", "市长", "书记", "乡长"])
def test_one_word_of_gbk_is_not_taken_for_big5(word, tmp_path):
    table = f"post,superior,department\n{word},,办公室\n科员,{word},办公室\n"
    assert found(tmp_path, table.encode("gbk")).posts[0] == word


def test_an_encoding_that_is_stated_is_used_and_one_that_does_not_fit_is_named(tmp_path):
    table = text([ROWS[0], ("Начальник", "", "Отдел", "0.5", "50")])
    read = found(tmp_path, table.encode("cp1251"), encoding="cp1251")
    assert read.posts == ("Начальник",)
    said = refused(tmp_path, text(ROWS).encode("gbk"), encoding="utf-8")
    assert said == ["not text in the encoding that is stated, utf-8"]
    said = refused(tmp_path, text(ROWS), encoding="martian")
    assert said == ["encoding: “martian” is not the name of an encoding"]


@pytest.mark.parametrize("encoding", ["cp1251", "shift_jis", "cp037"])
def test_an_encoding_that_cannot_be_told_is_refused_with_what_to_do(encoding, tmp_path):
    rows = {"cp1251": "Начальник отдела,,Отдел надзора", "shift_jis": "課長ｶﾅ,,総務課ﾃﾞｽ"}
    table = f"post,superior,department\n{rows.get(encoding, 'a,,b')}\n"
    (said,) = refused(tmp_path, table.encode(encoding))
    assert "save it as UTF-8" in said or "is missing" in said


@pytest.mark.parametrize("separator", [",", ";", "\t", "|", "，"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_any_usual_separator_and_end_of_line_is_read(separator, end, tmp_path):
    assert_is(found(tmp_path, text(ROWS, separator, end)), ROWS)


def test_the_first_line_of_excel_says_the_separator(tmp_path):
    read = found(tmp_path, "sep=;\r\n" + text(ROWS, ";", "\r\n"))
    assert_is(read, ROWS)
    assert "headings in row 2" in read.reading.file


def test_titles_above_the_headings_are_passed_over_and_rows_keep_their_numbers(tmp_path):
    above = "某局岗位编制表,,,,\n（2026年）,,,,\n"
    read = found(tmp_path, above + text(CHINESE_ROWS))
    assert_is(read, CHINESE_ROWS)
    assert "rows 1 to 2 are above the headings" in read.reading.assumed
    wrong = text(CHINESE_ROWS).replace("0.71", "7.1")
    assert refused(tmp_path, above + wrong)[0].startswith("row 8: “capability” is 7.1")


def test_a_row_with_too_many_cells_is_named(tmp_path):
    said = refused(tmp_path, text([*ROWS, ("a", "局长", "d", "0", "62", "30")]))
    assert said == [
        "row 7: 6 cells, the headings 5; put a cell that holds the separator between quotes"
    ]


# Headings.


@pytest.mark.parametrize("column", COLUMNS)
def test_every_column_is_known_by_its_name_and_its_chinese_term(column):
    needed = ["post", "superior", "department"]
    for heading in (column, column.upper(), f" {column.replace('_', ' ').title()} "):
        own = [heading if one == column else one for one in needed]
        own += [] if column in needed else [heading]
        assert own[match(own, {}, "").places[column]] == heading
    own = [CHINESE[one] for one in needed if one != column] + [CHINESE[column]]
    assert match(own, {}, "").places.keys() >= {*needed, column}


@pytest.mark.parametrize(
    ("headings", "post", "superior", "department"),
    [
        (["职位", "直接上级", "科室"], 0, 1, 2),
        (["姓名", "职务", "汇报对象", "所在部门"], 1, 2, 3),
        (["Position", "Reports to", "Unit"], 0, 1, 2),
        (["Job title", "Line manager", "Division"], 0, 1, 2),
        (["序号", "岗位（全称）", "上级领导", "内设机构"], 1, 2, 3),
        (["岗位编号", "岗位名称", "上级编号", "处室"], 0, 2, 3),
        (["ID", "post", "superior", "department"], 1, 2, 3),
    ],
)
def test_usual_headings_are_known(headings, post, superior, department):
    places = match(headings, {}, "").places
    assert [places[one] for one in ("post", "superior", "department")] == [
        post,
        superior,
        department,
    ]


@pytest.mark.parametrize(
    ("heading", "near"),
    [
        ("capabilty", "capability"),
        ("responsability", "responsibility"),
        ("ambitions", "ambition"),
        ("conection", "connection"),
        ("time_in_pots", "time_in_post"),
        ("merit_beleif", "merit_belief"),
        ("责任性", "责任心"),
    ],
)
def test_a_misspelt_heading_is_a_warning_that_names_the_nearest(heading, near, tmp_path):
    table = f"post,superior,department,{heading}\na,,d,0.5\n"
    reading = found(tmp_path, table).reading
    assert reading.warnings == (f"column “{heading}” is not read; did you mean “{near}”?",)


@pytest.mark.parametrize("heading", ["备注", "姓名", "remarks", "性别", "salary", "phone"])
def test_a_column_of_another_kind_is_told_without_a_warning(heading, tmp_path):
    table = f"post,superior,department,{heading}\na,,d,x\n"
    reading = found(tmp_path, table).reading
    assert reading.warnings == ()
    assert [name for name, _ in reading.ignored] == [heading]


def test_a_heading_of_ones_own_is_stated(tmp_path):
    table = "post,superior,department,Punkte\na,,d,0.5\n"
    read = found(tmp_path, table, columns={"Punkte": "capability"})
    assert read.known["capability"].tolist() == [0.5]
    said = refused(tmp_path, table, columns={"Points": "capability"})
    assert said == ["row 1: columns: no heading “Points” in the table"]


def test_two_headings_of_one_meaning_are_refused_unless_one_is_surer(tmp_path):
    said = refused(tmp_path, "post,直接上级,上级领导,department\na,,,d\n")
    assert said == [
        "row 1: columns “直接上级” and “上级领导” both mean superior; rename one of them"
    ]
    assert found(tmp_path, "post,superior,直接上级,department\na,,,d\n").posts == ("a",)


# Names and numbers.


@pytest.mark.parametrize(
    ("posts", "superiors"),
    [
        (["101", "102"], ["", "101.0"]),
        (["101.0", "102.0"], ["", "101"]),
        (["101.0", "102.0"], ["", "101.0"]),
        (["007", "008"], ["", "7"]),
        (["７０１", "702"], ["", "701"]),
        (["副局长（分管）", "科员"], ["无", "副局长(分管)"]),
        (["Head  Clerk", "Clerk"], ["-", "head clerk"]),
    ],
)
def test_a_superior_is_found_however_its_name_or_number_is_written(posts, superiors, tmp_path):
    table = pd.DataFrame({"post": posts, "superior": superiors, "department": "d"})
    read = found(tmp_path, table.to_csv(index=False))
    assert read.layout.post_superior.tolist() == [-1, 0]


def test_a_superior_may_be_named_by_the_title_where_posts_have_numbers(tmp_path):
    table = "岗位编号,岗位名称,上级,部门\n1,局长,,局\n2,科长,局长,局\n"
    read = found(tmp_path, table)
    assert read.titles == ("局长", "科长")
    assert read.posts == ("1", "2")
    assert read.layout.post_superior.tolist() == [-1, 0]


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("0.62", 0.62),
        ("0,62", 0.62),
        (",62", 0.62),
        ("0,625", 0.625),
        ("62%", 0.62),
        ("62 %", 0.62),
        ("62,5 %", 0.625),
        ("６２％", 0.62),
        ("０．６２", 0.62),
        ("6.2e-1", 0.62),
    ],
)
def test_a_share_is_read_with_point_comma_or_per_cent(written, value, tmp_path):
    table = f"post;superior;department;capability\na;;d;{written}\n"
    assert found(tmp_path, table).known["capability"].tolist() == [value]


@pytest.mark.parametrize(
    ("written", "months"), [("36", 36), ("36个月", 36), ("3年", 36), ("3 years", 36)]
)
def test_time_in_post_may_carry_its_unit(written, months, tmp_path):
    table = f"post,superior,department,time_in_post\na,,d,{written}\n"
    assert found(tmp_path, table).known["time_in_post"].tolist() == [months]


@pytest.mark.parametrize("written", ["1,200", "12,500", "-3,141"])
def test_a_number_that_can_be_read_in_two_ways_is_refused(written):
    with pytest.raises(BadInput, match="can be read in two ways; write"):
        number(written)


@pytest.mark.parametrize("written", ["", "-", "—", "/", "无", "n/a", "NaN", "不详"])
def test_a_mark_for_what_is_not_known_is_drawn_and_told(written, tmp_path):
    read = found(tmp_path, f"post,superior,department,capability\na,,d,{written}\nb,a,d,0.5\n")
    assert np.isnan(read.known["capability"][0])
    told = any("is a value not known" in one for one in read.reading.assumed)
    assert told == bool(written)


@pytest.mark.parametrize(
    ("scale", "written", "value"),
    [
        ((1.0, 5.0), "1", 0.0),
        ((1.0, 5.0), "4", 0.75),
        ((1.0, 5.0), "4.0", 0.75),
        ((5.0, 1.0), "4", 0.25),
        ((0.0, 100.0), "62", 0.62),
        ({"1": 0.1, "5": 0.9}, "5.0", 0.9),
        ({"优秀": 0.9, "称职": 0.6}, "称职", 0.6),
    ],
)
def test_a_scale_that_is_stated_maps_what_is_written(scale, written, value, tmp_path):
    table = f"post,superior,department,capability\na,,d,{written}\n"
    assert found(tmp_path, table, scale={"capability": scale}).known["capability"][0] == value


def test_a_scale_that_is_not_stated_is_refused_with_how_to_state_it(tmp_path):
    (said,) = refused(tmp_path, "post,superior,department,capability\na,,d,4\n")
    assert said.endswith(
        "state another scale below [organisation.posts], as in scale.capability = [1, 5]"
    )
    (said,) = refused(tmp_path, "post,superior,department,capability\na,,d,80\nb,a,d,1\nc,a,d,55\n")
    assert said.startswith("row 2 and 1 more: “capability” is 55 to 80; expected 0 to 1; state")
    stated = {"capability": (1.0, 5.0)}
    (said,) = refused(tmp_path, "post,superior,department,capability\na,,d,6\n", scale=stated)
    assert said == "row 2: “capability” is not on its scale: 6; expected 1 to 5"


def test_all_values_that_are_wrong_are_told_at_once(tmp_path):
    table = "post,superior,department,capability,age\na,,d,good,12\nb,a,d,0.5,x\n"
    said = refused(tmp_path, table)
    assert said == [
        "row 2: “capability” is not a number: “good”",
        "row 3: “age” is not a number: “x”",
        "row 2: “age” is 12; expected 16 to 100",
    ]


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (("A,B,d", "B,A,d", "C,D,e", "D,C,e", "E,A,d"), ["in a cycle: A → B", "in a cycle: C → D"]),
        (("A,,d", "B,,d", "C,A,e", "D,A,e"), ["“d” has two heads", "“e” has two heads"]),
        (("A,,d,,Z", "B,A,d,,B"), ["“co_head” is “Z”", "“co_head” is “B”"]),
        (("A,,d,,-", "B,A,d,A,", "C,A,d,C,-"), ["“B” is its superior already", "“C” is itself"]),
        (("A,,d,,", "B,X,d,,", "C,Y,d,,,12"), ["superior “X”", "superior “Y”", "“age” is 12"]),
    ],
)
def test_all_that_is_wrong_with_who_answers_to_whom_is_told_at_once(rows, said, tmp_path):
    head = "post,superior,department,second_superior,co_head,age"
    told = refused(tmp_path, "\n".join([head, *(row + "," * (5 - row.count(",")) for row in rows)]))
    assert len(told) == len(said)
    for one, part in zip(told, said, strict=True):
        assert part in one


def test_every_wrong_rank_and_every_wrong_value_of_a_column_is_told(tmp_path):
    table = "post,superior,department,rank,age\na,,d,chief,12\nb,a,d,clerk,13\nc,a,d,,50\n"
    said = refused(tmp_path, table)
    assert [one.split(";")[0].split(",")[0] for one in said] == [
        "row 2: “age” is 12",
        "row 3: “age” is 13",
        "row 2: “rank” is not a number",
        "row 3: “rank” is not a number",
        "row 4: “rank” is not given",
    ]


# Ranks.


@pytest.mark.parametrize(
    ("high", "middle", "low"),
    [
        ("正处", "副处", "正科"),
        ("副处级", "正科级", "副科级"),
        ("县处级副职", "乡科级正职", "科员"),
        ("四级调研员", "一级主任科员", "二级科员"),
        ("正科（实职）", "股级", "办事员"),
    ],
)
def test_ranks_by_name_are_levels(high, middle, low, tmp_path):
    table = (
        f"post,superior,department,职级\na,,d,{high}\nb,a,d,{middle}\nc,b,d,{low}\ne,b,d,{low}\n"
    )
    assert found(tmp_path, table).layout.post_rank.tolist() == [0, 1, 2, 2]


def test_ranks_of_ones_own_are_stated_and_others_refused(tmp_path):
    table = "post,superior,department,rank\na,,d,chief\nb,a,d,clerk\n"
    read = found(tmp_path, table, ranks=("chief", "deputy", "clerk"))
    assert read.layout.post_rank.tolist() == [0, 1]
    said, other = refused(tmp_path, table)
    assert said.startswith("row 2: “rank” is not a number, and no rank that is known: “chief”")
    assert other.startswith("row 3: “rank” is not a number, and no rank that is known: “clerk”")
    (said,) = refused(tmp_path, "post,superior,department,rank\na,,d,正科\nb,a,d,4\n")
    assert said.endswith("“rank” is the number “4”, but in row 2 the name “正科”; write all alike")


def test_no_name_of_a_rank_stands_for_two_levels():
    names = [name for level in RANKS for name in level]
    assert len(names) == len(set(names))


# Workbooks and Parquet.


def book(path, rows, before=(), name="Sheet"):
    made = openpyxl.Workbook()
    sheet = made.active
    for title, others in before:
        sheet.title = title
        for row in others:
            sheet.append(row)
        sheet = made.create_sheet()
    sheet.title = name
    for row in rows:
        sheet.append(
            [float(cell) if re.fullmatch(r"[\d.]+", cell or "") else cell or None for cell in row]
        )
    made.save(path)
    return path


def test_a_workbook_is_read_as_text_is(tmp_path):
    read = establishment.read(book(tmp_path / "posts.xlsx", ROWS))
    assert_is(read, ROWS)
    # By what it is, whatever its name says.
    content = (tmp_path / "posts.xlsx").read_bytes()
    assert_is(found(tmp_path, content, "renamed.csv"), ROWS)


def test_the_sheet_of_a_workbook_is_the_first_or_the_one_that_is_stated(tmp_path):
    path = book(tmp_path / "posts.xlsx", ROWS, [("notes", [["nothing"]])], "编制表")
    with pytest.raises(BadInput, match="column “post” is missing"):
        establishment.read(path)
    assert_is(establishment.read(path, PostsReading(sheet="编制表")), ROWS)
    with pytest.raises(BadInput, match="no sheet “编制”; did you mean “编制表”"):
        establishment.read(path, PostsReading(sheet="编制"))


def test_staff_numbers_of_a_workbook_and_a_data_frame_are_whole(tmp_path):
    table = pd.DataFrame({"post": [101, 102, 103], "superior": [None, 101, 101], "department": 7})
    table.to_excel(tmp_path / "posts.xlsx", index=False)
    table.to_parquet(tmp_path / "posts.parquet")
    table.to_csv(tmp_path / "posts.csv", index=False)
    for ending in ("xlsx", "parquet", "csv"):
        read = establishment.read(tmp_path / f"posts.{ending}")
        assert read.posts == ("101", "102", "103")
        assert read.layout.post_superior.tolist() == [-1, 0, 0]
        assert read.layout.department_names == ("7",)


def test_parquet_may_have_chinese_headings_categories_and_odd_columns_beside(tmp_path):
    table = pd.DataFrame(CHINESE_ROWS[1:], columns=CHINESE_ROWS[0]).astype("category")
    table["附件"] = [[1]] * len(table)
    table.to_parquet(tmp_path / "posts.parquet")
    assert_is(establishment.read(tmp_path / "posts.parquet"), CHINESE_ROWS)


def test_long_and_unseen_names_are_refused(tmp_path):
    (said,) = refused(tmp_path, f"post,superior,department\n{'长' * 20_000},,d\n")
    assert said == "row 2: “post” has 20,000 characters; expected at most 200"
    (said,) = refused(tmp_path, "post,superior,department,title\na,,d,\x1b[31mred\n")
    assert said == "row 2: “title” holds a character that cannot be seen"
