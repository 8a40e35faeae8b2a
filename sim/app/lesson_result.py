"""The result of a lesson as a chart and a debrief, for the lesson, the wall and the worksheet."""

from nicegui import ui

from sim.app import look, tables, worlds
from sim.app.charts import Line, paths
from sim.app.elements import Chart, text
from sim.app.experiments import Answered, Lesson
from sim.app.state import spans
from sim.app.words import Words

_MARKS = {"right": "✓", "wrong": "✗"}


def draw(
    words: Words, lesson: Lesson, found: Answered, kind: str = "tall", both: bool = True
) -> None:
    """Draw the charts of a lesson's arms into the open element; ``words`` are of the lessons.

    Without ``both``, a lesson that shows two measures has its first alone.
    """
    if not lesson.beside or not both:
        _draw_measure(words, lesson, found, lesson.measure, kind)
        return
    with ui.element("div").classes("charts apart"):
        for measure in (lesson.measure, lesson.beside):
            _draw_measure(words, lesson, found, measure, "")


def _draw_measure(words: Words, lesson: Lesson, found: Answered, shown: str, kind: str) -> None:
    title = words.measure(shown)
    others = [arm.key for arm in lesson.arms if arm.key != "status_quo"]
    lines, columns, levels = [], [], []
    for key, answer in found.items():
        plain = key == "status_quo"
        colour = look.STATUS_QUO if plain else look.PACKAGES[others.index(key)]
        name = words(f"arm_{key}")
        lines.append(Line(name, colour, answer, shown))
        columns.append((name, answer, shown))
        value = words.percent(answer.end(shown).mean())
        levels.append(words("is", name=name, value=value))
        if lesson.reports and shown == lesson.measure:
            reported = words("arm_reported", arm=name)
            measure = "reported_rate"
            lines.append(Line(reported, colour, answer, measure, dashed=True, band=False))
            columns.append((reported, answer, measure))
            value = words.percent(answer.end(measure).mean())
            levels.append(words("is", name=reported, value=value))
    told = words("in_last_year", title=title, levels=words("semicolon").join(levels))
    chart = Chart(words, kind)
    when = [one for arm in lesson.arms for one in spans(arm.pulls, worlds.scenario(arm.scenario))]
    chart.draw(paths(words, title, told, lines, when), told)
    chart.tell(tables.by_year(words, title, columns))


def verdict(words: Words, lesson: Lesson, found: Answered, prediction: int) -> tuple[str, str, str]:
    """What was predicted and what the runs show; whether it came true; “right” or “wrong”."""
    truth = lesson.judge(found)
    said = words(
        "predicted",
        answer=words(f"{lesson.name}_{prediction}"),
        truth=words(f"{lesson.name}_{truth}"),
    )
    result = "right" if truth == prediction else "wrong"
    return said, f"{_MARKS[result]} {words(result)}", result


def debrief(words: Words, lesson: Lesson, found: Answered) -> str:
    """The debrief with the numbers of the runs, or what to do where runs are not as expected."""
    if lesson.judge(found) != lesson.expected:
        return words("unusual")
    return words(f"{lesson.name}_debrief", **lesson.facts(found, words))


def conclude(words: Words, lesson: Lesson, found: Answered, prediction: int) -> None:
    """Write the verdict and the debrief into the open element."""
    said, came_true, result = verdict(words, lesson, found, prediction)
    text("p", said).classes("question")
    text("p", came_true).classes(f"verdict {result}")
    text("p", debrief(words, lesson, found))
