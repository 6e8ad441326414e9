"""The web page through the real service, as a browser without scripts sends its form."""

from __future__ import annotations

import re

import pytest

from tests.e2e.service import Service

pytestmark = pytest.mark.e2e


def test_a_person_translates_on_the_page(service: Service) -> None:
    with service.client(headers={"accept-language": "eu", "sec-fetch-site": "same-origin"}) as client:
        first = client.get("/")
        fields = set(re.findall(r'<(?:textarea|select|button)[^>]* name="(\w+)"', first.text))
        form = {"text": "La biblioteca abre a las 9:00.\r\nTeléfono: 974 10 20 30.", "source": "es", "target": "ast"}
        assert {*form, "do"} <= fields
        answer = client.post("/?lang=eu", data={**form, "do": "translate"})
        style = client.get(re.findall(r'rel="stylesheet" href="([^"]+)"', first.text)[0])
    assert (first.status_code, answer.status_code, style.status_code) == (200, 200, 200)
    assert answer.headers["content-language"] == "eu"
    [article] = re.findall(r'<article lang="ast" dir="ltr">.*?</article>', answer.text, re.DOTALL)
    assert "9:00" in article
    assert "974 10 20 30" in article
    assert not any("974 10" in line or "biblioteca" in line for line in service.output)
