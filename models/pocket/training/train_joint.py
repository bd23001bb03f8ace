"""Stage 3: both towers learn together, from the checkpoint of stage 2, on larger pictures towards the end.

The stem and the first blocks stay as they are: they see colours and edges, and to train them takes a quarter of the time.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import torch

from data import Library, Stream, augment
from objectives import Objective, add_text, learn
from run import Clock, adam, add_common, size_at
from text import Encoder
from towers import ImageTower, TextTower
from wordnet import WordNet

MIXTURE = {"tiny": 72, "captioned": 128, "emoji": 24, "labelled": 22, "synthetic": 10}
FROZEN = 2  # blocks
IMAGE_RATE, TEXT_RATE, DECAY = 2.5e-4, 4e-4, 0.05
TINY_CONTRAST = 0.25
SIZES = ((0.5, 80), (1.0, 96))  # picture size in pixels until this share of the schedule


def main() -> None:
    args = add_text(add_common(argparse.ArgumentParser(description=__doc__))).parse_args()
    torch.manual_seed(args.seed)
    library, encoder = Library(args.data, args.cache), Encoder(args.tokenizer)
    image, text = ImageTower().to(memory_format=torch.channels_last), TextTower()
    objective = Objective(library, encoder, WordNet(args.wordnet, encoder, library), TINY_CONTRAST)
    state = torch.load(args.out / "text.pt")
    for name, part in (("image", image), ("text", text), ("objective", objective)):
        part.load_state_dict(state[name])
    image.stem.requires_grad_(False)
    image.blocks[:FROZEN].requires_grad_(False)
    seen = [*image.blocks[FROZEN:].parameters()]
    said = [*image.projection.parameters(), *text.parameters(), *objective.parameters()]
    stream = Stream(library, MIXTURE, args.seed + 1)

    def loss_of(clock: Clock) -> tuple[torch.Tensor, int]:
        numbers = stream.batch(clock.step)
        objective.rng = rng = np.random.default_rng((args.seed + 1, clock.step))
        pixels = augment(library, numbers, size_at(SIZES, clock.progress()), rng)
        with torch.autocast("cpu", torch.bfloat16):
            features = image.features(pixels)
        return objective(image.projection(features), numbers, text), len(numbers)

    optimiser = adam(((IMAGE_RATE, seen), (TEXT_RATE, said)), DECAY)
    learn("joint", args, library, (image, text), objective, optimiser, 300, SIZES[-1][1], loss_of)


if __name__ == "__main__":
    main()
