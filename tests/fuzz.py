"""Broken, hostile and careless inputs by the thousand: ``python -m tests.fuzz --cases 3000``.

Each case changes a sound scenario, experiment, set of patterns, table of posts, posterior, study
folder or command line by chance, and hands it to the command line in a process of its own, with
bounds of time and memory. A case is a fault where it ends in a traceback, takes too much, ends
otherwise than in 0, 1 or 2, or is refused in anything but short lines, or with anything written.
Case N of a seed is always the same, and ``--only N`` runs it alone and shows all of it.
"""

import argparse
import csv
import json
import os
import random
import re
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import traceback
import warnings
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from sim import cli, shipped
from sim.errors import MOST_TOLD
from sim.world import posterior
from tests.conftest import SMALL, command, environment
from tests.endless import ENDLESS
from tests.odd_tables import KINDS_OF_TABLES, ODD_CELLS, READ_AS

# Seconds of a processor, seconds in all, and bytes beyond those of the program itself.
PROCESSOR, PATIENCE, MEMORY = 20, 120, 500_000_000
LONGEST_LINE = 1_100
# A case that fails must not leave the machine without memory.
ADDRESSES = 8_000_000_000
# What is put in the place of a value.
ODD = (
    *("nan", "inf", "-inf", "1e400", "-1", "0", "1e-300", "true", "[]", "{}", "[[]]", '""', '"x"'),
    *("1979-05-27", "99999999999999999999", "0xffffffffffffffffff", "-9223372036854775808"),
    *("[1, 2, 3]", "{ times = 2.0 }", "{ times = nan }", '{ plus = "x" }', "{ a.b.c = 1 }"),
    *('"\\u0000"', '"\\u001b[31m"', '"\\u202e"', '"../../etc/passwd"', '"/dev/zero"', "'''"),
    *("[" * 600, "a." * 600 + "b", '"' + "x" * 5000 + '"', f"[{'1,' * 9000}]", "1" * 5000),
)
WORDS = (
    *("district", "bureau", "small.toml", "lever_effects", "nowhere", "", "-", "--", "é", "\udcff"),
    *("x" * 3000, "1/0", "0", "-1", "1e9", "nan", "a=b", "clock.months=3", "supervision=2", "*"),
)
OPTIONS = (
    *("--set", "--lever", "--months", "--seed", "--replicates", "--workers", "--out", "--json"),
    *("--part", "--cluster", "--to", "--by", "--full", "--plan", "--help", "--posterior", "--nope"),
)
COMMANDS = (
    *(["check"], ["scenarios"], ["experiments"], ["study", "status"], ["study", "export"]),
    *(["sensitivity"], ["calibrate", "--show"], ["--version"], ["figures", "--list"], ["nope"]),
)
EXPERIMENT = """
title = "Small"
question = "Which?"
scenario = "small.toml"
replicates = 2
measures = ["execution_rate", "credibility"]
series = ["execution_rate"]

[design]
kind = "grid"

[factor."behaviour.duty"]
low = 1.0
high = 2.0
levels = 2

[factor.supervision]
values = [0.0, 1.0]
"""
CONSTRAINED = """
title = "Constrained"
question = "Which, within?"
scenario = "small.toml"
replicates = 2
measures = ["execution_rate"]

[design]
kind = "latin_hypercube"
points = 8
where = [
    "interest_low < 'directives.interest_high' - 0.2",
    "1 / (duty + 1) <= -(-0.5) * supervision + 0.4",
]

[factor."directives.interest_low"]
low = -1.0
high = 1.0

[factor."directives.interest_high"]
low = -1.0
high = 1.0
with = { "public.voice" = { times = 0.1, plus = 0.3 } }

[factor."behaviour.duty"]
low = 1.0
high = 2.0
with = ["behaviour.career"]

[factor.supervision]
values = [0.0, 1.0]
names = ["none", "full"]
titles = ["No supervision", "All of it"]
with.decide = ["logit", "imitation"]
with.public.trust = [{ mean = 0.4, sd = 0.1 }, { mean = 0.6, sd = 0.1 }]
"""


@dataclass(frozen=True)
class Case:
    """A command in a folder, and how its process is prepared."""

    kind: str
    words: list
    posterior: Path | None = None


