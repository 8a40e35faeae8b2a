"""Studies killed while they write, and resumed: ``python -m tests.kills --kills 60``.

A study is run as a process of its own, a fork of one that has imported everything. It is killed
(SIGKILL) at the n-th time that it is about to do something to a file: make one, write to it, put it
in its place, or remove it. It is then run again, to its end. What it leaves must be the same bytes
as of a study that nobody killed, and no file more. The moments are spread evenly over all that
there are.
"""

import argparse
import json
import signal
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path

from tests.conftest import SMALL, environment

# Steps of a program that touch a file, as Python's audit hooks call them.
STEPS = ("open", "os.rename", "os.remove", "os.mkdir", "os.chmod", "os.fsync")
# Run by the process whose forks are killed: each counts steps below a folder, and dies at one of
# them. What all need is imported, compiled and read once. Reads a folder to work in, a step and the
# words of a command; says how it ended.
WATCHED = """
import json, os, signal, sys
from pathlib import Path
from sim import Scenario, cli, simulate
from sim.drawing import course, levers
from sim.study import sources, study

simulate(Scenario.load("bureau"), 1)
sources.sources_digest()

def watched(here, last, words):
    os.chdir(here)
    folder, seen = os.path.realpath("results"), 0

    def step(what, about):
        nonlocal seen
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

    sys.argv = ["zhixing", *words]
    for number, place in ((1, os.devnull), (2, "said")):
        os.dup2(os.open(place, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), number)
    sys.addaudithook(step)
    try:
        cli.main()
    finally:
        Path(folder + ".steps").write_text(str(seen))

for line in sys.stdin:
    process = os.fork()
    if process == 0:
        watched(*json.loads(line))
    _, status = os.waitpid(process, 0)
    print(os.waitstatus_to_exitcode(status), flush=True)
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


@contextmanager
def forking():
    """A function that runs a command whose results go to a folder; killed at some step, if any.

    The function takes the folder, the words and the step, and says whether the command was killed.
    """
    process = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", WATCHED.replace("{steps}", repr(STEPS))],
        env=environment() | {"SOURCE_DATE_EPOCH": "0"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )

    def run(here, words, last=0):
        asked = [str(here), last, [*words, "--out", "results"]]
        process.stdin.write(json.dumps(asked) + "\n")
        process.stdin.flush()
        code = int(process.stdout.readline())
        assert code in ((0, -signal.SIGKILL) if last else (0,)), (here / "said").read_text()
        return code != 0

    try:
        yield run
    finally:
        process.stdin.close()
        process.wait()


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
    with tempfile.TemporaryDirectory() as root, forking() as run:
        for number, words in enumerate(commands):
            clean = begun(root, f"clean{number}")
            run(clean, words)
            expected = left(clean)
            steps = int((clean / "results.steps").read_text())
            own = range(number, kills, len(commands))
            for place, one in enumerate(own):
                last = 1 + place * (steps - 1) // max(1, len(own) - 1)
                here = begun(root, f"killed{one}")
                died = run(here, words, last)
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
