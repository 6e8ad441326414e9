"""A translator that never sees what must survive letter by letter: it is taken out before and put back after."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from models.runtime.protocol import Hypothesis, TranslationFailed, TranslationInput, Translator, distinct


@dataclass(frozen=True, slots=True)
class Protected:
    """`text` is what the model gets; `restore` puts back what was taken out, or answers None when it cannot. Nothing to
    translate is left where `text` is None."""

    text: str | None
    restore: Callable[[str], str | None]


# None: the text holds nothing to protect.
Protect = Callable[[TranslationInput], Protected | None]


class ProtectingTranslator:
    """Where the model loses a mark, the text is translated once more as it stands."""

    def __init__(self, translator: Translator, protect: Protect) -> None:
        self._translator = translator
        self._protect = protect

    @property
    def reference(self) -> str:
        return self._translator.reference

    def count_tokens(self, text: str) -> int:
        return self._translator.count_tokens(text)

    def close(self) -> None:
        self._translator.close()

    def translate(self, inputs: Sequence[TranslationInput]) -> list[Hypothesis]:
        protected = [self._protect(each) for each in inputs]
        masked = [_without(each, found) for each, found in zip(inputs, protected, strict=True)]
        results = deque(self._attempt([each for each in masked if each is not None]))
        found: list[Hypothesis | None] = []
        for each, shield in zip(inputs, protected, strict=True):
            if shield is None:
                found.append(results.popleft())
            elif shield.text is None:
                found.append(Hypothesis(each.text, complete=True, source_tokens=0, target_tokens=0))
            else:
                found.append(_restored(results.popleft(), shield))
        lost = [place for place, shield in enumerate(protected) if shield and found[place] is None]
        for place, again in zip(lost, self._attempt([inputs[place] for place in lost]), strict=True):
            found[place] = again
        complete = [result for result in found if result is not None]
        if len(complete) < len(found):
            raise TranslationFailed(found)
        return complete

    def _attempt(self, inputs: Sequence[TranslationInput]) -> list[Hypothesis | None]:
        if not inputs:
            return []
        try:
            return list(self._translator.translate(inputs))
        except TranslationFailed as failure:
            return failure.results


def _without(each: TranslationInput, shield: Protected | None) -> TranslationInput | None:
    if shield is None:
        return each
    return None if shield.text is None else replace(each, text=shield.text)


def _restored(result: Hypothesis | None, shield: Protected) -> Hypothesis | None:
    text = None if result is None else shield.restore(result.text)
    if result is None or text is None:
        return None
    if not result.others:
        return replace(result, text=text, judged=None)
    whole = [(each, shield.restore(each.text)) for each in result.others]
    others = [replace(each, text=restored) for each, restored in whole if restored is not None]
    return replace(result, text=text, judged=None, others=distinct(text, others, len(others)))
