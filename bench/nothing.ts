/**
 * Whether the answer "nothing matches" is right: queries that most captions of some photo mention, and queries whose words
 * are in no caption, over libraries of several sizes drawn from captioned photos. Also the threshold for the descriptor that
 * follows from these photos (`thresholds.nothing`).
 *
 *   npm run bench -- nothing [--model pocket] [--variant …]
 */
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { OnnxEmbedder } from "../src/core/embedder/onnx-embedder.ts";
import { ModelStore } from "../src/core/models/model-store.ts";
import { fitOfAnswer } from "../src/core/search/fit.ts";
import { normalizeText } from "../src/core/search/normalize-text.ts";
import type { Embedding } from "../src/core/types.ts";
import { dotProduct } from "../src/core/vector.ts";
import { seededRandom } from "../test/support/random-embeddings.ts";
import { type CaptionedPhoto, captionedPhotos } from "./captioned-photos.ts";
import { table } from "./report.ts";

const { values: flags } = parseArgs({
  options: { model: { type: "string", default: "pocket" }, variant: { type: "string" } },
});

/** What people search for; the captions say which of it a library has. Plurals count. */
const QUERIES =
  `dog, cat, horse, bird, cow, sheep, elephant, giraffe, zebra, bear, fish, butterfly, duck, lion, monkey, rabbit,
beach, mountain, lake, river, forest, snow, desert, waterfall, sunset, city at night, bridge, road, street, garden, field, island, cliff, cave,
car, bus, train, boat, bicycle, motorcycle, airplane, truck, skateboard, surfboard, balloon, kite,
man, woman, child, baby, boy on a bike, girl in a pink dress, people at a table, crowd, couple, bride, soldier, football player, skier, climber, surfer,
pizza, cake, sandwich, apple, banana, coffee, salad, bread, glass of wine, soup, donut,
kitchen, bedroom, bathroom, living room, couch, bed, chair, table, lamp, clock, laptop, phone, book, television, sink, toilet, window,
flower, tree, leaf, rose, cactus, mushroom, grass, umbrella, hat, shoe, backpack, sunglasses, bottle, guitar, ball, toy, bench, sign, fountain, church, house, tower, tent, swing, pool, fire,
dog running in the grass, man climbing a rock, child playing in water, woman with an umbrella, dog jumping over a fence, two dogs playing, people walking down a street, a boat on the water, red car, black and white cat,
submarine, microscope, chess board, wedding cake, violin, piano, helicopter, rocket, tractor, penguin, octopus, crocodile, kangaroo, dinosaur, dragon, unicorn, robot, spaceship, skeleton, tattoo,
x-ray, passport, credit card, receipt, circuit board, keyboard, microphone, telescope, compass, hammer, screwdriver, drill, chainsaw, scissors, sewing machine, vacuum cleaner, washing machine, hair dryer, toothbrush,
volcano, glacier, tornado, aurora, coral reef, pyramid, igloo, windmill, lighthouse, castle, pagoda, escalator, elevator, oil rig, wind turbine, solar panel, nuclear plant, satellite dish, crane, bulldozer,
sushi, lobster, hamburger, taco, pineapple, watermelon, broccoli, pumpkin, mango, avocado, spaghetti, pancake, popcorn, cocktail, beer,
surgeon in an operating room, courtroom, parliament, boxing match, sumo wrestler, ballet dancer, ice hockey goalkeeper, golf player, tennis player, basketball hoop, bowling alley, fencing, rowing team, gymnast, chess player, orchestra,
panda, koala, camel, hippopotamus, rhinoceros, flamingo, peacock, owl, eagle, parrot, snake, lizard, turtle, frog, spider, scorpion, jellyfish, shark, whale, squirrel, hedgehog, deer, fox, wolf, goat, pig, hamster`
    .split(",")
    .map((query) => query.trim())
    .filter(Boolean);
/** Matches nothing: no words of any language. */
const NONSENSE = [
  "qwertyuiop",
  "asdf jkl",
  "zxcvb",
  "flurbnog",
  "grobnik tasplat",
  "xqzzw",
  "lorem ipsum dolor",
];
const SIZES = [150, 500, 1500];
const DRAWS = 6;
const BARS = [0.22, 0.23, 0.24, 0.25, 0.26, 0.27, 0.28];

