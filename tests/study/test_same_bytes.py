"""Stored numbers do not depend on the BLAS kernel that the processor asks for."""

import json
import platform
import subprocess
import sys

import pytest

from tests.conftest import environment

# Kernels that every x86-64 processor of the last ten years can run, and their additions' orders
# differ.
KERNELS = ("Prescott", "Haswell")
# Everything that is estimated of stored runs, of studies and of calibrations, as hexadecimal bytes.
NUMBERS = """
import hashlib
import json
import numpy as np
import tempfile
from sim.calibration.experiments import Target
from sim.calibration.likelihood import Likelihood
from sim.calibration.posterior import Reports
from sim.calibration.sampler import Sampling, sampled
from sim.study import estimate
from sim.study.experiment import Experiment
from sim.study.study import Study

estimate.RESAMPLES = 199
NAMES = [f"x{number}" for number in range(6)]
FACTORS = {name: {"low": 0.0, "high": 1.0} for name in NAMES}


def world(values, seed, replicate):
    chance = np.random.default_rng([replicate, *(int(1e6 * value) for value in values.values())])
    whole = sum(k * value for k, value in enumerate(values.values()))
    # Coarse, as measures of few officers are: means of resamples are tied.
    return [round(whole + chance.standard_normal(), 1), np.exp(values["x1"] * values["x2"])]


def told(design, replicates=8):
    about = {"title": "", "question": "", "replicates": replicates, "design": design}
    measures = {"measures": ["one", "two"], "factor": FACTORS}
    experiment = Experiment.from_tree({**about, **measures}, "own", "own")
    with tempfile.TemporaryDirectory() as out:
        study = Study(experiment, out, world).run(workers=1)
        tables = [study.effects()]
        if design["kind"] not in ("factorial", "fractional_factorial", "grid"):
            tables.append(study.sensitivity())
        return "".join(table.to_csv() for table in tables).encode()


def targets():
    same = {"zh": "", "source": "", "confidence": "assumed", "reading": "", "unit": ""}
    about = {**same, "pattern": "", "title": "", "measure": "execution_rate", "kind": "value"}
    return [Target.model_validate({**about, "value": 0.5, "tolerance": 0.5}) for _ in range(5)]


def fits():
    rng = np.random.default_rng(1)
    shares = rng.random((1024, 7))
    found = shares[:, :5] + shares[:, 2:] ** 2 + 0.1 * rng.standard_normal((1024, 5))
    reports = Reports.of(targets(), shares, found, np.random.default_rng(2))
    draws = reports.fit(*reports.data(), 200)
    likelihood = Likelihood.of(shares, found)
    ends = np.array([one.ends for one in targets()])
    drawn = sampled(likelihood, ends, shares, 256, (1,), sampling=Sampling(2, 60)).points
    return {"adjusted": draws.adjusted.tobytes(), "drawn": drawn.tobytes()}


numbers = {
    "latin_hypercube": told({"kind": "latin_hypercube", "points": 100}),
    "sobol": told({"kind": "sobol", "base": 16}, 2),
    "morris": told({"kind": "morris", "trajectories": 10, "levels": 4}, 4),
    "shapley": told({"kind": "shapley", "trajectories": 20}, 2),
    "factorial": told({"kind": "factorial"}, 5),
    **fits(),
}
print(json.dumps({name: hashlib.sha256(one).hexdigest() for name, one in numbers.items()}))
"""


def told(kernel):
    variables = environment() | {"OPENBLAS_CORETYPE": kernel, "OPENBLAS_NUM_THREADS": "1"}
    done = subprocess.run(
        [sys.executable, "-c", NUMBERS], env=variables, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.long
@pytest.mark.skipif(
    platform.machine() not in ("x86_64", "AMD64"), reason="these kernels are of x86-64"
)
def test_estimates_are_the_same_bytes_under_every_kernel():
    one, other = (told(kernel) for kernel in KERNELS)
    assert other == one


# Points of every distribution of a factor, as hexadecimal bytes.
POINTS = """
import hashlib
import numpy as np
from sim.study.factors import Factor
from sim.study.varied import Varied

shares = np.random.default_rng(1).random(20_000)
bounds = {"low": 0.01, "high": 5.0}
factor = Factor.model_validate({**bounds, "distribution": "loguniform"})
found = Varied("own", factor, whole=False, own=None).at(shares)
print(hashlib.sha256(np.array(found).tobytes()).hexdigest())
"""


@pytest.mark.long
def test_points_of_a_design_are_the_same_bytes_with_and_without_wide_registers():
    from numpy._core._multiarray_umath import __cpu_dispatch__, __cpu_features__

    wide = [one for one in __cpu_dispatch__ if __cpu_features__.get(one)]
    found = set()
    for without in ("", " ".join(wide)):
        variables = environment() | {"NPY_DISABLE_CPU_FEATURES": without}
        done = subprocess.run(
            [sys.executable, "-c", POINTS], env=variables, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr
        found.add(done.stdout)
    assert len(found) == 1
