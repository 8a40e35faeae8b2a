"""What phones and the wall both show of a class: predictions, the budget, and the leaderboard."""

from html import escape

from sim.app import worlds
from sim.app.answers import DRAWN
from sim.app.contest import FULL, ROUND_TWO, Contest, Score, exceeded
from sim.app.experiments import BUDGET_COST, BUDGET_TIME, Lesson
from sim.app.rooms import Room
from sim.app.state import ANSWERS
from sim.app.words import Words

_ON, _MARK = ' class="hit"', "✓"


def votes(words: Words, lesson_words: Words, room: Room, lesson: Lesson, truth: int | None) -> str:
    """Bars of the predictions of a class; ``truth`` marks what the runs show, once revealed."""
    counts = room.counts(lesson.name)
    total = sum(counts)
    rows = []
    for answer in range(ANSWERS):
        hit = answer == truth
        share = counts[answer] / total if total else 0.0
        told = words("count", count=counts[answer], total=total) if total else words("no_answer")
        mark = f" <em>{_MARK} {escape(words('runs_show'))}</em>" if hit else ""
        rows.append(
            f"<li{_ON if hit else ''}><span>{escape(lesson_words(f'{lesson.name}_{answer}'))}"
            f'{mark}</span><i style="--share:{share:.4f}"></i><b>{escape(told)}</b></li>'
        )
    return f'<ol class="votes">{"".join(rows)}</ol>'


def hit(words: Words, room: Room, lesson: Lesson, truth: int) -> str:
    """How many of the class predicted what the runs show; empty if nobody predicted."""
    counts = room.counts(lesson.name)
    total = sum(counts)
    return words("class_hit", hit=counts[truth], total=total) if total else ""


def rule(words: Words) -> str:
    """The cap and the score of the contest in words."""
    return words(
        "contest_rule",
        time=f"{FULL * BUDGET_TIME:g}",
        cost=f"{BUDGET_COST:g}",
        draws=DRAWN,
    )


def world(words: Words, contest: Contest) -> str:
    """The round that is played, and its scenario, as HTML."""
    title, story, _ = words.world(worlds.scenario(contest.world))
    number = contest.stage if contest.open else ROUND_TWO
    heading = words.stated(words("round", number=number), title)
    return f"<h2>{escape(heading)}</h2><p>{escape(story)}</p>"


def price(words: Words, score: Score) -> str:
    """What a package takes, and whether it is within the budget or by how much it is over."""
    takes = words("takes", time=words.points(score.time), cost=words.number(score.cost))
    if score.within:
        return words.joined((takes, words("fits")))
    time, cost = exceeded(score)
    over = [words("exceeds_time", points=f"{time:.1f}")] if time else []
    over += [words("exceeds_cost", cost=f"{cost:.2f}")] if cost else []
    return words.joined((takes, words("exceeds", what=words("and").join(over))))


def leaderboard(words: Words, contest: Contest, own: int | None = None) -> str:
    """The leaderboard as HTML; ``own`` is the group to mark."""
    table = contest.table()
    if not table:
        return f'<p class="dim">{escape(words("no_groups"))}</p>'
    columns = (
        *("rank", "group_name", "points", "range"),
        *("execution", "credibility", "honesty"),
    )
    titles = {
        "group_name": words("groups"),
        "execution": words.measure("execution_rate"),
        "credibility": words.measure("credibility"),
    }
    heads = "".join(
        f'<th scope="col">{escape(titles.get(one) or words(one))}</th>' for one in columns
    )
    rows = []
    for row in table:
        last = row.by_round[-1]
        name = words("group", number=row.group)
        note = "" if row.own[-1] else f"<small>{escape(words('as_status_quo'))}</small>"
        between = words("from_to", low=f"{last.low:.1f}", high=f"{last.high:.1f}")
        shares = "".join(
            f"<td>{words.percent(share)}</td>"
            for share in (last.execution, last.credibility, last.honesty)
        )
        marked = _ON if row.group == own else ""
        rows.append(
            f'<tr{marked}><td>{row.rank}</td><th scope="row">{escape(name)}{note}</th>'
            f'<td><b>{row.points:.1f}</b><i style="--share:{row.points / FULL:.4f}"></i></td>'
            f"<td>{escape(between)}</td>{shares}</tr>"
        )
    both = words("mean_of_rounds") if len(contest.status_quo) > 1 else ""
    said = escape(words("standing"))
    notes = words.joined((words("ties"), both))
    return (
        f'<div class="wide" role="region" tabindex="0" aria-label="{said}">'
        f'<table class="leaders"><caption>{said}</caption>'
        f"<thead><tr>{heads}</tr></thead><tbody>{''.join(rows)}</tbody></table></div>"
        f'<p class="dim">{escape(notes)}</p>'
    )
