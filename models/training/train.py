"""Train a student on the rows of its recipe.

    python -m models.training.train RECIPE.toml WORK_FOLDER --minutes 130 [--resume WEIGHTS] [--processes 2]

The target tag is the first token of the *decoder* (docs/decisions/0004): the encoder reads each Spanish text once for
all the targets trained on it, which makes the deep encoder almost free.
Each process holds a copy of the model, computes on one thread and draws its own batches; gradients are averaged. On two
cores that is 6 % faster than one process of two threads.
WORK_FOLDER/checkpoint.pt is replaced every few minutes; the rate falls to nothing when the minutes end, so a run always
finishes with usable weights. `--resume` starts from earlier weights (a checkpoint or float16 safetensors).
"""

from __future__ import annotations

import argparse
import json
import os
import random
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import sentencepiece
import torch
import torch.distributed
import torch.multiprocessing
from transformers import M2M100Config, M2M100ForConditionalGeneration
from transformers.modeling_outputs import BaseModelOutput

from models.training import recipe
from models.training.alignment import PieceWords, align
from models.training.muon import Muon
from models.training.vocabulary import control_symbol

# M2M100 and its CTranslate2 loader both count positions from the padding index 1.
PAD, EOS, IGNORED = 1, 2, -100
NO_TAG = -1  # of a model with one target


@dataclass(frozen=True, slots=True)
class TokenRow:
    source: np.ndarray
    targets: dict[int, np.ndarray]


@dataclass(frozen=True, slots=True)
class Batch:
    """S sources, T targets; `owner[t]` is the source row of target row t."""

    source: torch.Tensor
    owner: torch.Tensor
    decoder_input: torch.Tensor
    labels: torch.Tensor
    aligned: torch.Tensor | None


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


def tokenise(
    work: Path, name: str, processor: sentencepiece.SentencePieceProcessor, tags: dict[str, int], longest: int
) -> list[TokenRow]:
    rows = [json.loads(line) for line in (work / "rows" / f"{name}.jsonl").open(encoding="utf-8")]
    sources = processor.encode([row["source"] for row in rows], num_threads=2)
    flat = [(number, target, text) for number, row in enumerate(rows) for target, text in row["targets"].items()]
    encoded = processor.encode([text for _, _, text in flat], num_threads=2)
    targets: list[dict[int, np.ndarray]] = [{} for _ in rows]
    for (number, target, _), ids in zip(flat, encoded, strict=True):
        if 0 < len(ids) <= longest:
            targets[number][tags[target]] = np.asarray(ids, dtype=np.int16)
    return [
        TokenRow(np.asarray(source, dtype=np.int16), chosen)
        for source, chosen in zip(sources, targets, strict=True)
        if chosen and 0 < len(source) <= longest
    ]


def endless(rows: list[TokenRow], rng: random.Random) -> Iterator[TokenRow]:
    while True:
        order = list(range(len(rows)))
        rng.shuffle(order)
        for number in order:
            yield rows[number]


