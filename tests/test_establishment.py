"""An establishment table: what is given is kept, the rest is drawn, and every slip is named."""

import re
import sys

import numpy as np
import pandas as pd
import pytest
from sound import assert_same_bytes

from sim import BadInput, Government, Scenario, cli, shipped, simulate
from sim.world import establishment
from sim.world.organisation import MOST_RANKS, MOST_TIERS
from sim.world.plan import Plan

FOLDER = shipped.folder("scenarios") / "establishment"
EXAMPLE = FOLDER / "county_office.csv"
MONTHS_A_YEAR = 12


@pytest.fixture
def table():
    """The worked example as text, a row a post; row n of the file has index n − 2."""
    return pd.read_csv(EXAMPLE, dtype=str, keep_default_na=False)


def kept(table, tmp_path):
    path = tmp_path / "posts.csv"
    table.to_csv(path, index=False)
    return path


def scenario_with(path, tmp_path):
    file = tmp_path / "office.toml"
    own = f'[organisation]\nposts = "{path.name}"\n[public]\ncitizens = 14\n'
    file.write_text(f'extends = "district"\n{own}')
    return file


def chain(posts, department=lambda number: "Office"):
    """Posts that answer each to the one before."""
    return pd.DataFrame(
        {
            "post": [f"Post {number}" for number in range(posts)],
            "superior": ["", *(f"Post {number}" for number in range(posts - 1))],
            "department": [department(number) for number in range(posts)],
        }
    )


def test_the_example_is_a_county_head_above_four_bureaus():
    found = establishment.read(EXAMPLE)
    layout = found.layout
    assert layout.posts_of_department.sum() == len(found.posts) == 66
    assert layout.department_names[0] == "County Government"
    assert layout.tier.tolist() == [0, 1, 1, 1, 1]
    assert layout.parent.tolist() == [-1, 0, 0, 0, 0]
    heads = np.flatnonzero(layout.post_rank == 0)
    assert [found.posts[i] for i in heads[:2]] == ["County Head", "Approval Bureau director"]
    assert layout.post_superior[heads].tolist() == [-1, 0, 0, 0, 0]


def test_every_post_answers_to_whom_the_table_says(table):
    found = establishment.read(EXAMPLE)
    superior = dict(zip(table["post"], table["superior"], strict=True))
    for post, above in zip(found.posts, found.layout.post_superior, strict=True):
        assert superior[post] == ("" if above < 0 else found.posts[above])


def test_both_loops_run_the_example_with_equal_bytes():
    scenario = Scenario.load("county_office").replace({"clock.months": 26})
    run = simulate(scenario, 5, 1)
    government = Government(scenario, 5, 1)
    government.run_for(26)
    assert_same_bytes(government.world, run.world)
    assert run.series["execution_rate"].between(0.05, 0.95).all()


def test_given_traits_are_kept_and_missing_ones_are_drawn(table, tmp_path):
    nothing_known = table[["post", "superior", "department", "rank"]]
    file = scenario_with(kept(nothing_known, tmp_path), tmp_path)
    drawn = Plan(Scenario.load(file)).begin(3).officers
    scenario = Scenario.load("county_office")
    officers = Plan(scenario).begin(3).officers
    rows = table.set_index("post").loc[list(scenario.establishment.posts)]
    for column in establishment.BOUNDS:
        given = pd.to_numeric(rows[column]).to_numpy()
        given = given * MONTHS_A_YEAR if column == "age" else given
        known = ~np.isnan(given)
        assert 0 < known.sum() < known.size
        assert (officers[column][known] == given[known]).all()
        if column == "time_in_post":
            # No longer than the years served by an officer whose age is known.
            served = officers["age"] - scenario.careers.entry_age * MONTHS_A_YEAR
            held = np.minimum(drawn[column], np.maximum(0, served))
            assert (officers[column][~known] == held[~known]).all()
        else:
            assert (officers[column][~known] == drawn[column][~known]).all()
        assert (officers[column] != drawn[column]).any()
    known = (rows["responsibility"] != "").to_numpy()
    assert (officers["disposition"][known] == officers["responsibility"][known]).all()


