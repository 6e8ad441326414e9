"""What clients of DeepL and LibreTranslate keep with us: glossaries, documents."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import deepl
import httpx
import pytest

from gateway.settings import load_settings
from gateway.state.database import open_database
from tests.accessibility.files import pdfs
from tests.clients.live import Live, live
from tests.gateway.running import eventually

pytestmark = [
    pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.timeout(180),
]

PAGE = "<html lang='es'><body><h1>Aviso</h1><p>La oficina <b>abre</b> mañana.</p></body></html>"


@pytest.fixture(scope="module")
def keeping(valkey_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    folder = str(tmp_path_factory.mktemp("data"))
    settings: dict[str, Any] = {"MALGIL_DATA_FOLDER": folder}
    with live(valkey_url, model="keeping", database=open_database(load_settings(settings)), **settings) as started:
        yield started


@pytest.fixture
def client(keeping: Live, monkeypatch: pytest.MonkeyPatch) -> Iterator[deepl.DeepLClient]:
    monkeypatch.setattr("deepl.http_client.max_network_retries", 0)
    # It asks every five seconds.
    monkeypatch.setattr("deepl.translator.time.sleep", lambda _: None)
    with closing(deepl.DeepLClient("any", server_url=keeping.url)) as made:
        yield made


def test_a_glossary_is_made_used_listed_read_and_deleted(client: deepl.DeepLClient) -> None:
    terms = {"amigo": "copain", "እጅ": "main"}
    made = client.create_glossary("Avisos", "ES", "FR", terms)
    assert (made.name, made.ready, made.entry_count) == ("Avisos", True, 2)
    assert (made.source_lang.lower(), made.target_lang.lower()) == ("es", "fr")
    assert made.creation_time.year > 2000
    assert [each.glossary_id for each in client.list_glossaries()] == [made.glossary_id]
    assert client.get_glossary(made.glossary_id).entry_count == 2
    assert client.get_glossary_entries(made) == terms
    found = client.translate_text("Hola amigo.", source_lang="ES", target_lang="FR", glossary=made)
    assert isinstance(found, deepl.TextResult)
    assert "copain" in found.text
    client.delete_glossary(made)
    with pytest.raises(deepl.GlossaryNotFoundException):
        client.get_glossary(made.glossary_id)
    pairs = {(each.source_lang, each.target_lang) for each in client.get_glossary_languages()}
    assert ("ES", "FR") in {(source.upper(), target.upper()) for source, target in pairs}


def test_a_glossary_that_is_none_is_refused(client: deepl.DeepLClient, keeping: Live) -> None:
    with pytest.raises(deepl.DeepLException):
        client.translate_text("Hola", source_lang="ES", target_lang="FR", glossary="g0000000000000000")
    body = {"name": "a", "source_lang": "es", "target_lang": "fr", "entries": "uno", "entries_format": "tsv"}
    answer = httpx.post(f"{keeping.url}/v2/glossaries", json=body)
    assert (answer.status_code, answer.headers["malgil-error"]) == (400, "file_damaged")
    unnamed = {"text": ["Hola"], "target_lang": "FR", "glossary_id": "g0000000000000000"}
    assert httpx.post(f"{keeping.url}/v2/translate", json=unnamed).status_code == 400


def test_a_document_goes_and_comes_with_the_official_client(client: deepl.DeepLClient, tmp_path: Path) -> None:
    source, result = tmp_path / "aviso.html", tmp_path / "avis.html"
    source.write_text(PAGE, encoding="utf-8")
    client.translate_document_from_filepath(source, result, source_lang="ES", target_lang="FR")
    written = result.read_text(encoding="utf-8")
    assert "oficina~fr <b>abre~fr</b>" in written or "<b>abre" in written
    assert "Aviso~fr" in written


def test_a_document_holds_the_terms_of_a_glossary(client: deepl.DeepLClient, keeping: Live) -> None:
    made = client.create_glossary("Avisos", "ES", "FR", {"oficina": "bureau"})
    out = io.BytesIO()
    page = io.BytesIO(PAGE.encode())
    client.translate_document(page, out, source_lang="ES", target_lang="FR", glossary=made, filename="aviso.html")
    assert b"bureau" in out.getvalue()
    several = io.BytesIO()
    way: dict[str, Any] = {"source_lang": "ES", "target_lang": "FR", "filename": "aviso.html"}
    client.translate_document(io.BytesIO(PAGE.encode()), several, glossary_ids=[made.glossary_id], **way)
    assert b"bureau" in several.getvalue()
    for fields, named in (
        ({"glossary_id": made.glossary_id}, "source_lang"),
        ({"glossary_ids": f"{made.glossary_id},g0", "source_lang": "ES"}, "glossary_ids"),
        ({"style_id": "s"}, "style_id"),
        ({"translation_memory_id": "t"}, "translation_memory_id"),
    ):
        form = {"target_lang": "FR", **fields}
        answer = httpx.post(f"{keeping.url}/v2/document", data=form, files={"file": ("a.txt", b"Hola")})
        assert (answer.status_code, named in answer.json()["message"]) == (400, True)


def test_a_stream_without_a_name_is_known_by_its_content(client: deepl.DeepLClient) -> None:
    out = io.BytesIO()
    status = client.translate_document(
        io.BytesIO(PAGE.encode()), out, target_lang="PT-BR", source_lang="ES", filename="file"
    )
    assert (status.done, status.billed_characters) == (True, len("AvisoLa oficina abre mañana."))
    assert b"Aviso~pt" in out.getvalue()


def test_what_comes_back_is_of_the_format_that_its_name_says(client: deepl.DeepLClient, tmp_path: Path) -> None:
    """The official client sends the ending of the result where it is another one, and nothing where it is not."""
    page, letter = tmp_path / "aviso.html", tmp_path / "carta.pdf"
    page.write_text(PAGE, encoding="utf-8")
    letter.write_bytes(pdfs.letter())
    way: dict[str, Any] = {"source_lang": "ES", "target_lang": "FR"}
    for source, result in ((page, "avis.pdf"), (page, "avis.docx"), (letter, "lettre.pdf"), (letter, "lettre.odt")):
        with pytest.raises(deepl.DeepLException, match="output_format"):
            client.translate_document_from_filepath(source, tmp_path / result, **way)
    client.translate_document_from_filepath(letter, tmp_path / "lettre.docx", **way)
    assert (tmp_path / "lettre.docx").read_bytes().startswith(b"PK")
    client.translate_document_from_filepath(letter, tmp_path / "lettre.html", **way)
    assert (tmp_path / "lettre.html").read_bytes().startswith(b"<!DOCTYPE html>")
    client.translate_document_from_filepath(page, tmp_path / "avis.htm", **way)
    assert "Aviso~fr" in (tmp_path / "avis.htm").read_text(encoding="utf-8")


def test_the_address_of_a_translated_pdf_ends_as_what_it_is(keeping: Live) -> None:
    sent = {"file": ("carta.pdf", pdfs.letter())}
    answer = httpx.post(f"{keeping.url}/translate_file", data={"source": "es", "target": "fr"}, files=sent, timeout=60)
    address = answer.json()["translatedFileUrl"]
    assert address.endswith(".html")
    assert httpx.get(address).headers["content-type"].startswith("text/html")


def test_documents_are_refused_as_the_official_client_knows_it(client: deepl.DeepLClient, keeping: Live) -> None:
    with pytest.raises(deepl.DeepLException):
        client.translate_document(io.BytesIO(b"\0\1"), io.BytesIO(), target_lang="FR", filename="a.docx")
    with pytest.raises(deepl.DeepLException):
        client.translate_document(
            io.BytesIO(b"Hola"), io.BytesIO(), target_lang="FR", filename="a.txt", formality="more"
        )
    handle = client.translate_document_upload(
        io.BytesIO(b"Hola amigo."), source_lang="ES", target_lang="FR", filename="a.txt"
    )
    for path in ("", "/result"):
        wrong = httpx.post(f"{keeping.url}/v2/document/{handle.document_id}{path}", json={"document_key": "0"})
        assert (wrong.status_code, wrong.headers["malgil-error"]) == (404, "unknown_document")


def test_a_file_for_libretranslate_is_translated_and_fetched_without_a_key(keeping: Live) -> None:
    sent = {"file": ("carta de Ana.txt", "Hola amigo.\n\nشكرا".encode())}
    form = {"source": "es", "target": "fr"}
    answer = httpx.post(f"{keeping.url}/translate_file", data=form, files=sent, timeout=60)
    address = answer.json()["translatedFileUrl"]
    assert address.startswith(f"{keeping.url}/download_file/")
    assert address.endswith(".txt")
    assert "Ana" not in address
    fetched = httpx.get(address)
    assert fetched.text.startswith("Hola~fr amigo~fr.")
    assert "attachment" in fetched.headers["content-disposition"]
    for missing in (address.replace("public", "other"), f"{keeping.url}/download_file/x"):
        gone = httpx.get(missing)
        assert (gone.status_code, list(gone.json())) == (404, ["error"])


def test_a_document_that_is_sent_again_is_computed_once(keeping: Live) -> None:
    """As its client does after ten seconds: a second job, and no second work."""
    lines = [f"El aviso {number} llega mañana temprano." for number in ("rojo", "verde", "azul")]
    before = len(keeping.engine.translated)
    notice = "\n\n".join(lines).encode()
    with closing(deepl.DeepLClient("any", server_url=keeping.url)) as again:
        handles = [
            again.translate_document_upload(
                io.BytesIO(notice), source_lang="ES", target_lang="DE", filename="aviso.txt"
            )
            for _ in range(3)
        ]
        assert len({handle.document_id for handle in handles}) == 3
        assert eventually(lambda: all(again.translate_document_get_status(each).done for each in handles), 60)
    computed = [each.text for each in keeping.engine.translated[before:]]
    assert sorted(computed) == sorted(lines)


def test_what_is_no_file_is_refused_in_its_shape(keeping: Live) -> None:
    form = {"source": "es", "target": "fr"}
    for files in ({}, {"file": ("a.exe", b"MZ\0")}, {"file": ("a.txt", b"")}, {"file": ("a.docx", b"PK\3\4")}):
        answer = httpx.post(f"{keeping.url}/translate_file", data=form, files=files, timeout=60)
        assert (answer.status_code, list(answer.json())) == (400, ["error"])


def test_a_page_in_front_learns_which_files_are_taken(keeping: Live) -> None:
    told = httpx.get(f"{keeping.url}/frontend/settings").json()
    assert told["filesTranslation"] is True
    assert {".docx", ".odt", ".pdf", ".txt", ".html", ".epub", ".srt", ".pptx"} <= set(told["supportedFilesFormat"])
    assert ".csv" not in told["supportedFilesFormat"]  # nobody could name its columns
