"""The two towers: a small residual network for pictures and a two-layer transformer for text."""

from __future__ import annotations

from pathlib import Path

import onnx
import torch
import torch.nn.functional as F
from onnx import numpy_helper
from torch import nn

DIMENSIONS = 256
FEATURES = 320
STAGES = ((32, 1), (64, 1), (160, 3), (320, 3))  # (channels, blocks); every stage but the first halves the picture


def conv_norm(inputs: int, outputs: int, kernel: int = 3, stride: int = 1) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, bias=False),
        nn.BatchNorm2d(outputs),
    )


class Block(nn.Module):
    """Two 3x3 convolutions around a shortcut: [N, inputs, S, S] to [N, outputs, S / stride, S / stride]."""

    def __init__(self, inputs: int, outputs: int, stride: int):
        super().__init__()
        self.first = conv_norm(inputs, outputs, 3, stride)
        self.second = conv_norm(outputs, outputs)
        self.shortcut = nn.Sequential(nn.AvgPool2d(2, ceil_mode=True), conv_norm(inputs, outputs, 1)) if stride == 2 else nn.Identity()

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return F.relu(self.second(F.relu(self.first(x))) + self.shortcut(x))


class Projection(nn.Module):
    """Pooled features [N, FEATURES] to unit vectors [N, DIMENSIONS]: a linear map plus a small two-layer correction."""

    def __init__(self):
        super().__init__()
        self.norm = nn.BatchNorm1d(FEATURES, affine=False)
        self.linear = nn.Linear(FEATURES, DIMENSIONS)
        self.widen = nn.Linear(FEATURES, 512)
        self.narrow = nn.Linear(512, DIMENSIONS)

    def forward(self, features: torch.Tensor) -> torch.Tensor:
        x = self.norm(features)
        return F.normalize(self.linear(x) + self.narrow(F.gelu(self.widen(x))), dim=-1)


class ImageTower(nn.Module):
    """Normalised pixels [N, 3, S, S] to unit vectors [N, DIMENSIONS]."""

    def __init__(self):
        super().__init__()
        width = STAGES[0][0]
        self.stem = nn.Sequential(conv_norm(3, width, 3, 2), nn.ReLU(), conv_norm(width, width), nn.ReLU())
        blocks = []
        for stage, (outputs, count) in enumerate(STAGES):
            for place in range(count):
                blocks.append(Block(width, outputs, 2 if stage and place == 0 else 1))
                width = outputs
        self.blocks = nn.Sequential(*blocks)
        self.projection = Projection()
        for block in blocks:
            nn.init.zeros_(block.second[1].weight)  # every block starts as its shortcut

    def features(self, pixels: torch.Tensor) -> torch.Tensor:
        """Pooled features [N, FEATURES], before the projection."""
        return self.blocks(self.stem(pixels)).mean((2, 3)).float()

    def forward(self, pixels: torch.Tensor) -> torch.Tensor:
        return self.projection(self.features(pixels))


