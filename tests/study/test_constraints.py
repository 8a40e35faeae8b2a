"""Constraints of a design: parsed and never run, and kept to by every design that allows them."""

import contextlib
import itertools
import math
import operator

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from sim.errors import BadInput
from sim.expression import DEEPEST
from sim.study import constraints, designs, spread_designs
from sim.study.constraints import LONGEST, MOST, checked, parsed, within
from sim.study.drawn import draw
from sim.study.experiment import Experiment
from sim.study.study import Study

ENDS = {"low": 0.0, "high": 1.0}
SIGNS = {"+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv}
COMPARED = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
}
RANDOM = {"latin_hypercube": 60, "sobol_sequence": 64, "pawn": 60}


def tree(design, factor, **more):
    return {
        "title": "",
        "question": "",
        "replicates": 2,
        "measures": ["y"],
        "design": design,
        "factor": factor,
        **more,
    }


def drawn(design, factor, scenario=None, **more):
    """A design drawn up, of a scenario or of a function."""
    if scenario is not None:
        more = {"scenario": "district", "measures": ["burden"], **more}
    return draw(Experiment.from_tree(tree(design, factor, **more), "own", "own"), scenario, "own")


def holds(text, **values):
    """Whether a comparison holds for these values of factors."""
    columns = {name: np.array([value], float) for name, value in values.items()}
    return bool(parsed(text, tuple(values), (), "where").holds(columns, "where")[0])


# Comparisons: parsed as arithmetic has it.

NAMES = ("a", "b", "public.trust.mean")


@st.composite
def sides(draw_one, deep=3):
    """A side as text, and its value as a function of the factors."""
    kind = draw_one(st.sampled_from(["number", "name"] + ["sign", "bracket", "minus"] * (deep > 0)))
    if kind == "number":
        number = draw_one(st.floats(0.0, 1e6, allow_subnormal=False))
        return repr(number), lambda _: number
    if kind == "name":
        name = draw_one(st.sampled_from(NAMES))
        return name, lambda values: values[name]
    left, one = draw_one(sides(deep - 1))
    if kind == "minus":
        return f"-({left})", lambda values: -one(values)
    if kind == "bracket":
        return f"( {left} )", one
    right, other = draw_one(sides(deep - 1))
    sign = draw_one(st.sampled_from("+-*/"))
    return f"({left}){sign}({right})", lambda values: SIGNS[sign](one(values), other(values))


@pytest.mark.slow
@settings(deadline=None)
@given(
    sides(),
    sides(),
    st.sampled_from(list(COMPARED)),
    st.tuples(*(st.floats(-1e3, 1e3, allow_subnormal=False) for _ in NAMES)),
)
def test_a_comparison_means_what_arithmetic_means(left, right, sign, values):
    given_ = dict(zip(NAMES, map(np.float64, values), strict=True))
    with np.errstate(all="ignore"):
        try:
            one, other = float(left[1](given_)), float(right[1](given_))
        except ZeroDivisionError:
            assume(False)
    assume(math.isfinite(one) and math.isfinite(other))
    text = f"{left[0]} {sign} {right[0]}"
    assume(len(text) <= LONGEST and any(name in text for name in NAMES))
    columns = {name: np.array([value]) for name, value in given_.items()}
    with np.errstate(all="ignore"):
        found = parsed(text, NAMES, (), "where").holds(columns, "where")
    assert bool(found[0]) == COMPARED[sign](one, other)


@pytest.mark.slow
@given(st.lists(st.sampled_from(list("+-*/")), max_size=8), st.data())
def test_signs_bind_as_in_school_and_from_the_left(signs, data):
    numbers = [data.draw(st.integers(1, 9)) for _ in range(len(signs) + 1)]
    text = str(numbers[0]) + "".join(
        f" {sign} {number}" for sign, number in zip(signs, numbers[1:], strict=True)
    )
    # Python has the same rules of precedence.
    value = eval(text)
    assert holds(f"x == {text}", x=value)
    assert not holds(f"x != {text}", x=value)


