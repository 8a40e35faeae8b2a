"""Examples in docstrings do what they show."""

import doctest
from importlib import import_module

import pytest

import sim
from docs.site import reference

MODULES = (
    "sim.errors",
    "sim.agents",
    "sim.government",
    "sim.planning.question",
    "sim.simulate",
    "sim.study.compare",
    "sim.study.experiment",
    "sim.study.study",
    "sim.world.posterior",
    "sim.world.scenario",
)


@pytest.mark.slow
@pytest.mark.parametrize("name", MODULES)
def test_examples_in_docstrings_run(name):
    found = doctest.testmod(import_module(name))
    assert found.attempted > 0
    assert found.failed == 0


def test_everything_that_the_interface_offers_is_on_its_page():
    page = reference.python()
    for name in sim.__all__:
        assert name.startswith("__") or f"sim.{name}\n" in page, name
