"""An officer in words and tables: traits and beliefs, and the reasons for a choice."""

from html import escape
from typing import Any

from sim.app import tables
from sim.app.why import TERMS, Why
from sim.app.words import Words, signed
from sim.kinds import CONDUCTS, PROFILES

TRAITS = (
    "capability",
    "responsibility",
    "inertia",
    "ambition",
    "connection",
    "merit_belief",
    "perceived_risk",
)
_MONTHS_A_YEAR = 12


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
    about = words("state", profile=profile, age=int(officer["age"]) // _MONTHS_A_YEAR)
    return (
        f"<h2>{escape(words('traits', name=name))}</h2><p>{escape(about)}</p>"
        f'<ul class="traits">{rows}</ul>'
    )


def reasons(words: Words, name: str, found: Why | None, done: str | None, effort: float) -> str:
    """Utilities of conducts by term, the choice, and the strongest reasons for and against it."""
    title = f"<h2>{escape(words('why', name=name))}</h2>"
    if found is None or done is None:
        return f"{title}<p>{escape(words('why_none'))}</p>"
    k = CONDUCTS.index(done)
    most = max(TERMS, key=lambda one: found.terms[one][k])
    least = min(TERMS, key=lambda one: found.terms[one][k])
    said = words(
        "chose",
        conduct=words(done),
        chance=words.percent(found.chances[k]),
        most=term(words, most),
        least=term(words, least),
    )
    rows = [[term(words, one), *(signed(value, 2) for value in found.terms[one])] for one in TERMS]
    rows.append([words("sum"), *(signed(value, 2) for value in found.sums)])
    rows.append([words("chance"), *(words.percent(value) for value in found.chances)])
    heads = [words("term"), *(f"{words(one)}{' ✓' if one == done else ''}" for one in CONDUCTS)]
    shown = tables.table(words("units", effort=f"{effort:g}"), heads, rows)
    return f'{title}<p>{escape(said)}</p><div class="why">{shown}</div>'
