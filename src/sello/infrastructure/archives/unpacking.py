"""Read an archive that anybody may have made: distrusted first, then read in pieces.

Nothing is ever unpacked to disk, so no name in it can lead anywhere. What is read is bounded before it is read: the
table of contents by its own length, each member by what the manifest says, each line by a limit.
"""

import hashlib
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Set
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import IO, Final

import msgspec

from sello.infrastructure.archives.form import FORMAT, KIND, LOGO, MANIFEST, README, Archived, Manifest, member_of
from sello.shared.errors import Refused

_CONTENTS: Final = 256 << 10  # bytes of the table of contents: a hundred members of names we know
_MANIFEST: Final = 1 << 20
_LINE: Final = 1 << 20  # bytes of one row: the largest is a poster's or a rule's JSON, some kilobytes
_CHUNK: Final = 256 << 10
_FILES: Final = {LOGO: 8 << 20, README: 1 << 20}
_RATIO: Final = 200  # JSON lines shrink to a tenth or twentieth; a bomb to a thousandth
_SMALL: Final = 1 << 20  # and what is this small may shrink as it likes
_BROKEN: Final = (zipfile.BadZipFile, zlib.error, EOFError, OSError, struct.error, NotImplementedError, RuntimeError)
_END: Final = struct.Struct("<4s4H2LH")
_LOCATOR: Final = struct.Struct("<4sLQL")
_END_64: Final = struct.Struct("<4sQ2H2L4Q")


class Archive:
    """An open archive whose manifest was read and whose members are those that it names.

    Opening refuses archive_unreadable, archive_too_new, archive_altered. A context manager.
    """

    def __init__(self, path: Path, tables: Mapping[str, Archived], *, schemas: Set[str]) -> None:
        with _understood():
            _bound_contents(path)
            self._zip = zipfile.ZipFile(path)
        self._reading = set[IO[bytes]]()
        try:
            with _understood():
                self.manifest = self._read_manifest(schemas)
                self._check_members(tables)
        except BaseException:
            self._zip.close()
            raise

    def __enter__(self) -> "Archive":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for member in self._reading:  # of readers that were left in the middle
            member.close()
        self._zip.close()

    def lines(self, table: str) -> Iterator[bytes]:
        """The lines of a table, without their ends.

        After the last one its digest has been compared: refuses archive_altered, archive_unreadable.
        """
        said = self.manifest.tables[table]
        digest, size, rows, rest = hashlib.sha256(), 0, 0, b""
        with _understood(), self._zip.open(member_of(table)) as member:
            self._reading.add(member)
            while chunk := member.read(_CHUNK):
                digest.update(chunk)
                size += len(chunk)
                if size > said.bytes:
                    raise Refused("archive_altered", name=table)
                *lines, rest = (rest + chunk).split(b"\n")
                if len(rest) > _LINE:
                    raise Refused("archive_unreadable")
                rows += len(lines)
                yield from lines
        if rest or (size, rows, digest.hexdigest()) != (said.bytes, said.rows, said.sha256):
            raise Refused("archive_altered", name=table)

    def file(self, name: str) -> bytes | None:
        """A file beside the tables, or None; refuses archive_altered."""
        said = self.manifest.files.get(name)
        if said is None:
            return None
        with _understood():
            data = _read(self._zip, name, _FILES[name])
        if (len(data), hashlib.sha256(data).hexdigest()) != (said.bytes, said.sha256):
            raise Refused("archive_altered", name=name)
        return data

    def _read_manifest(self, schemas: Set[str]) -> Manifest:
        try:
            said = msgspec.json.decode(_read(self._zip, MANIFEST, _MANIFEST))
            if not isinstance(said, dict) or said.get("kind") != KIND:
                raise Refused("archive_unreadable")
            # Asked before the rest: what a newer sello writes may have any shape.
            if not isinstance(said.get("format"), int) or said["format"] > FORMAT:
                raise Refused("archive_too_new", version=str(said.get("sello", "")))
            manifest = msgspec.convert(said, Manifest)
        except (KeyError, msgspec.DecodeError, msgspec.ValidationError, RecursionError) as error:
            raise Refused("archive_unreadable") from error
        if manifest.schema not in schemas:
            raise Refused("archive_too_new", version=manifest.sello)
        return manifest

    def _check_members(self, tables: Mapping[str, Archived]) -> None:
        """Every member is one that the manifest names, once, plain, and not a bomb; every table is one we know."""
        manifest = self.manifest
        unknown = set(manifest.tables) - set(tables)
        if unknown:
            raise Refused("archive_too_new", version=manifest.sello)
        for name, said in manifest.tables.items():
            if not set(said.columns) <= set(tables[name].columns):
                raise Refused("archive_too_new", version=manifest.sello)
        sizes = {member_of(name): said.bytes for name, said in manifest.tables.items()}
        sizes |= {name: said.bytes for name, said in manifest.files.items()}
        members = self._zip.infolist()
        names = [member.filename for member in members]
        if len(set(names)) != len(names) or set(names) != {MANIFEST, *sizes} or not set(manifest.files) <= set(_FILES):
            raise Refused("archive_altered", name=MANIFEST)
        for member in members:
            if member.flag_bits & 0x1 or member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                raise Refused("archive_unreadable")
            if member.file_size > max(_SMALL, _RATIO * member.compress_size):
                raise Refused("archive_bomb")
            if member.filename != MANIFEST and member.file_size != sizes[member.filename]:
                raise Refused("archive_altered", name=member.filename)


def _read(archive: zipfile.ZipFile, name: str, most: int) -> bytes:
    with archive.open(name) as member:
        data = member.read(most + 1)
    if len(data) > most:
        raise Refused("archive_bomb")
    return data


def _bound_contents(path: Path) -> None:
    """Refuse a table of contents that would not fit: zipfile reads it whole, whatever its length."""
    with path.open("rb") as file:
        length = file.seek(0, 2)
        begin = max(0, length - (1 << 16) - _END.size - _LOCATOR.size)
        file.seek(begin)
        tail = file.read()
        at = tail.rfind(b"PK\5\6")
        if at < 0 or len(tail) - at < _END.size:
            raise Refused("archive_unreadable")
        size = _END.unpack_from(tail, at)[5]
        located = at - _LOCATOR.size
        if located >= 0 and tail[located : located + 4] == b"PK\6\7":
            file.seek(_LOCATOR.unpack_from(tail, located)[2])
            size = max(size if size < 0xFFFFFFFF else 0, _size_64(file))
    if size > _CONTENTS:
        raise Refused("archive_bomb")


def _size_64(file: IO[bytes]) -> int:
    record = file.read(_END_64.size)
    if len(record) < _END_64.size or record[:4] != b"PK\6\6":
        raise Refused("archive_unreadable")
    return int(_END_64.unpack(record)[8])


@contextmanager
def _understood() -> Iterator[None]:
    """Whatever the ZIP's reader trips over means that this is no archive, or half of one."""
    try:
        yield
    except _BROKEN as error:
        raise Refused("archive_unreadable") from error
