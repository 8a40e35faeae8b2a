"""The format of an exported table follows from the suffix, and every program reads the same."""

import io
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sim.errors import BadInput
from sim.study.export import FORMATS, MOST_ROWS, content_of, kind_of, stata_names

WRITTEN = Path(__file__).parent / "written_by_0_1_0" / "courts"
TABLE = pd.DataFrame(
    {
        "point": np.array([0, 1], np.int32),
        "public.trust.mean": [0.1, 1 / 3],
        "name": ["=1+1", "执行·知行"],
        "key": np.array([2**64 - 1, 12345678901234567890], np.uint64),
        "error": [None, "ValueError: no"],
        "on": [True, False],
        "execution_rate": [0.5, np.nan],
    }
)


def read(kind, content):
    file = io.BytesIO(content)
    if kind == ".csv":
        return pd.read_csv(file, dtype={"key": str})
    if kind == ".parquet":
        return pd.read_parquet(file)
    return pd.read_stata(file)


@pytest.mark.parametrize("kind", [".csv", ".parquet", ".dta"])
def test_what_is_read_is_what_was_written(kind):
    found = read(kind, content_of(TABLE, kind, "A title"))
    assert len(found) == 2
    number = "public_trust_mean" if kind == ".dta" else "public.trust.mean"
    assert found[number].tolist() == TABLE["public.trust.mean"].tolist()
    assert found["name"].tolist() == ["=1+1", "执行·知行"]
    assert [str(one) for one in found["key"]] == [str(one) for one in TABLE["key"]]
    assert np.isnan(found["execution_rate"].iloc[1])


def test_a_sheet_of_excel_holds_numbers_and_texts_and_no_formula():
    content = content_of(TABLE, ".xlsx", "A title")
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet
    for text in ("=1+1", "执行·知行", "18446744073709551615", "public.trust.mean"):
        assert f"<t>{text}</t>" in sheet
    assert "<v>0.3333333333333333</v>" in sheet


@pytest.mark.parametrize("kind", FORMATS)
def test_the_same_rows_give_the_same_bytes(kind):
    assert content_of(TABLE, kind, "A title") == content_of(TABLE, kind, "A title")


def test_csv_begins_with_a_mark_only_if_asked():
    assert content_of(TABLE, ".csv", "", mark=True) == b"\xef\xbb\xbf" + content_of(
        TABLE, ".csv", ""
    )


def test_a_table_that_does_not_fit_into_a_sheet_is_refused():
    table = pd.DataFrame({"x": np.zeros(MOST_ROWS, np.int8)})
    with pytest.raises(BadInput, match=r"1,048,575 rows.*\.parquet"):
        content_of(table, ".xlsx", "")


def test_names_of_stata_are_short_plain_and_unlike_each_other():
    names = [
        "public.trust.mean",
        "public.trust_mean",
        "a" * 40,
        "a" * 41,
        "能力",
        "责任",
        "2nd",
        "if",
        "sanctions@3",
    ]
    found = stata_names(names)
    assert len(set(found.values())) == len(names)
    for name in found.values():
        assert name.isidentifier()
        assert name.isascii()
        assert len(name) <= 32
        assert name != "if"


@pytest.mark.parametrize("name", ["x.txt", "x", "x.csv.gz", ".csv", "x.XLS"])
def test_another_suffix_is_refused_with_those_there_are(name):
    with pytest.raises(BadInput, match=r"\.csv, \.parquet, \.xlsx, \.dta"):
        kind_of(Path(name))


def test_large_letters_of_a_suffix_do_not_matter():
    assert kind_of(Path("RUNS.XLSX")) == ".xlsx"


@pytest.mark.parametrize("kind", FORMATS)
def test_the_command_writes_by_suffix(kind, tmp_path, zhixing):
    to = tmp_path / f"runs{kind}"
    said = zhixing("study", "export", WRITTEN, "--to", to)
    assert said.code == 0
    assert "12 rows in" in said.err
    if kind != ".xlsx":
        assert len(read(kind, to.read_bytes())) == 12


def test_an_unknown_suffix_writes_nothing(tmp_path, zhixing):
    said = zhixing("study", "export", WRITTEN, "--to", tmp_path / "runs.sav")
    assert said.code == 2
    assert ".dta" in said.err
    assert list(tmp_path.iterdir()) == []
    marked = zhixing("study", "export", WRITTEN, "--to", tmp_path / "runs.dta", "--excel")
    assert marked.code == 2
