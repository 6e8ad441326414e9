"""Train a student on the rows of its recipe.

    python -m models.training.train RECIPE.toml WORK_FOLDER --minutes 130 [--resume WEIGHTS] [--processes 2]
    python -m models.training.train RECIPE.toml WORK_FOLDER --minutes 9 --device cuda --processes 8 --scale 24

The target tag is the first token of the *decoder* (docs/decisions/0004): the encoder reads each Spanish text once for
all the targets trained on it, which makes the deep encoder almost free.
Each process holds a copy of the model, computes on one thread and draws its own batches; gradients are averaged. On two
cores that is 6 % faster than one process of two threads.
On a GPU one process computes, in bfloat16 where that is safe, and the others make its batches.
WORK_FOLDER/checkpoint.pt is replaced every few minutes; the rate falls to nothing when the minutes end, so a run always
finishes with usable weights. `--resume` starts from earlier weights (a checkpoint or float16 safetensors).
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import sentencepiece
import torch
import torch.distributed
from transformers import M2M100ForConditionalGeneration

from models.training import encoded, recipe, teacher
from models.training.alignment import PieceWords
from models.training.batches import IGNORED, NO_TAG, Batch, Batches
from models.training.muon import Muon
from models.training.replicas import average, run_replicas
from models.training.student import greedy, load_weights, loss_of, new_model, save
from models.training.vocabulary import control_symbol


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


def rate(update: int, elapsed_share: float, schedule: recipe.Schedule) -> float:
    """Learning rate: linear warm-up by updates, flat, then linear cool-down by the share of the time budget used."""
    warm = min(1.0, (update + 1) / schedule.warmup_updates)
    left = min(1.0, max(0.0, (1.0 - elapsed_share) / schedule.cooldown_share))
    return schedule.peak_rate * warm * (schedule.final_share + (1 - schedule.final_share) * left)


@dataclass(frozen=True, slots=True)
class Source(torch.utils.data.IterableDataset[Batch]):
    """The batches of one process, told apart by its number."""

    chosen: recipe.Recipe
    corpora: dict[str, encoded.EncodedRows]
    words: PieceWords
    tags: dict[str, int]
    seed: int

    def of(self, number: int) -> Iterator[Batch]:
        draw = max(3000, self.chosen.schedule.batch_tokens // 4)
        rng = random.Random(self.seed + number)
        return Batches(self.chosen, self.corpora, self.words, rng, self.tags, draw).stream()

    def __iter__(self) -> Iterator[Batch]:
        worker = torch.utils.data.get_worker_info()
        return self.of(worker.id if worker else 0)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("recipe", type=Path)
    parser.add_argument("work", type=Path)
    parser.add_argument("--minutes", type=float, default=130)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--device", choices=("cpu", "cuda"), default="cpu")
    parser.add_argument(
        "--scale", type=int, default=1, help="how many times the batch of the recipe is computed at once"
    )
    parser.add_argument("--peak-rate", type=float, help="instead of the recipe's")
    parser.add_argument("--resume", type=Path)
    parser.add_argument("--probe", type=Path, help="folder with probe.es and probe.TARGET: chrF++ is logged on them")
    options = parser.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(11)
    chosen = recipe.load(options.recipe)
    schedule = replace(
        chosen.schedule,
        batch_tokens=chosen.schedule.batch_tokens * options.scale,
        batch_source_tokens=chosen.schedule.batch_source_tokens * options.scale,
        peak_rate=options.peak_rate or chosen.schedule.peak_rate,
    )
    chosen = replace(chosen, schedule=schedule)
    processor = sentencepiece.SentencePieceProcessor(model_file=str(options.work / "vocabulary.model"))
    tags = (
        {target: processor.piece_to_id(control_symbol(target)) for target in chosen.targets}
        if len(chosen.targets) > 1
        else {chosen.targets[0]: NO_TAG}
    )
    languages = ("es",) if chosen.summarises else (*teacher.MODES, "eu")
    corpora = {corpus.name: encoded.load(options.work, corpus.name, processor, languages) for corpus in chosen.corpora}
    print({name: len(rows) for name, rows in corpora.items()}, flush=True)
    words = PieceWords([processor.id_to_piece(i) for i in range(processor.get_piece_size())])
    model = new_model(chosen.architecture, processor.get_piece_size())
    if options.resume:
        load_weights(model, options.resume)
    print(f"{sum(p.numel() for p in model.parameters()):,} parameters", flush=True)
    seed = time.time_ns() if options.resume else 5
    source = Source(chosen, corpora, words, tags, seed)

    def replica(rank: int) -> None:
        run(model, chosen, source.of(rank), options, processor, tags)

    if options.device == "cpu":
        run_replicas(options.processes, replica)
    else:
        torch.backends.cuda.matmul.allow_tf32 = True
        loader = torch.utils.data.DataLoader(source, batch_size=None, num_workers=options.processes, prefetch_factor=4)
        run(model.to(options.device), chosen, iter(loader), options, processor, tags)


def run(
    model: M2M100ForConditionalGeneration,
    chosen: recipe.Recipe,
    batches: Iterator[Batch],
    options: argparse.Namespace,
    processor: sentencepiece.SentencePieceProcessor,
    tags: dict[str, int],
) -> None:
    device = torch.device(options.device)
    on_gpu = device.type == "cuda"
    replicas = torch.distributed.get_world_size() if torch.distributed.is_initialized() else 1
    leads = replicas == 1 or torch.distributed.get_rank() == 0
    optimisers = new_optimisers(model)
    budget = options.minutes * 60
    began = last_log = last_save = time.monotonic()
    tokens, entropies = 0, []
    for update, batch in enumerate(batches):
        tokens += replicas * int((batch.labels != IGNORED).sum())
        with torch.autocast(device.type, torch.bfloat16, enabled=on_gpu):
            loss, entropy = loss_of(model, batch.to(device) if on_gpu else batch, chosen.schedule.alignment_weight)
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
        entropies.append(entropy)
        if leads and now - last_log > (10 if on_gpu else 60):
            minutes = (now - began) / 60
            print(
                f"{minutes:6.1f} min  update {update}  {tokens / 1e6:.2f} M tokens"
                f"  {tokens / (now - began):.0f} tokens/s"
                f"  cross-entropy {torch.stack(entropies).mean():.3f}",
                flush=True,
            )
            last_log, entropies = now, []
        if leads and now - last_save > (120 if on_gpu else 600):
            save(model, options.work / "checkpoint.pt")
            if options.probe:
                print("       chrF++", probe(model, processor, tags, options.probe), flush=True)
            last_save = time.monotonic()
    if leads:
        save(model, options.work / "checkpoint.pt")
        print(f"done: {update} updates, {tokens / 1e6:.2f} M target tokens", flush=True)


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
