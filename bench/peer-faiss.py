"""Exact numpy and faiss HNSW on the vectors that bench/scale.ts wrote. Usage: peer-faiss.py FOLDER SIZE

FOLDER holds vectors.f32 and, for pictures and words, queries-*.f32: unit vectors of 512 float32. Prints JSON.
"""

import json
import os
import resource
import sys
import time

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import faiss
import numpy as np

DIMENSIONS = 512
LIMIT = 10
folder, size = sys.argv[1], int(sys.argv[2])
faiss.omp_set_num_threads(1)


def rows(name):
    return np.fromfile(os.path.join(folder, name), dtype=np.float32).reshape(-1, DIMENSIONS)


def resident():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def asked(search, queries):
    took, found = [], []
    for query in queries:
        start = time.perf_counter()
        found.append(search(query))
        took.append((time.perf_counter() - start) * 1000)
    return found, {"p50": float(np.percentile(took, 50)), "p99": float(np.percentile(took, 99))}


def exact(query):
    scores = vectors @ query
    best = np.argpartition(-scores, LIMIT)[:LIMIT]
    return best[np.argsort(-scores[best])]


vectors = rows("vectors.f32")[:size]
out = {"by": {}}
before = resident()
start = time.perf_counter()
index = faiss.IndexHNSWFlat(DIMENSIONS, 16, faiss.METRIC_INNER_PRODUCT)
index.hnsw.efConstruction = 150
faiss.omp_set_num_threads(os.cpu_count())
index.add(vectors)
faiss.omp_set_num_threads(1)
out["build_s"] = time.perf_counter() - start
out["memory_mib"] = resident() - before
for kind in ("pictures", "words"):
    queries = rows(f"queries-{kind}.f32")
    truth, exact_times = asked(exact, queries)
    out["by"][kind] = {"numpy": exact_times}
    for ef in (64, 256, 1024):
        index.hnsw.efSearch = ef
        found, times = asked(lambda query: index.search(query[None], LIMIT)[1][0], queries)
        right = sum(len(set(a.tolist()) & set(b.tolist())) for a, b in zip(found, truth))
        out["by"][kind][f"faiss ef {ef}"] = {**times, "recall": right / (LIMIT * len(queries))}
print(json.dumps(out))
