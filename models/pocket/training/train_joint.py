"""Stage 3: both towers learn together, from the checkpoint of stage 2."""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import torch

from data import Library, Stream, augment
from objectives import Objective, add_text, learn
from run import adam, add_common
from text import Encoder
from towers import ImageTower, TextTower
from wordnet import WordNet

MIXTURE = {"tiny": 88, "captioned": 112, "emoji": 24, "labelled": 22, "synthetic": 10}
IMAGE_RATE, TEXT_RATE, DECAY = 1.5e-4, 3e-4, 0.05
TINY_CONTRAST = 0.25
SIZE = 64


def main() -> None:
    args = add_text(add_common(argparse.ArgumentParser(description=__doc__))).parse_args()
    torch.manual_seed(args.seed)
    library, encoder = Library(args.data, args.cache), Encoder(args.tokenizer)
    image, text = ImageTower().to(memory_format=torch.channels_last), TextTower()
    objective = Objective(library, encoder, WordNet(args.wordnet, encoder, library), TINY_CONTRAST)
    state = torch.load(args.out / "text.pt")
    for name, part in (("image", image), ("text", text), ("objective", objective)):
        part.load_state_dict(state[name])
    seen = [*image.stem.parameters(), *image.blocks.parameters()]
    said = [*image.projection.parameters(), *text.parameters(), *objective.parameters()]
    stream = Stream(library, MIXTURE, args.seed + 1)

    def loss_of(step: int) -> tuple[torch.Tensor, int]:
        numbers = stream.batch(step)
        objective.rng = rng = np.random.default_rng((args.seed + 1, step))
        pixels = augment(library, numbers, SIZE, rng)
        with torch.autocast("cpu", torch.bfloat16):
            features = image.features(pixels)
        return objective(image.projection(features), numbers, text), len(numbers)

    learn("joint", args, library, (image, text), objective, adam(((IMAGE_RATE, seen), (TEXT_RATE, said)), DECAY), 300, loss_of)


if __name__ == "__main__":
    main()
