"""Findings about a result, told in the caller's locale."""

from __future__ import annotations

from collections.abc import Sequence

from accessibility.checks import Finding
from gateway.schemas.common import Warning
from locales.messages import message
from locales.tags import LanguageTag


def warnings(findings: Sequence[Finding], locale: LanguageTag) -> list[Warning]:
    return [
        Warning(
            code=finding.code,
            severity=finding.severity,
            message=message(f"warning.{finding.code}", locale),
            source_span=finding.span,
        )
        for finding in findings
    ]
