"""Measures an exported model on the validation pictures: the ONNX files, preprocessed as the product does.

Prints one JSON object. All pictures come from the packs' validation split or, with --photos, from a folder of other photos with a
`captions.tsv` (file, caption); nothing here is ever trained on.
"""

from __future__ import annotations

import argparse
import io
import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
import onnxruntime
from PIL import Image
from tokenizers import Tokenizer

from data import Library, read_pack, read_table, squash
from text import UNSEEN, fit

PROMPTS = ["{}", "a {}", "a photo of a {}", "a picture of a {}", "a close-up of a {}"]
DRAWN_PROMPTS = ["{}", "a {}", "a drawing of a {}", "an illustration of a {}"]


class Model:
    """The two towers of a model folder, run by onnxruntime."""

    def __init__(self, folder: Path, threads: int = 2):
        self.descriptor = json.loads((folder / "model.json").read_text())
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        self.vision = onnxruntime.InferenceSession(folder / self.descriptor["image"]["file"], options)
        self.text = onnxruntime.InferenceSession(folder / self.descriptor["text"]["file"], options)
        self.tokenizer = Tokenizer.from_file(str(folder / self.descriptor["text"]["tokenizer"]))
        self.tokenizer.enable_truncation(self.descriptor["text"]["maxTokens"])

    def pixels(self, picture: Image.Image) -> np.ndarray:
        """float32 [3, size, size]"""
        about = self.descriptor["image"]
        scaled = squash(picture, about["size"]).astype(np.float32) / 255
        return ((scaled - np.float32(about["mean"])) / np.float32(about["std"])).transpose(2, 0, 1)

    def pictures(self, pictures: Iterable[Image.Image]) -> np.ndarray:
        """Unit vectors [N, dimensions]."""
        vectors, waiting = [], []
        run = lambda: vectors.append(self.vision.run(None, {"pixel_values": np.stack(waiting)})[0])  # noqa: E731
        for picture in pictures:
            waiting.append(self.pixels(picture))
            if len(waiting) == 32:
                run()
                waiting.clear()
        if waiting:
            run()
        return np.concatenate(vectors) if vectors else np.empty((0, self.descriptor["dimensions"]), np.float32)

    def sentences(self, texts: Sequence[str]) -> np.ndarray:
        """Unit vectors [N, dimensions]; every text is run alone, as a query is."""
        ids = [np.array([encoded.ids], np.int64) for encoded in self.tokenizer.encode_batch(list(texts))]
        return np.concatenate([self.text.run(None, {"input_ids": line})[0] for line in ids])

    def prompted(self, names: Sequence[str], templates: Sequence[str]) -> np.ndarray:
        """One unit vector per name: the mean over the templates."""
        mean = sum(self.sentences([fit(template, name) for name in names]) for template in templates)
        return mean / np.linalg.norm(mean, axis=-1, keepdims=True)


def best(queries: np.ndarray, gallery: np.ndarray, count: int) -> np.ndarray:
    """Numbers of the `count` most similar gallery rows for each query, best first."""
    return np.argsort(-(queries @ gallery.T), axis=1, kind="stable")[:, :count]


def recall(queries: np.ndarray, gallery: np.ndarray, right: Sequence[int], count: int) -> float:
    """Share of queries whose one right gallery row is among the first `count`."""
    return float((best(queries, gallery, count) == np.array(right)[:, None]).any(1).mean())


def named(model: Model, library: Library, vectors: dict[int, np.ndarray], numbers: Sequence[int], templates: Sequence[str], count: int = 1) -> float:
    """Zero-shot accuracy of the numbered pictures over the names of their own classes: right name among the first `count`."""
    classes = np.unique(library.label[list(numbers)])
    guesses = best(np.stack([vectors[i] for i in numbers]), model.prompted([library.names[c] for c in classes], templates), count)
    return float((classes[guesses] == library.label[list(numbers)][:, None]).any(1).mean())


def caption_search(model: Model, library: Library, vectors: dict[int, np.ndarray], numbers: Sequence[int]) -> dict[str, float]:
    """Every caption looks for its picture among the numbered pictures."""
    captions = [(row, caption) for row, i in enumerate(numbers) for caption in library.captions[i]]
    queries, gallery = model.sentences([caption for _, caption in captions]), np.stack([vectors[i] for i in numbers])
    return {f"r@{count}": recall(queries, gallery, [row for row, _ in captions], count) for count in (1, 5, 10)}


