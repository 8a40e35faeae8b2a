"""``app``: the classroom page."""

import importlib.util
import ipaddress
import re
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


def _check_root(root: str) -> str:
    """The root path as the server takes it. Raises BadInput if it is not the path of a page."""
    root = root.rstrip("/")
    if root and not re.fullmatch(r"(/[A-Za-z0-9._~-]+)+", root):
        raise BadInput(f"--root-path {root[:60]}: expected a path such as /zhixing")
    return root


def _for_others(host: str) -> str | None:
    """The address by which other machines reach this one; None if it has none."""
    # Connecting a datagram socket sends nothing; it chooses the address that would send.
    far = "2001:db8::1" if _family(host) == socket.AF_INET6 else "192.0.2.1"
    try:
        with socket.socket(_family(host), socket.SOCK_DGRAM) as one:
            one.connect((far, 9))
            found = str(one.getsockname()[0])
    except OSError:
        return None
    return None if _is_loopback(found) else found


def _is_everywhere(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_unspecified
    except ValueError:
        return False


def _told(host: str, port: int, root: str) -> str:
    """Where to open the page."""

    def url(name: str) -> str:
        return f"http://{f'[{name}]' if ':' in name else name}:{port}{root}"

    if not _is_everywhere(host):
        return f"Open {url(host)} (stop with Ctrl-C)."
    here = url("localhost")
    others = _for_others(host)
    if others is None:
        return f"Open {here}; this machine has no address for others (stop with Ctrl-C)."
    return f"Open {url(others)}, others too; here also {here} (stop with Ctrl-C)."


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
    root_path: Annotated[
        str,
        typer.Option(
            "--root-path",
            metavar="PATH",
            help="Path under which a proxy offers the page, such as /zhixing.",
        ),
    ] = "",
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
    root = _check_root(root_path)
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
    if used is not None:
        say(f"“Show doubt” uses {posterior} for {', '.join(used)}; shipped draws for the others.")
    say(_told(host, port, root))
    more = {"root_path": root} if root else {}
    server.serve(host, port, open_, *(allow_host or ()), **more)
