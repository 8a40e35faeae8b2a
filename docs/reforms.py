"""Keep predictions of published reforms for docs/trace.md: ``python -m docs.reforms``.

Run ``zhixing reforms`` first. Its results are copied from ``results/`` to ``docs/reforms.json``
together with a digest of the draws over which they hold; then ``python -m docs.build`` writes them
into the page. Predictions over other draws than those that ship are refused.
"""

import sys
from pathlib import Path
from typing import Any

from sim.input_file import read_json
from sim.reforms.predictions import shipped_predictions
from sim.reforms.published import measure_of, reforms
from sim.study.files import write_whole
from sim.study.provenance import as_json
from sim.world.posterior import posterior

KEPT = Path(__file__).parent / "reforms.json"
AGAIN = "run zhixing reforms, then python -m docs.reforms"


def content(path: Path = KEPT) -> dict[str, Any] | None:
    """The predictions that are kept; None if there are none.

    Raises SystemExit if they are of other draws, or of other findings, than those that ship.
    """
    if not path.is_file():
        return None
    found: dict[str, Any] = read_json(path)
    if found["draws_from"] != posterior().identity:
        raise SystemExit(f"{path.name}: of other draws than those that ship; {AGAIN}")
    told = {
        (row["measure"], row["role"], None if row["found"] is None else float(row["found"]))
        for row in found["findings"]
    }
    asked = {
        (measure_of(one, name), one.role, finding.found)
        for one in reforms()
        for name, finding in one.finding.items()
    }
    if told != asked:
        raise SystemExit(f"{path.name}: of other findings than those that ship; {AGAIN}")
    return found


def main() -> None:
    """Copy the results of ``zhixing reforms``."""
    asked = shipped_predictions("results")
    standing = asked.standing()
    if standing.kind != "complete":
        sys.exit(f"{standing.told}; run zhixing reforms first")
    told = {**asked.content, "draws_from": asked.posterior.identity}
    write_whole(KEPT, as_json(told).encode())
    print(f"wrote docs/{KEPT.name}")


if __name__ == "__main__":
    main()
