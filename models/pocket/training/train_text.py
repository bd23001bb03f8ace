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
from objectives import Objective, quick_figures
from run import Clock, adam, add_common, log, measure, rise_and_fall, save
from text import Encoder, Sayings
from towers import FEATURES, ImageTower, TextTower, warm_start_text

MIXTURE = {"tiny": 144, "captioned": 192, "emoji": 80, "labelled": 48, "synthetic": 48}
TINY_SHARE = 0.25  # of Tiny-ImageNet, which has many pictures and few texts, a part is enough
FEATURE_DROPOUT = 0.1
PROJECTION_RATE, TEXT_RATE, DECAY, WARM_UP = 2e-3, 1e-3, 0.05, 0.05
WARM_TEXT_RATE = 4e-4  # for a text tower that has learned before
SIZE = 64


def cached_features(tower: ImageTower, library: Library, file: Path, seed: int) -> tuple[torch.Tensor, list[int]]:
    """Features [pictures, FEATURES] of an augmented view in half precision, and the numbers of the pictures that have them."""
    rng = np.random.default_rng(seed)
    tiny = [i for i in library.train if library.group[i] == "tiny"]
    others = [i for i in library.train if library.group[i] != "tiny"]
    wanted = sorted(rng.permutation(tiny)[: int(len(tiny) * TINY_SHARE)].tolist()) + others
    if file.exists():
        return torch.load(file), wanted
    table = torch.zeros(len(library.set), FEATURES, dtype=torch.float16)
    tower.eval()
    with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16):
        for start in range(0, len(wanted), 256):
            numbers = np.array(wanted[start : start + 256])
            table[numbers] = tower.features(augment(library, numbers, SIZE, rng)).half()
            if start % 12_800 == 0:
                log(f"features of {start} of {len(wanted)} pictures")
    torch.save(table, file)
    return table, wanted


def main() -> None:
    options = add_common(argparse.ArgumentParser(description=__doc__))
    options.add_argument("--tokenizer", type=Path, default=Path(__file__).parent.parent / "tokenizer.json")
    options.add_argument("--warm-start", type=Path, help="an earlier text.onnx to continue from")
    args = options.parse_args()
    torch.manual_seed(args.seed)
    torch.set_num_threads(args.threads)
    library, encoder = Library(args.data, args.cache), Encoder(args.tokenizer)
    image, text = ImageTower().to(memory_format=torch.channels_last), TextTower()
    image.load_state_dict(torch.load(args.out / "image.pt")["tower"])
    table, members = cached_features(image, library, args.out / "features.pt", args.seed)
    objective = Objective(library, encoder, Sayings(library), np.random.default_rng(args.seed))
    if args.warm_start:
        warm_start_text(text, args.warm_start)
    rates = (
        (PROJECTION_RATE, [*image.projection.parameters(), *objective.parameters()]),
        (WARM_TEXT_RATE if args.warm_start else TEXT_RATE, list(text.parameters())),
    )
    optimiser = adam(rates, DECAY)
    clock = Clock(args)
    checkpoint = args.out / "text.pt"
    parts = {"image": image, "text": text, "objective": objective, "optimiser": optimiser, "clock": clock}
    if checkpoint.exists():
        state = torch.load(checkpoint)
        for name, part in parts.items():
            part.load_state_dict(state[name])
    stream = Stream(library, MIXTURE, args.seed, members)
    image.train()
    average = 0.0
    while clock.running():
        progress = clock.progress()
        numbers = stream.batch(clock.step)
        objective.rng = np.random.default_rng((args.seed, clock.step))
        features = F.dropout(table[numbers].float(), FEATURE_DROPOUT)
        loss = objective(image.projection(features), numbers, text)
        for group in optimiser.param_groups:
            group["lr"] = group["peak"] * rise_and_fall(progress, WARM_UP)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        average = loss.item() if not average else average + (loss.item() - average) * 0.02
        clock.tick(len(numbers))
        if clock.step % 50 == 0:
            log(f"{clock} loss {average:.3f}")
        if clock.due("save", 180):
            save(checkpoint, **parts)
            measure(args.out, "text", clock, **quick_figures(image, text, encoder, library))
    save(checkpoint, **parts)
    measure(args.out, "text", clock, **quick_figures(image, text, encoder, library))


if __name__ == "__main__":
    main()
