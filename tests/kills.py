"""Studies killed while they write, and resumed: ``python -m tests.kills --kills 60``.

A study is run as a process of its own and killed (SIGKILL) at the n-th time that it is about to do
something to a file: make one, write to it, put it in its place, or remove it. It is then run again,
to its end. What it leaves must be the same bytes as of a study that nobody killed, and no file
more. The moments are spread evenly over all that there are.
"""

import argparse
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.conftest import SMALL, environment

# Steps of a program that touch a file, as Python's audit hooks call them.
STEPS = ("open", "os.rename", "os.remove", "os.mkdir", "os.chmod", "os.fsync")
# Run by the process that is killed: counts steps below a folder, and dies at one of them.
WATCHED = """
import os, signal, sys
from pathlib import Path
folder, last = os.path.realpath(sys.argv[1]), int(sys.argv[2])
sys.argv = ["zhixing", *sys.argv[3:]]
from sim import cli
seen = 0

def step(what, about):
    global seen
    if what not in {steps}:
        return
    name = about[0]
    writes = what != "open" or (about[2] or 0) & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
    if not writes or not isinstance(name, str | os.PathLike):
        return
    if os.path.realpath(name).startswith(folder):
        seen += 1
        if seen == last:
            os.kill(os.getpid(), signal.SIGKILL)

sys.addaudithook(step)
try:
    cli.main()
finally:
    Path(folder + ".steps").write_text(str(seen))
"""
EXPERIMENT = """
title = "Small"
question = "Which?"
scenario = "small.toml"
replicates = 6
measures = ["execution_rate", "credibility"]
series = ["execution_rate"]

[design]
kind = "grid"

[factor.supervision]
values = [0.0, 0.5, 1.0]
"""
COMMANDS = (
    ("study", "own.toml", "--workers", "1"),
    ("levers", "small.toml", "--replicates", "4", "--workers", "1"),
)


def run(here, words, last=0):
    """Run a command whose results go to a folder of ``here``; killed at step ``last``, if any."""
    code = WATCHED.replace("{steps}", repr(STEPS))
    out = here / "results"
    done = subprocess.run(
        [sys.executable, "-c", code, str(out), str(last), *words, "--out", "results"],
        cwd=here,
        env=environment() | {"SOURCE_DATE_EPOCH": "0"},
        capture_output=True,
        text=True,
    )
    expected = (0, -signal.SIGKILL) if last else (0,)
    assert done.returncode in expected, done.stderr
    return done


def begun(root, name):
    """A folder with the inputs of the commands."""
    here = Path(root, name)
    here.mkdir()
    (here / "small.toml").write_text(SMALL)
    (here / "own.toml").write_text(EXPERIMENT)
    return here


def left(here):
    """Every file of the results with its bytes, but for locks."""
    found = here / "results"
    return {
        path.relative_to(found).as_posix(): path.read_bytes()
        for path in sorted(found.rglob("*"))
        if path.is_file() and not path.name.startswith(".lock")
    }


def killed(kills, commands=COMMANDS):
    """Kill and resume so often, shared among commands; how often, and what was found wrong."""
    times, wrong = 0, []
    with tempfile.TemporaryDirectory() as root:
        for number, words in enumerate(commands):
            clean = begun(root, f"clean{number}")
            run(clean, words)
            expected = left(clean)
            steps = int((clean / "results.steps").read_text())
            own = range(number, kills, len(commands))
            for place, one in enumerate(own):
                last = 1 + place * (steps - 1) // max(1, len(own) - 1)
                here = begun(root, f"killed{one}")
                died = run(here, words, last).returncode != 0
                times += died
                run(here, words)
                found = left(here)
                for name in sorted(set(expected) | set(found)):
                    if expected.get(name) != found.get(name):
                        how = "is left over" if name not in expected else "differs"
                        wrong.append(f"{words[0]}, killed at step {last} of {steps}: {name} {how}")
                if not died:
                    wrong.append(f"{words[0]}: no step {last} of {steps}")
    return times, wrong


def main():
    """Kill and resume; the exit code is 1 where something was found wrong."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kills", type=int, default=60, help="how many kills (60)")
    times, wrong = killed(parser.parse_args().kills)
    print(*wrong, f"{times} kills, {len(wrong)} faults", sep="\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
