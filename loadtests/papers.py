"""The smallest Word document there is, made and looked through without a library: the generator has to be quick."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping
from html import escape

NAME = "document.docx"
MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

_MAIN = "word/document.xml"
_DECLARED = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPES = (
    f'{_DECLARED}<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" '
    'ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" '
    f'ContentType="application/xml"/><Override PartName="/{_MAIN}" ContentType="{MEDIA_TYPE}.main+xml"/></Types>'
)
_RELATIONS = (
    f'{_DECLARED}<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" Type="http://schemas.'
    f'openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="{_MAIN}"/></Relationships>'
)
_BODY = (
    f'{_DECLARED}<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>%s</w:body>'
    "</w:document>"
)


def document(text: str) -> bytes:
    """A paragraph for each block of the text."""
    body = "".join(f'<w:p><w:r><w:t xml:space="preserve">{escape(each)}</w:t></w:r></w:p>' for each in _blocks(text))
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in (("[Content_Types].xml", _TYPES), ("_rels/.rels", _RELATIONS), (_MAIN, _BODY % body)):
            packed.writestr(zipfile.ZipInfo(name), content)
    return written.getvalue()


def complete(content: bytes, text: str) -> bool:
    """Whether this is a Word document in which no paragraph of the text is missing or empty."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            body = packed.read(_MAIN).decode()
    except (zipfile.BadZipFile, KeyError, UnicodeDecodeError):
        return False
    paragraphs = re.findall(r"<w:p[ >].*?</w:p>", body, re.DOTALL)
    return sum(bool(re.search(r"<w:t(?: [^>]*)?>[^<]*\S[^<]*</w:t>", each)) for each in paragraphs) == len(
        _blocks(text)
    )


def form(file: bytes, fields: Mapping[str, str], boundary: str) -> bytes:
    """The body of a `multipart/form-data` request; the boundary must not stand in the file."""
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in fields.items()
    ]
    head = (
        f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{NAME}"\r\n'
        f"Content-Type: {MEDIA_TYPE}\r\n\r\n"
    )
    return b"".join([*parts, head.encode(), file, f"\r\n--{boundary}--\r\n".encode()])


def _blocks(text: str) -> list[str]:
    return text.split("\n\n")
