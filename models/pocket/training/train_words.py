"""Stage 4: nouns that no picture taught move to where lies what WordNet says of them.

The text tower so far is the teacher. The vector of a noun that occurs in no caption and no class name is noise; those of its
synonyms, hypernyms and gloss often are not. The student learns to put the noun where they are, and to leave captions and class
names where they were. Neither pictures nor the picture tower are needed.
"""

from __future__ import annotations

import argparse
from collections import Counter
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

from data import Library
from objectives import add_text
from run import Clock, adam, add_common, log, rise_and_fall, save
from text import LITTLE_WORDS, PHOTO_TEMPLATES, Encoder, fit, held_out, words_of
from towers import TextTower
from wordnet import WordNet

NOUNS, SENTENCES, NAMES = 384, 192, 128  # per batch
RATE, DECAY, WARM_UP = 5e-4, 0.01, 0.05
OFTEN = 20  # a word said of so many pictures has a place of its own


class Taught:
    """How often words were said of training pictures, by captions and class texts."""

    def __init__(self, library: Library):
        hidden = held_out()
        self.counts: Counter[str] = Counter()
        for i in library.train:
            said = {word for caption in library.captions[i] for word in words_of(caption)}
            if library.label[i] >= 0:
                known = library.classes[library.label[i]]
                said |= {word for text in (known.name, *known.synonyms) for word in words_of(text)} - hidden
            self.counts.update(said)

    def share(self, text: str) -> float:
        """0..1: how well the words of a text are known; the least known decides for names, as in "sea cow"."""
        words = [word for word in words_of(text) if word not in LITTLE_WORDS]
        return min((min(self.counts[word] / OFTEN, 1) for word in words), default=0.0)

    def mean_share(self, text: str) -> float:
        words = [word for word in words_of(text) if word not in LITTLE_WORDS]
        return sum(min(self.counts[word] / OFTEN, 1) for word in words) / max(1, len(words))


def embed_all(tower: TextTower, encoder: Encoder, texts: list[str]) -> torch.Tensor:
    with torch.inference_mode():
        return torch.cat([encoder.embed(tower, texts[start : start + 2048], 8) for start in range(0, len(texts), 2048)])


def lessons(
    teacher: TextTower, encoder: Encoder, wordnet: WordNet, taught: Taught
) -> tuple[list[str], torch.Tensor, np.ndarray]:
    """Nouns, where each belongs [nouns, DIMENSIONS], and how often each is drawn [nouns]."""
    texts, weights, owners, nouns, shares = [], [], [], [], []
    for (own, above, gloss), drawn in zip(wordnet.said, wordnet.weights, strict=True):
        for noun in own:
            said = [(noun, 2 * taught.share(noun))]
            said += [(other, 2 * taught.share(other)) for other in own if other != noun]
            said += [(other, above.count(other) * taught.share(other) / 2) for other in dict.fromkeys(above)]
            said.append((gloss, 0.7 * taught.mean_share(gloss)))
            if sum(weight for _, weight in said) < 0.3:
                continue
            for text, weight in said:
                if weight > 0.05:
                    texts.append(text), weights.append(weight), owners.append(len(nouns))
            nouns.append(noun)
            shares.append(drawn)
    distinct = {text: row for row, text in enumerate(dict.fromkeys(texts))}
    vectors = embed_all(teacher, encoder, list(distinct))
    places = torch.zeros(len(nouns), vectors.shape[1])
    places.index_add_(0, torch.tensor(owners), vectors[[distinct[text] for text in texts]] * torch.tensor(weights)[:, None])
    return nouns, F.normalize(places, dim=-1), np.array(shares) / sum(shares)


def plural(noun: str) -> str:
    if noun.endswith(("s", "x", "ch", "sh")):
        return noun + "es"
    return noun[:-1] + "ies" if noun.endswith("y") and noun[-2:-1] not in "aeiou" else noun + "s"


def main() -> None:
    args = add_text(add_common(argparse.ArgumentParser(description=__doc__))).parse_args()
    torch.manual_seed(args.seed)
    library, encoder = Library(args.data, args.cache), Encoder(args.tokenizer)
    joint = args.out / "joint.pt"
    state = torch.load(joint if joint.exists() else args.out / "text.pt")
    teacher, student = TextTower(), TextTower()
    teacher.load_state_dict(state["text"])
    student.load_state_dict(state["text"])
    teacher.eval()
    nouns, places, shares = lessons(teacher, encoder, WordNet(args.wordnet, encoder), Taught(library))
    log(f"{len(nouns)} nouns have something to go by")
    sentences = [caption for i in library.train for caption in library.captions[i]]
    names = [fit(template, name) for name in library.names for template in PHOTO_TEMPLATES[:6]]
    held = {"sentences": (sentences, embed_all(teacher, encoder, sentences)), "names": (names, embed_all(teacher, encoder, names))}
    optimiser = adam([(RATE, list(student.parameters()))], DECAY)
    clock = Clock(args)
    average = 0.0
    while clock.running():
        rng = np.random.default_rng((args.seed, clock.step))
        picked = rng.choice(len(nouns), NOUNS, p=shares)
        said = [plural(nouns[row]) if rng.random() < 0.2 else nouns[row] for row in picked]
        texts = [fit(PHOTO_TEMPLATES[rng.integers(len(PHOTO_TEMPLATES))], noun) for noun in said]
        targets = [places[picked]]
        for (kept, vectors), count in zip(held.values(), (SENTENCES, NAMES), strict=True):
            rows = rng.integers(len(kept), size=count)
            texts += [kept[row] for row in rows]
            targets.append(vectors[rows])
        with torch.autocast("cpu", torch.bfloat16):
            vectors = encoder.embed(student, texts)
        missed = 1 - (vectors * torch.cat(targets)).sum(-1)
        loss = missed[:NOUNS].mean() + missed[NOUNS:].mean() * 4
        for group in optimiser.param_groups:
            group["lr"] = group["peak"] * rise_and_fall(clock.progress(), WARM_UP)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        average = loss.item() if not average else average + (loss.item() - average) * 0.02
        clock.tick(len(texts))
        if clock.step % 100 == 0:
            log(f"{clock} loss {average:.3f}, nouns {missed[:NOUNS].mean().item():.3f}, held {missed[NOUNS:].mean().item():.4f}")
    state["text"] = student.state_dict()
    torch.save(state, args.out / "words.pt")


if __name__ == "__main__":
    main()
