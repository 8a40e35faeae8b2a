"""Results that are computed once and stored as JSON: data classes of numbers and arrays."""

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, fields, is_dataclass
from pathlib import Path
from typing import Any, get_args, get_origin, get_type_hints

import numpy as np
from numpy.typing import NDArray

from sim.study.files import write_whole
from sim.study.provenance import as_json

SUFFIX = ".json"
_ARRAY = get_origin(NDArray[np.float64])


def kept[Result](path: Path, kind: type[Result], compute: Callable[[], Result]) -> Result:
    """A result of class ``kind``, read from the file ``path``.json, or computed and written there.

    The path must identify everything that determines the result. If the file cannot be read, the
    result is computed again.
    """
    file = path.with_suffix(SUFFIX)
    try:
        found: Result = _made(kind, json.loads(file.read_text(encoding="utf-8")))
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        found = compute()
        write_whole(file, as_json(_plain(asdict(found))).encode())  # type: ignore[call-overload]
    return found


def _plain(value: Any) -> Any:
    if isinstance(value, np.ndarray):
        return value.tolist()
    if isinstance(value, Mapping):
        return {key: _plain(one) for key, one in value.items()}
    return [_plain(one) for one in value] if isinstance(value, list | tuple) else value


def _made(kind: Any, content: Any) -> Any:
    """A value of a declared type from plain JSON; null in an array becomes NaN."""
    if is_dataclass(kind):
        hints = get_type_hints(kind)
        return kind(**{one.name: _made(hints[one.name], content[one.name]) for one in fields(kind)})  # type: ignore[operator]
    if content is None:
        return None
    choices = [one for one in get_args(kind) if one is not type(None)]
    if type(None) in get_args(kind):
        return _made(choices[0], content)
    if get_origin(kind) is list:
        return [_made(choices[0], one) for one in content]
    if get_origin(kind) is _ARRAY:
        return np.array(content, get_args(kind)[0])
    return content