def test_the_template_lists_every_column_and_is_itself_sound():
    columns = pd.read_csv(FOLDER / "template.csv").columns
    assert set(columns) == {*establishment.NEEDED, "rank", *establishment.BOUNDS}
    assert len(establishment.read(FOLDER / "template.csv").posts) == 2


def test_columns_that_mean_nothing_here_and_the_order_of_rows_do_not_matter(table, tmp_path):
    found = establishment.read(EXAMPLE)
    fewer = establishment.read(kept(table.drop(columns="title_zh"), tmp_path))
    assert fewer.posts == found.posts
    turned = establishment.read(kept(table[::-1], tmp_path))
    assert set(turned.posts) == set(found.posts)
    assert turned.posts[0] == "County Head"
    assert sorted(turned.layout.department_names) == sorted(found.layout.department_names)


def test_without_a_rank_a_post_is_one_rank_below_its_superior(table, tmp_path):
    found = establishment.read(kept(table.drop(columns="rank"), tmp_path))
    assert found.layout.post_rank.tolist() == establishment.read(EXAMPLE).layout.post_rank.tolist()


def test_parquet_works_like_csv(table, tmp_path):
    path = tmp_path / "posts.parquet"
    pd.read_csv(EXAMPLE).to_parquet(path)
    columns, rows = establishment.read(path), establishment.read(EXAMPLE)
    assert columns.posts == rows.posts
    for name, values in vars(rows.layout).items():
        assert np.array_equal(getattr(columns.layout, name), values), name
    for name, values in rows.known.items():
        assert np.array_equal(columns.known[name], values, equal_nan=True), name


def put(row, column, value):
    """An edit that puts a value into a cell of a row, counted as a spreadsheet counts."""

    def edit(table):
        edited = table.copy()
        edited.loc[row - 2, column] = value
        return edited

    return edit


SCALED = "state another scale below [organisation.posts], as in scale.capability = [1, 5]"
SLIPS = {
    "unknown superior": (
        put(20, "superior", "Approval Bureau directr"),
        "row 20: superior “Approval Bureau directr” of post “Business Registration officer C” is "
        "not a post of the table; did you mean “Approval Bureau director”?",
    ),
    "cycle": (
        put(11, "superior", "Works Permits chief"),
        "row 11: posts answer to each other in a cycle: Approval Bureau deputy director 2 → "
        "Works Permits chief → Approval Bureau deputy director 2",
    ),
    "answers to itself": (
        put(15, "superior", "Approval Window officer A"),
        "row 15: posts answer to each other in a cycle: "
        "Approval Window officer A → Approval Window officer A",
    ),
    "two heads": (
        put(11, "superior", "County Head"),
        "row 11: department “Approval Bureau” has two heads, “Approval Bureau director” (row 9) "
        "and “Approval Bureau deputy director 2”; one must answer to the other, or name it in the "
        "column “co_head” (共同首长)",
    ),
    "trait out of range": (
        put(16, "capability", "88"),
        f"row 16: “capability” is 88; expected 0 to 1; {SCALED}",
    ),
    "age out of range": (put(16, "age", "12"), "row 16: “age” is 12; expected 16 to 100"),
    "no number": (
        put(16, "capability", "good"),
        "row 16: “capability” is not a number: “good”",
    ),
    "rank no number": (
        put(16, "rank", "fourth"),
        "row 16: “rank” is not a number, and no rank that is known: “fourth”; state the names "
        'below [organisation.posts], as in ranks = ["chief", "clerk"]',
    ),
    "rank not below the superior's": (
        put(16, "rank", "3"),
        "row 16: “rank” is not below that of its superior; without the column, ranks follow from "
        "who answers to whom",
    ),
    "empty post": (put(16, "post", " "), "row 16: “post” is empty"),
    "empty department": (put(16, "department", ""), "row 16: “department” is empty"),
    "doubled post": (
        put(16, "post", "Approval Window officer A"),
        "row 16: post “Approval Window officer A” is already in row 15",
    ),
    "missing column": (
        lambda table: table.rename(columns={"superior": "superiors"}),
        "row 1: column “superior” is missing; did you mean “superiors”?",
    ),
    "no rows": (lambda table: table[:0], "no posts; expected one row for each post"),
}


