"""A page through the real service with the bundled model: its words are the model's, its structure is ours."""

from __future__ import annotations

import pytest

from accessibility.document import Block, walk
from accessibility.parse import parse
from tests.accessibility.pages import SPANISH, tag
from tests.e2e.service import Service

pytestmark = pytest.mark.e2e


def structure(markup: str, lang: str) -> list[tuple[str, int]]:
    """Kinds of blocks in order, and how many inlines of each kind: words may move, nothing may go."""
    nodes = list(walk(parse(markup, "html", tag(lang))))
    blocks = [(node.kind, 0) for node in nodes if isinstance(node, Block)]
    kept = ("link", "image", "abbreviation", "emphasis", "sup", "deleted", "code", "field", "label", "break")
    return blocks + [(kind, sum(node.kind == kind for node in nodes)) for kind in kept]


@pytest.mark.parametrize("target", ["ast", "ca"])
def test_a_page_keeps_its_structure_through_a_real_model(service: Service, target: str) -> None:
    body = {"text": SPANISH, "source": "es", "target": target, "format": "html", "outputs": ["plain"]}
    with service.client() as client:
        answer = client.post("/v1/translate", json=body)
    assert answer.status_code == 200
    [result] = answer.json()["results"]
    assert structure(result["text"], target) == structure(SPANISH, "es")
    assert "markup_lost" not in {each["code"] for each in result["warnings"]}
    assert 'href="https://example.org/cita?a=1&amp;b=2"' in result["text"]
    assert '<span lang="ar" dir="rtl">مكتبة - 3</span>' in result["text"]
    assert "974 10 20 30" in result["outputs"]["plain"]["content"]
