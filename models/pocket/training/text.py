"""Text for training: what to say about a picture, and token ids."""

from __future__ import annotations

import math
import re
from collections import Counter
from pathlib import Path

import numpy as np
import torch

from data import Library, read_table

UNSEEN = Path(__file__).parent / "unseen-words.tsv"
LITTLE_WORDS = set("a an the of in on at is are and with to his her its their by for from as it that this while be has have into".split())


def words_of(sentence: str) -> list[str]:
    return re.findall(r"[a-z]+", sentence.lower())


def held_out() -> set[str]:
    """Words kept out of every class's text, to measure what the model makes of names it was never told."""
    return {row["word"] for row in read_table(UNSEEN)}


class WordBag:
    """The common words of captions and class texts, and for each picture which of them apply."""

    def __init__(self, library: Library, least: int = 12):
        hidden = held_out()
        class_words = [
            {word for said in (known.name, *known.hypernyms) for word in words_of(said)} - LITTLE_WORDS - hidden
            for known in library.classes
        ]
        said = []
        for i, captions in enumerate(library.captions):
            words = {word for caption in captions for word in words_of(caption)} - LITTLE_WORDS
            said.append(words or (class_words[library.label[i]] if library.label[i] >= 0 else set()))
        counts = Counter(word for i in library.train for word in said[i])
        self.words = sorted(word for word, count in counts.items() if count >= least)
        index = {word: w for w, word in enumerate(self.words)}
        rarity = np.array([math.log(len(library.train) / counts[word]) for word in self.words], np.float32)
        self.said = [np.array(sorted(index[word] for word in words if word in index), int) for words in said]
        self.weight = [rarity[words] / rarity[words].sum() if len(words) else rarity[words] for words in self.said]

    def targets(self, numbers: np.ndarray) -> torch.Tensor:
        """[N, words]: for each picture a distribution over its words, rare words counting more."""
        out = torch.zeros(len(numbers), len(self.words))
        for row, i in enumerate(numbers):
            out[row, self.said[i]] = torch.from_numpy(self.weight[i])
        return out
