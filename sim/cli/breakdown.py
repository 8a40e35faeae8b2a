"""``run --by``: the results of one scenario by layer, department, post or profile."""

from enum import StrEnum
from typing import Any

import numpy as np
import pandas as pd
from rich.table import Table

from sim.cli.terminal import Counter, page, prepare_rules
from sim.machine.loop import crew_for
from sim.simulate import simulate
from sim.world.plan import Plan
from sim.world.scenario import Scenario


class By(StrEnum):
    """Groups by which the results of a run can be shown."""

    LAYER = "layer"
    DEPARTMENT = "department"
    POST = "post"
    PROFILE = "profile"
    MOVEMENT = "movement"


_TABLES = {
    By.LAYER: "layers",
    By.DEPARTMENT: "departments",
    By.POST: "posts",
    By.PROFILE: "profiles",
    By.MOVEMENT: "movement",
}
# Columns shown on the terminal if not all fit; the JSON contains all.
_SHOWN = {
    By.LAYER: ["tier", "rank", "officers", "content", "lost", "report", "execution", "sanctions"],
    By.DEPARTMENT: ["tier", "execution_rate", "credibility", "faithful", "non_compliance"],
    By.POST: ["title", "department", "rank", "execution", "faithful", "symbolic", "idle"],
}
_SAYS = {
    By.LAYER: "Content passed on and lost, reports, and real work of officers; sanctions per 100 "
    "officer-years.",
    By.DEPARTMENT: "Departments that serve the public: delivery and trust in the last month, and "
    "conducts of their officers as the run ends.",
    By.POST: "Every post as the run ends: real work of its officer, and how often each conduct was "
    "chosen.",
    By.PROFILE: "Share of officers, real work and show; sanctions per 100 officer-years.",
    By.MOVEMENT: "Rows: profile a year before; columns: profile now, or left. Shares of each row, "
    "over all years of the run.",
}


def breakdown(scenario: Scenario, by: By, seed: int, replicates: int) -> dict[str, pd.DataFrame]:
    """Tables of means over replicates and their standard errors.

    If a replicate lacks a row (a profile that no officer has), it counts as zero officers there.
    """
    plan = Plan(scenario)
    prepare_rules(scenario)
    found = []
    with Counter(f"run {scenario.name} by {by}") as progress:
        for replicate in range(replicates):
            crew = crew_for(scenario.total_posts, progress.month)
            found.append(getattr(simulate(plan, seed, replicate, crew), _TABLES[by]))
            progress(replicate + 1, replicates)
    names = list(dict.fromkeys(name for table in found for name in table.index))
    longest = max(found, key=len)
    rows = longest.index if set(longest.index) == set(names) else pd.Index(names)
    whole = [table.reindex(rows) for table in found]
    if by is By.PROFILE:
        whole = [table.assign(share=table["share"].fillna(0.0)) for table in whole]
    words = longest.select_dtypes(exclude="number").reindex(rows)
    numbers = np.array([table.drop(columns=words.columns).to_numpy(float) for table in whole])
    columns = longest.columns.drop(words.columns)
    there = (~np.isnan(numbers)).sum(axis=0)
    total = np.nansum(numbers, axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = total / there
        spread = np.nansum((numbers - mean) ** 2, axis=0) / (there - 1)
        error = np.sqrt(spread / there)
    frame = pd.DataFrame(mean, rows, columns)
    for place, column in enumerate(longest.columns):
        if column in words:
            frame.insert(place, column, words[column])
    frame.index.name = longest.index.name
    return {"mean": frame, "standard_error": pd.DataFrame(error, rows, columns)}


def as_plain(tables: dict[str, pd.DataFrame]) -> dict[str, Any]:
    """Tables as lists of rows, for JSON."""
    return {name: table.reset_index().to_dict("records") for name, table in tables.items()}


def show(scenario: Scenario, by: By, tables: dict[str, pd.DataFrame], basis: str) -> None:
    """Print a breakdown as tables on the terminal."""
    console = page()
    mean = tables["mean"]
    console.print(f"{scenario.title}, by {by}\n")
    table = Table(box=None, pad_edge=False, padding=(0, 1), header_style="bold")
    table.add_column(str(mean.index.name))
    columns = [str(column) for column in _SHOWN.get(by, list(mean.columns))]
    for column in columns:
        table.add_column(column.replace("_", " "), justify="right")
    cells = [_cells(mean[column]) for column in columns]
    for name, *row in zip(mean.index, *cells, strict=True):
        table.add_row(str(name), *row)
    console.print(table)
    console.print(f"\n{_SAYS[by]}\n{basis}")


def _cells(column: pd.Series) -> list[str]:
    """A column as text: words, whole numbers, or numbers with three digits."""
    if not pd.api.types.is_numeric_dtype(column):
        return [str(value) for value in column]
    whole = bool((column.dropna() % 1 == 0).all()) and column.max() > 1
    form = "{:,.0f}" if whole else "{:.3f}"
    return ["n/a" if np.isnan(value) else form.format(value) for value in column]
