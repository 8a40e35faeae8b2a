"""Figures are files that are read by path, in a checkout and in an install; they are no package."""

import importlib
import subprocess
import sys
import zipfile

import pytest
from hatchling.builders.wheel import WheelBuilder

from sim import shipped
from sim.drawing import catalogue
from tests.conftest import ROOT, environment

NEVER = (
    "sim.figures",
    "sim.figures.depth",
    "sim.figures.words",
    "figures",
    "figures.depth",
    "figures.words",
    "sim.tests",
)


@pytest.mark.parametrize("name", NEVER)
def test_what_is_no_package_cannot_be_imported(name):
    with pytest.raises(ImportError):
        importlib.import_module(name)


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """A folder with what a wheel installs."""
    folder = tmp_path_factory.mktemp("wheel")
    wheel = next(WheelBuilder(str(ROOT)).build(directory=str(folder), versions=["standard"]))
    with zipfile.ZipFile(wheel) as files:
        files.extractall(folder / "site")
    return folder / "site"


@pytest.mark.long
def test_an_install_finds_its_figures_and_cannot_import_them(installed, tmp_path):
    # Beside an install may lie any checkout that the interpreter knows of.
    names = [name for name in NEVER if name.startswith("sim.")]
    code = (
        "import importlib, sim\n"
        "from sim import shipped\n"
        "from sim.drawing import catalogue\n"
        "print(sim.__file__, shipped.folder('figures'), sep='\\n')\n"
        "print(*catalogue.NAMES)\n"
        "print(*(catalogue.figure(name).experiment for name in catalogue.NAMES))\n"
        f"for name in {names!r}:\n"
        "    try:\n"
        "        importlib.import_module(name)\n"
        "        print('importable:', name)\n"
        "    except ImportError:\n"
        "        pass\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env={**environment(), "PYTHONPATH": str(installed)},
        capture_output=True,
        text=True,
        check=True,
    )
    own, folder, names, experiments, *rest = done.stdout.splitlines()
    assert own == str(installed / "sim" / "__init__.py")
    assert folder == str(installed / "sim" / "figures")
    assert names.split() == list(catalogue.NAMES)
    wanted = [catalogue.figure(name).experiment for name in catalogue.NAMES]
    assert experiments.split() == wanted
    assert rest == []


def test_a_checkout_finds_its_figures():
    assert shipped.folder("figures") == ROOT / "figures"
