"""Text for training: what to say about a picture, which other pictures it would fit too, and token ids."""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer

from data import Library, read_table

UNSEEN = Path(__file__).parent / "unseen-words.tsv"
LONGEST = 32  # tokens, [CLS] and [SEP] included
LITTLE_WORDS = set("a an the of in on at is are and with to his her its their by for from as it that this while be has have into".split())

PHOTO_TEMPLATES = [
    "{}", "a {}", "a photo of a {}", "a picture of a {}", "the {}", "a photo of the {}", "a close-up of a {}", "a small photo of a {}",
    "{} in a photo", "an image of a {}", "a {} outside", "photo of {}",
]  # fmt: skip
DRAWN_TEMPLATES = ["{}", "a {}", "a drawing of a {}", "an illustration of a {}", "{} icon", "a picture of a {}", "a cartoon {}", "{} emoji", "clip art of a {}"]
STYLE_TEMPLATES = {
    "pacs-sketch": ["a sketch of a {}", "a pencil drawing of a {}", "a line drawing of a {}"],
    "pacs-painting": ["a painting of a {}", "a {} in a painting", "artwork of a {}"],
    "pacs-cartoon": ["a cartoon {}", "a cartoon of a {}", "a drawing of a {}"],
    "emoji-fluent3d": ["a 3d {}", "a 3d rendering of a {}"],
    "emoji-fluentline": ["a line drawing of a {}", "a black and white drawing of a {}"],
    "fashion": ["a product photo of a {}", "a {} on a white background"],
}


def words_of(sentence: str) -> list[str]:
    return re.findall(r"[a-z]+", sentence.lower())


def held_out() -> set[str]:
    """Words kept out of every class's text, to measure what the model makes of names it was never told."""
    return {row["word"] for row in read_table(UNSEEN)}


def fit(template: str, name: str) -> str:
    """The template with the name in it, "a" turned into "an" where the name wants it."""
    article = "an {}" if name[:1].lower() in "aeiou" else "a {}"
    return template.replace("a {}", article).format(name)


def words_in(captions: Sequence[str]) -> set[str]:
    return {word for caption in captions for word in words_of(caption)}


def taught_by_captions(library: Library, least: int = 20) -> set[str]:
    """Words that at least so many captioned training pictures show."""
    counts = Counter(word for i in library.train for word in words_in(library.captions[i]))
    return {word for word, count in counts.items() if count >= least}


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
            words = words_in(captions) - LITTLE_WORDS
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


