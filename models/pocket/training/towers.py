"""The two towers: a small residual network for pictures and a two-layer transformer for text."""

from __future__ import annotations

from pathlib import Path

import onnx
import torch
import torch.nn.functional as F
from onnx import numpy_helper
from torch import nn

DIMENSIONS = 256
STAGES = ((32, 1), (64, 1), (160, 3), (320, 3))  # (channels, blocks); every stage but the first halves the picture
FEATURES = sum(channels for channels, _ in STAGES[1:])  # the means of all stages but the first: colours and textures beside things


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
        blocks, self.ends = [], []
        for stage, (outputs, count) in enumerate(STAGES):
            for place in range(count):
                blocks.append(Block(width, outputs, 2 if stage and place == 0 else 1))
                width = outputs
            self.ends.append(len(blocks) - 1)
        self.blocks = nn.Sequential(*blocks)
        self.projection = Projection()
        for block in blocks:
            nn.init.zeros_(block.second[1].weight)  # every block starts as its shortcut

    def features(self, pixels: torch.Tensor) -> torch.Tensor:
        """Pooled features [N, FEATURES], before the projection."""
        x, means = self.stem(pixels), []
        for place, block in enumerate(self.blocks):
            x = block(x)
            if place in self.ends[1:]:
                means.append(x.mean((2, 3)))
        return torch.cat(means, 1).float()

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


def warm_start(tower: ImageTower, vision: Path, pixels: torch.Tensor) -> None:
    """Take over the convolutions of an export of this tower; the projection starts anew.

    An export has its batch norms folded into the convolutions. They are brought back so that the network computes the
    same function, but for what the 8-bit weights have lost: the statistics are measured on `pixels` [N, 3, S, S], scale and
    shift then undo them.
    """
    graph = onnx.load(vision).graph
    stored = stored_arrays(graph)
    modules, biases = dict(tower.named_modules()), {}
    for node in graph.node:
        if node.op_type == "Conv":
            place = place_of(node)
            modules[place].weight.data.copy_(stored[node.input[1]])
            biases[modules[f"{place[:-1]}1"]] = stored[node.input[2]]

    def restore(norm: nn.BatchNorm2d, inputs: tuple[torch.Tensor]) -> None:
        variance, mean = torch.var_mean(inputs[0], (0, 2, 3))
        norm.running_mean.copy_(mean)
        norm.running_var.copy_(variance)
        norm.weight.data.copy_((variance + norm.eps).sqrt())
        norm.bias.data.copy_(mean + biases[norm])

    hooks = [norm.register_forward_pre_hook(restore) for norm in biases]
    tower.eval()
    with torch.no_grad():
        tower.features(pixels)
    for hook in hooks:
        hook.remove()


def warm_start_projection(projection: Projection, vision: Path) -> None:
    """Take over the projection of an export of the picture tower."""
    graph = onnx.load(vision).graph
    stored = stored_arrays(graph)
    constants = [node for node in graph.node if node.op_type == "Constant"]
    stored |= {node.output[0]: torch.from_numpy(numpy_helper.to_array(node.attribute[0].t).copy()) for node in constants}
    norm = next(node for node in graph.node if node.op_type == "BatchNormalization")
    parts = {name: value for name in projection.state_dict() if (value := stored.get(f"tower.projection.{name}")) is not None}
    parts |= {"norm.running_mean": stored[norm.input[3]], "norm.running_var": stored[norm.input[4]]}
    projection.load_state_dict(projection.state_dict() | parts)


def place_of(node: onnx.NodeProto) -> str:
    """The module that a node of an export came from: `blocks.0.first.0` of `/tower/blocks.0/first/first.0/Conv`."""
    first, *_, last = [part for part in node.name.split("/") if part not in ("", "tower")][:-1]
    return last if last.startswith(first) else f"{first}.{last}"


def warm_start_text(tower: TextTower, file: Path) -> None:
    """Take over the weights of an export of the text tower."""
    graph = onnx.load(file).graph
    stored = stored_arrays(graph)
    matrices = [stored[node.input[1]].T for node in graph.node if node.op_type == "MatMul" and node.input[1] in stored]
    names = [f"layers.{place}.{part}.weight" for place in range(len(tower.layers)) for part in ("qkv", "out", "up", "down")]
    parts = {name: value for name, value in stored.items() if name in tower.state_dict()}
    parts |= dict(zip(names, matrices, strict=True))
    parts["tokens.weight"] = stored["tokens.codes"].float() * stored["tokens.scales"]
    tower.load_state_dict(parts)


def stored_arrays(graph: onnx.GraphProto) -> dict[str, torch.Tensor]:
    """The weights of an export by name; those in half precision or whole numbers are widened, under the name that they are used by."""
    arrays = {tensor.name: torch.from_numpy(numpy_helper.to_array(tensor).copy()) for tensor in graph.initializer}
    for node in graph.node:
        if not all(name in arrays for name in node.input):
            continue
        if node.op_type == "Cast":
            arrays[node.output[0]] = arrays[node.input[0]].float()
        elif node.op_type == "DequantizeLinear":
            codes, scales, zeros = (arrays[name].float() for name in node.input)
            across = (-1, *[1] * (codes.ndim - 1))  # one scale per output channel
            arrays[node.output[0]] = (codes - zeros.view(across)) * scales.view(across)
    return arrays
