"""What happens in a department month by month, and its marks on a line of months."""

from dataclasses import dataclass
from html import escape
from typing import Any

from sim.app import tables
from sim.app.texts.happenings import TEXTS
from sim.app.words import Words

# Kinds of events: sanctions that are just, and unjust; a new head; a reform begins, and ends.
KINDS = ("sanction", "unjust", "head", "starts", "ends")


@dataclass(frozen=True)
class Event:
    """Something that happens in a month; ``number`` is how often."""

    month: int
    kind: str
    number: int = 1


def happened(officers: Any, month: int, before: int) -> list[Event]:
    """Events of a month, after it has been run.

    ``officers`` are those of the department, its head first, and ``before`` the months that the
    head had been in post a month earlier.
    """
    unjust = int((officers["wronged"] > 0).sum())
    sanctioned = int((officers["sanctioned"] > 0).sum())
    found = []
    if sanctioned > unjust:
        found.append(Event(month, "sanction", sanctioned - unjust))
    if unjust:
        found.append(Event(month, "unjust", unjust))
    if int(officers["time_in_post"][0]) <= before:
        found.append(Event(month, "head"))
    return found


def of_reforms(spans: list[tuple[int, int]], months: int) -> list[Event]:
    """When reforms begin, and end before the run does."""
    begun = [Event(first, "starts") for first in sorted({first for first, _ in spans})]
    ended = [Event(end, "ends") for end in sorted({end for _, end in spans if end < months})]
    return begun + ended


def timeline(words: Words, rows: list[tuple[str, list[Event]]], month: int, months: int) -> str:
    """Rows of marks on the months of a run, with the month that is shown; numbers in a table."""
    words = Words(words.lang, TEXTS)
    drawn = "".join(
        f'<div class="row"><b>{escape(name)}</b><div class="months-line" aria-hidden="true">'
        + "".join(_mark(words, one, months) for one in events)
        + f'<i class="now" style="left:{100 * month / months:.2f}%"></i></div></div>'
        for name, events in rows
    )
    kinds = "".join(
        f'<li><i class="{kind}"></i>{escape(words(f"event_{kind}"))}</li>' for kind in KINDS
    )
    counted = [
        [words(f"event_{kind}"), *(str(_count(events, kind)) for _, events in rows)]
        for kind in KINDS
    ]
    heads = [words("event"), *(name for name, _ in rows)]
    table = tables.table(words("events_until", month=month), heads, counted)
    label = escape(words("event_keys"))
    return (
        f'<div class="timeline">{drawn}</div><ul class="keys events" aria-label="{label}">{kinds}'
        f"</ul><details><summary>{escape(words('events_table'))}</summary>{table}</details>"
    )


def _count(events: list[Event], kind: str) -> int:
    return sum(one.number for one in events if one.kind == kind)


def _mark(words: Words, one: Event, months: int) -> str:
    said = words("event_in", event=words(f"event_{one.kind}"), month=one.month, number=one.number)
    left = 100 * one.month / months
    return f'<i class="{one.kind}" style="left:{left:.2f}%" title="{escape(said)}"></i>'
