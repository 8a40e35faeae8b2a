"""What ``spiral --posterior`` says: how many draws have a vicious circle, and the gain in them."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from rich.table import Table

from sim.cli.circle import TOLD, as_estimate
from sim.cli.terminal import page
from sim.cli.texts.spiral import SPIRAL
from sim.cli.texts.tables import TABLES
from sim.study.doubt import CHANCE
from sim.study.estimate import Estimate
from sim.study.feedback import Spiral
from sim.study.spiral_doubt import A_DRAW, SpiralOverDraws, over
from sim.study.tipping import HIGH, LOW

if TYPE_CHECKING:
    from sim.drawing.language import Speaker

OverDoubts = Mapping[str, SpiralOverDraws]


def _number(value: float) -> str:
    return f"{value:.2f}".replace("-", "−")


def _said(found: Estimate) -> str:
    return f"{_number(found.value)}\n[{_number(found.low)}, {_number(found.high)}]"


def sentence(doubt: str, found: SpiralOverDraws, say: "Speaker") -> str:
    """How many draws of a doubt have a vicious circle, and where it begins in these."""
    about = {"what": say(f"over_{doubt}"), "draws": found.draws}
    begins = found.begins
    if begins is None:
        return say("circle_in_no_draw", **about)
    if found.circles == 1:
        return say("circle_in_one_draw", tip=_number(begins.value), **about)
    return say(
        "circle_in_draws",
        number=found.circles,
        share=say.percent(found.circles / found.draws),
        tip=_number(begins.value),
        low=_number(begins.low),
        high=_number(begins.high),
        **about,
    )


def result(found: OverDoubts) -> dict[str, Any]:
    """What is found under each doubt, as plain values."""
    from sim.drawing.language import LANGUAGES, joined

    speakers = {lang: joined(lang, TABLES, SPIRAL) for lang in LANGUAGES}
    return {
        doubt: {
            "draws": one.draws,
            "replicates": A_DRAW,
            "draws_with_circle": one.circles,
            "share_with_circle": one.circles / one.draws,
            "begins_below": None if one.begins is None else as_estimate(one.begins),
            "rest_from_low": as_estimate(over(one.from_low)),
            "rest_from_high": as_estimate(over(one.from_high)),
            "gain": {str(m): as_estimate(one.gain(m)) for m in TOLD},
            "left": {str(m): as_estimate(one.left(m)) for m in TOLD},
            **{lang: sentence(doubt, one, say) for lang, say in speakers.items()},
        }
        for doubt, one in found.items()
    }


def show(alone: Spiral, found: OverDoubts, lang: str) -> None:
    """Print a sentence and a column for each doubt, beside that of chance alone."""
    from sim.drawing.language import joined

    console, say = page(), joined(lang, TABLES, SPIRAL)
    console.print()
    for doubt, one in found.items():
        console.print(sentence(doubt, one, say))
    table = Table(box=None, pad_edge=False, padding=(0, 1), header_style="bold")
    table.add_column("")
    for doubt in (CHANCE, *found):
        table.add_column(say(f"doubt_{doubt}"), justify="right")
    many = found.values()
    own = "–" if alone.tipping is None else _said(alone.tipping.value)
    table.add_row(say("in_draws"), "", *(f"{one.circles} / {one.draws}" for one in many))
    begins = (one.begins for one in many)
    table.add_row(
        say("begins_in_draws"), own, *("–" if tip is None else _said(tip) for tip in begins)
    )
    for start, rests, ends in (
        (LOW, alone.from_low, [over(one.from_low) for one in many]),
        (HIGH, alone.from_high, [over(one.from_high) for one in many]),
    ):
        table.add_row(
            say("rest_from", start=f"{start:g}"), _said(alone.rest(rests)), *map(_said, ends)
        )
    for m in TOLD:
        own = _said(alone.gain(m))
        table.add_row(say("gain_after", months=m), own, *(_said(one.gain(m)) for one in many))
    for m in TOLD:
        own = _said(alone.response.left(m, alone.seed))
        table.add_row(say("left_after", months=m), own, *(_said(one.left(m)) for one in many))
    console.print()
    console.print(table)
    draws = next(iter(many)).draws
    console.print(say("drawn_basis", draws=draws, replicates=A_DRAW))
