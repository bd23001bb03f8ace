/**
 * Zero-shot labels on labelled validation pictures: accuracy with the model's prompt ensemble compared with the nearest bare
 * label, how often "none of these" is wrong, and the thresholds for the descriptor that follow from these pictures.
 *
 *   npx tsx bench/classify.ts [--model pocket] [--variant …] [--pictures 400]
 */
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { OnnxEmbedder } from "../src/core/embedder/onnx-embedder.ts";
import { noneThreshold } from "../src/core/labels/calibrate.ts";
import { EVERYDAY_LABELS } from "../src/core/labels/everyday-labels.ts";
import { promptsOf, promptVectors } from "../src/core/labels/prompt-vectors.ts";
import { ModelStore } from "../src/core/models/model-store.ts";
import type { Embedding } from "../src/core/types.ts";
import { VectorMatrix } from "../src/core/vector-index/vector-matrix.ts";
import { seededRandom } from "../test/support/random-embeddings.ts";
import { smallPhotos } from "./photos.ts";
import { type LabelledPicture, validationPictures } from "./training-pictures.ts";

const { values: flags } = parseArgs({
  options: {
    model: { type: "string", default: "pocket" },
    variant: { type: "string" },
    pictures: { type: "string", default: "400" },
  },
});

interface EmbeddedPicture extends LabelledPicture {
  readonly embedding: Embedding;
}

const cache = fileURLToPath(new URL("../.cache", import.meta.url));
const store = new ModelStore({ directory: cache });
const embedder = new OnnxEmbedder({ model: await store.locate(flags.model, flags.variant) });
const { traits } = embedder;
const cached = new Map<string, unknown>();
const settings = {
  get: async <Value>(key: string) => cached.get(key) as Value | undefined,
  set: async (key: string, value: unknown) => void cached.set(key, value),
};

const pictures = await embedAll(validationPictures(Number(flags.pictures)));
if (pictures.length === 0) console.log("No labelled pictures at hand: nothing to measure.");
else await measure();
await embedder.close();

async function measure(): Promise<void> {
  console.log(`Model ${embedder.space}, ${pictures.length} validation pictures.\n`);
  await measureAccuracy();
  await measureNone();
  await measureTags();
  await measureEveryday();
}

async function embedAll(labelled: readonly LabelledPicture[]): Promise<EmbeddedPicture[]> {
  return Promise.all(
    labelled.map(async (picture) => {
      const { embedding } = await embedder.embedPicture({ bytes: picture.bytes });
      return { ...picture, embedding };
    }),
  );
}

async function labelRows(labels: readonly string[], templates: readonly string[]): Promise<VectorMatrix> {
  const prompts = labels.map((label) => promptsOf(label, { templates }));
  return new VectorMatrix(await promptVectors({ embedder, settings }, prompts));
}

/** Emoji styles are one set, and so are the styles of pacs. */
function family(set: string): string {
  return set.split("-")[0] ?? set;
}

async function measureAccuracy(): Promise<void> {
  const [first = "{}"] = traits.templates;
  const ways = { ensemble: traits.templates, "bare label": ["{}"], "first template": [first] };
  console.log(`| set | labels | pictures | ${Object.keys(ways).join(" | ")} |`);
  console.log(`| --- | --- | --- |${" --- |".repeat(Object.keys(ways).length)}`);
  for (const set of new Set(pictures.map((picture) => family(picture.set)))) {
    const own = pictures.filter((picture) => family(picture.set) === set);
    const labels = [...new Set(own.map(({ label }) => label))].sort();
    const shares: string[] = [];
    for (const templates of Object.values(ways)) {
      const rows = await labelRows(labels, templates);
      const right = own.filter(({ label, embedding }) => labels[rows.nearest(embedding).at] === label);
      shares.push((right.length / own.length).toFixed(3));
    }
    console.log(`| ${set} | ${labels.length} | ${own.length} | ${shares.join(" | ")} |`);
  }
}

/** Best cosine when the picture's label is among this many labels, and when it is not. */
interface Draw {
  readonly known: number;
  readonly unknown: number;
}

/** Labels drawn at random from all sets, with and without the right one. */
function draws(cosines: readonly { own: number; others: Float32Array }[], count: number): Draw[] {
  const random = seededRandom(count);
  return cosines.map(({ own, others }) => {
    const drawn = Array.from({ length: count }, () => others[Math.floor(random() * others.length)] ?? -1);
    return { known: Math.max(own, ...drawn.slice(1)), unknown: Math.max(...drawn) };
  });
}

