"""What the help of each command adds to its docstring: its line in lists, and examples that run."""

from typing import NamedTuple


class About(NamedTuple):
    """The line of a command in lists of commands, at most 62 characters, and its examples."""

    line: str
    examples: tuple[str, ...]


# By the words that call the command.
ABOUT = {
    "levers": About(
        "Effects of each lever alone, and of all together.",
        ("zhixing levers district", "zhixing levers bureau --replicates 10 --clauses"),
    ),
    "run": About(
        "Run one scenario: summary, monthly series and figure.",
        ("zhixing run bureau --lever supervision=0.8", "zhixing run bureau --by layer"),
    ),
    "compare": About(
        "Compare scenarios or packages of levers.",
        ("zhixing compare bureau bureau+supervision=0.8+culture=1",),
    ),
    "spiral": About(
        "The spiral of trust and execution, and its tipping point.",
        ("zhixing spiral vicious_circle", "zhixing spiral bureau --no-levers --replicates 4"),
    ),
    "study": About(
        "Run or resume an experiment, and read what is stored.",
        ("zhixing study lever_effects --plan", "zhixing study lever_effects"),
    ),
    "study run": About(
        "Run or resume an experiment; stored runs are not repeated.",
        (
            "zhixing study run lever_effects --plan",
            "zhixing study run lever_effects --replicates 10",
        ),
    ),
    "study status": About(
        "Show how many runs of a study are done.",
        ("zhixing study lever_effects", "zhixing study status lever_effects"),
    ),
    "study effects": About(
        "Show the effects of a stored study; nothing is run.",
        ("zhixing study lever_effects", "zhixing study effects lever_effects"),
    ),
    "study export": About(
        "Export every run as CSV, Parquet, Excel or Stata.",
        ("zhixing study lever_effects", "zhixing study export lever_effects --to runs.xlsx"),
    ),
    "sensitivity": About(
        "Sensitivity indices from a stored study.",
        ("zhixing study sensitivity", "zhixing sensitivity sensitivity"),
    ),
    "discover": About(
        "Find settings under which a condition holds.",
        (
            'zhixing discover when_it_hurts --where "execution_rate < status_quo" '
            "--point supervision",
        ),
    ),
    "worth": About(
        "Tell which settings are worth finding out first.", ("zhixing worth what_to_find_out",)
    ),
    "figures": About(
        "Draw figures from stored studies.",
        ("zhixing figures --list", "zhixing figures lever_effects --quick --run"),
    ),
    "bundle": About(
        "Write studies to one archive, or check an archive.",
        (
            "zhixing study lever_effects",
            "zhixing bundle lever_effects --to lever_effects.zip",
            "zhixing bundle --check lever_effects.zip",
        ),
    ),
    "verify": About(
        "Compare simulated with exact or published results.",
        ("zhixing verify control_loss --p 0.9 --n 4",),
    ),
    "calibrate": About(
        "Fit a scenario to published patterns.",
        ("zhixing calibrate --show", "zhixing calibrate district --candidates 1024"),
    ),
    "reforms": About(
        "Predict published reforms, and compare with findings.",
        ("zhixing reforms --list", "zhixing reforms merit_promotion --draws 20"),
    ),
    "plan": About(
        "Find the best package of reforms on a budget.",
        ("zhixing plan district --burden 0.14 --cost 1.5",),
    ),
    "panel": About(
        "Write agents by month or year, as a table.",
        ("zhixing panel bureau --every 12 --to officers.csv",),
    ),
    "app": About(
        "Open the classroom page in a browser.", ("zhixing app", "zhixing app --class --port 8090")
    ),
    "check": About(
        "Check a scenario for errors and summarise it.",
        ("zhixing check bureau", "zhixing check bureau --full"),
    ),
    "scenarios": About("List the shipped scenarios.", ("zhixing scenarios",)),
    "template": About(
        "Write a table of posts to fill in.",
        ("zhixing template posts.xlsx", "zhixing template posts.csv --lang zh"),
    ),
    "experiments": About("List the shipped experiments.", ("zhixing experiments",)),
}


def examples(words: str) -> str:
    """The end of a command's help: its examples, a line each."""
    # The sign \b keeps the lines as they are.
    return "\b\n" + "\n".join(("Examples:", *(f"  {one}" for one in ABOUT[words].examples)))
