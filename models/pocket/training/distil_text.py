"""The text tower learns to say what it and the text teacher together say (`teacher_space.py`): of captions, of names and of WordNet's nouns."""

from __future__ import annotations

import argparse

import numpy as np
import torch

from data import Library
from distil_image import Targets
from objectives import add_text, follow
from run import Clock, adam, add_common, descend, log, save
from teacher_space import add_teachers, published_text
from text import Sayings
from towers import ImageTower
from wordnet import WordNet

DRAWN = {"captioned": 260, "tiny": 90, "labelled": 80, "emoji": 80, "synthetic": 40}  # pictures of each group whose texts are in a step
NOUNS, NOUN_SHARE = 250, 0.7
SHARE = {"captioned": 0.6, "tiny": 0.15, "labelled": 0.15, "emoji": 0.5, "synthetic": 0.0}  # of the teacher; of names our pictures have taught more
COUNTS = {"captioned": 1.0, "tiny": 2.5, "labelled": 2.5, "emoji": 2.5, "synthetic": 2.0}  # beside a noun's, which count as WordNet is sure
RATE, TOKEN_BOOST = 4e-4, 4
SCALE = 20
MEMORY = 0.97  # of the running mean of the weights; the schedule has few steps


def main() -> None:
    args = add_teachers(add_text(add_common(argparse.ArgumentParser(description=__doc__)))).parse_args()
    torch.manual_seed(args.seed)
    library = Library(args.data, args.cache)
    targets, sayings = Targets(args, library), Sayings(library)
    encoder, wordnet = targets.encoder, WordNet(args.wordnet, targets.encoder, library)
    members = {group: np.array([i for i in library.train if library.group[i] == group]) for group in DRAWN}
    groups = np.repeat(list(DRAWN), list(DRAWN.values()))
    share = [SHARE[group] for group in groups] + [NOUN_SHARE] * NOUNS
    text, learned = published_text(args.model), published_text(args.model)
    others = [parameter for parameter in text.parameters() if parameter is not text.tokens.weight]
    optimiser = adam(((RATE, others), (TOKEN_BOOST * RATE, [text.tokens.weight])), 0)
    clock = Clock(args)
    while clock.running():
        rng = np.random.default_rng((args.seed, clock.step))
        said = [sayings.say(i, rng)[0] for group, count in DRAWN.items() for i in rng.choice(members[group], count)]
        texts, nouns = wordnet.draw(NOUNS, rng)
        counts = np.concatenate([[COUNTS[group] for group in groups], wordnet.sureness[nouns]])
        with torch.autocast("cpu", torch.bfloat16):
            goal = targets.texts(said + texts, share, said + [wordnet.nouns[n].lemma for n in nouns])  # the teacher reads the bare noun
            unlike = 1 - (encoder.embed(text, said + texts) * goal).sum(1)
        loss = SCALE * (torch.from_numpy(counts).float() * unlike).mean()
        descend(optimiser, loss, clock.progress())
        follow(learned, text, MEMORY)
        clock.tick(len(share))
        if clock.step % 20 == 0:
            log(f"{clock} loss {loss.item():.3f}")
    targets.reads.save()
    image = ImageTower()
    image.load_state_dict(torch.load(args.out / "distilled-image.pt")["image"])
    save(args.out / "distilled.pt", image=image, text=learned)


if __name__ == "__main__":
    main()
