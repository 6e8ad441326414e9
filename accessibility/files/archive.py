"""Packages (zip): read whole into memory within limits, never unpacked into a folder, written again part by part."""

import io
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass

from accessibility.files.opened import MIB, Limits
from accessibility.files.refusals import FileDamaged, FileEncrypted, FileHasMacros, FileTooLarge, FileTooManyParts
from accessibility.files.xml import parse

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED_PACKAGE = "EncryptedPackage".encode("utf-16-le")
_ENCRYPTED = 0x1
_METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
_LINK = "{http://openoffice.org/2000/library}link"
_READ_AT_ONCE = 256 * 1024


@dataclass(frozen=True, slots=True)
class Archive:
    """The parts by name, in the order of the package."""

    infos: tuple[zipfile.ZipInfo, ...]
    parts: Mapping[str, bytes]

    def written(self, changed: Mapping[str, bytes]) -> bytes:
        """The package with other content in some parts; what is stored unpacked, as the type of an EPUB, stays so."""
        target = io.BytesIO()
        with zipfile.ZipFile(target, "w") as package:
            for info in self.infos:
                fresh = zipfile.ZipInfo(info.filename, info.date_time)
                fresh.compress_type, fresh.external_attr = info.compress_type, info.external_attr
                package.writestr(fresh, changed.get(info.filename, self.parts[info.filename]))
        return target.getvalue()


def read(content: bytes, limits: Limits) -> Archive:
    """All parts; raises FileDamaged, FileEncrypted, FileTooLarge, FileTooManyParts or FileHasMacros."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            infos = tuple(info for info in package.infolist() if not info.is_dir())
            _refuse(infos, limits)
            left = limits.unpacked_bytes
            parts: dict[str, bytes] = {}
            for info in infos:
                parts[info.filename] = _part(package, info, left, limits)
                left -= len(parts[info.filename])
            if any(_links_basic(*part) for part in parts.items()):
                raise FileHasMacros
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, OSError):
        raise FileDamaged from None
    return Archive(infos, parts)


def _refuse(infos: tuple[zipfile.ZipInfo, ...], limits: Limits) -> None:
    names = [info.filename for info in infos]
    if len(names) > limits.parts:
        raise FileTooManyParts(limit=limits.parts)
    if (
        len(set(names)) < len(names)
        or any(map(_leads_out, names))
        or any(i.compress_type not in _METHODS for i in infos)
    ):
        raise FileDamaged
    if any(info.flag_bits & _ENCRYPTED for info in infos):
        raise FileEncrypted
    if any(map(_runs, names)):
        raise FileHasMacros


def _leads_out(name: str) -> bool:
    return name.startswith(("/", "\\")) or ":" in name or "\\" in name or ".." in name.split("/")


def _runs(name: str) -> bool:
    """Parts that hold programs: VBA, and Basic or scripts of OpenDocument. Lists of Basic libraries hold none, and
    stand in files whose macros were taken out."""
    basic = name.startswith("Basic/") and not _is_list(name)
    return basic or name.startswith("Scripts/") or name.lower().endswith(("vbaproject.bin", "vbadata.xml"))


def _is_list(name: str) -> bool:
    return name.rpartition("/")[2] in ("script-lc.xml", "script-lb.xml")


def _links_basic(name: str, content: bytes) -> bool:
    """Whether a list of libraries names one of another file, or cannot be read."""
    if not name.startswith("Basic/"):
        return False
    try:
        libraries = parse(content).iter("{*}library")
    except FileDamaged:
        return True
    return any(each.get(_LINK, "false") != "false" for each in libraries)


def _part(package: zipfile.ZipFile, info: zipfile.ZipInfo, left: int, limits: Limits) -> bytes:
    """What a package says of its sizes may be a lie: what comes out is counted while it does."""
    pieces, size = [], 0
    with package.open(info) as stream:
        while piece := stream.read(_READ_AT_ONCE):
            size += len(piece)
            if size > left:
                raise FileTooLarge(limit=limits.unpacked_bytes // MIB)
            pieces.append(piece)
    return b"".join(pieces)


def is_zip(content: bytes) -> bool:
    """Whether it begins as a package does."""
    return content.startswith(b"PK\x03\x04")


def has_part(content: bytes, name: str) -> bool:
    """Whether a package has a part of this name; False for what is no package."""
    if not is_zip(content):
        return False
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            return name in package.NameToInfo
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        return False


def first_bytes(content: bytes, name: str, most: int) -> bytes:
    """What a part of a package begins with; empty where there is none."""
    if not is_zip(content):
        return b""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package, package.open(name) as stream:
            return stream.read(most)
    except (zipfile.BadZipFile, zlib.error, EOFError, KeyError, ValueError, RuntimeError, OSError, NotImplementedError):
        return b""


def mimetype(content: bytes) -> str:
    """The type that OpenDocument and EPUB files name in their first part; empty for others."""
    return first_bytes(content, "mimetype", 100).decode("ascii", "replace").strip()


def is_encrypted_office(content: bytes) -> bool:
    """Word and PowerPoint files with a password are no packages but OLE files that hold one."""
    return content.startswith(_OLE) and _ENCRYPTED_PACKAGE in content