class Batches:
    """Draws rows of all corpora by their shares, sorts a draw by length and cuts it into batches of similar length."""

    def __init__(
        self,
        chosen: recipe.Recipe,
        corpora: dict[str, list[TokenRow]],
        words: PieceWords,
        rng: random.Random,
        weights: dict[int, float],
        draw: int = 3000,
    ) -> None:
        self._weights = weights
        self._schedule = chosen.schedule
        self._corpora = chosen.corpora
        self._streams = {name: endless(rows, rng) for name, rows in corpora.items()}
        self._words = words
        self._rng = rng
        self._draw = draw
        self._align_every = round(1 / chosen.schedule.alignment_share)

    def stream(self) -> Iterator[Batch]:
        update = 0
        while True:
            for group in self._cut(self._draw_rows(update)):
                # By count, not by chance: processes that wait for each other then align in the same updates.
                yield self._collate(group, align=update % self._align_every == 0)
                update += 1

    def _draw_rows(self, update: int) -> list[tuple[np.ndarray, list[tuple[int, np.ndarray]]]]:
        longest = self._schedule.longest_pieces
        if update < self._schedule.short_first_updates:
            longest = 16 + int(60 * update / self._schedule.short_first_updates)
        drawn = []
        for corpus in self._corpora:
            wanted = round(self._draw * corpus.rows)
            while wanted:
                row = next(self._streams[corpus.name])
                if len(row.source) > longest:
                    continue
                count = min(corpus.targets_per_row, len(row.targets))
                drawn.append((row.source, self._targets(row, count)))
                wanted -= 1
        drawn.sort(key=lambda item: max(len(target) for _, target in item[1]) + self._rng.random())
        return drawn

    def _targets(self, row: TokenRow, count: int) -> list[tuple[int, np.ndarray]]:
        """A weighted draw without repetition (P. S. Efraimidis and P. G. Spirakis, 2006)."""
        keyed = sorted(row.targets, key=lambda tag: -(self._rng.random() ** (1 / self._weights.get(tag, 1.0))))
        return [(tag, row.targets[tag]) for tag in keyed[:count]]

    def _cut(
        self, drawn: list[tuple[np.ndarray, list[tuple[int, np.ndarray]]]]
    ) -> list[list[tuple[np.ndarray, list[tuple[int, np.ndarray]]]]]:
        groups: list[list[tuple[np.ndarray, list[tuple[int, np.ndarray]]]]] = [[]]
        longest, count = 0, 0
        for item in drawn:
            new_longest = max(longest, *(len(target) + 1 for _, target in item[1]))
            if groups[-1] and new_longest * (count + len(item[1])) > self._schedule.batch_tokens:
                groups.append([])
                new_longest, count = max(len(target) + 1 for _, target in item[1]), 0
            groups[-1].append(item)
            longest, count = new_longest, count + len(item[1])
        self._rng.shuffle(groups)
        return groups

    def _collate(self, group: list[tuple[np.ndarray, list[tuple[int, np.ndarray]]]], *, align: bool) -> Batch:
        pairs = [(number, tag, target) for number, (_, targets) in enumerate(group) for tag, target in targets]
        width = max(len(source) for source, _ in group) + 1
        height = max(len(target) for _, _, target in pairs) + 1
        source = np.full((len(group), width), PAD, dtype=np.int64)
        for number, (ids, _) in enumerate(group):
            source[number, : len(ids)] = ids
            source[number, len(ids)] = EOS
        # EOS starts decoding, the tag (if any) follows; both are given: the loss starts at the first piece after them.
        decoder_input = np.full((len(pairs), height + 1), PAD, dtype=np.int64)
        labels = np.full((len(pairs), height + 1), IGNORED, dtype=np.int64)
        for number, (_, tag, target) in enumerate(pairs):
            given = [EOS] if tag == NO_TAG else [EOS, tag]
            first = len(given)
            decoder_input[number, :first] = given
            decoder_input[number, first : len(target) + first] = target
            labels[number, first - 1 : len(target) + first - 1] = target
            labels[number, len(target) + first - 1] = EOS
        aligned = None
        if align:
            aligned = self._aligned(group, pairs, height, width)
        return Batch(
            torch.from_numpy(source),
            torch.tensor([number for number, _, _ in pairs]),
            torch.from_numpy(decoder_input),
            torch.from_numpy(labels),
            aligned,
        )

    def _aligned(
        self,
        group: list[tuple[np.ndarray, list[tuple[int, np.ndarray]]]],
        pairs: list[tuple[int, int, np.ndarray]],
        height: int,
        width: int,
    ) -> torch.Tensor:
        """1 where a target position should look: the pieces of the aligned source word (rows of zeros: no opinion)."""
        mask = np.zeros((len(pairs), height + 1, width), dtype=np.float32)
        split_sources = [self._words.split(ids.tolist()) for ids, _ in group]
        for row, (number, tag, target) in enumerate(pairs):
            words, index = split_sources[number]
            target_words, target_index = self._words.split(target.tolist())
            chosen = np.asarray(align(words, target_words))[np.asarray(target_index)]
            source_words = np.asarray(index)
            known = chosen[:, None] == source_words[None, :]
            first = 0 if tag == NO_TAG else 1
            mask[row, first : len(target) + first, : len(index)] = known
        return torch.from_numpy(mask)


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


