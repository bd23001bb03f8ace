"""Language without pictures: where a noun of WordNet 3.0 belongs among the class names that pictures taught.

Every noun for something that can be seen is told apart by what WordNet says of it: its synonyms, what it is a kind of, the words of its
gloss, its parts and kin. Class names are described in the same way. A noun then belongs near the class names that share most of that
with it ("pony" near "horse", "cappuccino" near "espresso"), as in Norouzi et al., Zero-Shot Learning by Convex Combination of Semantic
Embeddings (2014), here with descriptions in place of word vectors.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy import sparse

from data import ClassText, Library
from text import LITTLE_WORDS, Encoder, fit, taught_by_captions, words_of

SHOWN = {  # lexicographer files of lexnames(5WN) whose nouns a picture may show
    4: "act", 5: "animal", 6: "artifact", 8: "body", 11: "event", 13: "food", 14: "group", 15: "location", 17: "object",
    18: "person", 19: "phenomenon", 20: "plant", 25: "shape", 27: "substance", 28: "time",
}  # fmt: skip
BY_PIECES = (1.0, 0.7, 0.2)  # weight of a noun of one, two, more word pieces
UNFAMILIAR = 0.3  # of it for nouns that WordNet's tagged texts never use
TEMPLATES = ("{}", "{}", "a {}", "a photo of a {}")
PLURALS, GLOSSES = 0.2, 0.25  # share of the drawn texts
PARTS_AND_KIN = {"#p", "%p", "#m", "%m", "#s", "%s", "+"}  # pointer symbols of wninput(5WN)
SENSES = 3  # the most frequent ones of a noun
NEIGHBOURS, SHARPNESS = 8, 0.1  # class names that a noun may belong to, and how far behind the nearest the others count
DRAWN = {"em-": 0.4, "s-": 0.2}  # of its likeness counts for a class that only drawings show: photos of the nearest kind are meant first
LEAST, SURE = 0.1, 0.25  # likeness to the nearest class name from which a noun is told at all, and counts fully

Features = Counter[str]


@dataclass
class Synset:
    kind: int
    lemmas: list[str]
    parents: list[str]
    kin: list[str]
    gloss: str


@dataclass
class Noun:
    lemma: str
    gloss: str
    senses: list[str]


class Dictionary:
    """WordNet's nouns: synsets by their offset, the senses of a lemma with the most frequent first, base forms."""

    def __init__(self, folder: Path):
        self.synsets: dict[str, Synset] = {}
        for line in _entries(folder / "data.noun"):
            head, gloss = line.split(" | ", 1)
            fields = head.split(" ")
            count = int(fields[3], 16)
            lemmas = [lemma.replace("_", " ") for lemma in fields[4 : 4 + 2 * count : 2]]
            rest = fields[5 + 2 * count :]
            pointers = [(kind, target) for kind, target, part in zip(rest[0::4], rest[1::4], rest[2::4]) if part == "n"]
            parents = [target for kind, target in pointers if kind in ("@", "@i")]
            kin = [target for kind, target in pointers if kind in PARTS_AND_KIN]
            self.synsets[fields[0]] = Synset(int(fields[1]), lemmas, parents, kin, gloss.split('; "')[0])
        self.senses: dict[str, list[str]] = {}
        for line in _entries(folder / "index.noun"):
            fields = line.split()
            self.senses[fields[0].replace("_", " ")] = fields[-int(fields[2]) :]
        self.irregular = dict(line.replace("_", " ").split()[:2] for line in (folder / "noun.exc").read_text().splitlines() if "_" not in line)
        self.familiar = {line.split("%")[0].replace("_", " ") for line in (folder / "cntlist.rev").read_text().splitlines() if "%1:" in line}

    def shows(self, lemma: str, offset: str) -> bool:
        """Whether a picture may show this sense; names of people and places, which have capitals, are left out."""
        synset = self.synsets[offset]
        return synset.kind in SHOWN and lemma in synset.lemmas

    def gloss(self, offset: str) -> str:
        """The first definition, without what stands in brackets."""
        return re.sub(r"\(.*?\) ?", "", self.synsets[offset].gloss.split("; ")[0]).strip()

    def base(self, word: str) -> str:
        """The singular of a noun, the word itself where none is known."""
        if word in self.irregular:
            return self.irregular[word]
        for ending, singular in (("ies", "y"), ("ches", "ch"), ("shes", "sh"), ("sses", "ss"), ("xes", "x"), ("s", "")):
            if word.endswith(ending) and (found := word[: -len(ending)] + singular) in self.senses:
                return found
        return word

    def features(self, offset: str) -> Features:
        """What WordNet says of a synset, weighted: words, and the synsets it is a kind of."""
        synset = self.synsets[offset]
        said = Features({f"is {offset}": 1.0})
        self._add(said, 1.0, synset.lemmas)
        self._add(said, 0.5, words_of(synset.gloss))
        level, seen = synset.parents, {offset}
        for step in range(8):
            weight = 0.8 ** (step + 1)
            level = [above for above in level if above not in seen]
            for above in level:
                seen.add(above)
                said[f"is {above}"] += weight
                if step < 2:
                    self._add(said, 0.6 * weight, self.synsets[above].lemmas)
                    self._add(said, 0.15 * weight, words_of(self.synsets[above].gloss))
            level = [higher for above in level for higher in self.synsets[above].parents]
        for kin in synset.kin:
            said[f"is {kin}"] += 0.4
            self._add(said, 0.4, self.synsets[kin].lemmas)
        return said

    def features_of_class(self, known: ClassText) -> Features:
        """The same for a class: by its synset where its id is one, else by the last word of its name."""
        said = Features()
        if known.id[1:] in self.synsets:
            said.update(self.features(known.id[1:]))
        elif senses := self.senses.get(self.base(known.name.lower().split()[-1])):
            said.update({name: 0.5 * weight for name, weight in self.features(senses[0]).items()})
        for phrase in (known.name.lower(), *(synonym.lower() for synonym in known.synonyms)):
            self._add(said, 1.0, [phrase])
            self._add(said, 0.5, words_of(phrase))
        return said

    def _add(self, said: Features, weight: float, words: Iterable[str]) -> None:
        for word in words:
            if word not in LITTLE_WORDS:
                said[self.base(word.lower())] += weight


