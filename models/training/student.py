"""The student itself: a Marian-style Transformer, its loss, its greedy output and its weights on disk."""

from __future__ import annotations

from pathlib import Path

import sentencepiece
import torch
from transformers import M2M100Config, M2M100ForConditionalGeneration
from transformers.modeling_outputs import BaseModelOutput

from models.training import recipe
from models.training.batches import EOS, IGNORED, NO_TAG, PAD, Batch


def new_model(architecture: recipe.Architecture, vocabulary_size: int) -> M2M100ForConditionalGeneration:
    config = M2M100Config(
        vocab_size=vocabulary_size,
        d_model=architecture.width,
        encoder_layers=architecture.encoder_layers,
        decoder_layers=architecture.decoder_layers,
        encoder_attention_heads=architecture.heads,
        decoder_attention_heads=architecture.heads,
        encoder_ffn_dim=architecture.encoder_feed_forward,
        decoder_ffn_dim=architecture.decoder_feed_forward,
        max_position_embeddings=512,
        dropout=0.0,
        attention_dropout=0.0,
        activation_dropout=0.0,
        encoder_layerdrop=0.0,
        decoder_layerdrop=0.0,
        pad_token_id=PAD,
        bos_token_id=EOS,
        eos_token_id=EOS,
        decoder_start_token_id=EOS,
        scale_embedding=True,
        init_std=architecture.width**-0.5,
        tie_word_embeddings=True,
        attn_implementation="eager",
    )
    model = M2M100ForConditionalGeneration(config)
    for name, module in model.named_modules():
        if isinstance(module, torch.nn.Linear) and name != "lm_head":
            depth = architecture.decoder_layers if ".decoder." in name else architecture.encoder_layers
            residual = (2 * depth) ** -0.5 if name.endswith(("out_proj", "fc2")) else 1.0
            torch.nn.init.normal_(module.weight, std=residual * (2 / sum(module.weight.shape)) ** 0.5)
    return model


def loss_of(
    model: M2M100ForConditionalGeneration, batch: Batch, alignment_weight: float
) -> tuple[torch.Tensor, torch.Tensor]:
    """The training loss (cross-entropy plus alignment) and the cross-entropy alone, both per target token."""
    mask = (batch.source != PAD).long()
    states = model.model.encoder(input_ids=batch.source, attention_mask=mask)[0]
    decoded = model.model.decoder(
        input_ids=batch.decoder_input,
        encoder_hidden_states=states.index_select(0, batch.owner),
        encoder_attention_mask=mask.index_select(0, batch.owner),
        use_cache=False,
        output_attentions=batch.aligned is not None,
    )
    counted = batch.labels != IGNORED
    logits = torch.nn.functional.linear(decoded.last_hidden_state[counted], model.lm_head.weight)
    entropy = torch.nn.functional.cross_entropy(logits, batch.labels[counted])
    if batch.aligned is None:
        return entropy, entropy.detach()
    attention = decoded.cross_attentions[-1][:, 0]
    has_opinion = batch.aligned.amax(-1) > 0
    hit = (attention * batch.aligned).sum(-1)[has_opinion]
    return entropy - alignment_weight * torch.log(hit + 1e-6).mean(), entropy.detach()


@torch.no_grad()
def greedy(
    model: M2M100ForConditionalGeneration,
    processor: sentencepiece.SentencePieceProcessor,
    lines: list[str],
    tag: int,
) -> list[str]:
    outputs: list[str] = []
    for start in range(0, len(lines), 50):
        encoded = [[*ids, EOS] for ids in processor.encode(lines[start : start + 50])]
        width = max(map(len, encoded))
        source = torch.tensor([ids + [PAD] * (width - len(ids)) for ids in encoded], device=model.device)
        mask = (source != PAD).long()
        states = BaseModelOutput(last_hidden_state=model.model.encoder(input_ids=source, attention_mask=mask)[0])
        given = [EOS] if tag == NO_TAG else [EOS, tag]
        begin = torch.tensor([given] * len(encoded), device=model.device)
        ids = model.generate(
            encoder_outputs=states,
            attention_mask=mask,
            decoder_input_ids=begin,
            max_new_tokens=2 * width,
            num_beams=1,
            do_sample=False,
        )
        for row in ids[:, len(given) :].tolist():
            end = row.index(EOS) if EOS in row else len(row)
            outputs.append(processor.decode([i for i in row[:end] if i != PAD]))
    return outputs


def load_weights(model: M2M100ForConditionalGeneration, *paths: Path) -> None:
    """Those of a checkpoint (.pt) or of float16 weights (.safetensors); of several, their mean. Weights of one run and
    of those that went on from it lie close together, and their mean errs less than each (Wortsman et al. 2022,
    "Model soups")."""
    states = [_state(path) for path in paths]
    mean = {name: sum(state[name] for state in states) / len(states) for name in states[0]}
    model.load_state_dict(mean, strict=False)
    model.tie_weights()


def _state(path: Path) -> dict[str, torch.Tensor]:
    if path.suffix == ".safetensors":
        from safetensors.torch import load_file

        return {name: tensor.float() for name, tensor in load_file(path).items()}
    state: dict[str, torch.Tensor] = torch.load(path, map_location="cpu", weights_only=True)["model"]
    return state


def save(model: M2M100ForConditionalGeneration, path: Path) -> None:
    part = path.with_suffix(".part")
    torch.save({"model": model.state_dict()}, part)
    part.replace(path)
