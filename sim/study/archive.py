"""Archives of files: written with the same bytes everywhere, and checked when they are read.

Entries stand in the order of their names and have one date. Those of a bundle are stored as they
are, because compression differs between versions of its library; tables are compressed in
themselves.
"""

import io
import re
import stat
import zipfile
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from sim.errors import BadInput, shown
from sim.input_file import UNSEEN, read_bytes

# The earliest date that the format has.
_A_DATE = (1980, 1, 1, 0, 0, 0)
_MODE = 0o644
# Of ``ZipInfo.create_system``.
_UNIX = 3
# Bit of ``flag_bits`` of an entry that needs a password.
_ENCRYPTED = 0x1
# Bytes of an archive, entries, bytes of all of them, and bytes of an entry for each that it takes
# in the archive. Text compresses to about a tenth; what grows a thousandfold is meant to exhaust
# memory.
MOST_BYTES = 2_000_000_000
MOST_ENTRIES = 10_000
MOST_UNPACKED = 4_000_000_000
MOST_RATIO = 100
# Sizes up to this are read whatever their ratio.
_SMALL = 1_000_000
LONGEST_NAME = 200
# Names that Windows keeps to devices.
_DEVICE = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)


def packed(files: Mapping[str, bytes], compressed: bool = False) -> bytes:
    """An archive of files by path; the same files give the same bytes.

    With ``compressed``, only on machines with the same version of zlib.
    """
    whole = io.BytesIO()
    method = zipfile.ZIP_DEFLATED if compressed else zipfile.ZIP_STORED
    with zipfile.ZipFile(whole, "w", method) as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, _A_DATE)
            entry.create_system = _UNIX
            entry.external_attr = (stat.S_IFREG | _MODE) << 16
            archive.writestr(entry, files[name], method)
    return whole.getvalue()


def unpacked(path: Path) -> dict[str, bytes]:
    """The files of an archive by path.

    Raises BadInput if it is no archive, is damaged, or contains what bundles never do: links, paths
    to other folders, entries with a password, or data that grow far beyond its size.
    """
    content = io.BytesIO(read_bytes(path, MOST_BYTES))
    try:
        with zipfile.ZipFile(content) as archive:
            entries = archive.infolist()
            _check_sizes(path, entries)
            names: dict[str, str] = {}
            found = {}
            for entry in entries:
                _check_entry(path, entry)
                name = entry.filename
                # Some file systems do not tell small letters from large ones.
                if name.casefold() in names:
                    raise BadInput(f"{path}: {shown(name)} is in the archive twice")
                names[name.casefold()] = name
                with archive.open(entry) as file:
                    found[name] = file.read(entry.file_size + 1)
            return found
    except BadInput:
        raise
    # A damaged archive makes the library raise errors of almost any kind.
    except Exception as error:
        raise BadInput(f"{path}: not an archive that can be read: {error}") from None


def _check_sizes(path: Path, entries: list[zipfile.ZipInfo]) -> None:
    if len(entries) > MOST_ENTRIES:
        raise BadInput(f"{path}: {len(entries):,} entries; expected at most {MOST_ENTRIES:,}")
    whole = sum(entry.file_size for entry in entries)
    if whole > MOST_UNPACKED:
        raise BadInput(f"{path}: {whole:,} bytes when unpacked; expected {MOST_UNPACKED:,} at most")
    taken = path.stat().st_size
    if whole > max(_SMALL, MOST_RATIO * taken):
        raise BadInput(
            f"{path}: would grow from {taken:,} to {whole:,} bytes when unpacked; expected at most "
            f"{MOST_RATIO} times its size"
        )


def _check_entry(path: Path, entry: zipfile.ZipInfo) -> None:
    name = entry.filename
    parts = PurePosixPath(name).parts
    strange = (
        len(name) > LONGEST_NAME
        or name.startswith("/")
        or name != "/".join(parts)
        or any(one in ("..", ".") or _DEVICE.fullmatch(one) for one in parts)
        or set(name) & set('\\:*?"<>|')
        or UNSEEN.search(name)
    )
    if strange or not parts:
        raise BadInput(f"{path}: {shown(name)}: no plain path of a file inside the archive")
    mode = entry.external_attr >> 16
    if mode and not stat.S_ISREG(mode) and stat.S_IFMT(mode):
        raise BadInput(f"{path}: {shown(name)}: a link or a device; expected files only")
    if entry.is_dir() or entry.flag_bits & _ENCRYPTED:
        raise BadInput(f"{path}: {shown(name)}: a folder or a secret; expected files only")
    if entry.file_size > max(_SMALL, MOST_RATIO * entry.compress_size):
        raise BadInput(f"{path}: {shown(name)}: grows {MOST_RATIO} times and more when unpacked")
