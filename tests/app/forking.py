"""Servers that are there at once: what all need is imported once, and forked for each.

Reads a line “PORT LOG” for each server, says its process, and how it ended.
"""

import os
import signal
import sys

from nicegui import Client

from sim.app import server
from sim.app.desk import desk
from sim.cli import app as classroom
from sim.cli import main


def count(number, frame):
    """Say how many pages are kept, and how many of them have a socket."""
    pages = list(Client.instances.values())
    print("pages", len(pages), sum(one.has_socket_connection for one in pages), flush=True)


def serve(port, log):
    """Be ``zhixing app``."""
    said = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(said, 1)
    os.dup2(said, 2)
    signal.signal(signal.SIGUSR1, count)
    # Threads stay behind in a fork.
    desk.__init__()
    sys.argv = ["zhixing", "app", "--no-open", "--port", port]
    main()


if __name__ == "__main__":
    server.warm_up()
    server.warm_up = lambda: None
    classroom.prepare_rules = lambda scenario: None
    print("ready", flush=True)
    for line in sys.stdin:
        process = os.fork()
        if process == 0:
            serve(*line.split())
        print(process, flush=True)
        _, status = os.waitpid(process, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)
