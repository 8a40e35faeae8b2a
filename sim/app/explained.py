"""“Why did it change?”: a sentence, the circle of execution and trust, and bars of mechanisms."""

from collections.abc import Awaitable, Callable
from html import escape
from typing import NamedTuple

from nicegui import ui

from sim.app import tables
from sim.app.causes import Causes
from sim.app.elements import button, html, notify, text
from sim.app.texts.explained import TEXTS
from sim.app.words import Words
from sim.errors import BadInput
from sim.study.decomposition import MECHANISMS
from sim.study.estimate import Estimate

# Most bars shown, mechanisms named in a sentence, and the least part of a change that is named.
MOST_BARS, _NAMED, _LEAST = 6, 2, 0.001
# Widths of arrows in pixels for no change and for the largest one told apart.
_THIN, _THICK, _LARGEST = 2.0, 9.0, 0.2


class Arrow(NamedTuple):
    """An arrow of the circle: its ends, the change that it stands for, and whether it is lit."""

    start: str
    end: str
    value: float
    lit: bool


def arrows(causes: Causes) -> list[Arrow]:
    """The arrows of the circle. One is lit if its change is beyond chance and not small."""
    beside, by = causes.beside, causes.by
    given = (
        ("execution", "trust", beside["credibility"]),
        ("trust", "cooperation", beside["cooperation"]),
        ("cooperation", "execution", by["cooperation"]),
        ("execution", "norm", beside["norm"]),
        ("norm", "execution", by["norm"]),
    )
    found = [Arrow(start, end, one.value, tables.clear(one)) for start, end, one in given]
    lit = any(
        tables.clear(by[name])
        for name in MECHANISMS
        if name not in ("cooperation", "norm", "chance")
    )
    return [Arrow("reform", "execution", causes.differing, lit), *found]


def sure(one: Estimate) -> bool:
    """Whether a part of a change is worth a bar: beyond chance, and not tiny."""
    return abs(one.value) >= _LEAST and (one.low > 0.0 or one.high < 0.0)


def largest(causes: Causes) -> list[tuple[str, float]]:
    """Mechanisms with a part worth a bar, the largest first."""
    found = [(name, one.value) for name, one in causes.by.items() if sure(one) and name != "chance"]
    return sorted(found, key=lambda one: -abs(one[1]))[:MOST_BARS]


def sentence(words: Words, causes: Causes) -> str:
    """What changed and mostly why, in words, generated from the numbers."""
    execution = causes.beside["execution"]
    clear = tables.clear(execution)
    key = ("why_up" if execution.value > 0.0 else "why_down") if clear else "why_unclear"
    said = [
        words(
            key,
            change=words.points(execution.value),
            low=words.points(execution.low),
            high=words.points(execution.high),
        )
    ]
    found = largest(causes)
    sign = 1.0 if execution.value > 0.0 else -1.0
    along = [one for one in found if sign * one[1] > 0.0][:_NAMED]
    against = [one for one in found if sign * one[1] < 0.0][:_NAMED]
    if clear:
        if along:
            said.append(words("why_most", parts=_listed(words, along)))
        if against:
            said.append(words("why_against", parts=_listed(words, against)))
    elif along and against:
        gains, losses = (along, against) if sign > 0.0 else (against, along)
        told = {"gains": _listed(words, gains), "losses": _listed(words, losses)}
        said.append(words("why_cancel", **told))
    said.append(_circle(words, causes))
    return words.joined(said)


def _circle(words: Words, causes: Causes) -> str:
    beside = causes.beside
    if not tables.clear(beside["credibility"]):
        return words("why_trust_still")
    back = causes.by["cooperation"]
    return words(
        "why_circle_on" if tables.clear(back) else "why_circle_off",
        trust=words.points(beside["credibility"].value),
        willing=words.points(beside["cooperation"].value),
        back=words.points(back.value),
    )


def _listed(words: Words, parts: list[tuple[str, float]]) -> str:
    return words("why_and").join(
        words("why_part", name=words(f"cause_{name}"), value=words.points(value))
        for name, value in parts
    )


# Boxes of the drawing: left, top and width; all are as high. Ends of arrows, and where their
# numbers stand.
_WIDE, _HIGH, _BOX = 460, 330, 52
_BOXES = {
    "reform": (155, 4, 150),
    "execution": (155, 116, 150),
    "norm": (352, 116, 104),
    "trust": (280, 272, 150),
    "cooperation": (30, 272, 150),
}
_LINES = {
    ("reform", "execution"): ((230, 58), (230, 108), (240, 88)),
    ("execution", "trust"): ((272, 170), (340, 264), None),
    ("trust", "cooperation"): ((278, 298), (190, 298), None),
    ("cooperation", "execution"): ((120, 270), (188, 176), (98, 220)),
    ("execution", "norm"): ((307, 130), (344, 130), None),
    ("norm", "execution"): ((350, 154), (315, 154), (316, 188)),
}


def drawing(words: Words, causes: Causes) -> str:
    """The circle as a drawing, with all that it shows in words for readers of screens."""
    found = arrows(causes)
    told = words("semicolon").join(
        words(
            "why_arrow",
            start=words(f"node_{one.start}"),
            end=words(f"node_{one.end}"),
            change=words.points(one.value),
            lit=words("why_lit" if one.lit else "why_dark"),
        )
        for one in found
    )
    changes = {
        "execution": causes.beside["execution"].value,
        "trust": causes.beside["credibility"].value,
        "cooperation": causes.beside["cooperation"].value,
        "norm": causes.beside["norm"].value,
    }
    label = escape(words("why_drawing", arrows=told))
    lines = "".join(_line(words, one) for one in found)
    boxes = "".join(_box(words, name, changes.get(name)) for name in _BOXES)
    return (
        f'<svg class="circle" role="img" aria-label="{label}" viewBox="0 0 {_WIDE} {_HIGH}">'
        f"{lines}{boxes}</svg>"
    )