def text_changed(text, rng):
    """A TOML text with some of its values, lines or letters changed."""
    lines = text.split("\n")
    for _ in range(rng.choice((1, 1, 1, 2, 5))):
        at = rng.randrange(len(lines))
        key, sign, _ = lines[at].partition(" = ")
        way = rng.randrange(8)
        if way < 4 and sign:
            lines[at] = f"{key} = {rng.choice(ODD)}"
        elif way == 4:
            lines.insert(at, lines[rng.randrange(len(lines))])
        elif way == 5:
            del lines[at]
            lines = lines or [""]
        elif way == 6:
            lines[at] = lines[at].replace("e", rng.choice(("", "é", "\x00", "ee", ".")), 1)
        else:
            lines.insert(at, f"{rng.choice(('', '[a]', 'levers.times', 'x.' * 40))} = 1")
    return "\n".join(lines)


def bytes_changed(content, rng):
    """Bytes with some turned, cut off, doubled or put in."""
    content = bytearray(content)
    for _ in range(rng.choice((1, 1, 3, 20))):
        at = rng.randrange(max(1, len(content)))
        way = rng.randrange(4)
        if way == 0 and content:
            content[at] = rng.randrange(256)
        elif way == 1:
            del content[at : at + rng.choice((1, 8, 1000))]
        elif way == 2:
            content[at:at] = content[at : at + rng.choice((1, 50))]
        else:
            content[at:at] = rng.choice((b"\x00", b"\xff", b"\x1b[31m", b",", b'"', b"9" * 400))
    return bytes(content)


def json_changed(tree, rng):
    """Plain values with one or two of them replaced, renamed or taken away."""
    tree = json.loads(json.dumps(tree))
    odd = (None, True, -1, 0, 10**9, 10**30, 1.5, "x", "\x1b[2J", "\ud800", [], {}, [[]], [None])
    for _ in range(rng.choice((1, 1, 2))):
        branch = tree
        while True:
            keys = list(branch) if isinstance(branch, dict) else list(range(len(branch)))
            if not keys:
                break
            key = rng.choice(keys)
            if isinstance(branch[key], dict | list) and rng.random() < 0.6:
                branch = branch[key]
                continue
            way = rng.randrange(4)
            if way < 2:
                branch[key] = rng.choice(odd)
            elif way == 2:
                del branch[key]
            elif isinstance(branch, dict):
                branch["x"] = branch.pop(key)
            break
    return tree


