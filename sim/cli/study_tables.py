"""Tables of the results of a study."""

import math
from collections.abc import Mapping, Sequence

import pandas as pd
from rich.table import Table

from sim.cli.tables import (
    digits_of,
    dose_lines,
    interval_text,
    number_text,
    scale_of,
    unit_of,
)
from sim.cli.terminal import complain, page
from sim.cli.texts.tables import TABLES
from sim.measures import MEASURES, declared, whole_of
from sim.study import designs
from sim.study import effects as kinds
from sim.study.broken_down import called
from sim.study.doubt import DOUBTS
from sim.study.drawn import REFORM, own_reforms
from sim.study.estimate import CONFIDENCE
from sim.study.factors import level_key
from sim.study.sensitivity import NOISE
from sim.study.study import Study
from sim.world.levers import Reform
from sim.world.scenario import Scenario

# Most rows of one kind that are shown; the CSV contains all.
MOST_ROWS = 24
# Most measures shown side by side.
MOST_MEASURES = 4
# Number of factors of a grid that a table can show.
TWO = 2
# Smallest share of variance that is mentioned.
SMALLEST_SHARE = 0.005
# Most pairs of factors shown.
MOST_PAIRS = 5
# Most constraints that are shown.
MOST_CONSTRAINTS = 3
# Most failed runs that are listed one by one.
MOST_FAILURES = 3
TITLES = {
    kinds.LEVEL: "Levels: mean and 95 % interval",
    kinds.DIFFERENCE: "Differences from the first point",
    kinds.DOSE: "Doses: difference from the scenario's own value, or from the first",
    kinds.STEP: "Steps: effect of each further step along a factor",
    kinds.MAIN: "Main effects: high level minus low level, over all levels of the others",
    kinds.INTERACTION: "Interactions: effect of two together, minus the effects of each alone",
    kinds.SHAPLEY: "Shapley values: what each adds, mean over all orders; their sum is the total",
    kinds.SLOPE: "Slopes: change over the whole range, by linear regression",
}


def _table(first: str) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 1), header_style="bold")
    table.add_column(first, max_width=34)
    return table


def effects_tables(study: Study, effects: pd.DataFrame) -> None:
    """Effects kind by kind, the largest first, with intervals and adjusted p-values."""
    console = page()
    experiment = study.experiment
    measures = study.drawn.measures[:MOST_MEASURES]
    console.print(f"{experiment.title}. {experiment.question}\n")
    for kind, title in TITLES.items():
        rows = effects[effects["kind"] == kind]
        # With one factor at a time, doses contain the same and more.
        alone = experiment.design.kind == designs.ONE_AT_A_TIME and kind == kinds.LEVEL
        if rows.empty or alone:
            continue
        crossed = len(study.drawn.factors) == TWO and experiment.design.kind == designs.GRID
        if kind == kinds.LEVEL and crossed:
            _matrices(study, rows, measures)
            continue
        terms = list(dict.fromkeys(rows["term"]))
        if kind in (kinds.INTERACTION, kinds.SHAPLEY, kinds.MAIN, kinds.SLOPE):
            main = rows[rows["measure"] == measures[0]]
            size = dict(zip(main["term"], main["value"].abs(), strict=True))
            terms.sort(key=lambda term: -size[term])
        table = _table("")
        for measure in measures:
            table.add_column(
                f"{called(measure, experiment.by)}\n{unit_of(measure)}", justify="right"
            )
        cells = rows.set_index(["term", "measure"])
        for term in terms[:MOST_ROWS]:
            table.add_row(
                study.drawn.called(term),
                *(_cell(cells.loc[(term, one)], one, kind) for one in measures),
            )
        console.print(title, style="bold")
        console.print(table)
        if len(terms) > MOST_ROWS:
            console.print(f"… and {len(terms) - MOST_ROWS} more in effects.csv")
        console.print()
    _say_left_out(study, effects)
    _say_noise(effects, measures)
    _say_levels(study)
    say_constraints(study)
    _say_precision(study, effects[effects["measure"] == measures[0]])
    clock = study.scenario.clock if study.scenario is not None else None
    observed = (
        ""
        if clock is None
        else (f"; mean of the last {min(clock.observed, clock.months)} of {clock.months} months")
    )
    console.print(
        f"{study.replicates} replicates on common draws, seed {experiment.seed}{observed}. "
        "* p < .05 after correction for multiple comparisons."
    )
    if experiment.posterior:
        console.print("Over draws of the posterior: intervals contain 95 % of draws.")


