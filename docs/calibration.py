"""Write the results of the calibration into docs and README: ``python -m docs.calibration``.

Numbers are from the shipped calibration, and from runs of the levers over its draws (about two
minutes). With ``--check`` it only reports whether the pages are current. With ``--district`` it
first writes the fitted settings into ``scenarios/district.toml``.
"""

import sys
from pathlib import Path

from sim.annotate import annotated
from sim.calibration.experiments import Target
from sim.calibration.ranking import Ranking
from sim.calibration.results import Results, shipped
from sim.cli.options import REPLICATES_A_DRAW, SEED
from sim.drawing.forest import ordered
from sim.kinds import listed
from sim.study.compare import Comparison, run_packages
from sim.study.doubt import (
    BEHAVIOUR,
    CHANCE,
    COST,
    LEVERS,
    Doubted,
    for_officer_month,
)
from sim.study.estimate import Estimate
from sim.study.package import ALL_LEVERS, lever_packages
from sim.world.posterior import CALIBRATED, Posterior, posterior
from sim.world.scenario import Scenario

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "calibration.md"
README = ROOT / "README.md"
# Share of candidates of the prior from which on the table shows 100 %.
_NEARLY_ALL = 0.995


def _number(value: float) -> str:
    if value in (float("inf"), float("-inf")):
        return "−∞" if value < 0 else "∞"
    return f"{value:.3g}".replace("-", "−")


def _points(value: float) -> str:
    text = f"{100.0 * value:+.1f}"
    return text.replace("-", "−")


