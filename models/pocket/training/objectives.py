"""What the text and joint stages minimise, and the two figures they watch while training."""

from __future__ import annotations

import math

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from data import Library, normalise
from text import DRAWN_TEMPLATES, PHOTO_TEMPLATES, Encoder, Sayings, fit
from towers import ImageTower, TextTower

FIRST_SCALE, LARGEST_SCALE = 15.0, 50.0


class Objective(nn.Module):
    """Contrast between the pictures and texts of a batch, plus naming each picture among all class names of its group."""

    def __init__(self, library: Library, encoder: Encoder, sayings: Sayings, rng: np.random.Generator, tiny_share: float = 1):
        """tiny_share: share of the Tiny-ImageNet pictures, whose few texts are mostly names, that also join the contrast."""
        super().__init__()
        self.library, self.encoder, self.sayings, self.rng, self.tiny_share = library, encoder, sayings, rng, tiny_share
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

    def contrast(self, pictures: torch.Tensor, texts: torch.Tensor, fits: torch.Tensor) -> torch.Tensor:
        """Cross-entropy both ways; a row's target spreads evenly over everything that fits it."""
        logits = self._limited(self.contrast_scale) * pictures @ texts.T
        target = fits.float()
        to_text = -(target / target.sum(1, keepdim=True) * logits.log_softmax(1)).sum(1).mean()
        to_picture = -(target / target.sum(0, keepdim=True) * logits.log_softmax(0)).sum(0).mean()
        return (to_text + to_picture) / 2

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

    def forward(self, pictures: torch.Tensor, numbers: np.ndarray, tower: TextTower) -> torch.Tensor:
        """pictures [N, DIMENSIONS] are the vectors of the numbered pictures; the texts are drawn here."""
        tiny = np.array([self.library.group[i] == "tiny" for i in numbers])
        rows = np.flatnonzero(~tiny | (self.rng.random(len(numbers)) < self.tiny_share))
        said = [self.sayings.say(i, self.rng) for i in numbers[rows]]
        fits = self.sayings.shared(numbers[rows], [key for _, key in said])
        with torch.autocast("cpu", torch.bfloat16):
            texts = self.encoder.embed(tower, [text for text, _ in said])
            naming = self.naming(pictures, numbers, tower)
        return self.contrast(pictures[rows], texts, fits) + naming


def quick_figures(image: ImageTower, text: TextTower, encoder: Encoder, library: Library, size: int = 64) -> dict[str, float]:
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
    image.train()
    text.train()
    return {"tiny_zero_shot": float((guesses == library.label[tiny]).mean()), "flickr_r@10": float((ranks < 10).float().mean())}
