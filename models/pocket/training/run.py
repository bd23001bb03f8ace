"""What every training stage shares: command line, a wall-clock schedule that survives restarts, checkpoints, the log."""

from __future__ import annotations

import argparse
import json
import math
import os
import time
from collections.abc import Iterable, Sequence
from pathlib import Path

import torch
from torch import nn


def add_common(parser: argparse.ArgumentParser) -> argparse.ArgumentParser:
    parser.add_argument("--data", type=Path, required=True, help="folder with the packs and tables")
    parser.add_argument("--cache", type=Path, required=True, help="folder for the decoded pictures")
    parser.add_argument("--out", type=Path, required=True, help="folder for checkpoints and curves")
    parser.add_argument("--minutes", type=float, required=True, help="length of this stage")
    parser.add_argument("--pause", type=Path, help="training sleeps while this file exists")
    parser.add_argument("--restart", action="store_true", help="begin a new schedule from the weights of the checkpoint")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=2, help="fewer are used while other programs need the processor")
    return parser


class Cores:
    """Steps aside for other programs: two threads that wait for each other are slower than one when a core is taken.

    Training is meant to run at a low priority (`nice`), whose processor time Linux counts apart from everyone else's.
    """

    def __init__(self, threads: int):
        self.threads, self.since, self.busy = threads, time.monotonic(), self._others()
        torch.set_num_threads(threads)

    @staticmethod
    def _others() -> float:
        """Seconds of processor time used so far by programs of normal priority."""
        fields = Path("/proc/stat").read_text().split(maxsplit=5)
        return (int(fields[1]) + int(fields[3])) / os.sysconf("SC_CLK_TCK")

    def adjust(self) -> None:
        now = time.monotonic()
        if now - self.since < 1:
            return
        busy = self._others()
        taken = round((busy - self.busy) / (now - self.since) + 0.2)
        self.since, self.busy = now, busy
        torch.set_num_threads(max(1, self.threads - taken))


class Clock:
    """Counts time, steps and pictures. Time between two runs does not count; paused time does, so that a stage ends when promised."""

    def __init__(self, args: argparse.Namespace):
        self.cores = Cores(args.threads)
        args.out.mkdir(parents=True, exist_ok=True)
        self.budget, self.pause = args.minutes * 60, args.pause
        self.seconds, self.step, self.pictures = 0.0, 0, 0
        self.last = time.monotonic()
        self.done: dict[str, float] = {}

    def progress(self) -> float:
        return min(self.seconds / self.budget, 1.0)

    def running(self) -> bool:
        while self.pause and self.pause.exists():
            time.sleep(2)
        return self.seconds < self.budget

    def tick(self, pictures: int) -> None:
        now = time.monotonic()
        self.seconds += now - self.last
        self.last = now
        self.cores.adjust()
        self.step += 1
        self.pictures += pictures

    def due(self, what: str, every: float) -> bool:
        """True once in `every` seconds of training."""
        if self.seconds - self.done.setdefault(what, self.seconds) < every:
            return False
        self.done[what] = self.seconds
        return True

    def state_dict(self) -> dict[str, float]:
        return {"seconds": self.seconds, "step": self.step, "pictures": self.pictures}

    def load_state_dict(self, state: dict[str, float]) -> None:
        self.seconds, self.step, self.pictures = state["seconds"], int(state["step"]), int(state["pictures"])
        self.last = time.monotonic()

    def __str__(self) -> str:
        return f"{self.seconds / 60:5.1f} min, step {self.step}, {self.pictures / 1000:.0f}k pictures"


def adam(rates: Iterable[tuple[float, list[nn.Parameter]]], decay: float) -> torch.optim.AdamW:
    """AdamW with a peak learning rate per list of parameters; weight decay for matrices and kernels alone."""
    groups = [
        {"params": [p for p in parameters if (p.ndim > 1) == large], "weight_decay": decay if large else 0, "peak": rate}
        for rate, parameters in rates
        for large in (True, False)
    ]
    return torch.optim.AdamW(groups, lr=0, betas=(0.9, 0.98))


def rise_and_fall(progress: float, warm_up: float) -> float:
    """Share of the peak learning rate: a short rise, then half a cosine down to zero."""
    return min(progress / warm_up, 0.5 + 0.5 * math.cos(math.pi * progress))


def size_at(sizes: Sequence[tuple[float, int]], progress: float) -> int:
    """Picture size at a share of the schedule, from pairs (until this share, size)."""
    return next(size for until, size in sizes if progress <= until)


def descend(optimiser: torch.optim.Optimizer, loss: torch.Tensor, progress: float, warm_up: float = 0.05) -> None:
    """One step, at the learning rate of a share of the schedule of which `warm_up` is the rise."""
    for group in optimiser.param_groups:
        group["lr"] = group["peak"] * rise_and_fall(progress, warm_up)
    optimiser.zero_grad()
    loss.backward()
    optimiser.step()


def log(line: str) -> None:
    print(time.strftime("%H:%M:%S"), line, flush=True)


def save(path: Path, **parts) -> None:
    """Write a checkpoint of everything that has a state_dict; never leaves half a file behind."""
    fresh = path.with_suffix(".new")
    torch.save({name: part.state_dict() for name, part in parts.items()}, fresh)
    os.replace(fresh, path)


def measure(out: Path, stage: str, clock: Clock, **figures: float) -> None:
    """Append one point of the learning curve."""
    point = {"stage": stage, "minutes": round(clock.seconds / 60, 1), "pictures": clock.pictures}
    point |= {name: round(value, 4) for name, value in figures.items()}
    log(json.dumps(point))
    with (out / "curve.jsonl").open("a") as file:
        file.write(json.dumps(point) + "\n")