class TextLayer(nn.Module):
    """One pre-norm transformer layer over [N, L, width]."""

    def __init__(self, width: int, heads: int):
        super().__init__()
        self.heads = heads
        self.norm1, self.norm2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.qkv = nn.Linear(width, 3 * width)
        self.out = nn.Linear(width, width)
        self.up, self.down = nn.Linear(width, 2 * width), nn.Linear(2 * width, width)

    def forward(self, x: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """mask [N, 1, 1, L]: 0 for words, a large negative number for padding."""
        n, length, width = x.shape
        q, k, v = self.qkv(self.norm1(x)).view(n, length, 3, self.heads, width // self.heads).permute(2, 0, 3, 1, 4)
        weights = (q @ k.transpose(-1, -2) * (width // self.heads) ** -0.5 + mask).softmax(-1)
        x = x + self.out((weights @ v).transpose(1, 2).reshape(n, length, width))
        return x + self.down(F.gelu(self.up(self.norm2(x))))


class TextTower(nn.Module):
    """Token ids [N, L] (int64, 0 = padding, L <= 32) to unit vectors [N, DIMENSIONS]; the mean over the words is projected."""

    def __init__(self, vocabulary: int = 10_000, width: int = 256, layers: int = 2, heads: int = 4, longest: int = 32):
        super().__init__()
        self.tokens = nn.Embedding(vocabulary, width)
        self.places = nn.Parameter(torch.randn(longest, width) * 0.01)
        self.layers = nn.ModuleList(TextLayer(width, heads) for _ in range(layers))
        self.norm = nn.LayerNorm(width)
        self.out = nn.Linear(width, DIMENSIONS)
        nn.init.normal_(self.tokens.weight, std=0.04)

    def forward(self, ids: torch.Tensor) -> torch.Tensor:
        present = (ids != 0).float()
        x = self.tokens(ids) + self.places[: ids.shape[1]]
        mask = (1 - present)[:, None, None, :] * -1e4
        for layer in self.layers:
            x = layer(x, mask)
        present = present.unsqueeze(-1)
        mean = (self.norm(x) * present).sum(1) / present.sum(1)
        return F.normalize(self.out(mean), dim=-1)


EARLIER_BLOCKS = (1, 1, 2, 2)  # blocks per stage of the first export, from which `warm_start` can continue


def warm_start(tower: ImageTower, vision: Path, pixels: torch.Tensor) -> None:
    """Take over the convolutions of an earlier, shallower export of this tower.

    An export has its batch norms folded into the convolutions. They are brought back so that the network computes the
    same function: the statistics are measured on `pixels` [N, 3, S, S], scale and shift then undo them. Blocks the export
    did not have start as their shortcut.
    """
    graph = onnx.load(vision).graph
    arrays = {tensor.name: torch.from_numpy(numpy_helper.to_array(tensor).copy()) for tensor in graph.initializer}
    folded = [(arrays[node.input[1]], arrays[node.input[2]]) for node in graph.node if node.op_type == "Conv"]
    kept = [tower.stem]
    place = 0
    for (_, count), earlier in zip(STAGES, EARLIER_BLOCKS, strict=True):
        kept += tower.blocks[place : place + earlier]
        place += count
    convs = [module for part in kept for module in part.modules() if isinstance(module, nn.Conv2d)]
    norms = [module for part in kept for module in part.modules() if isinstance(module, nn.BatchNorm2d)]
    biases: dict[nn.Module, torch.Tensor] = {}
    for conv, norm, (weight, bias) in zip(convs, norms, folded, strict=True):
        conv.weight.data.copy_(weight)
        biases[norm] = bias

    def restore(norm: nn.BatchNorm2d, inputs: tuple[torch.Tensor]) -> None:
        variance, mean = torch.var_mean(inputs[0], (0, 2, 3))
        norm.running_mean.copy_(mean)
        norm.running_var.copy_(variance)
        norm.weight.data.copy_((variance + norm.eps).sqrt())
        norm.bias.data.copy_(mean + biases[norm])

    hooks = [norm.register_forward_pre_hook(restore) for norm in norms]
    tower.eval()
    with torch.no_grad():
        tower.features(pixels)
    for hook in hooks:
        hook.remove()


def warm_start_text(tower: TextTower, file: Path) -> None:
    """Take over the weights of an earlier export of the text tower with 8-bit matrices, widened back to floats."""
    graph = onnx.load(file).graph
    stored = {tensor.name: torch.from_numpy(numpy_helper.to_array(tensor).copy()) for tensor in graph.initializer}

    def widened(name: str) -> torch.Tensor:
        return (stored[f"{name}_quantized"].float() - stored[f"{name}_zero_point"].float()) * stored[f"{name}_scale"]

    matrices = [node.input[1].removesuffix("_quantized") for node in graph.node if node.op_type == "MatMulInteger"]
    parts = {"tokens.weight": widened("e.weight"), "places": stored["p"], "norm.weight": stored["n.weight"], "norm.bias": stored["n.bias"]}
    for place in range(len(tower.layers)):
        names = ("self_attn.in_proj", "self_attn.out_proj", "linear1", "linear2")
        for own, earlier, matrix in zip(("qkv", "out", "up", "down"), names, matrices[place * 4 :], strict=False):
            separator = "_" if earlier.endswith("in_proj") else "."
            parts[f"layers.{place}.{own}.weight"] = widened(matrix).T
            parts[f"layers.{place}.{own}.bias"] = stored[f"L.{place}.{earlier}{separator}bias"]
        for norm in ("norm1", "norm2"):
            for what in ("weight", "bias"):
                parts[f"layers.{place}.{norm}.{what}"] = stored[f"L.{place}.{norm}.{what}"]
    parts |= {"out.weight": widened(matrices[-1]).T, "out.bias": stored["o.bias"]}
    tower.load_state_dict(parts)
