"""Stage 0: decode every picture once and draw the synthetic ones."""

import argparse
from pathlib import Path

from data import build_cache

options = argparse.ArgumentParser(description=__doc__)
options.add_argument("--data", type=Path, required=True, help="folder with the packs and tables")
options.add_argument("--cache", type=Path, required=True, help="folder for the decoded pictures (2.4 GB)")
args = options.parse_args()
build_cache(args.data, args.cache)
