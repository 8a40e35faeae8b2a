"""Cases for the equations of docs/odd.md, by the chapters of section 7.

Each file gives a case for every block of its chapters (``rows.of``).
"""

from tests.equation_cases import agenda, careers, organisation, oversight, public, work
from tests.equation_cases.rows import CASES, Case, cases

__all__ = [
    "CASES",
    "Case",
    "agenda",
    "careers",
    "cases",
    "organisation",
    "oversight",
    "public",
    "work",
]