def glyph_search(model: Model, library: Library, vectors: dict[int, np.ndarray], numbers: Sequence[int]) -> dict[str, float]:
    """Every emoji name looks for its glyph: a glyph's place is that of its best picture among the glyphs' best pictures."""
    glyphs = np.unique(library.label[list(numbers)])
    queries = model.prompted([library.names[glyph] for glyph in glyphs], DRAWN_PROMPTS)
    scores = queries @ np.stack([vectors[i] for i in numbers]).T
    labels = library.label[list(numbers)]
    by_glyph = np.stack([scores[:, labels == glyph].mean(1) for glyph in glyphs], 1)
    ranks = (by_glyph > np.diag(by_glyph)[:, None]).sum(1)
    first = labels[np.argsort(-scores, 1)[:, :10]]
    return {
        "glyphs": len(glyphs), "r@1": float((ranks < 1).mean()), "r@10": float((ranks < 10).mean()),
        "picture_r@10": float((first == glyphs[:, None]).any(1).mean()),
    }  # fmt: skip


def unseen_search(model: Model, library: Library, vectors: dict[int, np.ndarray]) -> dict[str, float]:
    """Words that were never a class's text look for pictures of their classes among all labelled validation pictures."""
    numbers = [i for i in vectors if library.label[i] >= 0 and library.group[i] in ("tiny", "labelled")]
    gallery, labels = np.stack([vectors[i] for i in numbers]), library.label[numbers]
    rows = read_table(UNSEEN)
    in_captions = {word for i in library.train for caption in library.captions[i] for word in caption.lower().split()}
    named = defaultdict(list)  # an emoji may have the name of a thing in photos
    for c, name in enumerate(library.names):
        named[name].append(c)
    firsts = labels[best(model.prompted([row["word"] for row in rows], PROMPTS), gallery, 10)]
    right = np.array([np.isin(first, [c for name in row["classes"].split(", ") for c in named[name]]) for row, first in zip(rows, firsts, strict=True)])
    told = np.array([row["word"] in in_captions for row in rows])
    hit = right.any(1)
    return {
        "words": len(rows), "r@10": float(hit.mean()), "precision@10": float(right.mean()),
        "in_captions": int(told.sum()), "r@10_in_captions": float(hit[told].mean()), "r@10_nowhere": float(hit[~told].mean()),
    }  # fmt: skip


def photo_search(model: Model, folder: Path) -> dict[str, float]:
    """Every caption of a folder of photos looks for its photo among all of them."""
    rows = read_table(folder / "captions.tsv")
    files = sorted({row["file"] for row in rows})
    gallery = model.pictures(Image.open(folder / file) for file in files)
    queries = model.sentences([row["caption"] for row in rows])
    right = [files.index(row["file"]) for row in rows]
    return {"photos": len(files)} | {f"r@{count}": recall(queries, gallery, right, count) for count in (1, 10)}


def evaluate(model: Model, library: Library, data: Path) -> dict[str, object]:
    """All figures on the validation split."""
    wanted = {i for i, split in enumerate(library.split) if split == "val"}
    vectors: dict[int, np.ndarray] = {}
    start = 0
    for pack in sorted(data.glob("pack-*.bin")):
        records = list(enumerate(read_pack(pack), start))
        start += len(records)
        chosen = [(i, webp) for i, (_, webp) in records if i in wanted]
        vectors |= zip([i for i, _ in chosen], model.pictures(Image.open(io.BytesIO(webp)) for _, webp in chosen), strict=True)
    drawn = library.where("val", "synthetic")
    if drawn:
        vectors |= zip(drawn, model.pictures(Image.fromarray(library.pixels(i)) for i in drawn), strict=True)
    of = lambda *sets: [i for i in library.where("val", *sets) if library.label[i] >= 0]  # noqa: E731
    figures: dict[str, object] = {
        "tiny_top1": named(model, library, vectors, of("tiny"), PROMPTS),
        "tiny_top5": named(model, library, vectors, of("tiny"), PROMPTS, 5),
        "flickr8k": caption_search(model, library, vectors, library.where("val", "flickr8k")),
        "emoji": glyph_search(model, library, vectors, of("emoji")),
        "unseen_words": unseen_search(model, library, vectors),
    }
    for name in ("cifar10", "caltech101", "pacs-photo", "flowers5", "clothing", "houses", "fashion"):
        figures[f"{name}_top1"] = named(model, library, vectors, of(name), PROMPTS)
    for name in ("pacs-painting", "pacs-cartoon", "pacs-sketch", "synthetic"):
        figures[f"{name}_top1"] = named(model, library, vectors, of(name), DRAWN_PROMPTS)
    return figures


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--data", type=Path, required=True, help="folder with the packs and tables")
    options.add_argument("--cache", type=Path, required=True, help="folder for the decoded pictures")
    options.add_argument("--model", type=Path, default=Path(__file__).parent.parent, help="folder with model.json")
    options.add_argument("--photos", type=Path, help="folder of further photos with captions.tsv")
    args = options.parse_args()
    model = Model(args.model)
    figures = evaluate(model, Library(args.data, args.cache), args.data)
    if args.photos:
        figures["photos"] = photo_search(model, args.photos)
    print(json.dumps(figures, indent=1))


if __name__ == "__main__":
    main()