class Cases:
    """Cases by number; sound inputs are read, or made, once."""

    def __init__(self, seed, sound):
        self.seed = seed
        self.sound = sound
        self.scenarios = [
            SMALL,
            *(path.read_text("utf-8") for path in shipped.scenarios().values()),
        ]
        self.experiments = [EXPERIMENT, CONSTRAINED]
        self.experiments += (path.read_text("utf-8") for path in shipped.experiments().values())
        self.patterns = [path.read_text("utf-8") for path in shipped.patterns().values()]
        folder = shipped.folder("scenarios") / "establishment"
        self.posts = (folder / "county_office.csv").read_bytes()
        self.posterior = posterior.path()

    def make(self, number, here):
        """Write what case ``number`` needs into the folder ``here``, and give the case."""
        rng = random.Random(f"{self.seed} {number}")
        (here / "small.toml").write_text(SMALL)
        if isinstance(number, str):
            return self.endless(here, number.removeprefix("size "))
        kinds = (
            *(self.scenario, self.experiment, self.calibration, self.table, self.manifest),
            *(self.part, self.line, self.draws, self.series, self.size),
        )
        return kinds[number % len(kinds)](here, rng)

    def scenario(self, here, rng):
        text = text_changed(rng.choice(self.scenarios), rng)
        content = text.encode("utf-8", "surrogatepass")
        (here / "own.toml").write_bytes(
            bytes_changed(content, rng) if rng.random() < 0.2 else content
        )
        return Case("scenario", ["check", "own.toml", *rng.choice(([], ["--json"], ["--full"]))])

    def experiment(self, here, rng):
        (here / "own.toml").write_text(text_changed(rng.choice(self.experiments), rng), "utf-8")
        return Case("experiment", ["study", "status", "own.toml"])

    def calibration(self, here, rng):
        (here / "own.toml").write_text(text_changed(rng.choice(self.patterns), rng), "utf-8")
        # Too few candidates, so that sound patterns are refused before anything runs.
        return Case("calibration", ["calibrate", "own.toml", "--candidates", "2"])

    def table(self, here, rng):
        """A table of posts in any of the kinds of file, odd in its cells, its bytes or both."""
        rows = list(csv.reader(self.posts.decode().splitlines()))
        for _ in range(rng.choice((0, 1, 1, 3))):
            row = rng.choice(rows)
            row[rng.randrange(len(row))] = rng.choice(ODD_CELLS)
        name, content = rng.choice(KINDS_OF_TABLES)(rows, rng)
        if rng.random() < 0.6:
            content = bytes_changed(content, rng)
        (here / name).write_bytes(content)
        more = "\n".join(rng.sample(READ_AS, rng.choice((0, 0, 1, 2))))
        (here / "own.toml").write_text(
            f'extends = "district"\n[organisation.posts]\nfile = "{name}"\n{more}\n'
        )
        return Case("table", ["check", "own.toml"])

    def size(self, here, rng):
        return self.endless(here, rng.choice(list(ENDLESS)))

    def endless(self, here, name):
        """An input that is endless, deep, or no file, by its name."""
        words = ENDLESS[name](here)
        return Case(f"size: {name}", ["check", "own.toml"] if words is None else words)

    def series(self, here, rng):
        content = "month,level\n" + "".join(f"{month},0.5\n" for month in range(24))
        (here / "shocks.csv").write_bytes(bytes_changed(content.encode(), rng))
        (here / "own.toml").write_text(
            'extends = "small.toml"\n[series."public.expectation"]\n'
            'file = "shocks.csv"\ncolumn = "level"\n'
        )
        return Case("series", ["check", "own.toml"])

    def _study(self, here):
        shutil.copytree(self.sound, here, dirs_exist_ok=True)
        return here / "results" / "own"

    def manifest(self, here, rng):
        path = self._study(here) / "manifest.json"
        if rng.random() < 0.3:
            path.write_bytes(bytes_changed(path.read_bytes(), rng))
        else:
            path.write_text(json.dumps(json_changed(json.loads(path.read_text("utf-8")), rng)))
        return Case("manifest", self._read(rng))

    def part(self, here, rng):
        folder = self._study(here)
        path = folder / rng.choice(("runs.parquet", "series.parquet"))
        content = bytes_changed(path.read_bytes(), rng)
        if rng.random() < 0.5:
            name = rng.choice(("0000000", "0000001", "9999999", "1", "x", "-1"))
            path = folder / "parts" / f"{name}-{path.name}"
        path.write_bytes(content)
        return Case("part", self._read(rng))

    def _read(self, rng):
        return ["study", rng.choice(("status", "export")), "own.toml"]

    def line(self, here, rng):
        words = [*rng.choice(COMMANDS)]
        for _ in range(rng.randrange(4)):
            words.append(rng.choice(OPTIONS) if rng.random() < 0.5 else rng.choice(WORDS))
        return Case("line", words)

    def draws(self, here, rng):
        path = here / self.posterior.name
        path.write_bytes(self.posterior.read_bytes())
        beside = path.with_suffix(".json")
        told = json.loads(self.posterior.with_suffix(".json").read_text("utf-8"))
        if rng.random() < 0.5:
            path.write_bytes(bytes_changed(path.read_bytes(), rng))
        else:
            told = json_changed(told, rng)
        beside.write_text(json.dumps(told))
        words = rng.choice((["calibrate", "--show"], ["check", "--full"]))
        return Case("posterior", words, path)


def run(case, here):
    """Carry a case out in a process of its own: exit status, what it used, output, errors."""
    out, err = here.with_suffix(".out"), here.with_suffix(".err")
    with warnings.catch_warnings():
        # Threads of NumPy's library are idle here, and it knows of forks.
        warnings.simplefilter("ignore", DeprecationWarning)
        child = os.fork()
    if child == 0:
        try:
            _prepared(case, here, out, err)
            cli.main()
        finally:
            # Reached only by what main lets through.
            traceback.print_exc()
            os._exit(99)
    began = time.monotonic()
    while True:
        done, status, used = os.wait4(child, os.WNOHANG)
        if done:
            break
        if time.monotonic() - began > PATIENCE:
            os.kill(child, signal.SIGKILL)
        time.sleep(0.002)
    read = [path.read_bytes().decode("utf-8", "replace") for path in (out, err)]
    return os.waitstatus_to_exitcode(status), used, *read


