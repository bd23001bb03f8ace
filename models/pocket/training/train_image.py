"""Stage 1: the image tower learns to name classes and the words of captions (no text tower yet).

Two linear heads sit on the pooled features: a softmax over all classes, and a softmax over common words whose target spreads
evenly, by rarity, over the words said about the picture (captions, or class name and hypernyms). SGD with momentum, learning
rate rising briefly and then falling linearly to zero over the time given; small crops first, full size later.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

import text
from data import MIXTURE, Library, Stream, augment, normalise
from run import Clock, add_common, log, measure, save, size_at
from towers import FEATURES, ImageTower, warm_start

PEAK_RATE, MOMENTUM, DECAY = 0.05, 0.9, 2e-4
WARM_UP = 0.03  # share of the schedule
SIZES = ((0.2, 40), (0.65, 48), (1.0, 64))  # crop size in pixels until this share of the schedule


class Heads(nn.Module):
    """Class and word logits from pooled features [N, FEATURES]."""

    def __init__(self, classes: int, words: int):
        super().__init__()
        self.classes, self.words = nn.Linear(FEATURES, classes), nn.Linear(FEATURES, words)
        for head in (self.classes, self.words):
            nn.init.zeros_(head.weight)
            nn.init.zeros_(head.bias)

    def forward(self, features: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        return self.classes(features), self.words(features)


def rate(progress: float) -> float:
    """Learning rate at a share 0..1 of the schedule."""
    return PEAK_RATE * min(progress / WARM_UP, (1 - progress) / (1 - WARM_UP), 1)


def loss_of(class_logits: torch.Tensor, word_logits: torch.Tensor, label: torch.Tensor, words: torch.Tensor) -> torch.Tensor:
    """label [N], -1 for none; words [N, W], each row summing to 1, or to 0 where nothing was said."""
    known = label >= 0
    by_class = F.cross_entropy(class_logits[known], label[known], label_smoothing=0.1, reduction="sum")
    weight = torch.where(known, 0.3, 1.0)
    by_word = -(weight * (words * word_logits.log_softmax(-1)).sum(-1)).sum()
    return (by_class + by_word) / len(label)


def tiny_accuracy(tower: ImageTower, heads: Heads, library: Library, size: int = 64, most: int = 2000) -> float:
    """Top-1 of the class head over Tiny-ImageNet's 200 classes, on its validation pictures."""
    numbers = library.where("val", "tiny")[:most]
    names = np.unique(library.label[library.where("train", "tiny")])
    tower.eval()
    right = 0
    with torch.inference_mode():
        for start in range(0, len(numbers), 250):
            part = numbers[start : start + 250]
            logits, _ = heads(tower.features(normalise(np.stack([library.pixels(i) for i in part]))))
            right += int((names[logits[:, names].argmax(-1).numpy()] == library.label[part]).sum())
    tower.train()
    return right / len(numbers)


def main() -> None:
    options = add_common(argparse.ArgumentParser(description=__doc__))
    options.add_argument("--warm-start", type=Path, help="an earlier vision.onnx to continue from")
    args = options.parse_args()
    torch.manual_seed(args.seed)
    library = Library(args.data, args.cache)
    bag = text.WordBag(library)
    tower, heads = ImageTower(), Heads(len(library.classes), len(bag.words))
    checkpoint = args.out / "image.pt"
    if not checkpoint.exists() and args.warm_start:
        rng = np.random.default_rng(args.seed)
        warm_start(tower, args.warm_start, augment(library, rng.choice(library.train, 1024), 64, rng))
    tower = tower.to(memory_format=torch.channels_last)
    parameters = [*tower.stem.parameters(), *tower.blocks.parameters(), *heads.parameters()]
    optimiser = torch.optim.SGD(
        [
            {"params": [p for p in parameters if p.ndim > 1], "weight_decay": DECAY},
            {"params": [p for p in parameters if p.ndim == 1], "weight_decay": 0},
        ],
        lr=0,
        momentum=MOMENTUM,
        nesterov=True,
    )
    clock = Clock(args)
    if checkpoint.exists():
        state = torch.load(checkpoint)
        tower.load_state_dict(state["tower"])
        if not args.restart:  # else with new heads
            heads.load_state_dict(state["heads"])
            optimiser.load_state_dict(state["optimiser"])
            clock.load_state_dict(state["clock"])
    stream = Stream(library, MIXTURE, args.seed)
    tower.train()
    average = 0.0
    while clock.running():
        progress = clock.progress()
        size = size_at(SIZES, progress)
        numbers = stream.batch(clock.step)
        pixels = augment(library, numbers, size, np.random.default_rng((args.seed, clock.step)))
        with torch.autocast("cpu", torch.bfloat16):
            features = tower.features(pixels)
        loss = loss_of(*heads(features), torch.from_numpy(library.label[numbers]), bag.targets(numbers))
        for group in optimiser.param_groups:
            group["lr"] = rate(progress)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        average += (loss.item() - average) * 0.02
        clock.tick(len(numbers))
        if clock.step % 50 == 0:
            log(f"{clock} size {size} loss {average:.3f}")
        if clock.due("save", 300):
            save(checkpoint, tower=tower, heads=heads, optimiser=optimiser, clock=clock)
            measure(args.out, "image", clock, tiny_top1=tiny_accuracy(tower, heads, library))
    save(checkpoint, tower=tower, heads=heads, optimiser=optimiser, clock=clock)
    measure(args.out, "image", clock, tiny_top1=tiny_accuracy(tower, heads, library, most=4000))


if __name__ == "__main__":
    main()
