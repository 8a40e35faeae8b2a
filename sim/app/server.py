"""The server of the page: its views, its address and limits, and compilation before it starts."""

import contextlib
from typing import Any

from fastapi import Request
from fastapi.responses import Response
from nicegui import app, core, ui

from sim.app import lessons, own_table, sheet, teach, worlds
from sim.app.answers import run_one
from sim.app.classroom import Teacher
from sim.app.door import door
from sim.app.ending import GRACE, end_soon
from sim.app.frame import ICON, language, page_of, refusal, root_of
from sim.app.gate import LARGEST_MESSAGE
from sim.app.guard import guard
from sim.app.names import Names
from sim.app.refusals import Refusal
from sim.app.views import VIEWS
from sim.app.visitors import look_after
from sim.government import Government


def register() -> None:
    """Register the address of each view and lesson with NiceGUI."""
    for view in VIEWS.values():
        ui.page(view.path)(page_of(view))
    own_table.register()
    ui.page("/lessons/{name}")(lessons.page)
    ui.page(sheet.HOME + "/{name}")(sheet.page)
    ui.page(f"{teach.PATH}/{{name}}")(teach.page)


def warm_up() -> None:
    """Make the first runs, so that no visitor has to wait for compilation."""
    run_one(worlds.plan("district"), 1, 0)
    for world in list(worlds.watched().values())[:1]:
        government = Government(world, seed=1)
        government.run_for(12)


async def _absent(request: Request, error: Exception) -> Response:
    """The page for an unknown address."""
    return refusal(language(request), Refusal("no_page"), 404, root_of(request))


async def _plain(request: Request, error: Exception) -> Response:
    """The page for an unexpected error; details are in the log only."""
    return refusal(language(request), Refusal("failed"), 500, root_of(request))


def serve(
    host: str,
    port: int,
    show: bool | str,
    *names: str,
    teacher: Teacher | None = None,
    **more: Any,
) -> None:
    """Serve the page at ``host`` and ``port`` until it is stopped.

    ``show`` opens a browser, perhaps at a path; ``names`` are additional host names of the server,
    ``teacher`` offers class mode, and ``more`` are options for NiceGUI.
    """
    register()
    if teacher is not None:
        teacher.register()
    core.sio.eio.max_http_buffer_size = LARGEST_MESSAGE
    # Pages of other sites in the same browser must not connect.
    core.sio.eio.cors_allowed_origins = None
    guard(core.sio)
    app.add_exception_handler(404, _absent)
    app.add_exception_handler(500, _plain)
    app.on_startup(end_soon)
    app.on_startup(look_after)
    with contextlib.suppress(KeyboardInterrupt):
        ui.run(
            host=host,
            port=port,
            title="知行 Zhixing",
            favicon=ICON,
            show=show,
            reload=False,
            tailwind=False,
            # A page that lost its connection is loaded again; its link contains its state.
            message_history_length=0,
            binding_refresh_interval=None,
            show_welcome_message=False,
            uvicorn_logging_level="warning",
            # Compressing every message takes more time than it saves in transfer.
            ws_per_message_deflate=False,
            ws_max_size=LARGEST_MESSAGE,
            http=door(Names(host, names)),
            timeout_graceful_shutdown=GRACE,
            **more,
        )
