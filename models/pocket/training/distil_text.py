"""The text tower learns from a larger sentence encoder how captions and rare words are meant; the picture tower stays as it is.

First a head on the encoder's vectors learns, by the objective of stages 2 and 3, to find the pictures by the vectors that they have. Then the
text tower is drawn to a blend of what it said itself and what the head says. The names of classes keep their own vectors: of those, many
pictures have taught it more.
"""

from __future__ import annotations

import argparse
import copy
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image

from data import Library, Stream
from evaluate import Model
from objectives import Objective, add_text, follow
from run import Clock, adam, add_common, log, rise_and_fall, save
from text import Encoder, Sayings
from text_teacher import Head, TextTeacher
from towers import DIMENSIONS, TextTower, warm_start_text
from wordnet import WordNet

HEAD_MIXTURE = {"tiny": 200, "captioned": 640, "emoji": 120, "labelled": 120, "synthetic": 40}
MOST = {"tiny": 3500, "captioned": 10_000, "emoji": 2200, "labelled": 1300, "synthetic": 1100}  # pictures that the head sees
TINY_CONTRAST = 0.3
HEAD_RATE, HEAD_DECAY = 1e-3, 0.1
TEXTS = {"captioned": 300, "named": 300, "nouns": 300}  # in a step of the text tower
SHARE = {"captioned": 0.5, "named": 0.0, "nouns": 0.7}  # of the head in the blend
NAMES_COUNT = 2.5  # times what other texts do
TEXT_RATE, TOKEN_BOOST = 4e-4, 4
WARM_UP = 0.05  # share of either schedule
TEXT_MEMORY = 0.97  # of the running mean of the text tower's weights; its schedule has few steps


def learn_head(args: argparse.Namespace, library: Library, teacher: TextTeacher, wordnet: WordNet, model: Model) -> Head:
    rng = np.random.default_rng(args.seed)
    groups = {name: [i for i in library.train if library.group[i] == name] for name in HEAD_MIXTURE}
    members = [int(i) for name, group in groups.items() for i in rng.permutation(group)[: MOST[name]]]
    seen = torch.zeros(len(library.set), DIMENSIONS)
    seen[members] = torch.from_numpy(model.pictures(Image.fromarray(library.pixels(i)) for i in members))
    log(f"{len(members)} pictures have their vectors")
    head, objective = Head(), Objective(library, teacher, wordnet, TINY_CONTRAST)
    optimiser = adam([(HEAD_RATE, [*head.parameters(), *objective.parameters()])], HEAD_DECAY)
    stream, clock = Stream(library, HEAD_MIXTURE, args.seed, members), Clock(args)
    while clock.running():
        numbers = stream.batch(clock.step)
        objective.rng = np.random.default_rng((args.seed, clock.step))
        loss = objective(seen[numbers], numbers, head)
        step(optimiser, loss, clock)
        clock.tick(len(numbers))
    return head.eval().requires_grad_(False)


def step(optimiser: torch.optim.Optimizer, loss: torch.Tensor, clock: Clock) -> None:
    for group in optimiser.param_groups:
        group["lr"] = group["peak"] * rise_and_fall(clock.progress(), WARM_UP)
    optimiser.zero_grad()
    loss.backward()
    optimiser.step()
    if clock.step % 20 == 0:
        log(f"{clock} loss {loss.item():.3f}")


def draw(
    library: Library, sayings: Sayings, wordnet: WordNet, pictures: dict[str, np.ndarray], rng: np.random.Generator
) -> tuple[list[str], list[str], torch.Tensor, torch.Tensor]:
    """The texts of a step, the form in which the teacher reads each, the head's share in its blend, how much it counts."""
    said = [sayings.say(i, rng)[0] for name in ("captioned", "named") for i in rng.choice(pictures[name], TEXTS[name])]
    texts, nouns = wordnet.draw(TEXTS["nouns"], rng)
    share = np.repeat(list(SHARE.values()), list(TEXTS.values()))
    counts = np.concatenate([np.ones(TEXTS["captioned"]), np.full(TEXTS["named"], NAMES_COUNT), wordnet.sureness[nouns]])
    return said + texts, said + [wordnet.nouns[n].lemma for n in nouns], torch.from_numpy(share).float(), torch.from_numpy(counts).float()


def learn_text(args: argparse.Namespace, library: Library, teacher: TextTeacher, head: Head, wordnet: WordNet, encoder: Encoder) -> TextTower:
    text, sayings = TextTower(), Sayings(library)
    warm_start_text(text, args.model / "text.onnx")
    own, learned = copy.deepcopy(text).eval(), copy.deepcopy(text)
    captioned = np.array([library.group[i] == "captioned" for i in library.train])
    pictures = {"captioned": np.array(library.train)[captioned], "named": np.array(library.train)[~captioned]}
    tokens = text.tokens.weight
    others = [parameter for parameter in text.parameters() if parameter is not tokens]
    optimiser = adam(((TEXT_RATE, others), (TOKEN_BOOST * TEXT_RATE, [tokens])), 0)
    clock = Clock(args)
    while clock.running():
        texts, known, share, counts = draw(library, sayings, wordnet, pictures, np.random.default_rng((args.seed, clock.step)))
        with torch.no_grad(), torch.autocast("cpu", torch.bfloat16):
            goal = F.normalize(torch.lerp(encoder.embed(own, texts), teacher.embed(head, known), share[:, None]), dim=-1)
        with torch.autocast("cpu", torch.bfloat16):
            off = 1 - (encoder.embed(text, texts) * goal).sum(1)
        step(optimiser, 20 * (counts * off).mean(), clock)
        follow(learned, text, TEXT_MEMORY)
        clock.tick(len(texts))
    return learned


def main() -> None:
    options = add_text(add_common(argparse.ArgumentParser(description=__doc__)))
    options.add_argument("--text-teacher", type=Path, required=True, help="folder of the sentence encoder")
    options.add_argument("--model", type=Path, default=Path(__file__).parent.parent, help="folder of the exported towers")
    args = options.parse_args()
    torch.manual_seed(args.seed)
    library, encoder = Library(args.data, args.cache), Encoder(args.tokenizer)
    wordnet = WordNet(args.wordnet, encoder, library)
    teacher = TextTeacher(args.text_teacher, args.cache / "text-teacher.npz")
    head = learn_head(args, library, teacher, wordnet, Model(args.model))
    text = learn_text(args, library, teacher, head, wordnet, encoder)
    teacher.save()
    save(args.out / "distilled.pt", text=text)


if __name__ == "__main__":
    main()
