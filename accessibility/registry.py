"""The adapters there are: the next one is a file in `accessibility/adapters` and a row here."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from accessibility.adapters import audio, braille, html, markdown, messages, plain, ssml
from accessibility.document import Document
from accessibility.rendering import AdapterName, Capability, Rendered
from locales.tags import LanguageTag


@dataclass(frozen=True, slots=True)
class Adapter:
    """One way to deliver a document: what it can do for a language, its options, and how it writes."""

    capability: Callable[[LanguageTag], Capability]
    options: Callable[..., Any]
    render: Callable[[Document, Any], Rendered]
    version: str  # part of cache keys: raise it when the same document is written differently
    process: bool = False  # runs a program, so it belongs into a thread with a deadline


ADAPTERS: Mapping[AdapterName, Adapter] = {
    "html": Adapter(html.capability, html.HtmlOptions, html.render, "3"),
    "markdown": Adapter(markdown.capability, markdown.MarkdownOptions, markdown.render, "2"),
    "plain": Adapter(plain.capability, plain.PlainOptions, plain.render, "2"),
    "ssml": Adapter(ssml.capability, ssml.SsmlOptions, ssml.render, "2"),
    "braille": Adapter(braille.capability, braille.BrailleOptions, braille.render, "2", process=True),
    "audio": Adapter(audio.capability, audio.AudioOptions, audio.render, "2", process=True),
    "sms": Adapter(messages.capability, messages.MessageOptions, messages.render_sms, "2"),
    "ussd": Adapter(messages.capability, messages.MessageOptions, messages.render_ussd, "2"),
}