def new_optimisers(model: M2M100ForConditionalGeneration) -> list[torch.optim.Optimizer]:
    """Muon for the weight matrices of the layers, AdamW without decay for embeddings, gains and biases."""
    named = list(model.named_parameters())
    matrices = [parameter for name, parameter in named if parameter.ndim == 2 and ".layers." in name]
    chosen = set(map(id, matrices))
    others = [parameter for _, parameter in named if id(parameter) not in chosen]
    return [
        Muon(matrices),
        torch.optim.AdamW(others, lr=1e-4, betas=(0.9, 0.98), eps=1e-8, weight_decay=0.0, fused=True),
    ]


def average(model: M2M100ForConditionalGeneration, elapsed: float) -> float:
    """Put the mean gradient of all processes into the model; returns the mean of `elapsed`, so that all agree on it."""
    if not torch.distributed.is_initialized():
        return elapsed
    gradients = [parameter.grad for parameter in model.parameters() if parameter.grad is not None]
    flat = torch.cat([*(gradient.flatten() for gradient in gradients), torch.tensor([elapsed])])
    torch.distributed.all_reduce(flat)
    flat /= torch.distributed.get_world_size()
    parts = flat[:-1].split([gradient.numel() for gradient in gradients])
    for gradient, part in zip(gradients, parts, strict=True):
        gradient.copy_(part.view_as(gradient))
    return float(flat[-1])


def rate(update: int, elapsed_share: float, schedule: recipe.Schedule) -> float:
    """Learning rate: linear warm-up by updates, flat, then linear cool-down by the share of the time budget used."""
    warm = min(1.0, (update + 1) / schedule.warmup_updates)
    left = min(1.0, max(0.0, (1.0 - elapsed_share) / schedule.cooldown_share))
    return schedule.peak_rate * warm * (schedule.final_share + (1 - schedule.final_share) * left)


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
        source = torch.tensor([ids + [PAD] * (width - len(ids)) for ids in encoded])
        mask = (source != PAD).long()
        states = BaseModelOutput(last_hidden_state=model.model.encoder(input_ids=source, attention_mask=mask)[0])
        given = [EOS] if tag == NO_TAG else [EOS, tag]
        begin = torch.tensor([given] * len(encoded))
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


