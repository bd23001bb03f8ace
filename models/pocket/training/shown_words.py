"""Counts of how many training pictures each word was said: ../shown-words.tsv, by which a search asks more of the answers to rare words.

A picture's words are those of its captions, of its class's name, synonyms and hypernyms, and, when it was drawn, of its caption. Glosses tell
of other things than what is seen ("used for cutting bread"), and the nouns of WordNet have no pictures, so neither counts.
"""

import argparse
from collections import Counter, defaultdict
from pathlib import Path

import synthetic
from data import read_table
from text import LITTLE_WORDS, held_out, words_of

LEAST = 2  # pictures; of one picture alone nothing is learned


def count(data: Path, cache: Path) -> Counter[str]:
    words: dict[str, set[str]] = defaultdict(set)
    split = {row["image_id"]: row["split"] for row in read_table(data / "images.tsv")}
    for row in read_table(data / "captions.tsv"):
        words[row["image_id"]].update(words_of(row["caption"]))
    of_class = {
        row["class_id"]: set(words_of(" ".join(row[column] or "" for column in ("class_name", "synonyms", "hypernyms")))) - held_out()
        for row in read_table(data / "classes.tsv")
    }
    for row in read_table(data / "labels.tsv"):
        words[row["image_id"]].update(of_class[row["class_id"]])
    shown = Counter(word for image, said in words.items() if split[image] == "train" for word in said)
    for row in read_table(cache / "synthetic.tsv"):
        if row["split"] == "train":
            shown.update({*words_of(row["caption"]), *words_of(synthetic.KINDS.get(row["kind"], ""))})
    return shown


options = argparse.ArgumentParser(description=__doc__)
options.add_argument("--data", type=Path, required=True, help="folder with the packs and tables")
options.add_argument("--cache", type=Path, required=True, help="folder for the decoded pictures")
options.add_argument("--model", type=Path, default=Path(__file__).parent.parent, help="folder of the exported model")
args = options.parse_args()
shown = sorted(count(args.data, args.cache).items(), key=lambda item: (-item[1], item[0]))
lines = [f"{word}\t{pictures}\n" for word, pictures in shown if pictures >= LEAST and word not in LITTLE_WORDS]
(args.model / "shown-words.tsv").write_text("word\tpictures\n" + "".join(lines), encoding="utf-8")
