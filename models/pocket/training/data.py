"""Reading the training data: packs of small pictures, their classes and their captions.

The pictures are decoded once into two uint8 arrays (`cache`), so that training spends no time on decoding: Tiny-ImageNet
at its native 64 px, everything else squashed to 112 px. `Library` ties those arrays to the labels and captions;
`Stream` deals out batches in a fixed mixture of sets; `augment` crops, flips and recolours a batch in torch.
"""

from __future__ import annotations

import csv
import io
import struct
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image

import synthetic

SMALL, LARGE = 64, 112  # cache sizes in pixels: Tiny-ImageNet, everything else
MEAN = (0.48, 0.456, 0.406)
STD = (0.27, 0.265, 0.275)

# Pictures per batch of 128 from each group of sets.
MIXTURE = {"tiny": 72, "captioned": 26, "emoji": 12, "labelled": 12, "synthetic": 6}


def read_table(path: Path) -> list[dict[str, str]]:
    """Rows of a tab-separated file with a header line and no quoting."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def read_pack(path: Path) -> Iterator[tuple[str, bytes]]:
    """(image id, WebP bytes) for every record of a pack, in order."""
    pack = path.read_bytes()
    at = 0
    while at < len(pack):
        id_length, size = struct.unpack_from("<BI", pack, at)
        at += 5
        yield pack[at : at + id_length].decode("ascii"), pack[at + id_length : at + id_length + size]
        at += id_length + size


def squash(picture: Image.Image, size: int) -> np.ndarray:
    """Resize to size x size as the product does: antialiased bicubic, aspect ignored. uint8 [size, size, 3]."""
    picture = picture.convert("RGB")
    if picture.size != (size, size):
        picture = picture.resize((size, size), Image.Resampling.BICUBIC)
    return np.asarray(picture)


def normalise(pictures: np.ndarray) -> torch.Tensor:
    """uint8 [N, S, S, 3] to the image tower's input, float [N, 3, S, S]."""
    pixels = torch.from_numpy(pictures).permute(0, 3, 1, 2).float() / 255
    return (pixels - torch.tensor(MEAN).view(3, 1, 1)) / torch.tensor(STD).view(3, 1, 1)


def build_cache(data: Path, cache: Path) -> None:
    """Decode every pack into `small.npy` and `large.npy`, then draw the synthetic pictures into `synthetic.npy`."""
    cache.mkdir(parents=True, exist_ok=True)
    rows = read_table(data / "images.tsv")
    if not (cache / "large.npy").exists():
        is_small = [row["set"] == "tiny" for row in rows]
        stores = {
            True: np.empty((sum(is_small), SMALL, SMALL, 3), np.uint8),
            False: np.empty((len(rows) - sum(is_small), LARGE, LARGE, 3), np.uint8),
        }
        filled = {True: 0, False: 0}
        decode = lambda job: squash(Image.open(io.BytesIO(job[1])), SMALL if job[0] else LARGE)  # noqa: E731
        with ThreadPoolExecutor() as pool:
            start = 0
            for pack in sorted({row["pack"] for row in rows}):
                records = list(read_pack(data / f"pack-{pack}.bin"))
                small = is_small[start : start + len(records)]
                start += len(records)
                for kind, picture in zip(small, pool.map(decode, zip(small, (webp for _, webp in records)))):
                    stores[kind][filled[kind]] = picture
                    filled[kind] += 1
        np.save(cache / "small.npy", stores[True])
        np.save(cache / "large.npy", stores[False])
    if not (cache / "synthetic.npy").exists():
        library = Library(data, cache)
        emoji = [i for i in library.train if library.group[i] == "emoji"]
        synthetic.build(cache, [(library.pixels(i), library.names[library.label[i]]) for i in emoji], LARGE)


@dataclass
class ClassText:
    """What is known in words about one class."""

    id: str
    name: str
    synonyms: list[str] = field(default_factory=list)
    hypernyms: list[str] = field(default_factory=list)
    gloss: str = ""


class Library:
    """Every picture with its split, set, class and captions. Pictures are numbered in the order of images.tsv,
    synthetic ones after them."""

    def __init__(self, data: Path, cache: Path):
        split_list = lambda text: [part for part in (text or "").split(", ") if part]  # noqa: E731
        self.classes = [
            ClassText(row["class_id"], row["class_name"], split_list(row["synonyms"]), split_list(row["hypernyms"]), row["gloss"] or "")
            for row in read_table(data / "classes.tsv")
        ]
        self.classes += [ClassText(f"s-{kind}", name) for kind, name in synthetic.KINDS.items()]
        self.names = [known.name for known in self.classes]
        class_index = {known.id: i for i, known in enumerate(self.classes)}

        images = read_table(data / "images.tsv")
        number = {row["image_id"]: i for i, row in enumerate(images)}
        self.set = [row["set"] for row in images]
        self.split = [row["split"] for row in images]
        self.label = np.full(len(images), -1)
        for row in read_table(data / "labels.tsv"):
            self.label[number[row["image_id"]]] = class_index[row["class_id"]]
        self.captions: list[list[str]] = [[] for _ in images]
        for row in read_table(data / "captions.tsv"):
            self.captions[number[row["image_id"]]].append(row["caption"].removesuffix(" ."))

        self.stores = [np.load(cache / "small.npy", mmap_mode="r"), np.load(cache / "large.npy", mmap_mode="r")]
        store = np.array([0 if name == "tiny" else 1 for name in self.set])
        row = np.where(store == 0, np.cumsum(store == 0), np.cumsum(store == 1)) - 1
        if (cache / "synthetic.npy").exists():
            drawn = read_table(cache / "synthetic.tsv")
            self.stores.append(np.load(cache / "synthetic.npy", mmap_mode="r"))
            self.set += ["synthetic"] * len(drawn)
            self.split += [line["split"] for line in drawn]
            self.captions += [[line["caption"]] for line in drawn]
            self.label = np.concatenate([self.label, [class_index.get(f"s-{line['kind']}", -1) for line in drawn]])
            store = np.concatenate([store, np.full(len(drawn), 2)])
            row = np.concatenate([row, np.arange(len(drawn))])
        self.store, self.row = store, row
        self.group = [self._group(i) for i in range(len(self.set))]
        self.train = [i for i, split in enumerate(self.split) if split == "train"]

    def _group(self, i: int) -> str:
        name = self.set[i]
        if name in ("tiny", "synthetic"):
            return name
        if name.startswith("emoji"):
            return "emoji"
        return "captioned" if name in ("flickr8k", "coco") else "labelled"

    def pixels(self, i: int) -> np.ndarray:
        """The cached picture, uint8 [S, S, 3]."""
        return self.stores[self.store[i]][self.row[i]]

    def where(self, split: str, *sets: str) -> list[int]:
        """Numbers of the pictures of a split whose set's name starts with one of `sets`."""
        return [i for i, name in enumerate(self.set) if self.split[i] == split and name.startswith(sets)]


