from __future__ import annotations

import pytest

from accessibility.adapters import html, markdown, plain
from accessibility.adapters.html import HtmlOptions
from accessibility.adapters.markdown import MarkdownOptions
from accessibility.adapters.plain import PlainOptions
from accessibility.document import DocumentTooDeep
from accessibility.parse import parse
from accessibility.passages import passages, restored
from tests.accessibility.pages import tag

ES = tag("es")
HALF = "<math><mfrac><mn>1</mn><mn>2</mn></mfrac></math>"


def read(formula: str) -> str:
    content = plain.render(parse(f"<p>{formula}</p>", "html", ES), PlainOptions()).content
    return str(content).removesuffix("\n")


@pytest.mark.parametrize(
    ("formula", "said"),
    [
        ("<mfrac><mn>1</mn><mn>2</mn></mfrac>", "1/2"),
        ("<mn>1,2</mn>", "1,2"),
        ("<mn>3</mn><mfrac><mn>1</mn><mn>2</mn></mfrac><mi>x</mi>", "3 1/2 x"),
        ("<mfrac><mrow><mi>x</mi><mo>+</mo><mn>1</mn></mrow><mn>2</mn></mfrac>", "(x+1)/2"),
        ('<mfrac linethickness="0"><mi>n</mi><mi>k</mi></mfrac>', "(n; k)"),
        ("<msup><mi>x</mi><mn>2</mn></msup><mi>y</mi>", "x^2 y"),
        ("<msup><mrow><mo>-</mo><mn>1</mn></mrow><mn>2</mn></msup>", "(-1)^2"),
        ("<msup><mi>e</mi><mrow><mi>i</mi><mi>π</mi></mrow></msup>", "e^(iπ)"),
        ("<msub><mi>H</mi><mn>2</mn></msub><mi>O</mi>", "H_2 O"),
        ("<msubsup><mi>x</mi><mi>i</mi><mn>2</mn></msubsup>", "x_i^2"),
        ("<munderover><mo>∑</mo><mi>i</mi><mi>n</mi></munderover>", "∑_i^n"),
        ("<mmultiscripts><mi>C</mi><mprescripts/><mn>6</mn><mn>14</mn></mmultiscripts>", "_6^14 C"),
        ("<mmultiscripts><mi>T</mi><none/><mn>2</mn></mmultiscripts>", "T^2"),
        ("<mmultiscripts></mmultiscripts>", "?"),
        ("<msqrt><mn>2</mn></msqrt>", "√2"),
        ("<msqrt><mi>a</mi><mo>+</mo><mi>b</mi></msqrt>", "√(a+b)"),
        ("<mroot><mn>8</mn><mn>3</mn></mroot>", "8^(1/3)"),
        ("<mfrac><mn>1</mn></mfrac>", "1/?"),
        ("<msup></msup>", "?^?"),
        ("<mfenced><mi>a</mi><mi>b</mi></mfenced>", "(a,b)"),
        ("<mtable><mtr><mtd><mn>1</mn></mtd><mtd><mn>2</mn></mtd></mtr><mtr><mtd><mn>3</mn></mtd></mtr></mtable>",
         "[1, 2; 3]"),
        ("<mn>1</mn><mn>2</mn>", "1 2"),
        ("<mi>f</mi><mo>\u2061</mo><mi>x</mi><mo>=</mo><mn>0</mn>", "fx = 0"),
        ("<mi>a</mi><mspace/><mphantom><mi>z</mi></mphantom><mi>b</mi>", "a b"),
        ("suelto", "suelto"),
        ("<maction><mi>a</mi><mi>b</mi></maction>", "a"),
    ],
)  # fmt: skip
def test_a_formula_is_read_so_that_no_number_becomes_another(formula: str, said: str) -> None:
    assert read(f"<math>{formula}</math>") == said


def test_the_authors_words_go_before_ours_and_annotations_are_not_said_twice() -> None:
    square = "<msup><mi>x</mi><mn>2</mn></msup>"
    assert read(f'<math alttext="equis al cuadrado">{square}</math>') == "equis al cuadrado"
    annotated = f'<semantics>{square}<annotation encoding="application/x-tex">x^2</annotation></semantics>'
    assert read(f"<math>{annotated}</math>") == "x^2"
    assert read("<math></math>a") == "a"


def test_html_keeps_the_formula_and_markdown_its_reading() -> None:
    page = parse(f"<p>Sume {HALF}.</p>", "html", ES)
    content = str(html.render(page, HtmlOptions(whole=False)).content)
    assert content == '<p>Sume <math alttext="1/2"><mfrac><mn>1</mn><mn>2</mn></mfrac></math>.</p>'
    assert markdown.render(page, MarkdownOptions()).content == "Sume 1/2."


def test_nothing_active_is_left_in_a_formula() -> None:
    given = (
        '<p><math id="f" onclick="x()" href="javascript:x()" style="color:red" display="block">'
        '<mi href="javascript:x()">x</mi><mtext><script>y()</script>&lt;b&gt; <i>z</i></mtext>'
        '<annotation-xml encoding="text/html"><img src=x onerror=x()></annotation-xml></math></p>'
    )
    content = str(html.render(parse(given, "html", ES), HtmlOptions(whole=False, id_prefix="")).content)
    assert content == (
        '<p><math id="f" display="block" alttext="x&lt;b&gt; z"><mi>x</mi><mtext>&lt;b&gt; z</mtext></math></p>'
    )


def test_a_formula_is_not_translated_and_its_words_keep_their_language() -> None:
    page = parse(f'<p>Suma {HALF} y <math alttext="equis al cubo"><mi>x</mi></math></p>', "html", ES)
    (passage,) = passages(page)
    assert passage.text == "Suma <x1/> y <x2/>"
    done = restored(page, ["Add <x1/> and <x2/>"], tag("en")).document
    content = str(html.render(done, HtmlOptions(whole=False)).content)
    assert content == (
        '<p>Add <math alttext="1/2"><mfrac><mn>1</mn><mn>2</mn></mfrac></math> and '
        '<math lang="es" dir="ltr" alttext="equis al cubo"><mi>x</mi></math></p>'
    )
    # One that a model drops stands at the end.
    lost = restored(page, ["Add"], tag("en")).document
    assert "<mfrac>" in str(html.render(lost, HtmlOptions(whole=False)).content)


@pytest.mark.parametrize("inside", ["<mrow>", "<mi><b>", "<msqrt>"])
def test_a_formula_too_deep_is_refused(inside: str) -> None:
    with pytest.raises(DocumentTooDeep):
        parse(f"<math>{inside * 60}1", "html", ES)
