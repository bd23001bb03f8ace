"""The text teacher: a MiniLM sentence encoder (a package of the Python registry, Apache-2.0), and a head that maps its vectors to those
of pictures. Only its outputs teach; none of its weights becomes one of ours."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn
from transformers import AutoModel, AutoTokenizer

from towers import DIMENSIONS

FEATURES = 384
BATCH = 256


class TextTeacher:
    """Takes the place of `text.Encoder`: `embed` gives a head the teacher's vectors instead of token ids.

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
        """Unit vectors [N, FEATURES]: the mean over the tokens, as the encoder's authors pool."""
        new = sorted({text for text in texts if text not in self.known}, key=len)
        for start in range(0, len(new), BATCH):
            part = new[start : start + BATCH]
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
    """The teacher's vectors [N, FEATURES] to unit vectors [N, DIMENSIONS]: a linear map plus a two-layer correction."""

    def __init__(self, hidden: int = 512, dropout: float = 0.1):
        super().__init__()
        self.norm = nn.BatchNorm1d(FEATURES, affine=False)
        self.linear = nn.Linear(FEATURES, DIMENSIONS)
        self.widen, self.narrow = nn.Linear(FEATURES, hidden), nn.Linear(hidden, DIMENSIONS)
        self.dropout = nn.Dropout(dropout)

    def forward(self, vectors: torch.Tensor) -> torch.Tensor:
        x = self.dropout(self.norm(vectors))
        return F.normalize((self.linear(x) + self.narrow(self.dropout(F.gelu(self.widen(x))))).float(), dim=-1)
