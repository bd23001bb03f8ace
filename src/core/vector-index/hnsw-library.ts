/** What is used of hnswlib-node's graph. Labels are unsigned 32-bit integers. */
export interface NativeGraph {
  initIndex(options: { maxElements: number; m: number; efConstruction: number; randomSeed: number }): void;
  readIndex(path: string): Promise<boolean>;
  writeIndex(path: string): Promise<boolean>;
  addPoint(vector: number[], label: number): void;
  getPoint(label: number): number[];
  getIdsList(): number[];
  getCurrentCount(): number;
  setEf(ef: number): void;
  searchKnn(vector: number[], count: number): { distances: number[]; neighbors: number[] };
}

export interface HnswLibrary {
  readonly HierarchicalNSW: new (space: "ip", length: number) => NativeGraph;
}

/** @returns undefined where hnswlib-node is not there: it is optional, as installing it takes a C++ compiler. */
export async function loadHnswLibrary(): Promise<HnswLibrary | undefined> {
  try {
    const { default: library } = await import("hnswlib-node");
    return library;
  } catch {
    return undefined;
  }
}
