"""The last stage of the picture tower and its projection learn what the tower and the picture teacher together see.

Each picture is drawn to a blend of the vector that the published tower has for it and the teacher's in its space (`teacher_space.py`); besides, it is
to find the texts of its batch, and its name among all class names of its group, by what the text tower and the text teacher together say.
The stages before the last stay as they are.
"""

from __future__ import annotations

import argparse
import copy
from collections.abc import Sequence

import numpy as np
import torch
import torch.nn.functional as F

from data import Library, Stream, augment
from objectives import add_text, contrast, follow
from run import Clock, adam, add_common, descend, log, save
from teacher_space import add_teachers, published_text
from teachers import PictureTeacher, TextTeacher, blend, picture_head, text_head
from text import DRAWN_TEMPLATES, PHOTO_TEMPLATES, Encoder, Sayings, fit
from towers import ImageTower, warm_start, warm_start_projection

MIXTURE = {"captioned": 100, "tiny": 52, "labelled": 42, "emoji": 46, "synthetic": 16}
SIZE = 96
FROZEN = 5  # blocks
SEEN_SHARE = {"captioned": 0.65, "tiny": 0.5, "labelled": 0.5, "emoji": 0.5, "synthetic": 0.0}  # of the teacher, in pictures
SAID_SHARE = {"captioned": 0.6, "tiny": 0.5, "labelled": 0.5, "emoji": 0.5, "synthetic": 0.0}  # of the teacher, in texts
FASHION_SHARE = 0.25  # ImageNet knows little of it
TINY_CONTRAST = 0.25
LIKENESS_WEIGHT, CONTRAST_WEIGHT = 8, 0.7  # beside naming
SCALE = 20
RATE, DECAY = 5e-4, 0.05
MEMORY = 0.99  # of the running mean of the weights


def published_image(args: argparse.Namespace, library: Library, stream: Stream) -> ImageTower:
    tower = ImageTower().to(memory_format=torch.channels_last)
    warm_start(tower, args.model / "vision.onnx", augment(library, stream.batch(0), SIZE, np.random.default_rng(args.seed)))
    warm_start_projection(tower.projection, args.model / "vision.onnx")
    return tower


class Targets:
    """What pictures and texts should be to each other: blends of what the published towers and the teachers make of them."""

    def __init__(self, args: argparse.Namespace, library: Library):
        heads = torch.load(args.out / "teachers.pt")
        self.library, self.encoder = library, Encoder(args.tokenizer)
        self.sees = PictureTeacher(library, args.cache / "picture-teacher.npy")
        self.reads = TextTeacher(args.text_teacher, args.cache / "text-teacher.npz")
        self.seen, self.said, self.own_text = picture_head().eval(), text_head().eval(), published_text(args.model).eval()
        self.seen.load_state_dict(heads["pictures"])
        self.said.load_state_dict(heads["texts"])

    @torch.no_grad()
    def pictures(self, numbers: np.ndarray, own: torch.Tensor) -> torch.Tensor:
        """own [N, DIMENSIONS]: what the published tower makes of these views."""
        share = [FASHION_SHARE if self.library.set[i] == "fashion" else SEEN_SHARE[self.library.group[i]] for i in numbers]
        taught = np.flatnonzero(share)
        goal = own.clone()
        goal[taught] = blend(own[taught], self.seen(self.sees.features(numbers[taught])), torch.tensor(share)[taught, None])
        return goal

    @torch.no_grad()
    def texts(self, texts: Sequence[str], share: Sequence[float], known: Sequence[str] | None = None) -> torch.Tensor:
        """known: the form in which the teacher reads each text, where that is another."""
        own = self.encoder.embed(self.own_text, texts)
        return blend(own, self.reads.embed(self.said, known or texts), torch.tensor(share)[:, None])


class Lesson:
    """The loss of a batch."""

    def __init__(self, library: Library, targets: Targets):
        self.library, self.targets, self.sayings = library, targets, Sayings(library)
        self.groups = np.array(library.group)
        self.names = {}
        for group in ("tiny", "labelled", "synthetic"):
            classes = np.unique(library.label[(self.groups == group) & (library.label >= 0)])
            templates = (DRAWN_TEMPLATES if group == "synthetic" else PHOTO_TEMPLATES)[:4]
            share = [SAID_SHARE[group]] * len(classes)
            self.names[group] = classes, [targets.texts([fit(template, library.names[c]) for c in classes], share) for template in templates]

    def naming(self, vectors: torch.Tensor, numbers: np.ndarray, rng: np.random.Generator) -> torch.Tensor:
        """Cross-entropy of each labelled picture over all class names of its group, in one template."""
        total = torch.zeros(())
        for group, (classes, in_templates) in self.names.items():
            rows = np.flatnonzero((self.groups[numbers] == group) & (self.library.label[numbers] >= 0))
            target = torch.from_numpy(np.searchsorted(classes, self.library.label[numbers[rows]]))
            logits = SCALE * vectors[rows] @ in_templates[rng.integers(len(in_templates))].T
            total += F.cross_entropy(logits, target, label_smoothing=0.05, reduction="sum")
        return total / len(numbers)

    def loss(self, vectors: torch.Tensor, own: torch.Tensor, numbers: np.ndarray, rng: np.random.Generator) -> torch.Tensor:
        unlike = 1 - (vectors * self.targets.pictures(numbers, own)).sum(1).mean()
        groups = self.groups[numbers]
        rows = np.flatnonzero((groups != "tiny") | (rng.random(len(numbers)) < TINY_CONTRAST))
        said = [self.sayings.say(i, rng) for i in numbers[rows]]
        texts = self.targets.texts([text for text, _ in said], [SAID_SHARE[group] for group in groups[rows]])
        fits = self.sayings.shared(numbers[rows], [key for _, key in said])
        apart = contrast(SCALE * vectors[rows] @ texts.T, fits)
        return LIKENESS_WEIGHT * unlike + CONTRAST_WEIGHT * apart + self.naming(vectors, numbers, rng)


def main() -> None:
    args = add_teachers(add_text(add_common(argparse.ArgumentParser(description=__doc__)))).parse_args()
    torch.manual_seed(args.seed)
    library = Library(args.data, args.cache)
    stream = Stream(library, MIXTURE, args.seed)
    image = published_image(args, library, stream)
    published, learned = copy.deepcopy(image).eval(), copy.deepcopy(image)
    save(args.out / "published.pt", image=published)
    lesson = Lesson(library, Targets(args, library))
    image.requires_grad_(False)
    taught = [*image.blocks[FROZEN:].parameters(), *image.projection.parameters()]
    for parameter in taught:
        parameter.requires_grad_(True)
    image.train()
    image.stem.eval()
    image.blocks[:FROZEN].eval()
    optimiser, clock = adam([(RATE, taught)], DECAY), Clock(args)
    while clock.running():
        numbers, rng = stream.batch(clock.step), np.random.default_rng((args.seed, clock.step))
        pixels = augment(library, numbers, SIZE, rng)
        with torch.autocast("cpu", torch.bfloat16):
            features = image.features(pixels)
            with torch.no_grad():
                own = published.features(pixels)
        with torch.no_grad():
            own = published.projection(own)
        loss = lesson.loss(image.projection(features), own, numbers, rng)
        descend(optimiser, loss, clock.progress())
        follow(learned, image, MEMORY)
        clock.tick(len(numbers))
        if clock.step % 20 == 0:
            log(f"{clock} loss {loss.item():.3f}")
    save(args.out / "distilled-image.pt", image=learned)


if __name__ == "__main__":
    main()