def doubt_tables(study: Study, effects: pd.DataFrame, less: Sequence[str]) -> None:
    """Effects on the first measure under each doubt, from the least, of a study over draws."""
    if not less:
        return
    measure = study.drawn.measures[0]
    columns = [*(f"{doubt}_" for doubt in less), ""]
    table = _table("")
    for doubt in DOUBTS[: len(columns)]:
        table.add_column(TABLES["en"][f"doubt_{doubt}"], justify="right")
    scale = scale_of(measure)
    shown = [kind for kind in TITLES if kind != kinds.LEVEL]
    rows = effects[(effects["measure"] == measure) & effects["kind"].isin(shown)]
    for row in rows.head(MOST_ROWS).to_dict("records"):
        cells = (
            f"{number_text(scale * row[f'{one}value'], sign=True)}\n"
            f"{interval_text(row[f'{one}low'], row[f'{one}high'], scale)}"
            for one in columns
        )
        table.add_row(study.drawn.called(row["term"]), *cells)
    title = called(measure, study.experiment.by)
    page().print(f"\n{title}, {unit_of(measure)}: effects under each doubt", style="bold")
    page().print(table)
    if len(columns) < len(DOUBTS):
        page().print(TABLES["en"]["no_lever_doubt"])


def most_pulled(study: Study) -> dict[str, tuple[Scenario, float]]:
    """Levers that points of a study pull: the scenario, and the greatest intensity, 0 to 1.

    Reforms of the scenario itself, which are in force at other points as well, do not count.
    """
    found: dict[str, tuple[Scenario, float]] = {}
    worlds = study.scenarios
    for point in study.drawn.points if worlds else ():
        kept = own_reforms(worlds[point.base])
        reforms = [one for one in point.settings.get(REFORM, ()) if one not in kept]
        pulled = [*point.levers.items(), *((one["lever"], one["intensity"]) for one in reforms)]
        for name, intensity in pulled:
            if intensity > found.get(name, (None, 0.0))[1]:
                found[name] = worlds[point.base], float(intensity)
    return found


def reforms_kept(study: Study) -> list[str]:
    """What is said of reforms that stay in force at every point; nothing if there are none."""
    worlds = [world for world in study.scenarios if world.reform]
    if not worlds:
        return []
    told = [f"{world.name}: {', '.join(map(_reform, world.reform))}" for world in worlds]
    return [
        f"Reforms in force at every point ({'; '.join(told)}); what a point gives as reform or "
        "levers is added. A point with “set = { reform = [] }” is without them."
    ]


def _reform(reform: Reform) -> str:
    if reform.triggered:
        return f"{reform.lever} by a condition"
    if reform.months is None:
        return reform.lever
    first, end = reform.months
    return f"{reform.lever} in months {first} to {end}"


def told_doses(pulled: Mapping[str, tuple[Scenario, float]]) -> None:
    """Print what levers change, in natural units, at the greatest intensity of each."""
    if not pulled:
        return
    from sim.drawing.language import Speaker

    say = Speaker("en", TABLES)
    page().print("\nDoses, at the greatest intensity of each lever", style="bold")
    for name, (world, intensity) in pulled.items():
        dose_lines(page(), world, {name: intensity}, say)


def _matrices(study: Study, rows: pd.DataFrame, measures: Sequence[str]) -> None:
    """Means over a grid of two factors, a table for each measure."""
    console = page()
    one, other = study.drawn.factors
    points = {study.drawn.label(number): point for number, point in enumerate(study.drawn.points)}
    for measure in measures:
        found = rows[rows["measure"] == measure]
        cells = {}
        for term, value in zip(found["term"], found["value"].astype(float), strict=True):
            values = {**points[term].settings, **points[term].levers}
            place = (level_key(values[one.name]), level_key(values[other.name]))
            cells[place] = number_text(scale_of(measure) * value)
        table = _table(one.title)
        for level in other.levels:
            table.add_column(f"{other.title}\n{other.titled(level)}", justify="right")
        for level in one.levels:
            # Constraints leave out some combinations.
            told = (cells.get((level_key(level), level_key(also)), "–") for also in other.levels)
            table.add_row(one.titled(level), *told)
        console.print(
            f"{called(measure, study.experiment.by)}, {unit_of(measure)}: means", style="bold"
        )
        console.print(table)
        console.print()


def _cell(row: pd.Series, measure: str, kind: str) -> str:
    scale = scale_of(measure)
    level = kind == kinds.LEVEL
    star = "*" if row["p_adjusted"] < 1.0 - CONFIDENCE else ""
    share = row["variance_share"]
    part = f"  {share:.0%}" if share >= SMALLEST_SHARE else ""
    # Of measures that ship, the table has always had one decimal.
    digits = digits_of(measure) if whole_of(measure) in declared else 1
    value = number_text(scale * row["value"], digits, sign=not level)
    return f"{value}{star}{part}\n{interval_text(row['low'], row['high'], scale, digits)}"


def _say_left_out(study: Study, effects: pd.DataFrame) -> None:
    """Print on how many pairs effects rest where some runs gave no number."""
    few = effects[effects["replicates"] < study.replicates]
    if few.empty:
        return
    least, most = int(few["replicates"].min()), int(few["replicates"].max())
    rests = f"{least:,}" if least == most else f"{least:,} to {most:,}"
    page().print(
        f"Where runs failed or gave no number, their pairs are left out: {len(few):,} of "
        f"{len(effects):,} rows rest on {rests} of {study.replicates:,} replicates."
    )


