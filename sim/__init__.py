"""Zhixing (执行 · 知行): a laboratory for administrative execution.

from sim import Scenario, Government, simulate, compare
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from sim.errors import BadInput
from sim.machine.compiled import rule
from sim.simulate import Run, simulate
from sim.version import __version__
from sim.world.scenario import Scenario

if TYPE_CHECKING:
    from sim.agents import Citizen, Department, Officer
    from sim.government import Government
    from sim.study.compare import Comparison, compare
    from sim.study.experiment import Experiment
    from sim.study.study import Study

__all__ = [
    "BadInput",
    "Citizen",
    "Comparison",
    "Department",
    "Experiment",
    "Government",
    "Officer",
    "Run",
    "Scenario",
    "Study",
    "__version__",
    "compare",
    "rule",
    "simulate",
]

# Loaded when first asked for: Mesa and SciPy would slow every worker of a sweep down.
_LATER = {
    "Citizen": "sim.agents",
    "Department": "sim.agents",
    "Government": "sim.government",
    "Officer": "sim.agents",
    "Comparison": "sim.study.compare",
    "compare": "sim.study.compare",
    "Experiment": "sim.study.experiment",
    "Study": "sim.study.study",
}


def __getattr__(name: str) -> Any:
    """Import what is only sometimes needed."""
    if name in _LATER:
        return getattr(import_module(_LATER[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
