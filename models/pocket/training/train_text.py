"""Stage 2: the text tower and the image projection learn against the features of the finished, frozen image tower.

The features of augmented views are computed once, so a step costs little more than reading the texts.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

from data import Library, Stream, augment
from objectives import Objective, add_text, learn
from run import Clock, adam, add_common, log
from text import Encoder
from towers import FEATURES, ImageTower, TextTower, warm_start_text
from wordnet import WordNet

MIXTURE = {"tiny": 160, "captioned": 192, "emoji": 80, "labelled": 64, "synthetic": 32}
VIEWS = 3  # augmented views of a picture; one of Tiny-ImageNet's, which has many pictures and few texts
FEATURE_DROPOUT = 0.1
PROJECTION_RATE, TEXT_RATE, DECAY = 2e-3, 1e-3, 0.05
WARM_TEXT_RATE = 5e-4  # for a text tower that has learned before
TOKEN_BOOST = 4  # times that rate for the token embeddings: most are met in few steps
SIZE = 64


def cached_features(tower: ImageTower, library: Library, file: Path, seed: int) -> torch.Tensor:
    """Features [VIEWS, pictures, FEATURES] of augmented views in half precision; the rows of validation pictures stay empty."""
    if file.exists():
        return torch.load(file)
    rng = np.random.default_rng(seed)
    table = torch.zeros(VIEWS, len(library.set), FEATURES, dtype=torch.float16)
    tower.eval()
    with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16):
        for view in range(VIEWS):
            wanted = [i for i in library.train if not view or library.group[i] != "tiny"]
            log(f"view {view + 1} of {len(wanted)} pictures")
            for start in range(0, len(wanted), 256):
                numbers = np.array(wanted[start : start + 256])
                table[view, numbers] = tower.features(augment(library, numbers, SIZE, rng)).half()
    torch.save(table, file)
    return table


def main() -> None:
    options = add_text(add_common(argparse.ArgumentParser(description=__doc__)))
    options.add_argument("--warm-start", type=Path, help="an earlier text.onnx, or checkpoint (.pt), to continue from")
    args = options.parse_args()
    torch.manual_seed(args.seed)
    torch.set_num_threads(args.threads)
    library, encoder = Library(args.data, args.cache), Encoder(args.tokenizer)
    image, text = ImageTower().to(memory_format=torch.channels_last), TextTower()
    image.load_state_dict(torch.load(args.out / "image.pt")["tower"])
    table = cached_features(image, library, args.out / "features.pt", args.seed)
    views = np.array([1 if group == "tiny" else VIEWS for group in library.group])
    objective = Objective(library, encoder, WordNet(args.wordnet, encoder, library))
    if args.warm_start and args.warm_start.suffix == ".onnx":
        warm_start_text(text, args.warm_start)
    elif args.warm_start:
        text.load_state_dict(torch.load(args.warm_start)["text"])
    text_rate = WARM_TEXT_RATE if args.warm_start else TEXT_RATE
    rates = (
        (PROJECTION_RATE, [*image.projection.parameters(), *objective.parameters()]),
        (text_rate, [parameter for parameter in text.parameters() if parameter is not text.tokens.weight]),
        (TOKEN_BOOST * text_rate, [text.tokens.weight]),
    )
    stream = Stream(library, MIXTURE, args.seed)

    def loss_of(clock: Clock) -> tuple[torch.Tensor, int]:
        numbers = stream.batch(clock.step)
        objective.rng = rng = np.random.default_rng((args.seed, clock.step))
        features = F.dropout(table[rng.integers(views[numbers]), numbers].float(), FEATURE_DROPOUT)
        return objective(image.projection(features), numbers, text), len(numbers)

    learn("text", args, library, (image, text), objective, adam(rates, DECAY), 180, SIZE, loss_of)


if __name__ == "__main__":
    main()
