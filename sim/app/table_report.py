"""What was made of a visitor's table, in HTML: what was read and assumed, or what is wrong."""

from collections.abc import Iterable, Sequence
from html import escape

import numpy as np

from sim.app import tables
from sim.app.frame import Frame
from sim.app.own_tables import MOST_WATCHED, OwnTable, base
from sim.app.state import State
from sim.app.table_said import column, each_in_words, in_words
from sim.app.views import VIEWS
from sim.app.words import Words
from sim.world.establishment import BOUNDS, Establishment
from sim.world.ties import CO_HEAD

# Departments, ties and columns that are told one by one.
_FEW = 40
# Views that show any scenario, in the order of the links.
_SHOWN_IN = ("explore", "watch", "compare", "spiral")


def refused(words: Words, messages: Sequence[str], before: bool) -> str:
    """What is wrong with a table; ``before`` tells that the one before is kept."""
    heading = words("wrong_one") if len(messages) == 1 else words("wrong", number=len(messages))
    kept = f"<p>{escape(words('before'))}</p>" if before else ""
    return f'<h2>{escape(heading)}</h2><ul class="wrong">{_items(messages)}</ul>{kept}'


def accepted(words: Words, frame: Frame, own: OwnTable) -> str:
    """What was read, assumed and left out, and where the organisation can be opened."""
    table = own.table
    reading, lang = table.reading, words.lang
    departments = len(table.layout.department_names)
    key = "ready_one" if departments == 1 else "ready"
    heading = words(key, posts=len(table.posts), departments=departments)
    ignored = [
        words("nearest", heading=one, near=column(near, lang)) if near else one
        for one, near in reading.ignored
    ]
    citizens = words("citizens", citizens=own.scenario.public.citizens, base=words.world(base())[0])
    known = [name for name, values in table.known.items() if not np.isnan(values).any()]
    drawn = [column(name, lang) for name in BOUNDS if name not in known]
    parts = [
        f"<h2>{escape(heading)}</h2>",
        _links(words, frame, own),
        _listed("", each_in_words(reading.warnings, lang)),
        f"<h3>{escape(words('file_read'))}</h3><p>{escape(in_words(reading.file, lang))}</p>",
        _columns(words, table),
        _listed(words("assumed"), [*each_in_words(reading.assumed, lang), citizens]),
        _listed(words("ignored"), ignored),
        _listed(words("drawn"), [words("comma").join(drawn)] if drawn else []),
        _departments(words, table),
        _listed(words("ties"), _ties(words, table)),
    ]
    return "".join(parts)


def _items(texts: Iterable[str]) -> str:
    return "".join(f"<li>{escape(one)}</li>" for one in texts)


def _listed(title: str, texts: Sequence[str]) -> str:
    """A list with its title; nothing if it is empty."""
    if not texts:
        return ""
    head = f"<h3>{escape(title)}</h3>" if title else ""
    return f"{head}<ul>{_items(texts)}</ul>"


def _links(words: Words, frame: Frame, own: OwnTable) -> str:
    state = State(own.key)
    shown = [VIEWS[name] for name in _SHOWN_IN if own.watched or name != "watch"]
    links = "".join(
        f'<a class="button" href="{escape(frame.link(state, path=one.path))}">'
        f"{escape(words('open_in', view=one.texts[words.lang]['view']))}</a>"
        for one in shown
    )
    note = "" if own.watched else f"<p>{escape(words('not_watched', most=MOST_WATCHED))}</p>"
    return f'<p class="buttons">{links}</p>{note}'


def _columns(words: Words, table: Establishment) -> str:
    heads = [words("heading"), words("column"), words("given")]
    rows = [
        [heading, column(name, words.lang), str(given)]
        for heading, name, given in table.reading.columns
    ]
    return tables.table(words("columns"), heads, rows)


def _departments(words: Words, table: Establishment) -> str:
    layout = table.layout
    titles = table.titles_zh if words.chinese else table.titles
    heads = np.cumsum(layout.posts_of_department) - layout.posts_of_department
    above = layout.post_superior[heads].tolist()
    rows = [
        [name, str(posts), titles[head] if head >= 0 else words("nobody")]
        for name, posts, head in zip(
            layout.department_names, layout.posts_of_department.tolist(), above, strict=True
        )
    ]
    shown = [words("department"), words("posts"), words("under")]
    more = len(rows) - _FEW
    said = f"<p>{escape(words('more', number=more))}</p>" if more > 0 else ""
    return tables.table(words("departments"), shown, rows[:_FEW]) + said


def _ties(words: Words, table: Establishment) -> list[str]:
    titles = table.titles_zh if words.chinese else table.titles
    told = []
    for tie in table.ties[:_FEW]:
        key = "tie_head" if tie.kind == CO_HEAD else "tie_second"
        other = titles[tie.to] if tie.to >= 0 else tie.name
        told.append(
            words(key if tie.to >= 0 else "tie_outside", post=titles[tie.post], other=other)
        )
    more = len(table.ties) - _FEW
    return [*told, *([words("more", number=more)] if more > 0 else [])]
