"""Build wheel and sdist in ``dist/`` and check them: ``python -m release.dist``.

A wheel holds the package and the data that ships, and nothing else; an sdist what a wheel is built
from. Neither holds tests.
"""

import shutil
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
DIST = ROOT / "dist"
# Files of an sdist beside those of the package; the last are added by the build itself.
_OF_SDIST = ("README.md", "LICENSE", "CHANGELOG.md", "pyproject.toml")
_ADDED = ("PKG-INFO", ".gitignore")


def shipped() -> dict[str, str]:
    """All files of the package and of what ships beside it: path in a checkout, and in an install.

    What stands beside the package in a checkout, and inside it in an install, is told by the
    settings of the build.
    """
    about = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    beside = about["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]
    found = {}
    for source, place in ({"sim": "sim"} | beside).items():
        top = ROOT / source
        for path in top.rglob("*") if top.is_dir() else (top,):
            if path.is_file() and "__pycache__" not in path.parts:
                inside = path.relative_to(top).as_posix() if top.is_dir() else ""
                found[path.relative_to(ROOT).as_posix()] = f"{place}/{inside}".rstrip("/")
    return found


def wheel_faults(wheel: Path) -> list[str]:
    """What is missing in a wheel, and what is there and should not be."""
    with zipfile.ZipFile(wheel) as archive:
        names = {one for one in archive.namelist() if ".dist-info/" not in one}
    return _compared(wheel.name, set(shipped().values()), names)


def sdist_faults(sdist: Path) -> list[str]:
    """What is missing in an sdist, and what is there and should not be."""
    wanted = set(shipped()) | set(_OF_SDIST)
    with tarfile.open(sdist) as archive:
        names = {one.name.split("/", 1)[1] for one in archive.getmembers() if one.isfile()}
    return _compared(sdist.name, wanted, names - set(_ADDED))


def _compared(where: str, wanted: set[str], names: set[str]) -> list[str]:
    missing = [f"{where}: {one} is missing" for one in sorted(wanted - names)]
    return missing + [f"{where}: {one} should not be there" for one in sorted(names - wanted)]


def build(folder: Path) -> tuple[Path, Path]:
    """Build both in an empty folder; the wheel and the sdist."""
    command = [sys.executable, "-m", "hatchling", "build", "-d", str(folder)]
    for target in ("wheel", "sdist"):
        subprocess.run([*command, "-t", target], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    (wheel,), (sdist,) = folder.glob("*.whl"), folder.glob("*.tar.gz")
    return wheel, sdist


def main() -> int:
    """Build and check; 1 if a check fails."""
    shutil.rmtree(DIST, ignore_errors=True)
    wheel, sdist = build(DIST)
    faults = wheel_faults(wheel) + sdist_faults(sdist)
    for one in faults:
        print(one, file=sys.stderr)
    checked = subprocess.run(
        [sys.executable, "-m", "twine", "check", "--strict", str(wheel), str(sdist)], check=False
    )
    for file in (wheel, sdist):
        print(f"{file.relative_to(ROOT)}: {file.stat().st_size / 1e6:.1f} MB")
    return 1 if faults or checked.returncode else 0


if __name__ == "__main__":
    sys.exit(main())
