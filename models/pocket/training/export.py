"""Writes a trained checkpoint as the two ONNX files of the model folder, checks them, and updates model.json.

Batch norms are folded into the convolutions, large weights are stored in half precision (widened again when the model is loaded), and the
token embeddings as 8-bit numbers with one scale per token. The files must agree with PyTorch on real pictures and texts.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import math
import warnings
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from PIL import Image
from torch import nn

from data import MEAN, STD, Library
from evaluate import Model
from text import LONGEST, Encoder
from towers import DIMENSIONS, ImageTower, TextTower

LARGE_WEIGHT = 1024  # values; smaller tensors stay in full precision


class CompactEmbedding(nn.Module):
    """An embedding table as int8 [V, width] and one float scale per token [V, 1]."""

    def __init__(self, table: torch.Tensor):
        super().__init__()
        scales = table.abs().amax(1, keepdim=True).clamp(min=1e-8) / 127
        self.register_buffer("scales", scales)
        self.register_buffer("codes", (table / scales).round().to(torch.int8))

    def forward(self, ids: torch.Tensor) -> torch.Tensor:
        return self.codes[ids].float() * self.scales[ids]


def mean_of(states: list[dict[str, dict[str, torch.Tensor]]]) -> dict[str, dict[str, torch.Tensor]]:
    """The mean of the towers and scales of several checkpoints of one run."""
    return {
        part: {name: sum(state[part][name] for state in states) / len(states) for name in states[0][part]}
        for part in ("image", "text", "objective")
    }


def halve_weights(model: onnx.ModelProto) -> None:
    """Store large float weights in half precision, each followed by a cast back to float."""
    graph = model.graph
    casts = []
    for weight in graph.initializer:
        values = numpy_helper.to_array(weight)
        if weight.data_type == TensorProto.FLOAT and values.size >= LARGE_WEIGHT:
            name = weight.name
            weight.CopyFrom(numpy_helper.from_array(values.astype(np.float16), f"{name}.half"))
            casts.append(helper.make_node("Cast", [f"{name}.half"], [name], to=TensorProto.FLOAT))
    for cast in reversed(casts):
        graph.node.insert(0, cast)


def write(tower: nn.Module, example: torch.Tensor, file: Path, names: tuple[str, str], free: dict[int, str]) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            tower, (example,), file, input_names=[names[0]], output_names=[names[1]], opset_version=17, dynamo=False,
            dynamic_axes={names[0]: free, names[1]: {0: "batch"}},
        )  # fmt: skip
    model = onnx.load(file)
    halve_weights(model)
    onnx.checker.check_model(model)
    onnx.save(model, file)


def agreement(first: np.ndarray, second: np.ndarray) -> float:
    """The lowest cosine between rows of unit vectors."""
    return float((first * second).sum(1).min())


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--data", type=Path, required=True, help="folder with the packs and tables")
    options.add_argument("--cache", type=Path, required=True, help="folder for the decoded pictures")
    options.add_argument("--checkpoint", type=Path, required=True, nargs="+", help="joint.pt or text.pt; of several, the mean is exported")
    options.add_argument("--model", type=Path, default=Path(__file__).parent.parent, help="folder with model.json to write into")
    options.add_argument("--size", type=int, default=64, help="picture size in pixels, a multiple of 16")
    options.add_argument("--version", default="1")
    args = options.parse_args()
    state = mean_of([torch.load(file) for file in args.checkpoint])
    image, text = ImageTower(), TextTower()
    image.load_state_dict(state["image"])
    text.load_state_dict(state["text"])
    image.eval()
    text.eval()

    library = Library(args.data, args.cache)
    numbers = [i for i, split in enumerate(library.split) if split == "val"][::41]
    pictures = [Image.fromarray(library.pixels(i)) for i in numbers]
    sentences = [(library.captions[i] or [library.names[library.label[i]]])[0] for i in numbers]
    encoder = Encoder(args.model / "tokenizer.json")
    with torch.inference_mode():
        text_vectors = encoder.embed(text, sentences).numpy()

    text.tokens = CompactEmbedding(text.tokens.weight.data)
    write(image, torch.zeros(2, 3, args.size, args.size), args.model / "vision.onnx", ("pixel_values", "image_embeds"), {0: "batch"})
    write(text, encoder.pad(encoder.ids(["a dog on a beach", "a map"])), args.model / "text.onnx", ("input_ids", "text_embeds"), {0: "batch", 1: "length"})

    about = json.loads((args.model / "model.json").read_text())
    about |= {"version": args.version, "dimensions": DIMENSIONS}
    about["image"] |= {"size": args.size, "mean": list(MEAN), "std": list(STD)}
    about["text"] |= {"maxTokens": LONGEST}
    about["score"] |= {"scale": round(math.exp(min(state["objective"]["naming_scale"].item(), math.log(50))), 3)}
    for name in ("vision.onnx", "text.onnx", "tokenizer.json"):
        content = (args.model / name).read_bytes()
        about["files"][name] = {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
    (args.model / "model.json").write_text(json.dumps(about, indent=1) + "\n")

    exported = Model(args.model)
    with torch.inference_mode():
        image_vectors = image(torch.from_numpy(np.stack([exported.pixels(picture) for picture in pictures]))).numpy()
    by_picture = agreement(exported.pictures(pictures), image_vectors)
    by_text = agreement(exported.sentences(sentences), text_vectors)
    print(f"lowest cosine with PyTorch: pictures {by_picture:.5f}, texts {by_text:.5f}")
    print({name: entry["bytes"] for name, entry in about["files"].items()})
    if by_picture < 0.999 or by_text < 0.99:
        raise SystemExit("the exported towers do not agree with PyTorch")


if __name__ == "__main__":
    main()
