"""What the text and joint stages minimise, how they step, and the two figures they watch while training."""

from __future__ import annotations

import argparse
import copy
import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from data import Library, normalise
from run import Clock, descend, log, measure, save
from text import DRAWN_TEMPLATES, PHOTO_TEMPLATES, Encoder, Sayings, fit
from towers import ImageTower, TextTower
from wordnet import WordNet

FIRST_SCALE, LARGEST_SCALE = 15.0, 50.0
NOUNS, NOUN_WEIGHT = 256, 0.3  # nouns of WordNet in a step
RENEWED = 25  # steps between two looks at where the class names lie
NAMING_WEIGHT = 2.0
MEMORY = 0.998  # of the running mean of the weights, which is what a stage hands on


def add_text(parser: argparse.ArgumentParser) -> argparse.ArgumentParser:
    parser.add_argument("--wordnet", type=Path, required=True, help="folder with data.noun and index.noun of WordNet 3.0")
    parser.add_argument("--tokenizer", type=Path, default=Path(__file__).parent.parent / "tokenizer.json")
    return parser


def contrast(logits: torch.Tensor, fits: torch.Tensor) -> torch.Tensor:
    """Cross-entropy of pictures over texts and the other way, logits and fits [pictures, texts]; a target spreads evenly over all that fits."""
    target = fits.float()
    to_right = -(target / target.sum(1, keepdim=True) * logits.log_softmax(1)).sum(1).mean()
    to_left = -(target / target.sum(0, keepdim=True) * logits.log_softmax(0)).sum(0).mean()
    return (to_right + to_left) / 2


class Objective(nn.Module):
    """Contrast between the pictures and texts of a batch, naming each picture among all class names of its group, and drawing
    the nouns of WordNet to the class names that they belong near."""

    def __init__(self, library: Library, encoder: Encoder, wordnet: WordNet, tiny_share: float = 1):
        """tiny_share: share of the Tiny-ImageNet pictures, whose few texts are mostly names, that also join the contrast."""
        super().__init__()
        self.library, self.encoder, self.wordnet, self.tiny_share = library, encoder, wordnet, tiny_share
        self.sayings, self.rng = Sayings(library), np.random.default_rng()
        self.named, self.steps = torch.empty(0), 0
        self.contrast_scale = nn.Parameter(torch.tensor(math.log(FIRST_SCALE)))
        self.naming_scale = nn.Parameter(torch.tensor(math.log(FIRST_SCALE)))
        groups = np.array(library.group)
        labelled = library.label >= 0
        self.group_names = {
            group: np.unique(library.label[labelled & (groups == group)]) for group in ("tiny", "labelled", "synthetic")
        }

    @staticmethod
    def _limited(scale: torch.Tensor) -> torch.Tensor:
        return scale.clamp(max=math.log(LARGEST_SCALE)).exp()

    def naming(self, pictures: torch.Tensor, numbers: np.ndarray, tower: TextTower) -> torch.Tensor:
        """Cross-entropy of each labelled picture over the class names of its group, all in one template, drawn anew each time."""
        groups, labels, total = np.array([self.library.group[i] for i in numbers]), self.library.label[numbers], 0.0
        for group, classes in self.group_names.items():
            rows = np.flatnonzero((groups == group) & (labels >= 0))
            if not len(rows):
                continue
            template = self.rng.choice(DRAWN_TEMPLATES if group == "synthetic" else PHOTO_TEMPLATES)
            names = self.encoder.embed(tower, [fit(template, self.library.names[c]) for c in classes], parts=2)
            target = torch.from_numpy(np.searchsorted(classes, labels[rows]))
            total += F.cross_entropy(self._limited(self.naming_scale) * pictures[rows] @ names.T, target, label_smoothing=0.05, reduction="sum")
        return total / len(numbers)

    def belonging(self, tower: TextTower) -> torch.Tensor:
        """Cross-entropy of some nouns over all class names; those of which WordNet is less sure count less."""
        if self.steps % RENEWED == 0:
            with torch.no_grad():
                self.named = self.encoder.embed(tower, self.library.names)
        self.steps += 1
        texts, nouns = self.wordnet.draw(NOUNS, self.rng)
        logits = self._limited(self.naming_scale).detach() * self.encoder.embed(tower, texts) @ self.named.T
        share, sureness = (torch.from_numpy(known[nouns]).float() for known in (self.wordnet.share, self.wordnet.sureness))
        off = -(share * logits.log_softmax(1).gather(1, torch.from_numpy(self.wordnet.near[nouns]))).sum(1)
        return (sureness * off).mean()

    def forward(self, pictures: torch.Tensor, numbers: np.ndarray, tower: TextTower) -> torch.Tensor:
        """pictures [N, DIMENSIONS] are the vectors of the numbered pictures; the texts are drawn here."""
        tiny = np.array([self.library.group[i] == "tiny" for i in numbers])
        rows = np.flatnonzero(~tiny | (self.rng.random(len(numbers)) < self.tiny_share))
        said = [self.sayings.say(i, self.rng) for i in numbers[rows]]
        fits = self.sayings.shared(numbers[rows], [key for _, key in said])
        with torch.autocast("cpu", torch.bfloat16):
            texts = self.encoder.embed(tower, [text for text, _ in said])
            naming = self.naming(pictures, numbers, tower)
            belonging = self.belonging(tower)
        apart = contrast(self._limited(self.contrast_scale) * pictures[rows] @ texts.T, fits)
        return apart + NAMING_WEIGHT * naming + NOUN_WEIGHT * belonging


