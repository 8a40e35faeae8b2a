"""Every equation of docs/odd.md, evaluated beside the rule that it describes.

The blocks of section 7 are read as they stand. Each has a case in
``tests/equation_cases``: rows with random values in their declared ranges, and what the rules make
of them. A block without a case fails, and so does an equation that could be altered without anybody
noticing.
"""

import ast

import numpy as np
import pytest

from docs.build import _symbols
from tests.equation_cases import CASES, Case, cases
from tests.equations import altered, blocks, wrong

pytestmark = pytest.mark.slow


def test_every_block_has_a_case_and_every_case_a_block():
    assert len(blocks()) > 40
    assert set(blocks()) == set(CASES)


def test_a_name_without_an_owner_stands_for_one_setting():
    case = Case(np.random.default_rng(1))
    both = set(case.fixed.kind.names) & set(case.mechanisms.kind.names)
    used = {
        node.id
        for block in blocks().values()
        for _, tree in block
        for node in ast.walk(tree)
        if isinstance(node, ast.Name)
    }
    assert not both & used


@pytest.mark.parametrize("key", CASES, ids=lambda key: f"{key[0]}-{key[1]}")
def test_equations_give_what_rules_give(key):
    block = blocks()[key]
    names = [name for name, _ in block]
    assert len(set(names)) == len(names), "a quantity is given twice"
    for case in cases(key):
        assert set(case.expected) <= set(names)
        assert wrong(block, case) is None


@pytest.mark.long
@pytest.mark.parametrize("key", CASES, ids=lambda key: f"{key[0]}-{key[1]}")
def test_an_altered_equation_is_noticed(key):
    block = blocks()[key]
    missed = []
    for place, (name, tree) in enumerate(block):
        for other in altered(tree):
            changed = [*block[:place], (name, other), *block[place + 1 :]]
            if not any(wrong(changed, case) for case in cases(key)):
                missed.append(f"{name} = {ast.unparse(other)}")
        # Whatever else is altered: a quantity that is used nowhere would not be missed.
        wholly = ast.BinOp(tree, ast.Add(), ast.Constant(value=0.25))
        changed = [*block[:place], (name, wholly), *block[place + 1 :]]
        if not any(wrong(changed, case) for case in cases(key)):
            missed.append(name)
    assert missed == []


@pytest.mark.parametrize("name", ["fear", "answerable", "harm_mean"])
def test_what_an_equation_defines_may_not_have_the_name_of_a_setting(name):
    with pytest.raises(SystemExit, match=f"7.26: .*'{name}'.* names of settings"):
        _symbols(f"{name} = 2 · climb", "7.26")
    assert "`climb`" in _symbols("feared = 2 · climb", "7.26")


def test_over_whom_a_sum_is_taken_is_no_symbol():
    """``citizens`` is a setting, but a sum over citizens does not mean it."""
    assert "public.citizens" not in _symbols("gone = sum of citizen.silent over citizens", "7.28")
    assert "public.citizens" in _symbols("gone = 1 / citizens", "7.28")