def _entries(path: Path) -> list[str]:
    """The lines of a database file without its licence, which is indented."""
    return [line for line in path.read_text("latin-1").splitlines() if not line.startswith("  ")]


def plural(noun: str) -> str:
    if noun.endswith("y") and noun[-2:-1] not in "aeiou":
        return noun[:-1] + "ies"
    return noun + ("es" if noun.endswith(("x", "ch", "sh")) else "s")


class WordNet:
    """Nouns and where they belong among the classes; those that captions show often are left to the pictures."""

    def __init__(self, folder: Path, encoder: Encoder, library: Library):
        dictionary, taught = Dictionary(folder), taught_by_captions(library)
        nouns = [
            Noun(lemma, dictionary.gloss(shown[0]), shown[:SENSES])
            for lemma, senses in dictionary.senses.items()
            if lemma not in taught and len(lemma) > 2 and (shown := [sense for sense in senses if dictionary.shows(lemma, sense)])
        ]
        near, share, likeness = self._places(dictionary, library.classes, nouns)
        kept = np.flatnonzero(likeness >= LEAST)
        self.nouns = [nouns[n] for n in kept]
        self.near, self.share, self.sureness = near[kept], share[kept], np.minimum(1, likeness[kept] / SURE)
        pieces = np.array([len(ids) - 2 for ids in encoder.ids([noun.lemma for noun in self.nouns])])  # without [CLS] and [SEP]
        weights = np.array(BY_PIECES)[np.minimum(pieces, len(BY_PIECES)) - 1]
        weights *= [1 if noun.lemma in dictionary.familiar else UNFAMILIAR for noun in self.nouns]
        self.weights = weights / weights.sum()

    @staticmethod
    def _places(dictionary: Dictionary, classes: Sequence[ClassText], nouns: Sequence[Noun]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """For each noun the NEIGHBOURS nearest classes, their shares, and how alike it is to the nearest."""
        offsets = list(dictionary.synsets)
        described = [dictionary.features(offset) for offset in offsets]
        counts = Counter(name for said in described for name in said)
        column = {name: i for i, name in enumerate(counts)}
        rarity = np.log(len(offsets) / np.array(list(counts.values())))

        def unit_rows(all_said: Iterable[Features]) -> sparse.csr_matrix:
            at, columns, values = [0], [], []
            for said in all_said:
                known = [(column[name], weight) for name, weight in said.items() if name in column]
                row = np.array([weight * rarity[place] for place, weight in known])
                columns += [place for place, _ in known]
                values += list(row / max(math.sqrt((row**2).sum()), 1e-9))
                at.append(len(columns))
            return sparse.csr_matrix((values, columns, at), (len(at) - 1, len(column)))

        counted = sparse.diags([DRAWN.get(known.id[: known.id.find("-") + 1], 1.0) for known in classes])
        likeness = (unit_rows(described) @ unit_rows(map(dictionary.features_of_class, classes)).T @ counted).tocsr()
        row_of = {offset: row for row, offset in enumerate(offsets)}
        ranks = [(n, row_of[offset], 1 / (1 + rank)) for n, noun in enumerate(nouns) for rank, offset in enumerate(noun.senses)]
        numbers, rows, weights = map(np.array, zip(*ranks, strict=True))
        by_noun = sparse.csr_matrix((weights, (numbers, rows)), (len(nouns), len(offsets))) @ likeness
        near, best = np.zeros((2, len(nouns), NEIGHBOURS))
        for n in range(len(nouns)):
            found = slice(by_noun.indptr[n], by_noun.indptr[n + 1])
            order = np.argsort(-by_noun.data[found])[:NEIGHBOURS]
            near[n, : len(order)], best[n, : len(order)] = by_noun.indices[found][order], by_noun.data[found][order]
        top = np.maximum(best[:, :1], 1e-9)
        share = np.exp((best / top - 1) / SHARPNESS) * (best > 0)
        return near.astype(int), share / np.maximum(share.sum(1, keepdims=True), 1e-9), best[:, 0]

    def draw(self, count: int, rng: np.random.Generator) -> tuple[list[str], np.ndarray]:
        """`count` texts, and the numbers of the nouns they are for: rows of `near`, `share` and `sureness`."""
        texts, drawn = [], rng.choice(len(self.nouns), count, p=self.weights)
        for n in drawn:
            noun, dice = self.nouns[n], rng.random()
            if dice < GLOSSES and noun.gloss:
                texts.append(noun.gloss)
            elif dice < GLOSSES + PLURALS and not noun.lemma.endswith("s"):
                texts.append(plural(noun.lemma))
            else:
                texts.append(fit(TEMPLATES[rng.integers(len(TEMPLATES))], noun.lemma))
        return texts, drawn
