import pytest
from hypothesis import given
from hypothesis import strategies as st

from accessibility.verbatim import _EMAIL, _LINK, _PLACEHOLDER, FILLER, Part, differences, take_apart


def literals(parts: tuple[Part, ...]) -> list[str]:
    return [part.literal for part in parts]


@pytest.mark.parametrize(
    ("text", "links"),
    [
        ("Vea https://ejemplo.org/a.", ["https://ejemplo.org/a"]),
        (
            "(vea https://ejemplo.org/a_(b)), y www.ejemplo.es/p?q=1…",
            ["https://ejemplo.org/a_(b)", "www.ejemplo.es/p?q=1"],
        ),
        ("[impreso](https://ejemplo.org/a.pdf)", ["https://ejemplo.org/a.pdf"]),
        ("«http://ejemplo.org/[1]»", ["http://ejemplo.org/[1]"]),
        ("canal t.me/aviso, o HTTP://EJEMPLO.ORG", ["t.me/aviso", "HTTP://EJEMPLO.ORG"]),
        ("见https://ejemplo.org/a。谢谢", ["https://ejemplo.org/a"]),
        ("60 km/h, y/o EE.UU./ONU", []),
        ("https://ejemplo.org/{id}?x=%20d", ["https://ejemplo.org/{id}?x=%20d"]),
    ],
)
def test_links_end_where_the_sentence_goes_on(text: str, links: list[str]) -> None:
    parts = take_apart(text)
    assert literals(parts.links) == links
    assert parts.placeholders == ()


def test_emails_are_found_inside_brackets_and_before_a_full_stop() -> None:
    parts = take_apart("Escriba a <ana.b+c@correo.ejemplo.org>, o a x@y.org. No a @ana ni a@b.")
    assert literals(parts.emails) == ["ana.b+c@correo.ejemplo.org", "x@y.org"]


@pytest.mark.parametrize(
    "placeholder",
    [
        "{name}", "{0}", "{}", "${x}", "{{x}}", "{{ x }}", "%s", "%d", "%1$s", "%.2f", "%(name)s", "%{name}", "$(ARG1)",
        '<x id="1"/>', '<a class="b">', "<b>", "</b>", "<br />",
    ],
)  # fmt: skip
def test_placeholder_stands_as_one_part(placeholder: str) -> None:
    parts = take_apart(f"Hola {placeholder}, 50 % de todo")
    assert literals(parts.placeholders) == [placeholder]
    assert parts.rest == f"Hola {FILLER * len(placeholder)}, 50 % de todo"


@pytest.mark.parametrize(
    "text", ["un 50 % de descuento", "el 20%de", "a <b and c> d", "x < y", "{una frase entera}", "5 ~ 6"]
)
def test_ordinary_text_holds_no_placeholder(text: str) -> None:
    assert take_apart(text).placeholders == ()


def test_order_is_free_and_multiplicity_counts() -> None:
    source, target = take_apart("{a} {b} {a}"), take_apart("{b} {a}")
    assert differences(source.placeholders, source.placeholders[::-1], "p", (0, 11)) == ()
    (finding,) = differences(source.placeholders, target.placeholders, "p", (0, 11))
    assert finding.span in {(0, 3), (8, 11)}


def test_added_part_is_one_finding_on_the_whole_segment() -> None:
    added = take_apart("{a} {b}").placeholders
    (finding,) = differences((), added, "placeholder_mismatch", (0, 5))
    assert (finding.code, finding.severity, finding.span) == ("placeholder_mismatch", "high", (0, 5))


@pytest.mark.parametrize("target", ["https://ejemplo.org/a에서", "https://ejemplo.org/aで"])
def test_particle_written_on_to_a_link_is_not_part_of_it(target: str) -> None:
    source = take_apart("En https://ejemplo.org/a está").links
    assert differences(source, take_apart(target).links, "link_mismatch", (0, 1)) == ()


@pytest.mark.parametrize(
    "target", ["https://ejemplo.org/b", "http://ejemplo.org/a", "https://exemple.org/a", "ejemplo.org"]
)
def test_changed_link_is_found_where_it_stands(target: str) -> None:
    source = take_apart("En https://ejemplo.org/a está").links
    (finding,) = differences(source, take_apart(target).links, "link_mismatch", (0, 1))
    assert finding.span == (3, 24)


@given(st.text("wW.@/:{}%$<>()ahtpsſ1 "))
def test_nothing_is_passed_over_for_want_of_its_sign(text: str) -> None:
    parts = take_apart(text)
    assert bool(parts.links) == bool(_LINK.search(text))
    assert parts.links or bool(parts.emails) == bool(_EMAIL.search(text))
    assert parts.links or parts.emails or bool(parts.placeholders) == bool(_PLACEHOLDER.search(text))
