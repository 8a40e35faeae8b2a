"""No number of a shipped scenario moves unnoticed."""

import baseline
import pandas as pd
import pytest


@pytest.fixture(scope="module")
def now():
    return baseline.summaries()


@pytest.fixture(scope="module")
def kept():
    return pd.read_csv(baseline.FILE, index_col="measure", dtype=str, keep_default_na=False)


@pytest.mark.slow
def test_every_measure_of_every_shipped_scenario_is_in_the_baseline(now, kept):
    assert list(kept.columns) == list(now.columns)
    assert list(kept.index) == list(now.index)


@pytest.mark.slow
def test_summaries_are_those_of_the_baseline_to_the_last_digit(now, kept):
    moved = [
        f"{name}: {measure} was {kept.loc[measure, name]}, is {now.loc[measure, name]}"
        for name in now.columns
        for measure in now.index
        if kept.loc[measure, name] != now.loc[measure, name]
    ]
    assert not moved, "run `make baseline` and explain in CHANGELOG.md:\n" + "\n".join(moved)
