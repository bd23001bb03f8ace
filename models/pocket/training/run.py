"""What every training stage shares: command line, a wall-clock schedule that survives restarts, checkpoints, the log."""

from __future__ import annotations

import argparse
import json
import os
import time
from pathlib import Path

import torch


def add_common(parser: argparse.ArgumentParser) -> argparse.ArgumentParser:
    parser.add_argument("--data", type=Path, required=True, help="folder with the packs and tables")
    parser.add_argument("--cache", type=Path, required=True, help="folder for the decoded pictures")
    parser.add_argument("--out", type=Path, required=True, help="folder for checkpoints and curves")
    parser.add_argument("--minutes", type=float, required=True, help="length of this stage in training time")
    parser.add_argument("--pause", type=Path, help="training sleeps while this file exists")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=2)
    return parser


class Clock:
    """Counts training time, steps and pictures; time spent paused or between two runs does not count."""

    def __init__(self, args: argparse.Namespace):
        torch.set_num_threads(args.threads)
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
            self.last = time.monotonic()
        return self.seconds < self.budget

    def tick(self, pictures: int) -> None:
        now = time.monotonic()
        self.seconds += now - self.last
        self.last = now
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

    def resume(self, state: dict[str, float]) -> None:
        self.seconds, self.step, self.pictures = state["seconds"], int(state["step"]), int(state["pictures"])
        self.last = time.monotonic()

    def __str__(self) -> str:
        return f"{self.seconds / 60:5.1f} min, step {self.step}, {self.pictures / 1000:.0f}k pictures"


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