def load_weights(model: M2M100ForConditionalGeneration, path: Path) -> None:
    if path.suffix == ".safetensors":
        from safetensors.torch import load_file

        state = {name: tensor.float() for name, tensor in load_file(path).items()}
    else:
        state = torch.load(path, weights_only=True)["model"]
    model.load_state_dict(state, strict=False)
    model.tie_weights()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("recipe", type=Path)
    parser.add_argument("work", type=Path)
    parser.add_argument("--minutes", type=float, default=130)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--resume", type=Path)
    parser.add_argument("--probe", type=Path, help="folder with probe.es and probe.TARGET: chrF++ is logged on them")
    options = parser.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(11)
    chosen = recipe.load(options.recipe)
    processor = sentencepiece.SentencePieceProcessor(model_file=str(options.work / "vocabulary.model"))
    tags = (
        {target: processor.piece_to_id(control_symbol(target)) for target in chosen.targets}
        if len(chosen.targets) > 1
        else {chosen.targets[0]: NO_TAG}
    )
    longest = chosen.schedule.longest_pieces
    corpora = {corpus.name: tokenise(options.work, corpus.name, processor, tags, longest) for corpus in chosen.corpora}
    print({name: len(rows) for name, rows in corpora.items()}, flush=True)
    words = PieceWords([processor.id_to_piece(i) for i in range(processor.get_piece_size())])
    model = new_model(chosen.architecture, processor.get_piece_size())
    if options.resume:
        load_weights(model, options.resume)
    print(f"{sum(p.numel() for p in model.parameters()):,} parameters", flush=True)
    seed = time.time_ns() if options.resume else 5
    weights = {tags[target]: weight for target, weight in chosen.weights.items()}
    with tempfile.TemporaryDirectory() as meeting:

        def replica(rank: int) -> None:
            os.environ["GLOO_SOCKET_IFNAME"] = "lo"  # noqa: TID251 read by torch, not by us
            torch.distributed.init_process_group(
                "gloo", init_method=f"file://{meeting}/processes", rank=rank, world_size=options.processes
            )
            batches = Batches(chosen, corpora, words, random.Random(seed + rank), weights)
            run(model, chosen, batches, options, processor, tags)
            torch.distributed.destroy_process_group()

        # Forked, so that the corpora are in memory once.
        torch.multiprocessing.start_processes(replica, nprocs=options.processes, start_method="fork")


def run(
    model: M2M100ForConditionalGeneration,
    chosen: recipe.Recipe,
    batches: Batches,
    options: argparse.Namespace,
    processor: sentencepiece.SentencePieceProcessor,
    tags: dict[str, int],
) -> None:
    leads = torch.distributed.get_rank() == 0
    optimisers = new_optimisers(model)
    budget = options.minutes * 60
    began = last_log = last_save = time.monotonic()
    tokens, entropies = 0, []
    for update, batch in enumerate(batches.stream()):
        loss, entropy = loss_of(model, batch, chosen.schedule.alignment_weight)
        loss.backward()
        now = time.monotonic()
        elapsed = average(model, (now - began) / budget)
        if elapsed > 1:
            break
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        for optimiser in optimisers:
            for group in optimiser.param_groups:
                group["lr"] = rate(update, elapsed, chosen.schedule)
            optimiser.step()
        model.zero_grad(set_to_none=True)
        tokens += options.processes * int((batch.labels != IGNORED).sum())
        entropies.append(entropy.item())
        if leads and now - last_log > 60:
            minutes = (now - began) / 60
            print(
                f"{minutes:6.1f} min  update {update}  {tokens / 1e6:.2f} M tokens"
                f"  {tokens / (now - began):.0f} tokens/s"
                f"  cross-entropy {np.mean(entropies):.3f}",
                flush=True,
            )
            last_log, entropies = now, []
        if leads and now - last_save > 600:
            save(model, options.work / "checkpoint.pt")
            if options.probe:
                print("       chrF++", probe(model, processor, tags, options.probe), flush=True)
            last_save = time.monotonic()
    if leads:
        save(model, options.work / "checkpoint.pt")
        print(f"done: {update} updates, {tokens / 1e6:.2f} M target tokens", flush=True)


def save(model: M2M100ForConditionalGeneration, path: Path) -> None:
    part = path.with_suffix(".part")
    torch.save({"model": model.state_dict()}, part)
    part.replace(path)


def probe(
    model: M2M100ForConditionalGeneration,
    processor: sentencepiece.SentencePieceProcessor,
    tags: dict[str, int],
    folder: Path,
) -> dict[str, float]:
    import sacrebleu

    metric = sacrebleu.CHRF(word_order=2)
    source = (folder / "probe.es").read_text(encoding="utf-8").splitlines()
    model.eval()
    scores = {}
    for target, tag in tags.items():
        path = folder / f"probe.{target}"
        if path.exists():
            reference = path.read_text(encoding="utf-8").splitlines()
            scores[target] = round(metric.corpus_score(greedy(model, processor, source, tag), [reference]).score, 1)
    model.train()
    return scores


if __name__ == "__main__":
    main()
