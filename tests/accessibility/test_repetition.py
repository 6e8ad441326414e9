import pytest

from accessibility.repetition import loops


@pytest.mark.parametrize(
    "text",
    [
        "la casa la casa la casa la casa",
        "Sí, sí, sí, sí.",
        "y después eteteteteteteteteteteete",
        "በቤት ውስጥ በቤት ውስጥ በቤት ውስጥ በቤት ውስጥ",
        "我们的我们的我们的我们的",
        "ประเทศประเทศประเทศประเทศ",
        "— — — — la la la la",
        "....................aaaaaaaa",
    ],
)
def test_loop_is_seen(text: str) -> None:
    assert loops(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "la casa la casa la casa",
        "jajajaja",
        "no, no, no",
        "........................",
        "1 000 000 000 000",
        "— — — — —",
        "哈哈哈",
        "10 10 10 10 10",
    ],
)
def test_what_people_write_is_no_loop(text: str) -> None:
    assert not loops(text)
