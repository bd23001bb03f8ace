"""Writes a trained checkpoint as the two ONNX files of the model folder, checks them, and updates model.json.

A picture's vector is the mean of those of the picture and its mirror image. Batch norms are folded into the convolutions, and those of the
blocks compute with 8-bit numbers: on a processor with VNNI they are three times as fast. Token embeddings are 8-bit numbers with one scale per token, other large
weights are stored in half precision (widened again when the model is loaded). The files must agree with PyTorch on real pictures and texts.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import math
import warnings
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnx
import torch
import torch.nn.functional as F
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_static
from PIL import Image
from torch import nn

from data import MEAN, MIXTURE, STD, Library, Stream, normalise, squash
from evaluate import Model
from text import LONGEST, Encoder
from towers import DIMENSIONS, ImageTower, TextTower, warm_start_text

LARGE_WEIGHT = 1024  # values; smaller tensors stay in full precision
CALIBRATION = 96  # training pictures of each group that the ranges of the 8-bit numbers are read off


class Mirrored(nn.Module):
    """The mean of the vectors of a picture and of its mirror image, at unit length."""

    def __init__(self, tower: ImageTower):
        super().__init__()
        self.tower = tower

    def forward(self, pixels: torch.Tensor) -> torch.Tensor:
        one, other = self.tower(torch.cat([pixels, pixels.flip(3)])).chunk(2)
        return F.normalize(one + other, dim=-1)


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
    """The mean of the towers, and of the scales if they were learned, of several checkpoints of one run."""
    shares = [1 / len(states)] * len(states)
    return {part: blend([state[part] for state in states], shares) for part in ("image", "text", "objective") if part in states[0]}


def blend(towers: Sequence[dict[str, torch.Tensor]], shares: Sequence[float]) -> dict[str, torch.Tensor]:
    """A tower with so large a share of each one's weights. A share from before it was fine-tuned keeps more of what it knew then.

    Wortsman et al., Robust fine-tuning of zero-shot models, 2022: https://arxiv.org/abs/2109.01903
    """
    return {name: sum(share * tower[name] for tower, share in zip(towers, shares, strict=True)) for name in towers[0]}


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


class Batches(CalibrationDataReader):
    def __init__(self, pixels: np.ndarray, size: int = 16):
        self.rest = iter(np.split(pixels, range(size, len(pixels), size)))

    def get_next(self) -> dict[str, np.ndarray] | None:
        batch = next(self.rest, None)
        return None if batch is None else {"pixel_values": batch}


def quantise(file: Path, pixels: np.ndarray) -> None:
    """Let the blocks of a picture tower compute with 8-bit numbers. The stem and the projection do not: 8 bits are too coarse for
    what they see, and they cost little.

    Weights keep to 7 bits (`reduce_range`): without VNNI the processor adds pairs of products in 16 bits, which overflow with 8.
    https://onnxruntime.ai/docs/performance/model-optimizations/quantization.html
    """
    others = [node.name for node in onnx.load(file).graph.node if "/blocks." not in node.name]
    quantize_static(
        file, file, Batches(pixels), quant_format=QuantFormat.QDQ, op_types_to_quantize=["Conv", "Add", "AveragePool"], nodes_to_exclude=others,
        activation_type=QuantType.QUInt8, weight_type=QuantType.QInt8, per_channel=True, reduce_range=True,
    )  # fmt: skip


def write(tower: nn.Module, example: torch.Tensor, file: Path, names: tuple[str, str], free: dict[int, str]) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            tower, (example,), file, input_names=[names[0]], output_names=[names[1]], opset_version=17, dynamo=False,
            dynamic_axes={names[0]: free, names[1]: {0: "batch"}},
        )  # fmt: skip


def compact(file: Path) -> None:
    model = onnx.load(file)
    halve_weights(model)
    onnx.checker.check_model(model)
    onnx.save(model, file)


def agreement(first: np.ndarray, second: np.ndarray) -> float:
    """The lowest cosine between rows of unit vectors."""
    return float((first * second).sum(1).min())


def write_text(text: TextTower, folder: Path, sentences: Sequence[str]) -> np.ndarray:
    """Write the tower as text.onnx; the vectors of the sentences as PyTorch has them in single precision."""
    encoder = Encoder(folder / "tokenizer.json")
    with torch.inference_mode():
        vectors = encoder.embed(text, sentences).numpy()
    text.tokens = CompactEmbedding(text.tokens.weight.data)
    file = folder / "text.onnx"
    write(text, encoder.pad(encoder.ids(["a dog on a beach", "a map"])), file, ("input_ids", "text_embeds"), {0: "batch", 1: "length"})
    compact(file)
    return vectors


def describe(folder: Path, **changes: object) -> None:
    """Put the changes, and the sizes and digests of the files, into model.json."""
    about = json.loads((folder / "model.json").read_text())
    for name, value in changes.items():
        about[name] = about[name] | value if isinstance(value, dict) else value
    about["text"] |= {"maxTokens": LONGEST}
    for name in about["files"]:
        content = (folder / name).read_bytes()
        about["files"][name] = {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
    (folder / "model.json").write_text(json.dumps(about, indent=1) + "\n")
    print({name: entry["bytes"] for name, entry in about["files"].items()})


def check(**cosines: float) -> None:
    print("lowest cosine with PyTorch:", ", ".join(f"{name} {cosine:.5f}" for name, cosine in cosines.items()))
    if min(cosines.values()) < 0.99:
        raise SystemExit("the exported towers do not agree with PyTorch")


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--data", type=Path, required=True, help="folder with the packs and tables")
    options.add_argument("--cache", type=Path, required=True, help="folder for the decoded pictures")
    options.add_argument("--checkpoint", type=Path, nargs="+", required=True, help="distilled.pt, joint.pt or text.pt; of several, the mean is exported")
    options.add_argument("--earlier", type=Path, help="checkpoint that the picture tower was fine-tuned from")
    options.add_argument("--earlier-share", type=float, default=0.35, help="share of the picture tower's weights that is taken from it")
    options.add_argument("--earlier-text-share", type=float, default=0, help="share of the text tower's weights that is taken from the model in --model")
    options.add_argument("--text-only", action="store_true", help="leave the picture tower of the model in --model as it is")
    options.add_argument("--model", type=Path, default=Path(__file__).parent.parent, help="folder with model.json to write into")
    options.add_argument("--size", type=int, default=64, help="picture size in pixels, a multiple of 16")
    options.add_argument("--version", default="1")
    args = options.parse_args()
    state = mean_of([torch.load(file) for file in args.checkpoint])
    library = Library(args.data, args.cache)
    numbers = [i for i, split in enumerate(library.split) if split == "val"][::41]
    sentences = [(library.captions[i] or [library.names[library.label[i]]])[0] for i in numbers]
    text, earlier = TextTower(), TextTower()
    warm_start_text(earlier, args.model / "text.onnx")
    text.load_state_dict(blend([state["text"], earlier.state_dict()], [1 - args.earlier_text_share, args.earlier_text_share]))
    text_vectors = write_text(text.eval(), args.model, sentences)
    if args.text_only:
        describe(args.model, version=args.version)
        check(texts=agreement(Model(args.model).sentences(sentences), text_vectors))
        return

    if args.earlier:
        state["image"] = blend([state["image"], torch.load(args.earlier)["image"]], [1 - args.earlier_share, args.earlier_share])
    tower = ImageTower()
    tower.load_state_dict(state["image"])
    image = Mirrored(tower).eval()
    pictures = [Image.fromarray(library.pixels(i)) for i in numbers]
    seen = Stream(library, dict.fromkeys(MIXTURE, CALIBRATION), seed=1).batch(0)
    calibration = normalise(np.stack([squash(Image.fromarray(library.pixels(i)), args.size) for i in seen])).numpy()
    vision = args.model / "vision.onnx"
    write(image, torch.zeros(2, 3, args.size, args.size), vision, ("pixel_values", "image_embeds"), {0: "batch"})
    quantise(vision, calibration)
    compact(vision)
    changes = {"dimensions": DIMENSIONS, "image": {"size": args.size, "mean": list(MEAN), "std": list(STD)}}
    if "objective" in state:
        changes["score"] = {"scale": round(math.exp(min(state["objective"]["naming_scale"].item(), math.log(50))), 3)}
    describe(args.model, version=args.version, **changes)
    exported = Model(args.model)
    with torch.inference_mode():
        image_vectors = image(torch.from_numpy(np.stack([exported.pixels(picture) for picture in pictures]))).numpy()
    check(pictures=agreement(exported.pictures(pictures), image_vectors), texts=agreement(exported.sentences(sentences), text_vectors))


if __name__ == "__main__":
    main()
