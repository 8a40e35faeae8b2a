"""What ``spiral`` says of the vicious circle: where it begins, what breaks it, what trust carries.

Beside it stands how far the mean field differs from the runs, and what it leaves out.
"""

from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table

from sim.study.circle import STRENGTHS, Through
from sim.study.estimate import Estimate, estimate
from sim.study.feedback import Spiral
from sim.study.tipping import HIGH, LOW, Tipping
from sim.study.twins import FOLLOWED

if TYPE_CHECKING:
    from sim.drawing.language import Speaker

# Months after a shock for which the part that runs through trust is shown.
TOLD = (12, 24, 36, FOLLOWED)
SIDES = ("high_half_way", "high", "falls", "returns")


def as_estimate(found: Estimate) -> dict[str, float]:
    """An estimate as plain values."""
    return {"value": found.value, "low": found.low, "high": found.high}


def as_tipping(found: Tipping) -> dict[str, Any]:
    """A tipping point as plain values."""
    return {**as_estimate(found.value), "always": found.always, "never": found.never}


def _number(value: float) -> str:
    return f"{value:.2f}".replace("-", "−")


def verdict(found: Spiral, say: "Speaker") -> str:
    """One sentence: whether there is a vicious circle, where it begins, and what breaks it."""
    circle = found.circle
    ends = {
        "low": _number(found.rest(found.from_low).value),
        "high": _number(found.rest(found.from_high).value),
        "start": f"{LOW:g}",
        "high_start": f"{HIGH:g}",
    }
    if found.tipping is None or circle.curve is None:
        return say("no_circle", **ends)
    first, last = circle.curve.tips[0].value.value, circle.curve.tips[-1].value.value
    text = say(
        "circle",
        tip=_number(found.tipping.value.value),
        norm=f"{circle.curve.norms[0]:g}",
        at_norm=_number(first),
        other_norm=f"{circle.curve.norms[-1]:g}",
        at_other=_number(last),
        **ends,
    )
    if not circle.doses:
        return text + say("not_sought")
    if not circle.breakers:
        return text + say("unbroken", **ends)
    lever = circle.breakers[0]
    strength = circle.strength(lever) or 0.0
    return text + say(
        "broken",
        lever=say.lever(lever, found.scenario),
        strength=say.percent(strength),
        reached=_number(float(circle.doses[lever][STRENGTHS.index(strength)])),
        **ends,
    )


def differences(found: Spiral) -> dict[str, float | None]:
    """Mean field less runs: rests, tipping point, and gain at rest and at the tipping point."""
    expected = found.expected
    if expected is None:
        return {}
    stable = [point.credibility for point in expected.points if point.stable]
    two = len(stable) > 1 and found.tipping is not None
    at_tip, gains = expected.gains_at_tipping, found.circle.gains
    return {
        "rest_from_low": stable[0] - found.rest(found.from_low).value if two else None,
        "rest_from_high": stable[-1] - found.rest(found.from_high).value if stable else None,
        "tipping": None
        if expected.tipping is None or found.tipping is None
        else expected.tipping - found.tipping.value.value,
        "gain": None
        if expected.gains is None
        else float(expected.gains[FOLLOWED]) - found.gain(FOLLOWED).value,
        "gain_at_tipping": None
        if at_tip is None or gains is None
        else float(at_tip[FOLLOWED] - gains[:, -1].mean()),
    }


def _through(one: Through) -> dict[str, Any]:
    return {
        "effect": as_estimate(one.effect),
        "without_feedback": as_estimate(one.without),
        "share": one.share,
    }


def shock_through(found: Spiral, after: int) -> dict[str, Any]:
    """What is left of the cut after some months, with and without feedback of trust."""
    left = found.response.left(after, found.seed)
    without = found.circle.response.left(after, found.seed)
    share = None if left.low <= 0.0 else 1.0 - without.value / left.value
    return {"left": as_estimate(left), "without_feedback": as_estimate(without), "share": share}


def result(found: Spiral, speakers: dict[str, "Speaker"]) -> dict[str, Any]:
    """What is found of the circle, as plain values."""
    circle = found.circle
    gains, sides, breakers = circle.gains, circle.sides, circle.breakers
    return {
        "verdict": {
            "circle": found.tipping is not None,
            "begins_below": found.tipping.value.value if found.tipping else None,
            "lever": breakers[0] if breakers else None,
            "strength": circle.strength(breakers[0]) if breakers else None,
            **{lang: verdict(found, say) for lang, say in speakers.items()},
        },
        "gain_at_tipping": None
        if gains is None
        else {str(m): as_estimate(_gain(found, m)) for m in TOLD},
        "reduction_at_tipping": circle.reduction,
        "tipping_curve": None
        if circle.curve is None
        else [
            {"norm": norm, **as_tipping(tip)}
            for norm, tip in zip(circle.curve.norms, circle.curve.tips, strict=True)
        ],
        "lasting_loss": None
        if circle.loss is None
        else {**as_tipping(circle.loss), "norm": circle.norm_at_rest},
        "departments": None
        if sides is None
        else {
            start: dict(zip(SIDES, map(float, row), strict=True))
            for start, row in zip(("from_low", "from_high"), sides, strict=True)
        },
        "from_low_by_strength": {
            name: dict(zip(map(str, STRENGTHS), map(float, ends), strict=True))
            for name, ends in circle.doses.items()
        },
        "broken_by": [
            {"lever": name, "strength": circle.strength(name)} for name in circle.breakers
        ],
        "through_trust": {
            "levers": {name: _through(one) for name, one in circle.through.items()},
            "cut": {str(m): shock_through(found, m) for m in TOLD},
        },
    }