@pytest.mark.parametrize(("edit", "message"), SLIPS.values(), ids=SLIPS)
def test_a_slip_is_named_by_row_and_column(edit, message, table, tmp_path):
    path = kept(edit(table), tmp_path)
    with pytest.raises(BadInput, match=f"^{re.escape(f'{path}: {message}')}$"):
        establishment.read(path)


def test_more_ranks_or_tiers_than_allowed_are_refused(tmp_path):
    establishment.read(kept(chain(MOST_RANKS), tmp_path))
    with pytest.raises(BadInput, match=f"{MOST_RANKS + 1} ranks; expected at most {MOST_RANKS}"):
        establishment.read(kept(chain(MOST_RANKS + 1), tmp_path))
    establishment.read(kept(chain(MOST_TIERS, "Office {}".format), tmp_path))
    with pytest.raises(BadInput, match=f"{MOST_TIERS + 1} tiers; expected at most {MOST_TIERS}"):
        establishment.read(kept(chain(MOST_TIERS + 1, "Office {}".format), tmp_path))


@pytest.mark.parametrize("name", ["posts.csv", "posts.parquet"])
def test_a_file_that_is_empty_binary_or_missing_is_refused(name, tmp_path):
    path = tmp_path / name
    with pytest.raises(BadInput, match=f"{name}: no such file; expected a table of posts"):
        establishment.read(path)
    for content in (b"", bytes(range(256)) * 40):
        path.write_bytes(content)
        with pytest.raises(BadInput, match=f"{name}: not a table"):
            establishment.read(path)


def test_a_folder_in_the_place_of_a_table_is_refused(tmp_path):
    (tmp_path / "posts.csv").mkdir()
    with pytest.raises(BadInput, match=r"posts\.csv: cannot be read"):
        Scenario.load(scenario_with(tmp_path / "posts.csv", tmp_path))


def test_a_table_changed_after_loading_is_refused(table, tmp_path):
    path = kept(table, tmp_path)
    scenario = Scenario.load(scenario_with(path, tmp_path))
    kept(put(2, "capability", "0.1")(table), tmp_path)
    with pytest.raises(BadInput, match="has changed since the scenario was loaded"):
        scenario.replace({"clock.months": 12})
    kept(table, tmp_path)
    assert scenario.replace({"clock.months": 12}).establishment.posts[0] == "County Head"


def checked(file, monkeypatch, capsys):
    """Exit code and error lines of ``zhixing check`` of a scenario's file."""
    monkeypatch.setattr(sys, "argv", ["zhixing", "check", str(file)])
    with pytest.raises(SystemExit) as stopped:
        cli.main()
    return stopped.value.code, capsys.readouterr().err.splitlines()


@pytest.mark.slow
def test_check_says_in_one_line_what_is_wrong_with_a_table(table, tmp_path, monkeypatch, capsys):
    path = kept(put(16, "capability", "88")(table), tmp_path)
    file = scenario_with(path, tmp_path)
    code, lines = checked(file, monkeypatch, capsys)
    assert code == 2
    assert lines == [f"zhixing: {path}: row 16: “capability” is 88; expected 0 to 1; {SCALED}"]
    path.unlink()
    code, lines = checked(file, monkeypatch, capsys)
    assert code == 2
    assert lines == [f"zhixing: {path}: cannot be read: No such file or directory"]
    kept(table, tmp_path)
    assert checked(file, monkeypatch, capsys) == (0, [])
