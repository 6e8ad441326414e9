"""Callers with an API key, callers of a service that talks TLS, and callers who hand in documents."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import trustme

from loadtests.access import VARIABLE, access
from loadtests.link import not_permitted
from loadtests.refusal import LoadTestRefused
from tests.loadtests.fake_service import Document, fake_service
from tests.loadtests.test_command import PROFILE, loadtest

KEY = "malgil_0123456789abcdef_secret"
RATE = ("--rate", "6", "--duration", "1", "--seed", "1")
OFFICES = re.sub(r"\[mix\].*", "document_patience_s = 6\n[mix]\ndocument = 1\n", PROFILE, flags=re.DOTALL)


@pytest.fixture(params=["variable", "file"])
def key_given(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[str, ...]:
    """The options that go with it."""
    if request.param == "variable":
        monkeypatch.setenv(VARIABLE, KEY)
        return ()
    (tmp_path / "key").write_text(f"{KEY}\n", encoding="ascii")
    return ("--key-file", str(tmp_path / "key"))


def test_a_key_is_shown_with_every_request_and_told_nowhere(tmp_path: Path, key_given: tuple[str, ...]) -> None:
    with fake_service(key=KEY) as service:
        ended = loadtest(tmp_path, service.url, *RATE, *key_given)
    assert ended.status == 0, ended.said
    assert ended.result["requests"]["answered"] == ended.result["requests"]["due"] > 0
    assert service.shown == {f"Bearer {KEY}"}
    told = ended.said + "".join(path.read_text(encoding="utf-8") for path in ended.out.iterdir())
    assert KEY not in told
    assert "| callers | with an API key |" in ended.text
    assert ended.result["api_key"] is True


@pytest.mark.parametrize(
    ("given", "said"),
    [("", "nobody is served without an API key"), (KEY[:-1], "the API key is unknown, revoked or expired")],
)
def test_a_service_that_would_refuse_every_caller_is_not_tested(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, given: str, said: str
) -> None:
    monkeypatch.setenv(VARIABLE, given)
    with fake_service(key=KEY) as service:
        ended = loadtest(tmp_path, service.url, *RATE)
    assert (ended.status, service.bodies) == (2, [])
    assert said in ended.said
    assert (VARIABLE in ended.said) == (not given)
    assert KEY[:-1] not in ended.said
    assert not ended.out.exists()


@pytest.mark.parametrize("content", [b"", b"two words", "clé".encode(), b"\xff", None])
def test_a_file_that_holds_no_key_is_refused_without_repeating_it(tmp_path: Path, content: bytes | None) -> None:
    if content is not None:
        (tmp_path / "key").write_bytes(content)
    with pytest.raises(LoadTestRefused) as refused:
        access(KEY, tmp_path / "key")
    assert str(tmp_path / "key") in str(refused.value)
    assert "words" not in str(refused.value)


def test_a_key_is_not_in_what_python_prints_of_it() -> None:
    assert KEY not in repr(access(KEY, None))


@pytest.mark.parametrize("link", [False, True], ids=["no link", "link"])
def test_a_service_with_tls_is_asked_by_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, link: bool) -> None:
    if link and (reason := not_permitted()):
        pytest.skip(f"links cannot be emulated here: {reason}")
    authority = trustme.CA()
    certificate, trusted = tmp_path / "service.pem", tmp_path / "authority.pem"
    authority.issue_cert("localhost").private_key_and_cert_chain_pem.write_to_path(str(certificate))
    authority.cert_pem.write_to_path(str(trusted))
    monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
    profile = PROFILE + ("[link]\nlatency_ms = 5\ndown_kbit = 10_000\nup_kbit = 10_000\n" if link else "")
    with fake_service(certificate=certificate) as service:
        ended = loadtest(tmp_path, service.url, *RATE, profile=profile)
    assert ended.status == 0, ended.said
    assert ended.result["requests"]["answered"] == ended.result["requests"]["due"] == len(service.bodies) > 0
    assert {str(host).split(":")[0] for host in service.named} == {"localhost"}
    assert (ended.result["link"] is not None) == link


def test_documents_are_handed_in_asked_about_fetched_and_erased(tmp_path: Path) -> None:
    with fake_service(key=KEY) as service:
        (tmp_path / "key").write_text(KEY, encoding="ascii")
        ended = loadtest(tmp_path, service.url, *RATE, "--key-file", str(tmp_path / "key"), profile=OFFICES)
    requests = ended.result["requests"]
    assert requests["answered"] == requests["due"] == len(service.files) > 0, ended.said
    assert sorted(service.fetched) == sorted(service.erased) == sorted(service.files)
    assert service.bodies == []
    assert service.shown == {f"Bearer {KEY}"}
    # The first look is refused, at the second it is being translated.
    assert ended.result["document_polls"] == 3 * len(service.files)
    assert f"Documents were asked about {ended.result['document_polls']} times in between" in ended.text
    assert re.search(r"\| document \| [^|]+ \| \d+ \| 0 \| 0 \| (3,?\d\d\d|3) ", ended.text), ended.text


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        ("fails", "200 document_damaged"),
        ("never ends", "time-out"),
        ("loses a paragraph", "200 incomplete answer"),
        ("is lost", "404 unknown_document"),
    ],
)
def test_a_document_that_does_not_come_back_whole_is_counted_under_its_reason(
    tmp_path: Path, document: Document, reason: str
) -> None:
    profile = OFFICES.replace("document_patience_s = 6", "document_patience_s = 4")
    with fake_service(document=document) as service:
        ended = loadtest(tmp_path, service.url, "--rate", "2", "--duration", "1", "--seed", "1", profile=profile)
    requests = ended.result["requests"]
    assert (requests["answered"], requests["failed"]) == (0, len(service.files))
    assert f"| {reason} | failed |" in ended.text
    assert sorted(service.erased) == sorted(service.files) != []


def test_a_service_that_takes_no_more_documents_refuses_and_does_not_fail(tmp_path: Path) -> None:
    with fake_service("limits") as service:
        ended = loadtest(tmp_path, service.url, *RATE, profile=OFFICES)
    assert ended.result["requests"]["refused"] == ended.result["requests"]["due"] > 0
    assert "| 429 documents_full | refused |" in ended.text
    assert service.erased == []