def _table(heads: list[str], rows: list[list[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def _found(target: Target) -> str:
    """The range in which a target is reached, as text."""
    if target.value is not None and target.tolerance is not None:
        return f"{_number(target.value)} ± {_number(target.tolerance)}"
    low, high = target.ends
    if target.kind == "sign":
        return "above 0" if low == 0.0 else "below 0"
    return f"{_number(low)} to {_number(high)}"


def targets(results: Results) -> str:
    """The table of targets: found, value in the model, reached or missed."""
    table = results.targets()
    rows = [
        [
            row["pattern"],
            row["title"],
            f"{row['source']} ({row['confidence']})",
            _found(results.patterns.target[row["target"]]),
            _number(row["value"]),
            f"{_number(row['low'])} to {_number(row['high'])}",
            "**missed**" if not row["reached"] else "not counted" if row["held"] else "reached",
        ]
        for row in table.to_dict("records")
    ]
    heads = ["", "Pattern", "Source", "Found", "Model", "90 % of draws", ""]
    if table["prior"].notna().all():
        heads.insert(-1, "Prior")
        for cells, share in zip(rows, table["prior"], strict=True):
            cells.insert(-1, f"{100.0 * share:.0f} %")
    reached, number, held = results.counted()
    more = f", and {held} more cannot be missed" if held else ""
    said = [f"The fitted settings reach {reached} of {number} targets{more}."]
    easy = table[(table["held"] == "") & table["reached"] & (table["prior"] >= _NEARLY_ALL)]
    if len(easy):
        titles = ", ".join(f"“{title}”" for title in easy["title"])
        said[0] += (
            f" Nearly every candidate of the prior reaches {len(easy)} of those reached, too, so "
            f"that they ask little of a fit: {titles}."
        )
    said += [
        f"- Cannot be missed: {row['title'].lower()}; {row['held']}."
        for row in table[table["held"] != ""].to_dict("records")
    ]
    said += [
        f"- Missed: {row['title'].lower()}. {row['missed']}"
        for row in table[~table["reached"]].to_dict("records")
    ]
    readings = [
        f"- {target.title}: {target.reading} ({target.unit})."
        for target in results.patterns.target.values()
    ]
    return "\n\n".join(
        [
            _table(heads, rows),
            "\n".join(said),
            "How each pattern is measured in the model:",
            "\n".join(readings),
        ]
    )


def parameters(results: Results) -> str:
    """The table of parameters: shipped value, interval, identification and recovery."""
    table = results.parameters()
    settings = results.told["settings"]
    rows = [
        [
            f"`{row['parameter']}`",
            _number(settings[row["parameter"]]),
            f"{_number(row['low'])} to {_number(row['high'])}",
            f"{_number(row['prior_low'])} to {_number(row['prior_high'])}",
            f"{row['width']:.2f}",
            row["identified"],
            f"{_number(row['adjusted_low'])} to {_number(row['adjusted_high'])}",
            f"{100.0 * row['coverage']:.0f} %",
            f"{100.0 * row['adjusted']:.0f} %",
        ]
        for row in table.to_dict("records")
    ]
    heads = [
        "Parameter",
        "Ships",
        "90 % interval",
        "Prior",
        "Width",
        "Identified",
        "Adjusted",
        "Coverage",
        "adjusted",
    ]
    recovery = results.told["recovery"]
    mean = 100.0 * sum(one["coverage"] for one in recovery) / len(recovery)
    least = min(recovery, key=lambda one: one["coverage"])
    search = results.told["search"]
    return "\n\n".join(
        [
            _table(heads, rows),
            f"Coverage in {recovery[0]['trials']:,} trials on data simulated from known "
            f"parameters; {mean:.1f} % over all parameters, least for `{least['parameter']}` "
            f"({100.0 * least['coverage']:.0f} %).",
            "As a check, differential evolution over the whole prior reaches a sum of squared "
            f"misfits of {_number(search['misfit'])}; the fitted settings reach "
            f"{_number(results.told['misfit'])}.",
        ]
    )


def evidence(results: Results) -> str:
    """What each pattern identifies: the intervals that are wider without it."""
    sources: dict[str, list[str]] = {}
    for target in results.patterns.target.values():
        sources.setdefault(target.pattern, []).append(target.source)
    rows = [
        [
            f"{pattern}: {'; '.join(dict.fromkeys(sources[pattern]))}",
            ", ".join(
                f"`{one['parameter']}` ({_number(one['without'])} to {_number(one['width'])})"
                for one in found
            )
            or "nothing by itself",
        ]
        for pattern, found in results.evidence().items()
    ]
    return _table(["Pattern", "Narrows the interval of (width without it, to width with it)"], rows)


_NAMED = {BEHAVIOUR: "behaviour", LEVERS: "behaviour and levers"}


def run_levers() -> Doubted:
    """Run each lever alone and all together, under each doubt that the posterior carries."""
    draws = posterior()
    packages = lever_packages(Scenario.load(CALIBRATED))
    # As ``zhixing levers district --posterior`` runs them.
    replicates = REPLICATES_A_DRAW * len(draws)
    used: dict[str, Posterior | None] = {CHANCE: None, BEHAVIOUR: draws.of_behaviour()}
    if draws.of_levers:
        used[LEVERS] = draws
    return Doubted(
        {doubt: run_packages(packages, replicates, SEED, draws=one) for doubt, one in used.items()}
    )


def doubts(found: Doubted) -> str:
    """Effects on execution under each doubt, burden, and what an officer-month brings."""
    whole = found.whole
    rows = []
    for package in ordered(whole):
        effects = [one.effect(package.name) for one in found.comparisons.values()]
        spent, month = effects[-1][COST], for_officer_month(whole, package.name)
        rows.append(
            [
                package.title,
                *(_interval(one["execution_rate"]) for one in effects),
                f"{spent.value:.2f} ({spent.low:.2f} to {spent.high:.2f})".replace("-", "−"),
                "–" if month is None else _interval(month),
            ]
        )
    named = {
        CHANCE: "Chance alone",
        BEHAVIOUR: "With doubt about behaviour",
        LEVERS: "With doubt about behaviour and levers",
    }
    heads = ["Lever", *(named[one] for one in found.comparisons)]
    heads += ["Burden, officer-months a year", "Points for one officer-month"]
    return _table(heads, rows)


def _interval(found: Estimate) -> str:
    return f"{_points(found.value)} ({_points(found.low)} to {_points(found.high)})"


def ranking(comparison: Comparison, draws: Posterior) -> str:
    """The table that ranks levers over draws."""
    found = Ranking.of(comparison, draws)
    titles = dict(zip(found.names, found.titles, strict=True))
    together = comparison.effect(ALL_LEVERS)["execution_rate"]
    rows = [
        [
            titles[row["package"]],
            _points(row["effect"]),
            f"{_points(row['low'])} to {_points(row['high'])}",
            f"{100.0 * row['raises']:.0f} %",
            f"{100.0 * row['first']:.0f} %",
            f"{row['low_rank']} to {row['high_rank']}",
            f"`{row['driver']}` ({_number(row['correlation'])})",
        ]
        for row in found.table().to_dict("records")
    ]
    rows.append(
        [
            "All together",
            _points(together.value),
            f"{_points(together.low)} to {_points(together.high)}",
            f"{100.0 * together.agreement:.0f} %",
            "",
            "",
            "",
        ]
    )
    heads = [
        "Lever",
        "Effect, points",
        "95 % of draws",
        "Raises execution",
        "Does most",
        "Rank",
        "Most correlated setting",
    ]
    return _table(heads, rows)


def survives(found: Doubted) -> str:
    """Statements that hold in at least 95 % of draws, as a list."""
    return "\n".join(f"- {text}" for text in Ranking.over(found, posterior()).statements())


def without(results: Results) -> str:
    """Levers by fits that have seen no target in which they are moved: sentences and a table."""
    found = results.without()
    if not found:
        return "The fit that ships was made without this computation."
    doubts = list(dict.fromkeys(doubt for one in found.values() for doubt in one))
    heads = ["Lever", "Targets left out"]
    for doubt in doubts:
        heads += [f"With doubt about {_NAMED[doubt]}", "Raises execution"]
    rows, levers = [], Scenario.load(CALIBRATED).levers
    for name, of in found.items():
        cells = [levers[name].title, str(len(next(iter(of.values())).targets))]
        for doubt in doubts:
            one = of[doubt]
            ends = f"{_points(one.low)} to {_points(one.high)}"
            cells += [f"{_points(one.effect)} ({ends})", f"{100.0 * one.raises:.0f} %"]
        rows.append(cells)
    return "\n\n".join(["\n".join(f"- {one}" for one in left(results)), _table(heads, rows)])


def left(results: Results) -> list[str]:
    """Which levers raise execution by fits that have not seen them; none if not computed."""
    levers = Scenario.load(CALIBRATED).levers
    sure, open_ = (
        [f"“{levers[name].title}”" for name in names] for names in results.raising_without()
    )
    said = []
    if sure:
        said.append(
            f"If all evidence on the lever itself is left out of the fit, {listed(sure, 'and')} "
            f"still {'raises' if len(sure) == 1 else 'raise'} execution."
        )
    if open_:
        said.append(
            f"If it is left out, the sign of {listed(open_, 'and')} depends on the parameters."
        )
    return said


def filled(text: str, blocks: dict[str, str]) -> str:
    """The text of a page with some of its generated blocks written anew."""
    for name, block in blocks.items():
        begin, end = f"<!-- begin {name} -->", f"<!-- end {name} -->"
        before, rest = text.split(begin)
        text = f"{before}{begin}\n\n{block}\n\n{end}{rest.split(end)[1]}"
    return text


def write_district() -> None:
    """Write the fitted settings into ``scenarios/district.toml``, each with its interval."""
    settings = shipped().told["settings"]
    fitted = Scenario.load(CALIBRATED).replace(settings)
    path = ROOT / "scenarios" / f"{CALIBRATED}.toml"
    path.write_text(annotated(fitted), encoding="utf-8")


def draw() -> None:
    """Draw the figure of the page."""
    from sim.drawing import calibration, style

    results = shipped()
    about = {key: str(results.told[key]) for key in ("version", "command")}
    image = style.render(calibration.draw(results), "png", about)
    (ROOT / "docs" / "images" / "calibration.png").write_bytes(image)


def main() -> None:
    """Rewrite the pages, or with ``--check`` report whether they are current."""
    if "--district" in sys.argv:
        write_district()
    if "--check" not in sys.argv:
        draw()
    results, found = shipped(), run_levers()
    comparison = found.whole
    said = "\n".join([survives(found), *(f"- {one}" for one in left(results))])
    blocks = {
        PAGE: {
            "survives": said,
            "without": without(results),
            "targets": targets(results),
            "parameters": parameters(results),
            "evidence": evidence(results),
            "ranking": f"{ranking(comparison, posterior())}\n\n{doubts(found)}",
        },
        README: {"survives": said},
    }
    for path, filling in blocks.items():
        text = path.read_text(encoding="utf-8")
        new = filled(text, filling)
        if "--check" in sys.argv and new != text:
            sys.exit(f"{path.name} is not current: python -m docs.calibration")
        path.write_text(new, encoding="utf-8")


if __name__ == "__main__":
    main()
