"""Tests of rules take the district without the mechanisms that can be left out.

A test of one of these turns it on; what the shipped district shows is tested beside them by
``shipped``.
"""

import pytest

from sim.world.scenario import Scenario
from tests.plain import plain


@pytest.fixture(scope="session")
def district():
    return plain()


@pytest.fixture(scope="session")
def shipped():
    return Scenario.load("district")
