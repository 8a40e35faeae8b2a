"""What surprises in a reform, told with its reason: less than one lever alone, or no effect."""

import asyncio

from sim.app import worlds
from sim.app.answers import Answer, answers, differences
from sim.app.desk import REFINING
from sim.app.state import Pull, State, during
from sim.app.tables import clear
from sim.app.words import Words

_EXECUTION, _TRUST = "execution_rate", "credibility"
_MEASURES = (_EXECUTION, _TRUST, "reported_rate")
# A share of officers' time that counts as a reason, and a strength in per cent that is low.
_TIME, _WEAK = 0.01, 50
# Most sentences shown.
_MOST = 3


async def surprises(words: Words, state: State, reference: Answer, answer: Answer) -> list[str]:
    """Sentences on what surprises in the first package; the levers are run alone for them."""
    pulls = tuple((name, pull) for name, pull in state.packages[0] if pull.percent)
    if len(pulls) == 1:
        alone = [answer]
    else:
        alone = await asyncio.gather(
            *(answers.of(state, (one,), state.runs, REFINING) for one in pulls)
        )
    found = []
    if len(pulls) > 1:
        found += _less_than_one(words, state, pulls, alone, reference, answer)
    for (name, pull), one in zip(pulls, alone, strict=True):
        found += _no_effect(words, state, name, pull, reference, one)
    return found[:_MOST]


def _less_than_one(
    words: Words,
    state: State,
    pulls: tuple[tuple[str, Pull], ...],
    alone: list[Answer],
    reference: Answer,
    answer: Answer,
) -> list[str]:
    best = max(range(len(alone)), key=lambda one: alone[one].end(_EXECUTION).mean())
    more = differences(alone[best], answer, (_EXECUTION,), state.seed)[_EXECUTION]
    if more.low <= 0.0:
        return []
    before = reference.end(_EXECUTION).mean()
    lever = words.lever(worlds.scenario(state.scenario), pulls[best][0])
    said = words(
        "less_than_one",
        lever=lever,
        number=len(pulls),
        one=words.points(alone[best].end(_EXECUTION).mean() - before),
        all=words.points(answer.end(_EXECUTION).mean() - before),
    )
    together, single = (one.end("burden").mean() for one in (answer, alone[best]))
    if together - single > _TIME:
        why = words("less_time", all=words.percent(together), one=words.percent(single))
    else:
        why = words("less_overlap")
    return [words.joined((said, why))]


def _no_effect(
    words: Words, state: State, name: str, pull: Pull, reference: Answer, alone: Answer
) -> list[str]:
    found = differences(alone, reference, _MEASURES, state.seed)
    if clear(found[_EXECUTION]) or clear(found[_TRUST]):
        return []
    world = worlds.scenario(state.scenario)
    said = words("no_effect", lever=words.lever(world, name))
    first, end = during(pull, world)
    seen = world.clock.months - world.clock.observed
    burdens = [one.end("burden").mean() for one in (reference, alone)]
    if end <= seen:
        why = words("no_effect_over", end=end)
    elif first + world.levers[name].ramp > seen:
        why = words("no_effect_late", first=first)
    elif pull.percent < _WEAK:
        why = words("no_effect_weak", percent=words.percent(pull.percent / 100))
    elif burdens[1] - burdens[0] > _TIME:
        before, after = map(words.percent, burdens)
        why = words("no_effect_time", before=before, after=after)
    elif clear(found["reported_rate"]):
        why = words("no_effect_reports")
    else:
        why = words("no_effect_here")
    return [words.joined((said, why))]
