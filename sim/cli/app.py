"""``app``: the classroom page."""

import importlib.util
import ipaddress
import re
import secrets
import socket
from typing import Annotated, Any

import typer

from sim.cli.terminal import prepare_rules, say
from sim.errors import BadInput
from sim.world.scenario import Scenario

LOOPBACK, EVERYWHERE = "127.0.0.1", "0.0.0.0"
# Bytes of the teacher's key.
_KEY = 16


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


def _url(name: str, port: int, root: str) -> str:
    return f"http://{f'[{name}]' if ':' in name else name}:{port}{root}"


def _here(host: str) -> str:
    """The name by which this machine reaches a server at ``host``."""
    return "localhost" if _is_everywhere(host) else host


def _told(host: str, port: int, root: str) -> str:
    """Where to open the page."""

    def url(name: str) -> str:
        return _url(name, port, root)

    if not _is_everywhere(host):
        return f"Open {url(host)} (stop with Ctrl-C)."
    here = url(_here(host))
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
        str | None,
        typer.Option(
            "--host",
            help="Address to serve on. 0.0.0.0 also serves other machines; it is the default with "
            "--class.",
            show_default=LOOPBACK,
        ),
    ] = None,
    port: Annotated[int, typer.Option("--port", min=1, max=65535, help="Port.")] = 8080,
    open_: Annotated[
        bool, typer.Option("--open/--no-open", help="Open the page in the browser.")
    ] = True,
    class_: Annotated[
        bool,
        typer.Option(
            "--class",
            help="Class mode: students join a room with their phones, and a teacher leads it. The "
            "terminal shows the teacher's link.",
        ),
    ] = False,
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
    if host is None:
        host = EVERYWHERE if class_ else LOOPBACK
    _check_free(host, port)
    prepare_rules(Scenario.load("district"))
    from sim.app import server
    from sim.app.classroom import Teacher

    say("Warming up …")
    server.warm_up()
    if not _is_loopback(host):
        say(
            f"zhixing: --host {host}: whoever reaches this machine can open the page and use its "
            "processors; there is no password. It shows shipped scenarios, and to each visitor the "
            "table that this visitor pastes. It reads and writes no file."
        )
    if used is not None:
        say(f"“Show doubt” uses {posterior} for {', '.join(used)}; shipped draws for the others.")
    say(_told(host, port, root))
    more: dict[str, Any] = {"root_path": root} if root else {}
    show: bool | str = open_
    if class_:
        key = secrets.token_urlsafe(_KEY)
        others = _for_others(host) if _is_everywhere(host) else None
        more["teacher"] = Teacher(key, others and _url(others, port, root))
        path = f"/class?key={key}"
        show = path if open_ else False
        say(f"Teacher, and nobody else: {_url(_here(host), port, root)}{path}")
    server.serve(host, port, show, *(allow_host or ()), **more)