def of_mean_field(found: Spiral) -> dict[str, Any]:
    """What the mean field says of the circle, what it leaves out, and how far it is off."""
    expected = found.expected
    if expected is None:
        return {}
    at_tip, curve = expected.gains_at_tipping, expected.curve
    return {
        "gain_at_tipping": None if at_tip is None else {str(m): float(at_tip[m]) for m in TOLD},
        "tipping_curve": None if curve is None else list(map(float, curve)),
        "difference": differences(found),
        "left_out": [
            {
                "en": one.left_out.said,
                "zh": one.left_out.zh,
                "rest_without": as_estimate(one.rest),
                "tipping_without": as_tipping(one.tipping) if one.tipping else None,
            }
            for one in found.circle.without
        ],
    }


def _gain(found: Spiral, after: int) -> Estimate:
    gains = found.circle.gains
    assert gains is not None
    return estimate(gains[:, after - 1], found.seed)


def _said(found: Estimate) -> str:
    return f"{found.value:.2f} [{found.low:.2f}, {found.high:.2f}]".replace("-", "−")


def add_rows(table: Table, found: Spiral, say: "Speaker") -> None:
    """Rows of the report: gain at the tipping point, tipping curve, lasting loss, departments."""
    circle = found.circle
    if circle.gains is not None:
        expected = None if found.expected is None else found.expected.gains_at_tipping
        beside = "" if expected is None else f"   {say('mean_field')} {expected[FOLLOWED]:.2f}"
        row = say("gain_at_tipping", months=FOLLOWED)
        table.add_row(row, _said(_gain(found, FOLLOWED)) + beside.replace("-", "−"))
    if circle.curve is not None:
        for norm, tip in zip(circle.curve.norms, circle.curve.tips, strict=True):
            table.add_row(say("tips_at_norm", norm=f"{norm:g}"), _said(tip.value))
    if circle.loss is not None and circle.norm_at_rest is not None:
        row = say("lasting_loss", norm=_number(circle.norm_at_rest))
        none = circle.loss.never == circle.loss.value.replicates
        table.add_row(row, say("no_loss_lasts") if none else _said(circle.loss.value))
    if circle.sides is not None:
        for start, (_, high, falls, returns) in zip((LOW, HIGH), circle.sides, strict=True):
            told = say(
                "departments_rest",
                share=say.percent(float(high)),
                falls=f"{falls:.1f}",
                returns=f"{returns:.1f}",
            )
            table.add_row(say("departments_from", start=f"{start:g}"), told)


def show(console: Console, found: Spiral, say: "Speaker") -> None:
    """Tables: what breaks the circle, what runs through trust, what the mean field leaves out."""
    circle, scenario = found.circle, found.scenario
    if circle.through:
        levers = Table(box=None, pad_edge=False, padding=(0, 1), header_style="bold")
        levers.add_column(say("lever_at_rest"))
        levers.add_column(say("breaks_from"))
        levers.add_column(say("effect_on_execution"))
        levers.add_column(say("through_trust"), justify="right")
        for name, one in circle.through.items():
            strength = circle.strength(name) if name in circle.doses else None
            share = one.share
            levers.add_row(
                say.lever(name, scenario),
                say("does_not_break") if strength is None else say.percent(strength),
                _said(one.effect),
                say("not_told") if share is None else say.percent(share),
            )
        console.print()
        console.print(levers)
    if circle.without:
        table = Table(box=None, pad_edge=False, padding=(0, 1), header_style="bold")
        table.add_column(say("left_out"))
        table.add_column(say("rest_without"))
        table.add_column(say("tips_without"))
        for without in circle.without:
            table.add_row(
                without.left_out.zh if say.chinese else without.left_out.said,
                _said(without.rest),
                say("not_told") if without.tipping is None else _said(without.tipping.value),
            )
        console.print()
        console.print(table)
        told = {
            name: say("not_told") if value is None else f"{value:+.2f}".replace("-", "−")
            for name, value in differences(found).items()
        }
        console.print(say("map_differs", **told))
