# What Malgil uses of CTranslate2 4.8, whose wheel ships no types.
from collections.abc import Sequence
from typing import Literal, overload

from ctranslate2 import specs as specs

class TranslationResult:
    @property
    def hypotheses(self) -> list[list[str]]: ...
    @property
    def scores(self) -> list[float]: ...
    @property
    def attention(self) -> list[list[list[float]]]: ...

class AsyncTranslationResult:
    def done(self) -> bool: ...
    def result(self) -> TranslationResult: ...

class Translator:
    def __init__(
        self,
        model_path: str,
        device: str = ...,
        *,
        compute_type: str = ...,
        inter_threads: int = ...,
        intra_threads: int = ...,
        max_queued_batches: int = ...,
    ) -> None: ...
    @property
    def device(self) -> str: ...
    @property
    def model_is_loaded(self) -> bool: ...
    @overload
    def translate_batch(
        self,
        source: Sequence[Sequence[str]],
        target_prefix: Sequence[Sequence[str]] | None = ...,
        *,
        asynchronous: Literal[True],
        max_batch_size: int = ...,
        batch_type: Literal["examples", "tokens"] = ...,
        beam_size: int = ...,
        no_repeat_ngram_size: int = ...,
        num_hypotheses: int = ...,
        max_input_length: int = ...,
        max_decoding_length: int = ...,
        return_end_token: bool = ...,
        return_scores: bool = ...,
        disable_unk: bool = ...,
    ) -> list[AsyncTranslationResult]: ...
    @overload
    def translate_batch(
        self,
        source: Sequence[Sequence[str]],
        target_prefix: Sequence[Sequence[str]] | None = ...,
        *,
        max_batch_size: int = ...,
        batch_type: Literal["examples", "tokens"] = ...,
        beam_size: int = ...,
        no_repeat_ngram_size: int = ...,
        return_attention: bool = ...,
    ) -> list[TranslationResult]: ...
    def unload_model(self, to_cpu: bool = ...) -> None: ...

__version__: str

def get_cuda_device_count() -> int: ...
def get_supported_compute_types(device: str, device_index: int = ...) -> set[str]: ...