def quick_figures(image: ImageTower, text: TextTower, encoder: Encoder, library: Library, size: int) -> dict[str, float]:
    """Zero-shot accuracy on 2,000 Tiny-ImageNet pictures, and R@10 of one caption for each Flickr8k development picture."""
    image.eval()
    text.eval()

    def vectors(numbers: list[int]) -> torch.Tensor:
        parts = [numbers[start : start + 250] for start in range(0, len(numbers), 250)]
        pixels = (normalise(np.stack([library.pixels(i) for i in part])) for part in parts)
        return torch.cat([image(F.interpolate(part, size=(size, size), mode="bicubic", antialias=True)) for part in pixels])

    with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16):
        tiny, flickr = library.where("val", "tiny")[:2000], library.where("val", "flickr8k")
        classes = np.unique(library.label[library.where("val", "tiny")])
        names = encoder.embed(text, [fit("a photo of a {}", library.names[c]) for c in classes])
        guesses = classes[(vectors(tiny).float() @ names.T).argmax(1).numpy()]
        captions = encoder.embed(text, [library.captions[i][0] for i in flickr])
        scores = captions @ vectors(flickr).float().T
        ranks = (scores > scores.diagonal()[:, None]).sum(1)
    return {"tiny_zero_shot": float((guesses == library.label[tiny]).mean()), "flickr_r@10": float((ranks < 10).float().mean())}


@torch.no_grad()
def follow(mean: nn.Module, tower: nn.Module, memory: float = MEMORY) -> None:
    """Move a running mean of the weights, and of what is counted beside them, a little towards the tower."""
    for slow, fast in zip(mean.state_dict().values(), tower.state_dict().values(), strict=True):
        if slow.is_floating_point():
            slow.lerp_(fast, 1 - memory)


def learn(
    stage: str, args: argparse.Namespace, library: Library, towers: tuple[ImageTower, TextTower], objective: Objective, optimiser: torch.optim.Optimizer,
    save_every: float, size: int, loss_of: Callable[[Clock], tuple[torch.Tensor, int]],
) -> None:  # fmt: skip
    """Run a stage from its checkpoint, if there is one, to its end; `loss_of` gives a step's loss and how many pictures it saw.

    What it hands on, and what is measured at `size`, is the running mean of the towers.
    """
    image, text = towers
    clock = Clock(args)
    learned = {"image": copy.deepcopy(image), "text": copy.deepcopy(text), "objective": objective}
    parts = {**learned, "live_image": image, "live_text": text, "optimiser": optimiser, "clock": clock}
    checkpoint = args.out / f"{stage}.pt"
    if checkpoint.exists():
        state = torch.load(checkpoint)
        for name, part in parts.items():
            if not args.restart:
                part.load_state_dict(state[name])
            elif name not in ("optimiser", "clock"):
                part.load_state_dict(state[name.removeprefix("live_")])

    def keep() -> None:
        save(checkpoint, **parts)
        measure(args.out, stage, clock, **quick_figures(learned["image"], learned["text"], objective.encoder, library, size))

    image.train()
    text.train()
    average = 0.0
    while clock.running():
        loss, pictures = loss_of(clock)
        descend(optimiser, loss, clock.progress())
        follow(learned["image"], image)
        follow(learned["text"], text)
        average = loss.item() if not average else average + (loss.item() - average) * 0.02
        clock.tick(pictures)
        if clock.step % 20 == 0:
            log(f"{clock} loss {average:.3f}")
        if clock.due("save", save_every):
            keep()
    keep()