@pytest.mark.slow
@settings(deadline=None)
@given(st.text(max_size=80))
def test_any_text_is_a_comparison_or_gets_one_clear_line(text):
    told = "own.toml: design.where: "
    try:
        parsed(text, NAMES, ("word",), "own.toml: design.where")
    except BadInput as error:
        told = str(error)
    assert told.startswith("own.toml: design.where: ")


@settings(deadline=None)
@given(st.text(alphabet="ab.1()+-*/<>=! '\"", max_size=60))
def test_texts_of_signs_never_end_in_another_error(text):
    columns = {"a": np.array([0.5]), "b": np.array([0.0])}
    with contextlib.suppress(BadInput):
        parsed(text, ("a", "b"), (), "where").holds(columns, "where")


def test_a_chain_of_comparisons_holds_if_all_hold():
    assert holds("0.1 < a <= b < 2*a", a=0.3, b=0.4)
    assert not holds("0.1 < a <= b < 2*a", a=0.3, b=0.7)
    assert not holds("0.1 < a <= b < 2*a", a=0.05, b=0.07)


def test_a_name_may_be_short_if_only_one_factor_ends_so():
    known = ("public.trust.mean", "public.need.mean", "behaviour.duty")
    assert parsed("duty < trust.mean", known, (), "").names == (known[2], known[0])
    with pytest.raises(BadInput, match="end of 2 factors"):
        parsed("mean < 1", known, (), "")
    # A factor of exactly that name goes first.
    assert parsed("mean < 1", (*known, "mean"), (), "").names == ("mean",)


def test_a_name_with_other_signs_stands_in_quotes():
    assert holds("'my-lever' + \"减负 2\" < 1", **{"my-lever": 0.2, "减负 2": 0.3})
    assert holds("减负 < 1", 减负=0.2)


