"""Stage 3: both towers learn together, from the checkpoint of stage 2."""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import torch

from data import Library, Stream, augment
from objectives import Objective, quick_figures
from run import Clock, adam, add_common, log, measure, rise_and_fall, save
from text import Encoder, Sayings
from towers import ImageTower, TextTower

MIXTURE = {"tiny": 144, "captioned": 52, "emoji": 24, "labelled": 20, "synthetic": 16}
IMAGE_RATE, TEXT_RATE, WARM_UP = 3e-4, 3e-4, 0.05
DECAY = 0.05
TINY_CONTRAST = 0.25
SIZES = ((0.4, 48), (1.0, 64))  # crop size in pixels until this share of the schedule


def main() -> None:
    options = add_common(argparse.ArgumentParser(description=__doc__))
    options.add_argument("--tokenizer", type=Path, default=Path(__file__).parent.parent / "tokenizer.json")
    args = options.parse_args()
    torch.manual_seed(args.seed)
    library, encoder = Library(args.data, args.cache), Encoder(args.tokenizer)
    image, text = ImageTower().to(memory_format=torch.channels_last), TextTower()
    objective = Objective(library, encoder, Sayings(library), np.random.default_rng(args.seed), TINY_CONTRAST)
    optimiser = adam(((IMAGE_RATE, list(image.parameters())), (TEXT_RATE, [*text.parameters(), *objective.parameters()])), DECAY)
    clock = Clock(args)
    checkpoint = args.out / "joint.pt"
    towers = {"image": image, "text": text, "objective": objective}
    parts = {**towers, "optimiser": optimiser, "clock": clock}
    state = torch.load(checkpoint if checkpoint.exists() else args.out / "text.pt")
    for name, part in (parts if checkpoint.exists() else towers).items():
        part.load_state_dict(state[name])
    stream = Stream(library, MIXTURE, args.seed + 1)
    image.train()
    average = 0.0
    while clock.running():
        progress = clock.progress()
        numbers = stream.batch(clock.step)
        objective.rng = rng = np.random.default_rng((args.seed + 1, clock.step))
        size = next(size for until, size in SIZES if progress <= until)
        pixels = augment(library, numbers, size, rng)
        with torch.autocast("cpu", torch.bfloat16):
            features = image.features(pixels)
        loss = objective(image.projection(features), numbers, text)
        for group in optimiser.param_groups:
            group["lr"] = group["peak"] * rise_and_fall(progress, WARM_UP)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        average = loss.item() if not average else average + (loss.item() - average) * 0.02
        clock.tick(len(numbers))
        if clock.step % 20 == 0:
            log(f"{clock} size {size} loss {average:.3f}")
        if clock.due("save", 300):
            save(checkpoint, **parts)
            measure(args.out, "joint", clock, **quick_figures(image, text, encoder, library))
    save(checkpoint, **parts)
    measure(args.out, "joint", clock, **quick_figures(image, text, encoder, library))


if __name__ == "__main__":
    main()
