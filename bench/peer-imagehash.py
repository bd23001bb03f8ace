"""Pairs of pictures whose pHash of 64 bits differs in at most 10, below a folder. Usage: peer-imagehash.py FOLDER

10 is the default of imagededup, whose pHash is the same. Prints JSON: {"pairs": [[path, path]]}, paths inside the folder.
"""

import json
import os
import sys

import imagehash
import numpy as np
from PIL import Image

MAX_DISTANCE = 10
folder = sys.argv[1]
paths = sorted(
    os.path.relpath(os.path.join(below, name), folder) for below, _, names in os.walk(folder) for name in names
)
hashes = []
for path in paths:
    with Image.open(os.path.join(folder, path)) as picture:
        hashes.append(imagehash.phash(picture.convert("RGB")).hash.flatten())
bits = np.array(hashes, dtype=np.uint8)
pairs = []
for at, path in enumerate(paths):
    near = np.flatnonzero((bits[at + 1 :] != bits[at]).sum(axis=1) <= MAX_DISTANCE)
    pairs += [[path, paths[at + 1 + other]] for other in near]
json.dump({"pairs": pairs}, sys.stdout)