HOSTILE = {
    "a call": ("__import__('os').system('true') < 1", "“(” is not expected there"),
    "a power": ("a ** 9 < 1", "expected a number"),
    "a word": ("a < b and b < 1", "“and” is not expected there"),
    "an assignment": ("a = 1", "“==”"),
    "no comparison": ("a + b", "expected a comparison"),
    "no side": ("a <", "at its end"),
    "nothing": ("", "at its end"),
    "no factor": ("1 < 2", "names no factor"),
    "a bracket": ("(a < 1", "not closed"),
    "brackets": ("(" * 300 + "a" + ")" * 300 + " < 1", f"more than {DEEPEST} brackets"),
    "signs": ("-" * 200 + "a < 1", f"more than {DEEPEST} brackets"),
    "a misspelt name": ("aa.trus < 1", "did you mean"),
    "a large number": ("a < 1e999", "not a finite number"),
    "a long text": ("a < 1" + " + 1" * 1_000, "4,005 characters; expected at most 1,000"),
    "a name of words": ("word < 1", "levels that are no numbers"),
    "a control character": ("a < \x1b[31m1", "is not expected"),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_hostile_texts_are_refused_in_one_line(case):
    text, expected = HOSTILE[case]
    with pytest.raises(BadInput) as told:
        parsed(text, ("a", "b", "aa.trust"), ("word",), "own.toml: design.where")
    assert expected in str(told.value)
    assert str(told.value).startswith("own.toml: design.where: ")


def test_thousands_of_constraints_are_refused_at_once():
    with pytest.raises(BadInput, match=f"5,000 constraints; expected at most {MOST}"):
        checked(["a < 1"] * 5_000, ("a",), (), "design.where")
    with pytest.raises(BadInput, match=r"own: design.where: 5,000 constraints"):
        drawn({"kind": "grid", "where": ["a < 1"] * 5_000}, {"a": ENDS})


def test_long_constraints_are_refused_in_all():
    with pytest.raises(BadInput, match=r"5,388 characters in all; expected at most 5,000"):
        checked(["a < " + "1 + " * 223 + "12"] * 6, ("a",), (), "where")


def test_a_long_sum_is_no_deep_one():
    assert holds("a" + "+1" * 400 + " > 400", a=0.5)


def test_a_division_by_zero_is_told_with_the_point():
    with pytest.raises(BadInput, match=r"“1 / a < 3”: no finite number where a = 0"):
        drawn({"kind": "grid", "where": "1 / a < 3"}, {"a": {"values": [0.0, 1.0]}})


def test_a_constraint_before_it_can_keep_a_division_from_zero():
    found = drawn(
        {"kind": "grid", "where": ["a > 0", "1 / a < 3"]}, {"a": {"values": [0.0, 0.2, 1.0]}}
    )
    assert [point.settings["a"] for point in found.points] == [1.0]


# Random designs.


@pytest.mark.slow
@pytest.mark.parametrize("kind", RANDOM)
@settings(deadline=None, max_examples=25)
@given(limit=st.floats(0.15, 1.9), seed=st.integers(0, 2**31))
def test_a_constrained_random_design_is_within_has_its_number_and_is_always_the_same(
    kind, limit, seed
):
    design = {"kind": kind, "points": RANDOM[kind], "where": ["a < b", f"a + b <= {limit!r}"]}
    factor = {"a": ENDS, "b": ENDS, "c": ENDS}
    found = drawn(design, factor, seed=seed)
    a, b, c = found.points.columns
    assert len(found.points) == RANDOM[kind] == len(a)
    assert (a < b).all()
    assert (a + b <= limit).all()
    again = drawn(design, factor, seed=seed).points.columns
    assert all((one == other).all() for one, other in zip((a, b, c), again, strict=True))
    assert len(set(c)) == len(c)


@pytest.mark.parametrize("kind", RANDOM)
def test_a_constraint_that_leaves_out_nothing_changes_no_point(kind):
    factor = {"a": ENDS, "b": {"low": 2.0, "high": 3.0}}
    free = drawn({"kind": kind, "points": RANDOM[kind]}, factor)
    bound = drawn({"kind": kind, "points": RANDOM[kind], "where": "a < b"}, factor)
    assert [str(point) for point in free.points] == [str(point) for point in bound.points]


@pytest.mark.parametrize("kind", RANDOM)
def test_constrained_points_are_evenly_spread_within(kind):
    """Where a < b, the distribution of b is b², and that of a is 2a − a²."""
    design = {"kind": kind, "points": 1024, "where": "a < b"}
    a, b = drawn(design, {"a": ENDS, "b": ENDS}).points.columns
    for share in (0.2, 0.5, 0.8):
        assert abs((b <= share).mean() - share**2) < 0.03
        assert abs((a <= share).mean() - (2 * share - share**2)) < 0.03


@pytest.mark.slow
def test_a_constraint_that_holds_almost_nowhere_is_told_with_the_points_tried():
    with pytest.raises(BadInput, match=r"design.where: only [\d,]+ of [\d,]+ points tried are"):
        drawn(
            {"kind": "latin_hypercube", "points": 4000, "where": "a < b / 5000"},
            {"a": ENDS, "b": ENDS},
        )


@pytest.mark.long
def test_contradictory_constraints_are_told_with_the_one_that_leaves_nothing():
    for design in ({"kind": "latin_hypercube", "points": 8}, {"kind": "grid"}):
        with pytest.raises(BadInput, match=r"“b < a” holds at none of them at which those before"):
            drawn({**design, "where": ["a < b", "b < a"]}, {"a": ENDS, "b": ENDS})
        with pytest.raises(BadInput, match=r"“a > 2” holds at none of them$"):
            drawn({**design, "where": ["a > 2"]}, {"a": ENDS, "b": ENDS})


# Designs by level.


def test_a_grid_leaves_out_combinations_outside():
    factor = {"a": {"values": [1, 2, 3]}, "b": {"values": [1, 2, 3]}}
    found = drawn({"kind": "grid", "where": "a <= b"}, factor)
    pairs = [(point.settings["a"], point.settings["b"]) for point in found.points]
    assert pairs == [pair for pair in itertools.product([1, 2, 3], repeat=2) if pair[0] <= pair[1]]


def test_one_at_a_time_leaves_out_levels_outside_and_starts_from_the_scenario(district):
    district = district.replace({"public.trust.mean": 0.5, "public.voice": 0.3})
    factor = {
        "public.trust.mean": {"values": [0.2, 0.8]},
        "public.voice": {"values": [0.1, 0.4]},
    }
    found = drawn({"kind": "one_at_a_time", "where": "voice < trust.mean"}, factor, district)
    assert [
        (p.settings["public.trust.mean"], p.settings["public.voice"]) for p in found.points
    ] == [
        (0.5, 0.3),
        (0.8, 0.3),
        (0.5, 0.1),
        (0.5, 0.4),
    ]
    with pytest.raises(BadInput, match=r"the scenario itself.*“voice > 0.35” holds at none"):
        drawn({"kind": "one_at_a_time", "where": "voice > 0.35"}, factor, district)


@pytest.mark.parametrize("kind", ["factorial", "fractional_factorial"])
def test_a_factorial_that_would_lose_points_is_refused_and_one_that_loses_none_is_not(kind):
    factor = {"a": ENDS, "b": ENDS}
    with pytest.raises(BadInput, match=r"leaves out 1 of 4 points, such as a = 1, b = 1; .*grid"):
        drawn({"kind": kind, "where": "a + b < 2"}, factor)
    assert len(drawn({"kind": kind, "where": "a + b < 3"}, factor).points) == 4


@pytest.mark.parametrize(
    "design",
    [
        {"kind": "sobol", "base": 8},
        {"kind": "sobol", "base": 8, "screen": {"trajectories": 4, "keep": 2}},
        {"kind": "morris", "trajectories": 4},
        {"kind": "shapley", "trajectories": 10},
    ],
)
def test_designs_that_need_all_points_refuse_constraints_and_name_those_that_do_not(design):
    with pytest.raises(BadInput) as told:
        drawn({**design, "where": "a < b"}, {"a": ENDS, "b": ENDS})
    expected = ("design.where", design["kind"], "latin_hypercube", "pawn", "grid", "list")
    assert [part for part in expected if part not in str(told.value)] == []
    assert "factorial" not in str(told.value)


def test_every_kind_of_design_says_what_it_does_with_constraints():
    refused = {"sobol", "morris", "shapley"}
    assert {*designs.constrained(), "factorial", "fractional_factorial", *refused} == set(
        designs.KINDS
    )


def test_a_list_leaves_out_whole_combinations_of_its_factors(district):
    point = [{"name": "status_quo"}, {"name": "watched", "levers": {"supervision": 1.0}}]
    factor = {
        "public.trust.mean": {"values": [0.2, 0.8]},
        "public.voice": {"values": [0.1, 0.4]},
    }
    design = {"kind": "list", "where": "voice < trust.mean"}
    found = drawn(design, factor, district, point=point)
    assert len(found.points) == 3 * 2
    assert found.listed == 2
    with pytest.raises(BadInput, match="no factors that it could compare"):
        drawn(design, {}, district, point=point)


def test_values_that_fit_together_only_are_allowed_within_a_constraint(district):
    """The ends of each factor do not fit with the scenario's own value of the other."""
    district = district.replace({"directives.interest_low": 0.0, "directives.interest_high": 0.1})
    factor = {
        "directives.interest_low": {"low": -0.5, "high": 0.5},
        "directives.interest_high": {"low": -0.5, "high": 0.5},
    }
    design = {"kind": "latin_hypercube", "points": 40, "where": "interest_low < interest_high"}
    found = drawn(design, factor, district)
    assert len(found.points) == 40
    with pytest.raises(BadInput, match="interest_low"):
        drawn({"kind": "latin_hypercube", "points": 40}, factor, district)
    # What a setting may never be is refused all the same, and before a point is drawn.
    factor["directives.interest_low"]["low"] = -3.0
    with pytest.raises(BadInput, match=r"factor.directives.interest_low.*-3"):
        drawn(design, factor, district)


def test_points_that_do_not_fit_together_are_refused_with_the_entry_that_leaves_them_out(district):
    both = {"low": -1.0, "high": 1.0}
    factor = {"directives.interest_low": both, "directives.interest_high": both}
    with pytest.raises(BadInput, match=r"point \d+ .*design.where can leave out such points"):
        drawn({"kind": "latin_hypercube", "points": 40}, factor, district)


# Effects.


def plane(values, seed, replicate):
    """A sum with chance that all points share; b alone moves it by ten."""
    return [values["a"] + 10.0 * values["b"] + 0.1 * replicate]


def effects_of(design, factor, tmp_path, function=plane):
    experiment = Experiment.from_tree(tree(design, factor), "own", "own")
    return Study(experiment, tmp_path, function).run(workers=1).effects()


def value(table, kind, term):
    return float(table[(table["kind"] == kind) & (table["term"] == term)]["value"].iloc[0])


@pytest.mark.slow
def test_doses_in_a_constrained_grid_are_not_mixed_with_those_of_other_factors(tmp_path):
    """Where a is large, b must be large too; comparing plain means would count b's effect for a."""
    levels = {"values": [0, 1, 2]}
    found = effects_of({"kind": "grid", "where": "a <= b"}, {"a": levels, "b": levels}, tmp_path)
    assert value(found, "dose", "a = 1") == pytest.approx(1.0)
    assert value(found, "dose", "a = 2") == pytest.approx(2.0)
    assert value(found, "dose", "b = 2") == pytest.approx(20.0)
    assert value(found, "step", "b from 1 to 2") == pytest.approx(10.0)


def test_levels_that_share_no_combination_have_no_dose(tmp_path):
    levels = {"values": [0, 1]}
    found = effects_of({"kind": "grid", "where": "a == b"}, {"a": levels, "b": levels}, tmp_path)
    assert set(found["kind"]) == {"level"}


@pytest.mark.slow
def test_slopes_in_a_constrained_hypercube_are_each_factors_own(tmp_path):
    design = {"kind": "latin_hypercube", "points": 40, "where": "a < b"}
    found = effects_of(design, {"a": ENDS, "b": ENDS}, tmp_path)
    assert value(found, "slope", "a") == pytest.approx(1.0)
    assert value(found, "slope", "b") == pytest.approx(10.0)


def test_a_constraint_is_part_of_what_results_are_of(tmp_path):
    plain = Experiment.from_tree(tree({"kind": "grid"}, {"a": ENDS, "b": ENDS}), "own", "own")
    bound = plain.replace(design={"kind": "grid", "where": "a < b"})
    assert "where" not in plain.identity()["design"]
    assert bound.identity()["design"]["where"] == ["a < b"]


def test_the_search_for_points_is_bounded(monkeypatch):
    tried = []
    monkeypatch.setattr(spread_designs, "MOST_DRAWN", 4_000)
    monkeypatch.setattr(
        spread_designs,
        "within",
        lambda *given_: tried.append(len(given_[1]["a"])) or within(*given_),
    )
    with pytest.raises(BadInput, match="of 1,280 points tried"):
        drawn(
            {"kind": "latin_hypercube", "points": 10, "where": "a > b * 1000"},
            {"a": ENDS, "b": ENDS},
        )
    assert sum(tried[:8]) == 10 * (2**8 - 1)
    assert constraints.MOST <= 1_000
