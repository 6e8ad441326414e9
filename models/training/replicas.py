"""Several processes that train one model: each draws its own batches, and their gradients are averaged."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable

import torch
import torch.distributed
import torch.multiprocessing
from transformers import M2M100ForConditionalGeneration


def run_replicas(count: int, work: Callable[[int], None]) -> None:
    """Run `work` in so many processes that can average; each gets its number, the first is 0."""
    with tempfile.TemporaryDirectory() as meeting:

        def replica(rank: int) -> None:
            os.environ["GLOO_SOCKET_IFNAME"] = "lo"  # noqa: TID251 read by torch, not by us
            torch.distributed.init_process_group(
                "gloo", init_method=f"file://{meeting}/processes", rank=rank, world_size=count
            )
            work(rank)
            torch.distributed.destroy_process_group()

        # Forked, so that the corpora are in memory once.
        torch.multiprocessing.start_processes(replica, nprocs=count, start_method="fork")


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