def _line(words: Words, one: Arrow) -> str:
    (x, y), (to_x, to_y), at = _LINES[one.start, one.end]
    width = _THIN + (_THICK - _THIN) * min(1.0, abs(one.value) / _LARGEST) if one.lit else _THIN
    kind = ("more" if one.value > 0.0 else "less") if one.lit else "dark"
    length = ((to_x - x) ** 2 + (to_y - y) ** 2) ** 0.5
    along = ((to_x - x) / length, (to_y - y) / length)
    # The head: a triangle whose point is the end of the arrow.
    half = 4.0 + 0.7 * width
    back = (to_x - 2 * half * along[0], to_y - 2 * half * along[1])
    sides = [
        (back[0] - half * along[1], back[1] + half * along[0]),
        (back[0] + half * along[1], back[1] - half * along[0]),
    ]
    head = " ".join(f"{a:.1f},{b:.1f}" for a, b in [(to_x, to_y), *sides])
    number = (
        f'<text x="{at[0]}" y="{at[1]}" class="by">{words.points(one.value)}</text>' if at else ""
    )
    return (
        f'<g class="arrow {kind}" data-arrow="{one.start}-{one.end}"><line x1="{x}" y1="{y}" '
        f'x2="{back[0]:.1f}" y2="{back[1]:.1f}" stroke-width="{width:.1f}"/>'
        f'<polygon points="{head}"/>{number}</g>'
    )


def _box(words: Words, name: str, change: float | None) -> str:
    left, top, width = _BOXES[name]
    middle = left + width / 2
    at = top + (31 if change is None else 22)
    number = "" if change is None else words.points(change)
    return (
        f'<g class="node"><rect x="{left}" y="{top}" width="{width}" height="{_BOX}" rx="9"/>'
        f'<text x="{middle}" y="{at}" class="name">{escape(words(f"node_{name}"))}</text>'
        f'<text x="{middle}" y="{top + 42}">{number}</text></g>'
    )


def bars(words: Words, causes: Causes, before: str, after: str) -> str:
    """The largest parts of the change as bars."""
    found = largest(causes)
    if not found:
        return ""
    most = abs(found[0][1])
    rows = "".join(
        f'<li class="{"for" if value > 0.0 else "against"}" data-cause="{name}">'
        f"<span>{escape(words(f'cause_{name}'))}</span>"
        f'<i style="--size:{abs(value) / most:.3f}"></i><b>{words.points(value)}</b></li>'
        for name, value in found
    )
    label = escape(words("why_bars", before=before, after=after))
    return f'<p class="dim">{label}</p><ul class="reasons" aria-label="{label}">{rows}</ul>'


def table(words: Words, causes: Causes) -> str:
    """All parts with their intervals, and their sum."""
    entries = [(words(f"cause_{name}"), one) for name, one in causes.by.items()]
    entries.append((words("why_sum"), causes.beside["execution"]))
    rows = [
        [
            name,
            words.points(one.value),
            words("from_to", low=words.points(one.low), high=words.points(one.high)),
        ]
        for name, one in entries
    ]
    heads = [words("why_mechanism"), words("why_points"), words("interval")]
    return tables.table(words("why_table"), heads, rows)


def explained(words: Words, causes: Causes, before: str, after: str) -> str:
    """The whole explanation: sentence, circle, bars, and the table folded."""
    months = words("why_months", first=causes.months.start, last=causes.months.stop)
    how = words("why_how", months=months, runs=causes.pairs)
    return (
        f'<p class="question">{escape(sentence(words, causes))}</p>'
        f'<div class="because"><div>{drawing(words, causes)}</div>'
        f"<div>{bars(words, causes, before, after)}</div></div>"
        f'<p class="dim">{escape(how)}</p>'
        f"<details><summary>{escape(words('why_table'))}</summary>{table(words, causes)}</details>"
    )


class Explained:
    """The part of a page that explains a change once it is asked to."""

    def __init__(self, words: Words, asked: Callable[[], Awaitable[None]]) -> None:
        self.words = Words(words.lang, TEXTS)
        # Whether the visitor wants an explanation of what is shown, now and from now on.
        self.wanted = False
        self._asked = asked
        with ui.element("section").classes("card across explained"):
            text("h2", self.words("why_changed"))
            self._button = button(self.words("why_ask"), self._ask)
            self._said = html("").props('aria-live="polite"')

    async def _ask(self) -> None:
        self.wanted = True
        self._button.set_visibility(False)
        self.wait()
        try:
            await self._asked()
        except BadInput as error:
            notify(error)

    def wait(self) -> None:
        """Say that an explanation is on its way."""
        self._said.set_content(f'<p class="dim">{escape(self.words("why_waiting"))}</p>')

    def nothing(self) -> None:
        """Say that nothing differs."""
        self._said.set_content(f"<p>{escape(self.words('why_nothing'))}</p>")

    def show(self, causes: Causes, before: str, after: str) -> None:
        """Show an explanation of the change from what is called ``before`` to ``after``."""
        self._said.set_content(explained(self.words, causes, before, after))
