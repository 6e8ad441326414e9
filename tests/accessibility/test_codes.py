import pytest

from accessibility.checks import check
from locales.tags import LanguageTag


def found(source: str, target: str, tag: str = "ca") -> list[str]:
    report = check(source, target, LanguageTag(tag), complete=True)
    return [source[slice(*each.span)] for each in report.findings if each.code == "code_mismatch" and each.span]


@pytest.mark.parametrize(
    ("source", "target", "tag"),
    [
        ("IBAN ES91 2100 0418 4502 0005 1332", "IBAN ES9121000418450200051332", "ca"),
        ("El vuelo CG4684 y el A1GP.", "El vol CG 4684 i l'A1 GP.", "ca"),
        ("La gripe A (H5N1).", "إنفلونزا الطيور A(H5N1).", "ar"),
        ("La Ley 38/2003.", "법률 38/2003.", "ko"),
        ("Expediente AB-12/2026-X.", "दस्तावेज़ AB-12/2026-X.", "hi"),
        ("Expediente AB-12/2026-X.", "The file.", "en"),
        ("La tumba KV62. KV62 es famosa.", "La tomba KV62 és famosa.", "ca"),
        ("Los 27: UE-27, UE27.", "The 27: EU-27, EU27.", "en"),
        ("El virus VIH-1.", "The HIV-1 virus.", "en"),
        ("ENERO-2027, ANEXO-1", "GENER-2027, ANNEX-1", "ca"),
        ("HORARIO: 9H-14H", "HOURS: 9AM-2PM", "en"),
        ("WHO-7 и ВОЗ-7, EXP-1234", "FILE-1234 と OMS-7", "ja"),
    ],
)
def test_a_code_that_is_the_same_or_left_out_is_no_alarm(source: str, target: str, tag: str) -> None:
    assert found(source, target, tag) == []


@pytest.mark.parametrize(
    ("source", "target", "code"),
    [
        ("Expediente AB-1234-X.", "Expedient AV-1234-X.", "AB-1234-X"),
        ("Expediente AB-1234.", "Expedient AB-1243.", "AB-1234"),
        ("NIF 12345678Z.", "NIF 12345678X.", "12345678Z"),
        ("IBAN ES91 2100 0418 4502 0005 1332", "IBAN EN91 2100 0418 4502 0005 1332", "ES91 2100 0418 4502 0005 1332"),
        ("Casos de H5N5.", "حالات H5N1.", "H5N5"),
        ("La Ley 38/2003.", "Lo 39/2003.", "38/2003"),
    ],
)
def test_another_code_in_its_place_is_an_alarm(source: str, target: str, code: str) -> None:
    assert found(source, target) == [code]
