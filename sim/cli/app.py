"""``app``: the classroom page."""

import importlib.util
import ipaddress
import socket
from typing import Annotated

import typer

from sim.cli.terminal import prepare_rules, say
from sim.errors import BadInput
from sim.world.scenario import Scenario

LOOPBACK = "127.0.0.1"


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _check_free(host: str, port: int) -> None:
    try:
        with socket.create_server((host, port), family=_family(host)):
            pass
    except (OSError, UnicodeError) as error:
        why = getattr(error, "strerror", None) or "no such address"
        raise BadInput(f"--host {host[:60]} --port {port}: {why}") from None


def _check_name(name: str) -> None:
    # Names need no more than the standard library; the server needs the extra “app”.
    from sim.app.names import plain

    try:
        plain(name)
    except ValueError:
        raise BadInput(f"--allow-host {name[:60]}: expected a name, without port") from None


def _taken(file: str) -> tuple[str, ...]:
    from sim.app.own_draws import own_draws

    return own_draws.take(file)


def _family(host: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in host else socket.AF_INET


def app(
    host: Annotated[
        str, typer.Option("--host", help="Address to serve on; 0.0.0.0 is for other machines too.")
    ] = LOOPBACK,
    port: Annotated[int, typer.Option("--port", min=1, max=65535, help="Port.")] = 8080,
    open_: Annotated[
        bool, typer.Option("--open/--no-open", help="Open the page in the browser.")
    ] = True,
    allow_host: Annotated[
        list[str] | None,
        typer.Option(
            "--allow-host",
            metavar="NAME",
            help="An additional host name of the page, for example behind a proxy; repeatable.",
        ),
    ] = None,
    posterior: Annotated[
        str | None,
        typer.Option(
            "--posterior",
            metavar="FILE",
            help="Draws of your own, as written by zhixing calibrate, for “Show doubt”. They must "
            "have been fitted to a shipped scenario, since the page shows no other.",
        ),
    ] = None,
) -> None:
    """The classroom page: levers, chain of command, spiral and lessons, in a browser."""
    if importlib.util.find_spec("nicegui") is None:
        raise BadInput("app: needs the extra “app”; in the checkout: pip install '.[app]'")
    for name in allow_host or ():
        _check_name(name)
    used = None if posterior is None else _taken(posterior)
    _check_free(host, port)
    prepare_rules(Scenario.load("district"))
    from sim.app import server

    say("Warming up …")
    server.warm_up()
    if not _is_loopback(host):
        say(
            f"zhixing: --host {host}: whoever reaches this machine can open the page and use its "
            "processors; there is no password. The page shows shipped scenarios only. It reads and "
            "writes no file."
        )
    shown = f"[{host}]" if ":" in host else host
    if used is not None:
        say(f"“Show doubt” uses {posterior} for {', '.join(used)}; shipped draws for the others.")
    say(f"Open http://{shown}:{port} (stop with Ctrl-C).")
    server.serve(host, port, open_, *(allow_host or ()))
