"""All measurements: ``make bench``. With ``--write``, they replace those in docs/performance.md.

Each is told with the machine and the day on which it was made.
"""

import argparse
import datetime
import platform
import re
from collections.abc import Callable
from pathlib import Path

from benchmarks import commands, figures, loops, mechanisms, own_measures, sizes, start, studies
from sim.machine.loop import processors

PAGE = Path(__file__).parents[1] / "docs" / "performance.md"
PARTS: dict[str, Callable[[], str]] = {
    "loops": loops.both,
    "short": loops.short_run,
    "phases": loops.by_phase,
    "mechanisms": mechanisms.by_mechanism,
    "own": own_measures.own_measures,
    "sizes": sizes.by_size,
    "state": sizes.state,
    "start": start.starts,
    "commands": commands.commands,
    "studies": studies.studies,
    "figures": figures.figures,
}


def _machine() -> str:
    about = Path("/proc/cpuinfo")
    told = re.search(r"model name\s*:\s*(.*)", about.read_text()) if about.exists() else None
    name = told[1] if told else platform.processor() or platform.machine()
    return (
        f"{processors()} cores of {name}, {platform.system()}, Python {platform.python_version()}, "
        f"{datetime.date.today():%-d %B %Y}."
    )


def main() -> None:
    """Make the measurements part by part, print them, and write them with ``--write``."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("parts", nargs="*", help=f"Some of {', '.join(PARTS)}; all if none.")
    parser.add_argument("--write", action="store_true", help="Write the results into the docs.")
    given = parser.parse_args()
    unknown = set(given.parts) - set(PARTS)
    if unknown:
        parser.error(f"no part “{min(unknown)}”; known: {', '.join(PARTS)}")
    page = PAGE.read_text(encoding="utf-8")
    machine = _machine()
    print(machine)
    for name in given.parts or PARTS:
        found = PARTS[name]()
        print(f"\n{found}", flush=True)
        page = _replaced(page, name, f"{found}\n\nMeasured on {machine}")
    if given.write:
        PAGE.write_text(page, encoding="utf-8")


def _replaced(page: str, name: str, text: str) -> str:
    begin, end = f"<!-- {name} -->\n", f"\n<!-- /{name} -->"
    before, after = page.index(begin) + len(begin), page.index(end)
    return f"{page[:before]}{text}{page[after:]}"


if __name__ == "__main__":
    main()
