"""Export of a room as CSV: every prediction with its reason, and the packages of the contest."""

import csv
import io

from sim.app.contest import ROUNDS
from sim.app.experiments import LESSONS, run
from sim.app.rooms import CONTEST, Room
from sim.app.state import written
from sim.app.texts import lessons
from sim.app.words import Words

HEAD = (
    *("activity", "student", "group", "answer", "right", "reason", "hidden"),
    *("round", "scenario", "package", "score", "execution_rate", "credibility", "honesty"),
    *("time", "cost"),
)
# Beginnings that spreadsheets take for formulas.
_FORMULAS = ("=", "+", "-", "@", "\t")


def _plain(told: str) -> str:
    """A text that no spreadsheet computes."""
    return f"'{told}" if told.startswith(_FORMULAS) else told


async def as_csv(room: Room, lang: str) -> str:
    """All that a room holds; students are numbers. ``right`` is empty before the result."""
    out = io.StringIO()
    writer = csv.DictWriter(out, HEAD, lineterminator="\n")
    writer.writeheader()
    words = Words(lang, lessons.TEXTS)
    for name, made in room.predictions.items():
        truth = LESSONS[name].judge(await run(LESSONS[name])) if name in room.revealed else None
        for token, one in made.items():
            seat = room.seats[token]
            writer.writerow(
                {
                    "activity": name,
                    "student": seat.number,
                    "group": seat.group or "",
                    "answer": words(f"{name}_{one.answer}"),
                    "right": "" if truth is None else int(one.answer == truth),
                    "reason": _plain(one.reason),
                    "hidden": int(one.hidden),
                }
            )
    for at in ROUNDS:
        for group in sorted(group for played, group in room.contest.counted if played == at):
            score = room.contest.counted[at, group]
            writer.writerow(
                {
                    "activity": CONTEST,
                    "group": group,
                    "round": at,
                    "scenario": score.scenario,
                    "package": written(score.pulls),
                    "score": f"{score.points:.1f}",
                    "execution_rate": f"{score.execution:.4f}",
                    "credibility": f"{score.credibility:.4f}",
                    "honesty": f"{score.honesty:.4f}",
                    "time": f"{score.time:.4f}",
                    "cost": f"{score.cost:.4f}",
                }
            )
    return out.getvalue()