def _say_noise(effects: pd.DataFrame, measures: Sequence[str]) -> None:
    for term, text in (
        ("higher", "Interactions of three levers and more"),
        ("noise", "Chance, in one replicate"),
    ):
        rows = effects[effects["term"] == term].set_index("measure")
        if rows.empty:
            continue
        shares = dict(zip(rows.index, rows["variance_share"].astype(float), strict=True))
        # A share just below nothing would be printed as −0.
        told = ", ".join(
            f"{MEASURES[whole_of(one)].title} {round(shares[one], 3) + 0.0:.1%}" for one in measures
        )
        page().print(f"{text}, share of variance: {told}.")


def _say_levels(study: Study) -> None:
    """Print which factors have no slope, of a design that gives slopes."""
    if not isinstance(study.experiment.design, designs.SpreadOut):
        return
    for factor in study.drawn.factors:
        if not factor.is_ordered:
            page().print(
                f"{factor.title}: its levels have no order, so there is no slope; each is "
                f"compared with {factor.titled(factor.levels[0])}."
            )


def say_constraints(study: Study) -> None:
    """Print the constraints of the design, and what they mean for effects and indices."""
    design = study.experiment.design
    if design.where is None:
        return
    told = "; ".join(design.where[:MOST_CONSTRAINTS])
    more = len(design.where) - MOST_CONSTRAINTS
    rest = f"; and {more} more" if more > 0 else ""
    if isinstance(design, designs.SpreadOut):
        means = (
            "The factors depend on each other there: an index or a slope of one may show in part "
            "what others do."
        )
    elif design.kind == designs.GRID:
        means = (
            "Two levels of a factor are compared over those combinations of the others that both "
            "have."
        )
    else:
        means = "Nothing is said of what is outside."
    page().print(f"Only points within {told}{rest}. {means}")


def _say_precision(study: Study, rows: pd.DataFrame) -> None:
    """Print the gain in precision by common draws, and the replicates that are needed."""
    measure = study.drawn.measures[0]
    ratios = rows["variance_ratio"].dropna()
    if len(ratios):
        least, most = f"{ratios.min():.1f}", f"{ratios.max():.1f}"
        page().print(
            f"Without common draws, differences in "
            f"{called(measure, study.experiment.by).lower()} would vary "
            f"{least if least == most else f'{least} to {most}'} times as much (variance)."
        )
    half = study.experiment.half_width
    needed = rows["replicates_needed"].dropna()
    if half is not None and len(needed):
        page().print(
            f"For intervals of ±{scale_of(measure) * half:g} {unit_of(measure)} everywhere: "
            f"{needed.max():,.0f} replicates."
        )


def sensitivity_tables(study: Study, found: pd.DataFrame, title: str | None) -> None:
    """Indices measure by measure, the most influential factor first."""
    console = page()
    experiment = study.experiment
    heading = f"{title}: " if title else ""
    for measure in study.drawn.measures:
        rows = found[(found["measure"] == measure) & (found["index"] != NOISE)]
        pairs = rows[rows["index"] == "second"]
        single = rows[rows["index"] != "second"]
        indices = list(dict.fromkeys(single["index"]))
        leading = single[single["index"] == ("total" if "total" in indices else indices[0])]
        order = leading.sort_values("value", ascending=False)["factor"].tolist()
        table = _table("")
        for index in indices:
            table.add_column(index.replace("_", " "), justify="right")
        cells = single.set_index(["factor", "index"])
        for factor in order[:MOST_ROWS]:
            table.add_row(factor, *(_index(cells.loc[(factor, index)]) for index in indices))
        console.print(f"{heading}{called(measure, study.experiment.by)}", style="bold")
        console.print(table)
        if len(order) > MOST_ROWS:
            console.print(f"… and {len(order) - MOST_ROWS} more in the CSV")
        leading = pairs.sort_values("value", ascending=False).head(MOST_PAIRS)
        for pair in leading["factor"].astype(str).tolist():
            own = pairs[pairs["factor"] == pair].iloc[0]
            console.print(f"Together, {pair}: {_index(own)}")
        noise = found[(found["measure"] == measure) & (found["index"] == NOISE)]["value"].iloc[0]
        told = "not known from one replicate" if math.isnan(noise) else f"{noise:.1%}"
        console.print(f"Share of the variance of replicate means due to chance: {told}.\n")
    say_constraints(study)
    console.print(
        f"{len(study.drawn.points):,} points of the design {experiment.design.kind}, "
        f"{study.replicates} replicates on common draws, seed {experiment.seed}; "
        f"95 % intervals.\n"
    )


def _index(row: pd.Series) -> str:
    value = number_text(row["value"], 3)
    if math.isnan(row["low"]):
        return value
    return f"{value} {interval_text(row['low'], row['high'], 1.0, 3)}"


def told_failures(study: Study, failures: pd.DataFrame) -> None:
    """Report failed runs on stderr."""
    for _, row in failures.head(MOST_FAILURES).iterrows():
        complain(f"run failed: {row['label']}, replicate {row['replicate']}: {row['error']}")
    more = len(failures) - MOST_FAILURES
    rest = f"; {more} more" if more > 0 else ""
    complain(f"{len(failures)} runs failed{rest}; all in {study.folder / 'failures.csv'}")