def _prepared(case, here, out, err):
    """Make this process one that a shell has started in a folder with these words."""
    resource.setrlimit(resource.RLIMIT_CPU, (PROCESSOR, PROCESSOR))
    resource.setrlimit(resource.RLIMIT_AS, (ADDRESSES, ADDRESSES))
    for number, path in ((1, out), (2, err)):
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(handle, number)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.chdir(here)
    sys.argv = ["zhixing", *case.words]
    if case.posterior is not None:
        posterior.path = lambda: case.posterior

    def ended(code):
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)

    sys.exit = ended


def listed(folder):
    """Every file below a folder with its size and time."""
    found = {}
    for path in sorted(folder.rglob("*")):
        about = path.lstat()
        found[path.relative_to(folder).as_posix()] = (about.st_size, about.st_mtime_ns)
    return {name: one for name, one in found.items() if not (folder / name).is_dir()}


def faults(kind, code, used, out, err, before, after, resting):
    """What is wrong with how a case ended."""
    if "Traceback" in err or "Traceback" in out:
        yield f"a traceback: {err.strip().splitlines()[-1][:200]}"
    if code < 0 or code not in (0, 1, 2):
        yield f"ended by {code}"
    if used.ru_utime + used.ru_stime > PROCESSOR - 1:
        yield "took too long"
    grown = used.ru_maxrss * 1024 - resting
    if kind.startswith("size") and code != 2:
        yield f"not refused: exit {code}"
    if grown > MEMORY:
        yield f"took {grown / 1e6:.0f} MB"
    if re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f]", err):
        yield "an escape sequence on stderr"
    if code == 2:
        yield from _faults_of_a_refusal(kind, out, err, before, after)
    elif code == 1 and not err.startswith("zhixing: "):
        yield "failed without a word"


def _faults_of_a_refusal(kind, out, err, before, after):
    lines = err.splitlines(keepends=True)
    # All that is wrong in a file is told at once; a warning may precede.
    most = MOST_TOLD + 1
    short = all(
        line.startswith("zhixing: ") and line.endswith("\n") and len(line) <= LONGEST_LINE
        for line in lines
    )
    if not short or not 1 <= len(lines) <= most:
        yield f"refused in other than short lines: {err[:300]!r}"
    if out:
        yield "refused with something on stdout"
    if before != after:
        yield f"refused, with files changed: {sorted(set(before.items()) ^ set(after.items()))}"


def sound_study(folder):
    """A finished study in a folder, made by a process of its own."""
    (folder / "small.toml").write_text(SMALL)
    (folder / "own.toml").write_text(EXPERIMENT)
    words = command("study", "own.toml", "--workers", "1")
    subprocess.run(words, cwd=folder, env=environment(), check=True, capture_output=True)


def fuzz(numbers, seed, shown=False):
    """Run these cases of a seed; how many ended in which way, and the faults found."""
    ended, found = Counter(), []
    resting = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    with tempfile.TemporaryDirectory() as root:
        sound = Path(root, "sound")
        sound.mkdir()
        sound_study(sound)
        cases = Cases(seed, sound)
        for number in numbers:
            here = Path(root, "case")
            here.mkdir()
            case = cases.make(number, here)
            before = listed(here)
            code, used, out, err = run(case, here)
            ended[case.kind, code] += 1
            for fault in faults(case.kind, code, used, out, err, before, listed(here), resting):
                found.append(f"case {number} ({case.kind}: {' '.join(case.words)[:80]}): {fault}")
            if shown:
                print(case, code, out[-3000:], err, sep="\n")
            shutil.rmtree(here)
    return ended, found


def main():
    """Run cases and tell how they ended; the exit code is 1 where there were faults."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cases", type=int, default=3000, help="how many cases (3000)")
    parser.add_argument("--seed", type=int, default=1, help="seed of the cases (1)")
    parser.add_argument(
        "--sizes", action="store_true", help="each endless input once, and no others"
    )
    parser.add_argument("--only", type=int, help="one case alone, with all that it says")
    given = parser.parse_args()
    numbers = range(given.cases) if given.only is None else [given.only]
    if given.sizes:
        numbers = [f"size {name}" for name in ENDLESS]
    ended, found = fuzz(numbers, given.seed, shown=given.only is not None)
    for (kind, code), number in sorted(ended.items()):
        print(f"{kind:12} exit {code:3}: {number}")
    print(*found, f"{len(found)} faults in {sum(ended.values())} cases", sep="\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
