"""The content of ``sim/mechanisms/typed.py``: types of rows and tables for type checkers."""

from pathlib import Path

from sim.machine.frames import Plain, Table
from sim.machine.rows import Kind
from sim.world import state

FILE = Path(__file__).parents[1] / "sim" / "mechanisms" / "typed.py"
# Classes of rows, with their docstrings.
ROWS = {
    "Officer": (state.OFFICER, "A post and the officer who holds it."),
    "Department": (state.DEPARTMENT, "A department."),
    "Citizen": (state.CITIZEN, "A citizen."),
    "Choice": (state.CHOICE, "An officer's choice of the month, while it is made."),
    "Visit": (state.VISIT, "A citizen's visit to the counter this month, while it lasts."),
    "Outlook": (state.OUTLOOK, "What a conduct means in a department this month."),
    "Rank": (state.RANK, "What posts of a rank in a department have to expect this month."),
    "Conduct": (state.CONDUCT, "A conduct, as the scenario describes it."),
    "Channel": (state.CHANNEL, "A channel of supervision."),
    "Appraiser": (state.APPRAISER, "A source of appraisal."),
    "AllSettings": (state.SETTINGS, "Settings that hold for all departments and months."),
    "Mechanisms": (state.MECHANISMS, "Mechanism settings in force, and what follows from them."),
    "Tally": (state.PART_TALLY, "Sums of a month over some departments."),
    "Layer": (state.PART_LAYER, "Sums of a month over officers of a layer."),
    "Profile": (state.PROFILE, "Sums of a month over officers of a profile."),
}
# Tables by their names in rules.
TABLES = {
    "Officers": "Officer",
    "Choices": "Choice",
    "Departments": "Department",
    "Citizens": "Citizen",
    "Outlooks": "Outlook",
    "Ranks": "Rank",
    "Channels": "Channel",
    "Appraisers": "Appraiser",
    "ConductTable": "Conduct",
    "MechanismTable": "Mechanisms",
}
_HEAD = '''"""Rows and tables as type checkers and editors see them.

Written by ``make docs`` from the declarations of the mechanisms; do not edit.
"""

from typing import Any, Protocol

from sim.mechanisms.tables import (
    Numbers,
    Places,
    SumsByKind,
    TableOf,
    TableOfMany,
    WorkSums,
)

__all__ = ["Numbers", "Places", "SumsByKind", "WorkSums"]
'''


def _row(name: str, kind: Kind, about: str) -> str:
    lines = [f"class {name}(Protocol):", f'    """{about}"""', ""]
    for field in kind.fields.values():
        type_ = "Numbers" if field.width else ("int" if field.whole else "float")
        lines.append(f"    {field.name}: {type_}")
    return "\n".join(lines) + "\n"


def _world() -> str:
    lines = ["class World(Protocol):", '    """All that a run reads and writes."""', ""]
    named = {row: name for name, row in TABLES.items()}
    rows = {kind.name: name for name, (kind, _) in ROWS.items()}
    for name, member in state.World.members.items():
        if isinstance(member, Table):
            row = rows.get(member.kind.name, "Any")
            one = named.get(row, f"TableOf[{row}]")
            type_ = one if member.dimensions == 1 else f"TableOfMany[{row}]"
        else:
            type_ = "int"
            if isinstance(member, Plain):
                one = "Places" if member.dtype.startswith("i") else "Numbers"
                type_ = one if member.dimensions == 1 else "Any"
        lines.append(f"    {name}: {type_}")
    return "\n".join(lines) + "\n"


def written() -> str:
    """The current content of the file."""
    rows = [_row(name, kind, about) for name, (kind, about) in ROWS.items()]
    tables = []
    for name, row in TABLES.items():
        many = "TableOfMany" if row in ("Outlook", "Rank", "Mechanisms") else "TableOf"
        tables.append(f"{name} = {many}[{row}]")
    return "\n\n".join([_HEAD, *rows, "\n".join(tables) + "\n", _world()])


if __name__ == "__main__":
    FILE.write_text(written(), encoding="utf-8")
    print(f"{FILE.name}: written")