class Sayings:
    """Draws a text for a picture: a caption, a piece of one or a word of one; a class name, synonym, hypernym or gloss.

    A text comes with its `key`: what it boils down to ("dog" for "a photo of a dog"). Two pictures share a key's text if
    the key is a name for the class of both, a word in the captions of both, or the same whole caption.
    """

    def __init__(self, library: Library):
        self.library = library
        hidden = held_out()
        fair = lambda phrase: not hidden & set(words_of(phrase))  # noqa: E731
        self.classes = []  # per class: name, synonyms, hypernyms, gloss, without the held-out words
        self.named: dict[str, set[int]] = defaultdict(set)
        for c, known in enumerate(library.classes):
            texts = (known.name, *filter(fair, known.synonyms)), [*filter(fair, known.hypernyms)], known.gloss if fair(known.gloss) else ""
            self.classes.append(texts)
            for phrase in (*texts[0], *texts[1]):
                self.named[phrase.lower()].add(c)
        self.words = [words_in(captions) - LITTLE_WORDS for captions in library.captions]
        self.whole = [{caption.lower() for caption in captions} for captions in library.captions]
        counts = Counter(word for i in library.train for word in self.words[i])
        self.rarity = {word: 1 / math.sqrt(count) for word, count in counts.items() if count >= 3}

    def say(self, i: int, rng: np.random.Generator) -> tuple[str, str]:
        """(text, key) for picture i."""
        captions = self.library.captions[i]
        if captions and (self.library.label[i] < 0 or rng.random() < 0.6):
            return self._caption(captions[rng.integers(len(captions))], self.words[i], self.library.group[i] == "captioned", rng)
        name = self.library.set[i]
        (title, *synonyms), hypernyms, gloss = self.classes[self.library.label[i]]
        drawn = self.library.group[i] in ("emoji", "synthetic")
        key, dice = title, rng.random()
        if dice < 0.05 and gloss:
            return gloss, title.lower()
        if dice < 0.25 and hypernyms:
            key = hypernyms[min(int(rng.geometric(0.35)) - 1, len(hypernyms) - 1)]
        elif dice < (0.5 if drawn else 0.4) and synonyms:
            key = synonyms[rng.integers(len(synonyms))]
            if drawn and rng.random() < 0.4:
                other = synonyms[rng.integers(len(synonyms))]
                return f"{key} {other}", title.lower()
        elif dice < 0.5 and hypernyms and not drawn:
            return fit("a photo of a {}", title) + fit(", a {}", hypernyms[0]), title.lower()
        templates = DRAWN_TEMPLATES if drawn else PHOTO_TEMPLATES
        if name in STYLE_TEMPLATES and rng.random() < 0.4:
            templates = STYLE_TEMPLATES[name]
        template = "{}" if rng.random() < 0.25 else templates[rng.integers(len(templates))]
        return fit(template, key), key.lower()

    def _caption(self, caption: str, words: set[str], by_people: bool, rng: np.random.Generator) -> tuple[str, str]:
        dice = rng.random()
        if by_people and dice < 0.15:
            choices = [word for word in words_of(caption) if word in self.rarity]
            if choices:
                weights = np.array([self.rarity[word] for word in choices])
                word = choices[rng.choice(len(choices), p=weights / weights.sum())]
                return fit(["{}", "a {}", "a photo of a {}"][rng.integers(3)], word), word
        if by_people and dice < 0.4:
            parts = caption.split()
            count = int(rng.integers(2, 7))
            start = int(rng.integers(0, max(1, len(parts) - count + 1)))
            return " ".join(parts[start : start + count]), caption.lower()
        return caption, caption.lower()

    def shared(self, numbers: np.ndarray, keys: Sequence[str]) -> torch.Tensor:
        """bool [N pictures, N texts]: which pictures each text fits; the diagonal is always true."""
        labels = self.library.label[numbers]
        fits = np.eye(len(numbers), dtype=bool)
        for column, key in enumerate(keys):
            if key in self.named:
                fits[:, column] |= np.isin(labels, list(self.named[key]))
            if key in self.rarity:
                fits[:, column] |= [key in self.words[i] for i in numbers]
            elif key not in self.named:
                fits[:, column] |= [key in self.whole[i] for i in numbers]
        return torch.from_numpy(fits)


class Encoder:
    """Token ids as the product makes them: lower-cased WordPiece, [CLS] and [SEP], at most 32, padded with 0."""

    def __init__(self, tokenizer: Path):
        self.tokenizer = Tokenizer.from_file(str(tokenizer))
        self.tokenizer.enable_truncation(LONGEST)

    def ids(self, texts: Sequence[str]) -> list[list[int]]:
        return [encoded.ids for encoded in self.tokenizer.encode_batch(list(texts))]

    @staticmethod
    def pad(ids: Sequence[list[int]]) -> torch.Tensor:
        """int64 [N, longest of them]."""
        out = torch.zeros(len(ids), max(map(len, ids)), dtype=torch.int64)
        for row, line in enumerate(ids):
            out[row, : len(line)] = torch.tensor(line)
        return out

    def embed(self, tower: torch.nn.Module, texts: Sequence[str], parts: int = 4) -> torch.Tensor:
        """[N, DIMENSIONS], in a few length-sorted parts so that short texts are not padded to the longest."""
        ids = self.ids(texts)
        order = sorted(range(len(ids)), key=lambda row: len(ids[row]))
        size = -(-len(order) // parts)
        chunks = [order[start : start + size] for start in range(0, len(order), size)]
        vectors = torch.cat([tower(self.pad([ids[row] for row in chunk])).float() for chunk in chunks])
        return vectors[torch.argsort(torch.tensor(order))]
