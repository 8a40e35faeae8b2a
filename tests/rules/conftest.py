"""Tests of rules take the district without the mechanisms that can be left out.

A test of one of these turns it on; what the shipped district shows is tested in
``tests/test_district.py``.
"""

import numba
import pytest

from tests.plain import plain
from tests.uncompiled import runs_months


def pytest_collection_modifyitems(config, items):
    """Where nothing is compiled, leave out tests of rules that run months (``make coverage``)."""
    if numba.config.DISABLE_JIT:
        left = [item for item in items if item.path.parent.name == "rules" and runs_months(item)]
        config.hook.pytest_deselected(items=left)
        items[:] = [item for item in items if item not in left]


@pytest.fixture(scope="session")
def district():
    return plain()