async function labelCosines() {
  const labels = [...new Set(pictures.map(({ label }) => label))].sort();
  const rows = await labelRows(labels, traits.templates);
  return pictures.map(({ label, embedding }) => {
    const all = rows.cosines(embedding);
    const at = labels.indexOf(label);
    return { own: all[at] ?? -1, others: all.filter((_, other) => other !== at) };
  });
}

async function measureNone(): Promise<void> {
  const cosines = await labelCosines();
  console.log(`\nNone of these: threshold ${traits.thresholds.none} for one label.\n`);
  console.log("| labels | threshold | false reject | false accept | equal error | at |");
  console.log("| --- | --- | --- | --- | --- | --- |");
  for (const count of [1, 3, 10, 30, 100]) {
    const drawn = draws(cosines, count);
    const threshold = noneThreshold(traits, count);
    const equal = equalError(drawn);
    const rates = [falseReject(drawn, threshold), falseAccept(drawn, threshold), equal.rate];
    const [reject, accept, error] = rates.map((rate) => rate.toFixed(3));
    console.log(
      `| ${count} | ${threshold.toFixed(3)} | ${reject} | ${accept} | ${error} | ${equal.at.toFixed(3)} |`,
    );
  }
  const recommended = equalError(draws(cosines, 1)).at;
  console.log(`\nRecommended thresholds.none: ${recommended.toFixed(3)} (equal error for one label)`);
}

function falseReject(drawn: readonly Draw[], threshold: number): number {
  return drawn.filter(({ known }) => known < threshold).length / drawn.length;
}

function falseAccept(drawn: readonly Draw[], threshold: number): number {
  return drawn.filter(({ unknown }) => unknown >= threshold).length / drawn.length;
}

/** The equal error rate threshold: as many wrongly rejected as wrongly accepted. */
function equalError(drawn: readonly Draw[]): { at: number; rate: number } {
  let [low, high] = [-1, 1];
  for (let round = 0; round < 30; round++) {
    const middle = (low + high) / 2;
    if (falseReject(drawn, middle) < falseAccept(drawn, middle)) low = middle;
    else high = middle;
  }
  return { at: low, rate: falseReject(drawn, low) };
}

/** A vocabulary of twenty tags of which one is right. */
async function measureTags(): Promise<void> {
  const random = seededRandom(20);
  const judged = (await labelCosines()).flatMap(({ own, others }) => [
    { is: true, cosine: own },
    ...Array.from({ length: 19 }, () => ({
      is: false,
      cosine: others[Math.floor(random() * others.length)] ?? -1,
    })),
  ]);
  const quality = (threshold: number) => {
    const put = judged.filter(({ cosine }) => cosine >= threshold);
    const right = put.filter(({ is }) => is).length;
    const [precision, recall] = [right / Math.max(1, put.length), right / pictures.length];
    return { precision, recall, balance: (2 * precision * recall) / Math.max(1e-9, precision + recall) };
  };
  const steps = Array.from({ length: 200 }, (_, at) => at / 200);
  const best = steps.reduce((a, b) => (quality(b).balance > quality(a).balance ? b : a));
  for (const [name, threshold] of [
    ["Tags at thresholds.tag", traits.thresholds.tag],
    ["Recommended thresholds.tag", best],
  ] as const) {
    const { precision, recall } = quality(threshold);
    const figures = `precision ${precision.toFixed(3)}, recall ${recall.toFixed(3)}`;
    console.log(`${name}: ${threshold.toFixed(3)} (20 tags, one right: ${figures})`);
  }
}

/** Everyday photos should mostly find a label of the everyday vocabulary. */
async function measureEveryday(): Promise<void> {
  const photos = await smallPhotos(cache, 200);
  const rows = await labelRows(EVERYDAY_LABELS, traits.templates);
  const threshold = noneThreshold(traits, EVERYDAY_LABELS.length);
  const best = await Promise.all(
    photos.map(async (path) => rows.nearest((await embedder.embedPicture({ path })).embedding)),
  );
  const none = best.filter(({ cosine }) => cosine < threshold).length;
  console.log(
    `Everyday labels (${EVERYDAY_LABELS.length}) on ${photos.length} photos: ${none} are none of these ` +
      `(threshold ${threshold.toFixed(3)}).`,
  );
}