const store = new ModelStore({ directory: fileURLToPath(new URL("../.cache", import.meta.url)) });
const embedder = new OnnxEmbedder({ model: await store.locate(flags.model, flags.variant) });
const { traits } = embedder;

interface Seen extends CaptionedPhoto {
  readonly words: ReadonlySet<string>;
  readonly embedding: Embedding;
}

const photos: Seen[] = await Promise.all(
  captionedPhotos().map(async (photo) => ({
    ...photo,
    words: new Set(photo.captions.flatMap(wordsOf)),
    embedding: (await embedder.embedPicture(photo.source)).embedding,
  })),
);
const texts = [...QUERIES, ...NONSENSE].map((query) => normalizeText(query));
const queries = (await embedder.embedTexts(texts)).map(({ embedding }, at) => ({
  text: texts[at] ?? "",
  words: wordsOf(texts[at] ?? ""),
  embedding,
}));
await embedder.close();
if (photos.length === 0) console.log("No captioned photos at hand: nothing to measure.");
else measure();

function measure(): void {
  const nothing = traits.thresholds.nothing?.cosine ?? 0;
  console.log(
    `${embedder.space}: ${photos.length} photos, ${queries.length} queries, ${DRAWS} drawn libraries of each size, thresholds.nothing ${nothing}.`,
  );
  console.log(
    "Refused: queries that most captions of a photo name, called nothing. Accepted: queries whose words none has, called weak or good.\n",
  );
  const rows = SIZES.flatMap((size) =>
    BARS.map((bar) => [size, bar, ...ratesAt(size, bar)] as (string | number)[]),
  );
  table(
    [
      "photos",
      "bar",
      "with an answer",
      "false refuse",
      "of those in the top 5",
      "without",
      "false accept",
      "of them good",
    ],
    rows,
  );
}

function ratesAt(size: number, bar: number): string[] {
  const model = { ...traits, thresholds: { ...traits.thresholds, nothing: { cosine: bar, measured: true } } };
  let [present, refused, near, nearRefused, absent, accepted, good] = [0, 0, 0, 0, 0, 0, 0];
  for (let draw = 0; draw < DRAWS; draw++) {
    const library = sample(photos, size, seededRandom(draw + 1));
    const known = new Set(library.flatMap(({ words }) => [...words]));
    for (const query of queries) {
      const ranked = library
        .map((photo) => ({ photo, cosine: dotProduct(query.embedding, photo.embedding) }))
        .sort((a, b) => b.cosine - a.cosine);
      const fit = fitOfAnswer(
        model,
        ranked.map(({ cosine }) => cosine),
        library.length,
      );
      const isAnswer = (photo: Seen) => isNamedByMost(photo, query.words);
      if (library.some(isAnswer)) {
        present++;
        if (fit === "nothing") refused++;
        if (ranked.slice(0, 5).some(({ photo }) => isAnswer(photo))) {
          near++;
          if (fit === "nothing") nearRefused++;
        }
      } else if (query.words.every((word) => !known.has(word))) {
        absent++;
        if (fit !== "nothing") accepted++;
        if (fit === "good") good++;
      }
    }
  }
  const rate = (part: number, whole: number) => (part / Math.max(1, whole)).toFixed(3);
  return [
    String(present / DRAWS),
    rate(refused, present),
    rate(nearRefused, near),
    String(absent / DRAWS),
    rate(accepted, absent),
    rate(good, absent),
  ];
}

/** The subject of a photo is in most of its captions; what only one mentions may be a detail. */
function isNamedByMost({ captions }: CaptionedPhoto, words: readonly string[]): boolean {
  const naming = captions.map(wordsOf).filter((caption) => words.every((word) => caption.includes(word)));
  return naming.length * 2 >= captions.length;
}

/** Content words without their plural. */
function wordsOf(text: string): string[] {
  const small = new Set(["a", "an", "the", "in", "on", "of", "at", "with", "and", "down", "over"]);
  const words = text.toLowerCase().match(/\p{L}+/gu) ?? [];
  return words
    .filter((word) => !small.has(word))
    .map((word) => (word.length > 3 ? word.replace(/s$/, "") : word));
}

function sample<Item>(items: readonly Item[], size: number, random: () => number): Item[] {
  return items
    .map((item) => ({ item, at: random() }))
    .sort((a, b) => a.at - b.at)
    .slice(0, size)
    .map(({ item }) => item);
}
