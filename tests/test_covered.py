"""The table of what tests run, from a report of Coverage.py."""

from docs.covered import told


def counted(lines, unrun, branches=0, untaken=0):
    return {
        "num_statements": lines,
        "missing_lines": unrun,
        "num_branches": branches,
        "missing_branches": untaken,
    }


def test_files_are_summed_by_folder_and_those_with_most_lines_left_are_named():
    files = {
        "sim/a.py": counted(10, 1, 4, 1),
        "sim/b.py": counted(30, 3, 4, 3),
        "sim/app/c.py": counted(5, 0),
    }
    report = {
        "files": {name: {"summary": summary} for name, summary in files.items()},
        "totals": counted(45, 4, 8, 4),
    }
    lines = told(report).splitlines()
    assert "| `sim` | 40 | 90.0 % | 8 | 50.0 % |" in lines
    assert "| `sim/app` | 5 | 100.0 % | 0 | — |" in lines
    assert "| all | 45 | 91.1 % | 8 | 50.0 % |" in lines
    assert lines[-1] == "Most lines that no test runs: `sim/b.py` (3); `sim/a.py` (1)."
