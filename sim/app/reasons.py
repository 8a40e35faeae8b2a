"""An officer in words and tables: traits and beliefs, and the reasons for a choice."""

from html import escape
from typing import Any

from sim.app import tables
from sim.app.why import TERMS, Why
from sim.app.words import Words
from sim.calendar import MONTHS_A_YEAR
from sim.kinds import CONDUCTS, PROFILES
from sim.printed_numbers import signed

TRAITS = (
    "capability",
    "responsibility",
    "inertia",
    "ambition",
    "connection",
    "merit_belief",
    "perceived_risk",
)
# Bars shown of a comparison of two conducts.
SHOWN_TERMS = 3
# Probabilities nearer to none or to certainty are told as less or more than this.
_SURE = 0.01


def term(words: Words, name: str) -> str:
    """Name of a term of utility; “cost” has another meaning elsewhere on the page."""
    return words("cost_term" if name == "cost" else name)


def traits(words: Words, name: str, officer: Any) -> str:
    """Traits and beliefs as bars with numbers."""
    rows = "".join(
        f"<li><span>{escape(words(trait))}</span>"
        f'<i style="--share:{float(officer[trait]):.3f}"></i>'
        f"<b>{words.percent(float(officer[trait]))}</b></li>"
        for trait in TRAITS
    )
    profile = words(PROFILES[int(officer["profile"])])
    about = words("state", profile=profile, age=int(officer["age"]) // MONTHS_A_YEAR)
    return (
        f"<h2>{escape(words('traits', name=name))}</h2><p>{escape(about)}</p>"
        f'<ul class="traits">{rows}</ul>'
    )


def strongest(found: Why, chosen: int) -> list[tuple[str, float]]:
    """The terms that tell the chosen conduct most from the next-best one, the largest first."""
    change = found.against(chosen, found.next_best(chosen))
    return sorted(change.items(), key=lambda one: -abs(one[1]))[:SHOWN_TERMS]


def _probability(words: Words, chance: float) -> str:
    """A probability in per cent, without calling a choice certain or impossible."""
    if chance < _SURE:
        return words("under", share=words.percent(_SURE))
    if chance > 1.0 - _SURE:
        return words("over", share=words.percent(1.0 - _SURE))
    return words.percent(chance)


def compared(words: Words, name: str, found: Why | None, done: str | None) -> str:
    """Why a conduct was chosen and not the next-best one: a sentence and a few bars."""
    title = f"<h2>{escape(words('why', name=name))}</h2>"
    if found is None or done is None:
        return f"{title}<p>{escape(words('why_none'))}</p>"
    chosen = CONDUCTS.index(done)
    other = found.next_best(chosen)
    said = [
        words(
            "chose_less" if found.chances[chosen] < found.chances[other] else "chose",
            conduct=words(done),
            other=words(CONDUCTS[other]),
            chance=_probability(words, found.chances[chosen]),
            other_chance=_probability(words, found.chances[other]),
        )
    ]
    change = found.against(chosen, other)
    most, least = max(change, key=lambda one: change[one]), min(change, key=lambda one: change[one])
    if change[most] > 0.0:
        said.append(words("most_for", reason=words(f"for_{most}")))
    if change[least] < 0.0:
        said.append(words("most_against", reason=words(f"against_{least}")))
    if found.sums[chosen] < found.sums[other]:
        said.append(words("by_chance"))
    shown = strongest(found, chosen)
    largest = max((abs(value) for _, value in shown), default=0.0) or 1.0
    bars = "".join(
        f'<li class="{side}"><span>{escape(words(f"{side}_{one}"))}</span>'
        f'<i style="--size:{abs(value) / largest:.3f}"></i><b>{signed(value, 2)}</b></li>'
        for one, value in shown
        if value != 0.0
        for side in ("for" if value > 0.0 else "against",)
    )
    label = escape(words("bars", conduct=words(done), other=words(CONDUCTS[other])))
    return (
        f"{title}<p>{escape(words.joined(said))}</p>"
        f'<p class="dim">{label}</p><ul class="reasons" aria-label="{label}">{bars}</ul>'
    )


def every_term(words: Words, found: Why, done: str, effort: float) -> str:
    """A table of the utilities of conducts by term, their sums and probabilities."""
    rows = [[term(words, one), *(signed(value, 2) for value in found.terms[one])] for one in TERMS]
    rows.append([words("sum"), *(signed(value, 2) for value in found.sums)])
    rows.append([words("chance"), *(words.percent(value) for value in found.chances)])
    heads = [words("term"), *(f"{words(one)}{' ✓' if one == done else ''}" for one in CONDUCTS)]
    return tables.table(words("units", effort=f"{effort:g}"), heads, rows)
