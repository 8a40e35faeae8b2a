"""Zhixing (执行 · 知行): a laboratory for administrative execution.

from sim import Scenario, Government, simulate, compare
"""

from pathlib import Path

# In a checkout `figures` stands beside this package, in an install inside it; either way it is
# imported as `sim.figures`.
if not (Path(__file__).parent / "figures").is_dir():
    __path__.append(str(Path(__file__).parent.parent))

from sim.errors import BadInput
from sim.government import Citizen, Department, Government, Officer
from sim.scenario import Scenario
from sim.simulate import Run, simulate
from sim.version import __version__

__all__ = [
    "BadInput",
    "Citizen",
    "Department",
    "Government",
    "Officer",
    "Run",
    "Scenario",
    "__version__",
    "simulate",
]
