"""Write the table of docs/verification.md: ``python -m docs.limits``, about a minute."""

from pathlib import Path

from sim.theory.verify.rows import verify

PAGE = Path(__file__).parent / "verification.md"
BEGIN, END = "<!-- begin checks -->", "<!-- end checks -->"


def table() -> str:
    """The table of all comparisons, as ``zhixing verify`` prints them with seed 1."""
    lines = ["| Case | Quantity | Expected | Simulated |", "| --- | --- | --- | --- |"]
    for row in verify(None, {}, 1, None):
        for check in row.checks:
            cells = (check.case.replace("-", "−"), check.quantity.replace("-", "−"), *check.told)
            lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


if __name__ == "__main__":
    before, rest = PAGE.read_text(encoding="utf-8").split(BEGIN)
    PAGE.write_text(f"{before}{BEGIN}\n\n{table()}\n\n{END}{rest.split(END)[1]}", encoding="utf-8")
    print(f"wrote docs/{PAGE.name}")
