/**
 * Tags without a threshold of their own on captioned photos: precision and recall of the default rule beside the cosine
 * alone, on the photos by which the rule was chosen and on others. A tag is right when one of a photo's captions has
 * one of its words; captions leave out a good deal of what is to be seen, so the true precision is higher. Also which
 * clusters get a name, and how many captions have it.
 *
 *   npm run bench -- tags [--model pocket] [--variant …]
 */
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { openCatalog } from "../src/core/catalog/open-catalog.ts";
import { OnnxEmbedder } from "../src/core/embedder/onnx-embedder.ts";
import { clusterImages } from "../src/core/labels/cluster-images.ts";
import { TagClassifier } from "../src/core/labels/tag-classifier.ts";
import { ModelStore } from "../src/core/models/model-store.ts";
import { ENTIRE_LIBRARY } from "../src/core/scopes.ts";
import type { Embedding } from "../src/core/types.ts";
import { captionedPhotos } from "./captioned-photos.ts";
import { table } from "./report.ts";

const { values: flags } = parseArgs({
  options: { model: { type: "string", default: "pocket" }, variant: { type: "string" } },
});

/** Common tags, each with what captions call it besides its own name and plural. */
const TAGS: Readonly<Record<string, string>> = {
  dog: "puppy puppies hound terrier retriever poodle beagle",
  cat: "kitten kittens",
  horse: "pony",
  bird: "parrot seagull owl pigeon duck geese goose flamingo swan eagle",
  elephant: "",
  giraffe: "",
  zebra: "",
  bear: "",
  beach: "shore sand seashore coast",
  mountain: "hill hills peak cliff mountainside",
  lake: "pond",
  forest: "woods trees",
  snow: "snowy snowboard snowboarder ski skier skiing skis",
  desert: "dune dunes",
  sunset: "sunrise dusk",
  city: "skyline downtown buildings street",
  bridge: "",
  street: "road sidewalk",
  car: "van",
  bus: "buses",
  train: "locomotive",
  boat: "ship canoe kayak raft sailboat gondola",
  bicycle: "bike bikes cyclist cyclists biking bicyclist",
  motorcycle: "motorbike dirtbike motorcyclist",
  airplane: "plane planes jet aircraft",
  truck: "",
  skateboard: "skateboarder skateboarding",
  surfboard: "surfer surfing surf",
  man: "men guy gentleman male boy boys",
  woman: "women lady ladies girl girls female bride",
  child: "children kid kids boy boys girl girls toddler baby babies infant",
  baby: "babies infant toddler",
  person:
    "people man men woman women boy boys girl girls child children kid lady guy couple baby crowd player skier surfer",
  pizza: "",
  cake: "cupcake cupcakes",
  sandwich: "",
  food: "meal plate dish pizza cake sandwich salad breakfast dinner soup pasta bread fruit vegetables",
  kitchen: "",
  bedroom: "bed",
  bathroom: "toilet bathtub",
  laptop: "computer notebook",
  book: "",
  flower: "rose roses tulip tulips blossoms daisies",
  tree: "palm forest",
  umbrella: "",
  hat: "cap helmet",
  fountain: "",
  church: "cathedral",
  house: "home cottage cabin",
  building: "house tower skyscraper church",
  pool: "",
  water: "ocean sea lake river pool wave waves pond fountain waterfall swimming",
  grass: "grassy lawn field",
  river: "creek stream",
  waterfall: "",
  ball: "soccer football basketball baseball tennis",
  guitar: "",
};

const store = new ModelStore({ directory: fileURLToPath(new URL("../.cache", import.meta.url)) });
const embedder = new OnnxEmbedder({ model: await store.locate(flags.model, flags.variant) });
const remembered = new Map<string, unknown>();
const settings = {
  get: async <Value>(key: string) => remembered.get(key) as Value | undefined,
  set: async (key: string, value: unknown) => void remembered.set(key, value),
};

interface Seen {
  readonly set: "flickr8k" | "coco" | "others";
  readonly words: readonly ReadonlySet<string>[];
  readonly embedding: Embedding;
  readonly id: string;
}

