"""What an organisation says of its documents: a glossary, whose version is fixed when a job is taken on, and its
memory, as it is when a text's turn comes."""

from __future__ import annotations

from dataclasses import dataclass

from gateway.glossaries import Glossaries
from gateway.guidance import Guidance
from gateway.memories import Memories
from gateway.state.documents import DocumentJob
from locales.tags import LanguageTag


@dataclass(frozen=True, slots=True)
class Guide:
    glossaries: Glossaries
    memories: Memories

    async def fixed(self, tenant: str, reference: str, source: LanguageTag, target: LanguageTag) -> str:
        """`id@version` of a glossary, given so or as `id`; raises GlossaryUnknown or GlossaryPair."""
        terminology = await self.glossaries.terminology(tenant, reference)
        Guidance("", terminology).admit(source, target)
        return terminology.glossary.reference

    async def guidance(self, job: DocumentJob) -> Guidance | None:
        """None where there is nothing to say. GlossaryUnknown where the glossary was deleted since."""
        known = self.memories.of(job.tenant) if job.memory else None
        if not job.glossary and known is None:
            return None
        terminology = await self.glossaries.terminology(job.tenant, job.glossary) if job.glossary else None
        return Guidance(job.glossary, terminology, known[1] if known else None)
