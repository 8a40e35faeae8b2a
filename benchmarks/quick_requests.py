"""Memory of the page over requests of programs, which never connect by a WebSocket.

``python -m benchmarks.quick_requests --requests 3000``. The server runs in a process of its own.
The page is built anew for each request, and must be forgotten again.
"""

import argparse
import time
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor

from benchmarks import measure
from benchmarks.classroom_server import Server, running

PATHS = ("/", "/watch", "/compare", "/spiral", "/lessons", "/assumptions", "/?n=0", "/nowhere")
REQUESTS, PARTS = 3_000, 6
# Pages that refuse a link, or know no such address.
_REFUSED = (400, 404)
# Requests that are under way at once.
_AT_ONCE = 4


def _ask(url: str) -> bool:
    """Whether a page was given; one that refuses what was asked for is one too."""
    try:
        with urllib.request.urlopen(url, timeout=60) as reply:
            reply.read()
    except urllib.error.HTTPError as error:
        error.read()
        return error.code in _REFUSED
    return True


def over_time(server: Server, requests: int) -> list[tuple[int, float]]:
    """Memory in MB after so many requests; raises RuntimeError if one is not answered."""
    found = [(0, server.memory())]
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        for part in range(PARTS):
            first, last = (requests * one // PARTS for one in (part, part + 1))
            urls = [server.url + PATHS[number % len(PATHS)] for number in range(first, last)]
            if not all(pool.map(_ask, urls)):
                raise RuntimeError("a request was not answered with a page")
            found.append((last, server.memory()))
    return found


def main() -> None:
    """Start a server, ask it quickly, and print its memory as it goes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, default=REQUESTS)
    requests = parser.parse_args().requests
    with running() as server:
        began = time.perf_counter()
        found = over_time(server, requests)
        seconds = time.perf_counter() - began
    rows = [[f"{number:,}", f"{held:.0f}"] for number, held in found]
    print(measure.table(["requests", "memory, MB"], rows))
    second = found[1][1]
    print(
        f"\n{requests:,} requests in {seconds:.0f} s; from the first {found[1][0]:,} on, memory "
        f"changed by {found[-1][1] - second:+.0f} MB ({found[-1][1] / second:.2f} times as much)."
    )


if __name__ == "__main__":
    main()
