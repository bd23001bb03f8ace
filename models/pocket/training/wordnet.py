"""Language without pictures: pairs of texts from WordNet 3.0 that mean nearly the same.

A noun stands with its synonyms, with what it is a kind of, and with its gloss ("puppy", "dog", "a young dog"). Only nouns for
things that can be seen are used, names and scientific names left out.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch

from text import Encoder, fit

SHOWN = {  # lexicographer files of lexnames(5WN) whose nouns a picture may show
    4: "act", 5: "animal", 6: "artifact", 8: "body", 11: "event", 13: "food", 14: "group", 15: "location", 17: "object",
    18: "person", 19: "phenomenon", 20: "plant", 25: "shape", 27: "substance", 28: "time",
}  # fmt: skip
BY_PIECES = (1.0, 0.15, 0.03)  # weight of a noun of one, two, more word pieces
TEMPLATES = ("{}", "{}", "a {}", "a photo of a {}")


class WordNet:
    """Nouns with their lemmas, gloss and hypernyms of one and two steps, and the weight with which each is drawn."""

    def __init__(self, folder: Path, encoder: Encoder):
        lines = [line for line in (folder / "data.noun").read_text("latin-1").splitlines() if not line.startswith("  ")]
        entries = {}
        for line in lines:
            head, gloss = line.split(" | ", 1)
            fields = head.split(" ")
            count = int(fields[3], 16)
            lemmas = [lemma.replace("_", " ") for lemma in fields[4 : 4 + 2 * count : 2]]
            pointers = fields[5 + 2 * count :]
            parents = [target for kind, target in zip(pointers[0::4], pointers[1::4]) if kind == "@"]
            meaning = gloss.split("; ")[0].split(" (")[0].strip().strip('";')
            entries[fields[0]] = (int(fields[1]), [lemma for lemma in lemmas if lemma.islower()], parents, meaning)
        first = {}  # lemma -> its most frequent synset: the one met first in the index
        for line in (folder / "index.noun").read_text("latin-1").splitlines():
            if line.startswith("  "):
                continue
            fields = line.split()
            first[fields[0].replace("_", " ")] = fields[-int(fields[2])]
        self.said: list[tuple[list[str], list[str], str]] = []  # own lemmas, lemmas of the hypernyms, gloss
        weights = []
        for synset, (kind, lemmas, parents, meaning) in entries.items():
            own = [lemma for lemma in lemmas if first.get(lemma) == synset]
            if kind not in SHOWN or not own:
                continue
            grandparents = [above for parent in parents for above in entries[parent][2]]
            above = [lemma for parent in (*parents, *parents, *grandparents) for lemma in entries[parent][1][:2]]
            self.said.append((own, above, meaning))
            pieces = min(len(ids) - 2 for ids in encoder.ids(own))  # without [CLS] and [SEP]
            weights.append(BY_PIECES[min(pieces, len(BY_PIECES)) - 1])
        self.weights = np.array(weights) / np.sum(weights)

    def pairs(self, count: int, rng: np.random.Generator) -> tuple[list[str], list[str], torch.Tensor]:
        """`count` texts, for each another one that means nearly the same, and bool [count, count]: which fit which."""
        left, right, keys = [], [], []
        for synset in rng.choice(len(self.said), count, p=self.weights):
            own, above, gloss = self.said[synset]
            own = [own[place] for place in rng.permutation(len(own))]
            dice = rng.random()
            if dice < 0.4 or not (above or own[1:]):
                other = gloss
            elif (dice < 0.6 and own[1:]) or not above:
                other = own[1]
            else:
                other = above[rng.integers(len(above))]
            left.append(fit(TEMPLATES[rng.integers(len(TEMPLATES))], own[0]))
            right.append(other)
            keys.append(synset)
        same_text, same_meaning = np.array(right), np.array(keys)
        fits = (same_text[:, None] == same_text) | (same_meaning[:, None] == same_meaning)
        return left, right, torch.from_numpy(fits)
