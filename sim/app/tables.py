"""The content of charts as tables and sentences, for screen readers and lessons."""

from collections.abc import Sequence
from html import escape

from sim.app.answers import COST, Answer, differences
from sim.app.words import Words
from sim.calendar import MONTHS_A_YEAR
from sim.measures import MEASURES
from sim.printed_numbers import signed
from sim.study.doubt import BEHAVIOUR, CHANCE, LEVERS, brought
from sim.study.estimate import Estimate

_EXECUTION = "execution_rate"
# Differences of shares below this are called no clear difference.
_SMALL = 0.005
_DOUBTS = {CHANCE: "doubt_chance", BEHAVIOUR: "doubt_behaviour", LEVERS: "doubt_levers"}
# Longest name that fits beside its numbers on a phone, in characters.
_SHORT_NAME = 4
# Measures in the table of effects: shares first, then counts.
SHOWN = (
    "execution_rate",
    "reported_rate",
    "credibility",
    "rupture_share",
    "unjust_sanctions",
    COST,
)


def changes(answer: Answer, reference: Answer, seed: int, draws: int = 0) -> dict[str, Estimate]:
    """Differences of the measures in the table of effects; see ``differences``."""
    return differences(answer, reference, SHOWN, seed, draws)


def table(caption: str, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table in HTML; the first cell of each row names it.

    On a phone, cells are below long names. Roles are given explicitly, since browsers may drop them
    if rows are not laid out as a table.
    """
    top = "".join(f'<th scope="col" role="columnheader">{escape(head)}</th>' for head in heads)
    body = "".join(
        f'<tr role="row"><th scope="row" role="rowheader">{escape(first)}</th>'
        + "".join(f'<td role="cell">{escape(cell)}</td>' for cell in rest)
        + "</tr>"
        for first, *rest in rows
    )
    named = any(len(first) > _SHORT_NAME for first, *_ in rows)
    stacked = ' class="stacked"' if named else ""
    return (
        f'<div class="wide" tabindex="0" role="group" aria-label="{escape(caption)}">'
        f'<table role="table"{stacked} style="--cells:{len(heads) - 2}">'
        f"<caption>{escape(caption)}</caption>"
        f'<thead role="rowgroup"><tr role="row">{top}</tr></thead>'
        f'<tbody role="rowgroup">{body}</tbody></table></div>'
    )


def name_of(words: Words, measure: str) -> str:
    """Title of a measure; its unit is added if the measure is not a share."""
    if measure == COST:
        return f"{words('cost')} ({words('cost_unit')})"
    unit = "" if is_share(measure) else f" ({words('cases_unit')})"
    return words.measure(measure) + unit


def is_share(measure: str) -> bool:
    """Whether a measure is shown in per cent."""
    return MEASURES[measure].unit == "share"


def level(words: Words, measure: str, value: float) -> str:
    """A mean in the unit of its measure."""
    return words.percent(value) if is_share(measure) else words.number(value)


def change(words: Words, measure: str, value: float) -> str:
    """A difference in the unit of its measure."""
    return words.points(value) if is_share(measure) else signed(value, 2)


def effects(
    words: Words,
    caption: str,
    head: str,
    reference: Answer,
    packages: Sequence[tuple[str, Answer, dict[str, Estimate]]],
) -> str:
    """Levels, differences from the status quo and intervals, by package and measure."""
    keys = ("measure", "status_quo", "difference", "interval")
    measure_head, before, *rest = map(words, keys)
    rows = []
    for prefix, answer, by_measure in packages:
        for measure in SHOWN:
            found = by_measure[measure]
            ends = [change(words, measure, end) for end in (found.low, found.high)]
            rows.append(
                [
                    prefix + name_of(words, measure),
                    level(words, measure, reference.end(measure).mean()),
                    level(words, measure, answer.end(measure).mean()),
                    change(words, measure, found.value),
                    words("from_to", low=ends[0], high=ends[1]),
                ]
            )
    return table(caption, [measure_head, before, head, *rest], rows)


def doubts(
    words: Words,
    caption: str,
    names: Sequence[str],
    found: Sequence[tuple[str, int, Answer, Sequence[Answer]]],
    seed: int,
) -> str:
    """Effects on execution and burden of packages under each doubt, and what a month brings.

    ``found`` gives for each doubt its name, the number of its draws, the status quo and packages.
    """
    rows = []
    for number, name in enumerate(names):
        for doubt, draws, reference, others in found:
            by = differences(others[number], reference, (_EXECUTION, COST), seed, draws)
            gain, spent = (
                others[number].end(one) - reference.end(one) for one in (_EXECUTION, COST)
            )
            month = brought(gain, spent, draws, seed)
            rows.append(
                [
                    name,
                    words(_DOUBTS[doubt]),
                    _with_ends(words, _EXECUTION, by[_EXECUTION]),
                    _with_ends(words, COST, by[COST]),
                    words("no_ratio") if month is None else _with_ends(words, _EXECUTION, month),
                ]
            )
    heads = ("doubt_package", "doubt_with", "doubt_effect", "doubt_burden", "doubt_month")
    return table(caption, [words(one) for one in heads], rows)


def _with_ends(words: Words, measure: str, found: Estimate) -> str:
    """A difference and its interval."""
    ends = [change(words, measure, end) for end in (found.low, found.high)]
    value = change(words, measure, found.value)
    return words("doubt_value", value=value, interval=words("from_to", low=ends[0], high=ends[1]))


def by_year(words: Words, caption: str, columns: Sequence[tuple[str, Answer, str]]) -> str:
    """Means by year, one column for each package and measure."""
    months = columns[0][1].paths.shape[2]
    rows = []
    for year in range(months // MONTHS_A_YEAR):
        here = slice(year * MONTHS_A_YEAR, (year + 1) * MONTHS_A_YEAR)
        rows.append(
            [
                str(year + 1),
                *(
                    words.percent(float(answer.path(measure)[:, here].mean()), 1)
                    for _, answer, measure in columns
                ),
            ]
        )
    return table(caption, [words("year"), *(name for name, _, _ in columns)], rows)


def shares(
    words: Words, caption: str, names: Sequence[str], packages: Sequence[tuple[str, Answer]]
) -> str:
    """Shares at the end, one row for each package."""
    rows = [
        [name, *(words.percent(float(answer.end(one).mean()), 1) for one in names)]
        for name, answer in packages
    ]
    return table(caption, [words("scenario"), *(words(one) for one in names)], rows)


def clear(found: Estimate) -> bool:
    """Whether a difference of shares is beyond chance and not small."""
    return bool(abs(found.value) >= _SMALL and (found.low > 0.0 or found.high < 0.0))


def told(
    words: Words, measure: str, name: str, reference: Answer, answer: Answer, found: Estimate | None
) -> str:
    """A sentence on one measure: status quo, package, and difference with its interval.

    Where chance could be the cause of a difference, or the difference is small, words say so before
    numbers do. Without an estimate yet, the sentence takes as much space as it will.
    """
    if found is None:
        change = answer.end(measure).mean() - reference.end(measure).mean()
        return words(
            "told_first",
            measure=words.measure(measure),
            name=name,
            before=words.percent(reference.end(measure).mean()),
            after=words.percent(answer.end(measure).mean()),
            change=words.points(change),
        )
    return words(
        "told" if clear(found) else "told_unclear",
        measure=words.measure(measure),
        name=name,
        before=words.percent(reference.end(measure).mean()),
        after=words.percent(answer.end(measure).mean()),
        change=words.points(found.value),
        low=words.points(found.low),
        high=words.points(found.high),
    )
