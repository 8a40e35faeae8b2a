"""Build the documentation site in ``build/site``, offline: ``python -m docs.site.build``.

A warning, such as a link to a page that is not there, is an error. ``--to`` names another folder.
Open ``build/site/index.html``.
"""

import argparse
import sys
from pathlib import Path

from sphinx.cmd.build import main as sphinx

from docs.site.gather import ROOT, SITE, gather


def build(folder: Path) -> int:
    """Gather the pages and build them in ``folder/site``; Sphinx' exit code."""
    source, pages = folder / "site-source", folder / "site"
    gather(source)
    code = sphinx(
        [
            *("-b", "html", "-W", "--keep-going", "-q", "-c", str(SITE)),
            *("-d", str(folder / "site-doctrees"), str(source), str(pages)),
        ]
    )
    if code == 0:
        print(f"built {pages / 'index.html'}")
    return code


def main() -> int:
    """Build the site in the folder that the command line names."""
    words = argparse.ArgumentParser(prog="docs.site.build", description=__doc__)
    words.add_argument(
        "--to", type=Path, default=ROOT / "build", help="folder for all that is made"
    )
    return build(words.parse_args().to.resolve())


if __name__ == "__main__":
    sys.exit(main())
