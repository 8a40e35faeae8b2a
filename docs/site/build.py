"""Build the documentation site in ``build/site``, offline: ``python -m docs.site.build``.

A warning, such as a link to a page that is not there, is an error. Open ``build/site/index.html``.
"""

import sys

from sphinx.cmd.build import main as sphinx

from docs.site.gather import OUT, ROOT, SITE, SOURCE, gather


def main() -> int:
    """Gather the pages and build them; Sphinx' exit code."""
    gather()
    code = sphinx(
        [
            *("-b", "html", "-W", "--keep-going", "-q", "-c", str(SITE)),
            *("-d", str(ROOT / "build" / "site-doctrees")),
            *(str(SOURCE), str(OUT)),
        ]
    )
    if code == 0:
        print(f"built {(OUT / 'index.html').relative_to(ROOT)}")
    return code


if __name__ == "__main__":
    sys.exit(main())