class Stream:
    """Deals training pictures in a fixed mixture, each group without replacement and shuffled anew in every pass.

    A batch depends on its number alone, so a resumed run sees what an uninterrupted one would have seen.
    """

    def __init__(self, library: Library, mixture: dict[str, int], seed: int, among: list[int] | None = None):
        among = library.train if among is None else among
        self.groups = {name: (np.array([i for i in among if library.group[i] == name]), count) for name, count in mixture.items()}
        self.seed = seed
        self.orders: dict[tuple[int, int], np.ndarray] = {}

    def batch(self, step: int) -> np.ndarray:
        """Picture numbers of batch `step`."""
        picked = []
        for g, (members, count) in enumerate(self.groups.values()):
            places = np.arange(step * count, (step + 1) * count)
            for epoch in np.unique(places // len(members)):
                if (g, epoch) not in self.orders:
                    self.orders = {key: order for key, order in self.orders.items() if key[0] != g}
                    self.orders[g, epoch] = np.random.default_rng((self.seed, g, int(epoch))).permutation(members)
                picked.append(self.orders[g, epoch][places[places // len(members) == epoch] % len(members)])
        return np.concatenate(picked)


def augment(library: Library, numbers: np.ndarray, size: int, rng: np.random.Generator) -> torch.Tensor:
    """Random crops of the numbered pictures: float [N, 3, size, size], normalised, channels last.

    Photos: 30-100 % of the area (50-100 % where a caption tells of all of it), mirrored half the time. Drawings and emoji
    keep 60-100 % and may stick out of the frame a little; synthetic pictures (charts, documents: text-like) are never
    mirrored. All get mild brightness, contrast and saturation changes, a few turn grey.
    """
    out = torch.empty(len(numbers), 3, size, size).contiguous(memory_format=torch.channels_last)
    groups = np.array([library.group[i] for i in numbers])
    drawn = np.isin(groups, ("emoji", "synthetic"))
    n = len(numbers)
    least = np.select([drawn, groups == "captioned"], [0.6, 0.5], 0.3)
    area = rng.uniform(least, np.where(drawn, 1.15, 1.0))
    aspect = np.exp(rng.uniform(-0.29, 0.29, n))
    half_w = np.minimum(np.sqrt(area * aspect), np.where(drawn, 1.2, 1.0))
    half_h = np.minimum(np.sqrt(area / aspect), np.where(drawn, 1.2, 1.0))
    centre_x = rng.uniform(-1, 1, n) * np.abs(1 - half_w)
    centre_y = rng.uniform(-1, 1, n) * np.abs(1 - half_h)
    mirror = np.where((rng.random(n) < 0.5) & (groups != "synthetic"), -1.0, 1.0)
    theta = np.zeros((n, 2, 3), np.float32)
    theta[:, 0, 0], theta[:, 0, 2] = half_w * mirror, centre_x
    theta[:, 1, 1], theta[:, 1, 2] = half_h, centre_y
    for store in np.unique(library.store[numbers]):
        members = np.flatnonzero(library.store[numbers] == store)
        pixels = torch.from_numpy(library.stores[store][library.row[numbers[members]]]).permute(0, 3, 1, 2).float()
        grid = F.affine_grid(torch.from_numpy(theta[members]), [len(members), 3, size, size], align_corners=False)
        out[members] = F.grid_sample(pixels, grid, mode="bilinear", padding_mode="border", align_corners=False)
    out.div_(255)
    change = lambda low, high: torch.from_numpy(rng.uniform(low, high, (n, 1, 1, 1)).astype(np.float32))  # noqa: E731
    grey = out.mean(1, keepdim=True)
    colourful = change(0.6, 1.4) * torch.from_numpy((rng.random((n, 1, 1, 1)) > 0.04).astype(np.float32))
    out = grey + (out - grey) * colourful
    middle = out.mean((1, 2, 3), keepdim=True)
    out = (middle + (out - middle) * change(0.7, 1.3)) * change(0.75, 1.25)
    out = (out.clamp_(0, 1) - torch.tensor(MEAN).view(3, 1, 1)) / torch.tensor(STD).view(3, 1, 1)
    return out.contiguous(memory_format=torch.channels_last)