const catalog = await openCatalog({ path: ":memory:" });
const photos: Seen[] = await Promise.all(
  captionedPhotos().map(async ({ name, captions, source }) => {
    const { picture, embedding } = await embedder.embedPicture(source);
    const path = `/photos/${name}`;
    const placement = {
      kind: "file",
      root: "/photos",
      path,
      bytes: 1,
      modifiedAt: 0,
      online: true,
    } as const;
    await catalog.files.putRoot("/photos", "folder");
    await catalog.images.put([{ picture, placement, space: embedder.space, embedding }]);
    const set = name.startsWith("fl") ? "flickr8k" : name.includes("coco-") ? "coco" : "others";
    const words = captions.map((caption) => new Set(caption.toLowerCase().match(/\p{L}+/gu)));
    return { set, words, embedding, id: picture.id };
  }),
);
if (photos.length === 0) console.log("No captioned photos at hand: nothing to measure.");
else {
  await measureTags();
  await measureClusters();
}
await embedder.close();
await catalog.close();

function namedBy(tag: string): ReadonlySet<string> {
  return new Set([tag, `${tag}s`, `${tag}es`, ...(TAGS[tag] ?? "").split(" ")]);
}

function isNamed({ words }: Seen, names: ReadonlySet<string>): boolean {
  return words.some((caption) => [...names].some((name) => caption.has(name)));
}

async function measureTags(): Promise<void> {
  const tags = Object.keys(TAGS);
  const rules = {
    "cosine alone (@0.5)": await TagClassifier.prepare(
      { embedder, settings },
      { tags: tags.map((tag) => ({ tag, threshold: 0.5 })) },
    ),
    default: await TagClassifier.prepare({ embedder, settings }, { tags: tags.map((tag) => ({ tag })) }),
  };
  console.log(`${embedder.space}: ${tags.length} tags; those named in at least 4 photos of a set count.\n`);
  const rows: (string | number)[][] = [];
  for (const set of ["flickr8k", "coco"] as const)
    for (const [rule, classifier] of Object.entries(rules)) {
      const counts = countsOf(
        classifier,
        photos.filter((photo) => photo.set === set),
        tags,
      );
      const put = sum(counts, "put");
      const right = sum(counts, "right");
      const put3 = counts.filter((count) => count.put >= 3);
      const mean = put3.reduce((total, { put, right }) => total + right / put, 0) / Math.max(1, put3.length);
      rows.push([
        `${set} (${set === "coco" ? "held out" : "chosen by"})`,
        rule,
        counts.length,
        put,
        (right / Math.max(1, put)).toFixed(3),
        (right / Math.max(1, sum(counts, "named"))).toFixed(3),
        `${mean.toFixed(3)} of ${put3.length}`,
      ]);
    }
  table(["photos", "rule", "tags", "put", "precision", "recall", "mean precision of tags put 3 times"], rows);
}

interface Count {
  readonly named: number;
  readonly put: number;
  readonly right: number;
}

function sum(counts: readonly Count[], field: keyof Count): number {
  return counts.reduce((total, count) => total + count[field], 0);
}

function countsOf(classifier: TagClassifier, set: readonly Seen[], tags: readonly string[]): Count[] {
  const applying = set.map(({ embedding }) => classifier.scores(embedding));
  return tags
    .map((tag, at) => {
      const names = namedBy(tag);
      const judged = set.map((photo, index) => ({
        isNamed: isNamed(photo, names),
        isPut: applying[index]?.[at]?.applies ?? false,
      }));
      return {
        named: judged.filter((one) => one.isNamed).length,
        put: judged.filter((one) => one.isPut).length,
        right: judged.filter((one) => one.isNamed && one.isPut).length,
      };
    })
    .filter(({ named }) => named >= 4);
}

async function measureClusters(): Promise<void> {
  const clusters = await clusterImages({ catalog, embedder, settings }, { scope: ENTIRE_LIBRARY });
  const seen = new Map(photos.map((photo) => [photo.id, photo]));
  const rows = clusters.map(({ name, size, ids }) => {
    const words = (name ?? "").split(" ").filter((word) => word !== "of");
    const named = ids.filter((id) => {
      const photo = seen.get(id);
      return photo && words.every((word) => isNamed(photo, namedBy(word)));
    });
    return [name ?? "no name", size, name === null ? "" : (named.length / size).toFixed(2)];
  });
  console.log("");
  table(["cluster", "photos", "share whose captions have the name's words"], rows);
}
