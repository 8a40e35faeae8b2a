"""Reads one table of posts in a process of its own: ``python -m sim.app.table_reader``.

Its input is a line with the suffix of the table's name and the most posts, then the bytes of the
table. Its output is pickled: the table, or a list of what is wrong with it. The process has few
seconds and little memory, and can write no file, so that nothing in a table can harm the page.
"""

import pickle
import sys
from dataclasses import replace
from typing import Any

# What reads workbooks, imported while nobody waits, and before files can no longer be written.
import openpyxl  # noqa: F401

from sim.errors import BadInput
from sim.world import establishment

# Seconds of a processor, and bytes of memory beyond those of the program itself.
SECONDS, BYTES = 10, 1_000_000_000
# Headings that are told of those that are not read, and characters of a heading and of a message.
_TOLD, _HEADING, _MESSAGE = 40, 60, 400
_LONGEST_LINE = 40


def _bound() -> None:
    """Take away from this process all that reading a table does not need."""
    try:
        import resource
    except ImportError:  # Windows has no such limits; the page's own clock remains.
        return
    used = resource.getrusage(resource.RUSAGE_SELF)
    seconds = int(used.ru_utime + used.ru_stime) + SECONDS
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        with open("/proc/self/statm") as file:
            here = int(file.read().split()[0]) * resource.getpagesize()
    except OSError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (here + BYTES, here + BYTES))


def read(content: bytes, suffix: str, most: int) -> establishment.Establishment | list[str]:
    """The table, with what is told of it cut to what a page shows, or what is wrong with it."""
    try:
        found = establishment.parsed(content, suffix, most=most)
    except BadInput as error:
        return [text[:_MESSAGE] for text in error.each]
    except Exception as error:
        # A broken file shows in whatever a library stumbles over.
        return [f"not a table: it cannot be read ({type(error).__name__})"]
    told = found.reading
    told = replace(
        told,
        columns=tuple((one[:_HEADING], name, given) for one, name, given in told.columns),
        ignored=tuple((one[:_HEADING], near) for one, near in told.ignored[:_TOLD]),
        assumed=tuple(one[:_MESSAGE] for one in told.assumed),
        warnings=tuple(one[:_MESSAGE] for one in told.warnings[:_TOLD]),
    )
    return replace(found, reading=told)


def main() -> None:
    """Read the table that comes, if one comes."""
    _bound()
    first = sys.stdin.buffer.readline(_LONGEST_LINE).split()
    if not first:
        return
    suffix, most = first[0].decode(), int(first[1])
    found: Any = read(sys.stdin.buffer.read(), suffix, most)
    sys.stdout.buffer.write(pickle.dumps(found))


if __name__ == "__main__":
    main()
