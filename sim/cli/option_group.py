"""Groups of options: a dataclass whose fields are options, which commands take as one argument."""

import inspect
from collections.abc import Callable
from dataclasses import MISSING, fields
from functools import wraps
from typing import Any, get_type_hints

_KEYWORD = inspect.Parameter.KEYWORD_ONLY
_REQUIRED = inspect.Parameter.empty


def takes(group: type) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """A decorator for a command with an argument ``asked`` of the dataclass ``group``.

    For Typer the command then has an option for each field, in the place of ``asked``.
    """
    hints = get_type_hints(group, include_extras=True)
    names = [one.name for one in fields(group)]
    options = [
        inspect.Parameter(
            one.name,
            _KEYWORD,
            default=_REQUIRED if one.default is MISSING else one.default,
            annotation=hints[one.name],
        )
        for one in fields(group)
    ]

    def taking(command: Callable[..., None]) -> Callable[..., None]:
        listed: list[inspect.Parameter] = []
        for one in inspect.signature(command, eval_str=True).parameters.values():
            listed += options if one.name == "asked" else [one.replace(kind=_KEYWORD)]

        @wraps(command)
        def called(**given: Any) -> None:
            asked = group(**{name: given.pop(name) for name in names})
            command(asked=asked, **given)

        called.__signature__ = inspect.Signature(listed)  # type: ignore[attr-defined]
        called.__annotations__ = {one.name: one.annotation for one in listed}
        return called

    return taking
