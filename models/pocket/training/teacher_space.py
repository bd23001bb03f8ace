"""Both teachers come into the space of an exported model: a head for each learns the objective of stages 2 and 3, and stays near the model's own
vectors, so that the two can be blended. What the blend reaches is what the student is drawn to.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import torch
from PIL import Image

from data import Library, Stream
from evaluate import Model, recall
from objectives import Objective, add_text
from run import Clock, adam, add_common, descend, log, save
from teachers import PictureTeacher, TextTeacher, blend, picture_head, text_head
from text import Encoder
from towers import DIMENSIONS, TextTower, warm_start_text
from wordnet import WordNet

MIXTURE = {"tiny": 200, "captioned": 640, "emoji": 120, "labelled": 120}  # nothing drawn by our program: of that the teachers know little
TINY = 7500  # pictures of Tiny-ImageNet that are seen; of all others, all
TINY_CONTRAST = 0.3
NEAR_WEIGHT = 1.0
RATE, DECAY = 1e-3, 0.1
SHARES = (0, 0.5, 0.7, 1)  # of the teachers, in what is reported


def add_teachers(parser: argparse.ArgumentParser) -> argparse.ArgumentParser:
    parser.add_argument("--text-teacher", type=Path, required=True, help="folder of the sentence encoder")
    parser.add_argument("--model", type=Path, default=Path(__file__).parent.parent, help="folder of the exported towers")
    return parser


def published_text(folder: Path) -> TextTower:
    tower = TextTower()
    warm_start_text(tower, folder / "text.onnx")
    return tower


def report(own: torch.Tensor, taught: torch.Tensor, own_texts: torch.Tensor, taught_texts: torch.Tensor, right: list[int]) -> None:
    for share in SHARES:
        pictures, texts = blend(own, taught, share).numpy(), blend(own_texts, taught_texts, share).numpy()
        log(f"share of the teachers {share}: Flickr8k R@10 {recall(texts, pictures, right, 10):.3f}")


def main() -> None:
    args = add_teachers(add_text(add_common(argparse.ArgumentParser(description=__doc__)))).parse_args()
    torch.manual_seed(args.seed)
    rng = np.random.default_rng(args.seed)
    library, encoder = Library(args.data, args.cache), Encoder(args.tokenizer)
    sees = PictureTeacher(library, args.cache / "picture-teacher.npy")
    reads = TextTeacher(args.text_teacher, args.cache / "text-teacher.npz")
    model, own_text = Model(args.model), published_text(args.model).eval()
    groups = {name: [i for i in library.train if library.group[i] == name] for name in MIXTURE}
    groups["tiny"] = list(rng.permutation(groups["tiny"])[:TINY])
    members = [int(i) for group in groups.values() for i in group]
    flickr = library.where("val", "flickr8k")
    own = torch.zeros(len(library.set), DIMENSIONS)
    own[members + flickr] = torch.from_numpy(model.pictures(Image.fromarray(library.pixels(i)) for i in members + flickr))
    log(f"{len(members)} pictures have their own vectors")
    sees.features(members + flickr)
    sees.save()
    log("and the teacher's features")

    pictures, texts = picture_head(), text_head()
    objective = Objective(library, reads, WordNet(args.wordnet, encoder, library), TINY_CONTRAST)
    optimiser = adam([(RATE, [*pictures.parameters(), *texts.parameters(), *objective.parameters()])], DECAY)
    stream, clock = Stream(library, MIXTURE, args.seed, members), Clock(args)
    while clock.running():
        numbers = stream.batch(clock.step)
        objective.rng = np.random.default_rng((args.seed, clock.step))
        said = [objective.sayings.say(i, objective.rng)[0] for i in numbers]
        seen = pictures(sees.features(numbers))
        with torch.no_grad():
            own_said = encoder.embed(own_text, said)
        apart = 2 - (seen * own[numbers]).sum(1).mean() - (reads.embed(texts, said) * own_said).sum(1).mean()
        loss = objective(seen, numbers, texts) + NEAR_WEIGHT * apart
        descend(optimiser, loss, clock.progress())
        clock.tick(len(numbers))
        if clock.step % 20 == 0:
            log(f"{clock} loss {loss.item():.3f}")
    reads.save()
    save(args.out / "teachers.pt", pictures=pictures, texts=texts)

    pictures.eval()
    texts.eval()
    captions = [(row, caption) for row, i in enumerate(flickr) for caption in library.captions[i]]
    sentences = [caption for _, caption in captions]
    with torch.inference_mode():
        seen, said = pictures(sees.features(flickr)), reads.embed(texts, sentences)
    report(own[flickr], seen, torch.from_numpy(model.sentences(sentences)), said, [row for row, _ in captions])


if __name__ == "__main__":
    main()
