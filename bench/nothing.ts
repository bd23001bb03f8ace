/**
 * Whether the answer "nothing matches" is right: queries that most captions of some photo name, and queries whose words
 * no caption of any photo has, over libraries of several sizes drawn from captioned photos; also of one half of photos and
 * queries and of the other, since a bar that is chosen on one half is judged by the other. And the bar that each would
 * choose for the descriptor (`thresholds.nothing`).
 *
 *   npm run bench -- nothing [--model pocket] [--variant …]
 */
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { OnnxEmbedder } from "../src/core/embedder/onnx-embedder.ts";
import { unitMean } from "../src/core/labels/prompt-vectors.ts";
import { ModelStore } from "../src/core/models/model-store.ts";
import { CONSIDERED, judgedCosine, nothingOf } from "../src/core/search/fit.ts";
import { wordings } from "../src/core/search/judging-vector.ts";
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
const DRAWS = 6;

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
/** Of each query its vector as it is, by which pictures are found, and the mean of its wordings, by which they are judged. */
const texts = [...QUERIES, ...NONSENSE].map((query) => normalizeText(query));
const queries = await Promise.all(
  texts.map(async (text) => {
    const embedded = await embedder.embedTexts(wordings(text, traits.templates));
    const vectors = embedded.map(({ embedding }) => embedding);
    return { words: wordsOf(text), asked: vectors[0] as Embedding, judging: unitMean(vectors) };
  }),
);
type Query = (typeof queries)[number];
await embedder.close();
const captioned = new Set(photos.flatMap(({ words }) => [...words]));
const isNowhere = ({ words }: Query) => words.every((word) => !captioned.has(word));
if (photos.length === 0) console.log("No captioned photos at hand: nothing to measure.");
else measure();

interface Answers {
  /** Of each answer, `thresholds.nothing` for which it would just pass; and of those with the right photo in the top 5. */
  readonly present: number[];
  readonly near: number[];
  readonly absent: number[];
}

function measure(): void {
  const nothing = traits.thresholds.nothing?.cosine ?? 0;
  console.log(
    `${embedder.space}: ${photos.length} photos, ${queries.length} queries, ${DRAWS} drawn libraries of each size, thresholds.nothing ${nothing}.`,
  );
  console.log(
    "Refused: queries that most captions of a photo name, called nothing. Accepted: queries whose words no photo's captions have, called weak or good.\n",
  );
  const mixed = shuffled(photos, seededRandom(77));
  const mixedQueries = shuffled(queries, seededRandom(78));
  const half = <Item>(items: readonly Item[], nth: number) => items.filter((_, at) => at % 2 === nth);
  const sets = [
    { name: "all", photos: mixed, queries: mixedQueries, sizes: [150, 500, 1500] },
    ...[0, 1].map((nth) => ({
      name: `half ${nth + 1}`,
      photos: half(mixed, nth),
      queries: half(mixedQueries, nth),
      sizes: [150, 500, 850],
    })),
  ];
  const rows: (string | number)[][] = [];
  for (const set of sets) {
    const answers = set.sizes.map((size) => ({ size, ...answersOf(set.photos, set.queries, size) }));
    const chosen = chosenBar(answers);
    for (const { size, present, near, absent } of answers)
      for (const bar of new Set([nothing, chosen]))
        rows.push([
          set.name,
          size,
          bar.toFixed(3),
          (present.length / DRAWS).toFixed(0),
          below(present, bar),
          below(near, bar),
          (absent.length / DRAWS).toFixed(0),
          (1 - Number(below(absent, bar))).toFixed(3),
        ]);
  }
  table(
    [
      "",
      "photos",
      "bar",
      "with an answer",
      "false refuse",
      "of those in the top 5",
      "without",
      "false accept",
    ],
    rows,
  );
}

function below(values: readonly number[], bar: number): string {
  return (values.filter((value) => value < bar).length / Math.max(1, values.length)).toFixed(3);
}

/** The bar whose worst error over all sizes, as a share of its aim (.12 refused, .28 accepted), is least. */
function chosenBar(answers: readonly Answers[]): number {
  const worst = (bar: number) =>
    Math.max(
      ...answers.flatMap(({ present, absent }) => [
        Number(below(present, bar)) / 0.12,
        (1 - Number(below(absent, bar))) / 0.28,
      ]),
    );
  const bars = Array.from({ length: 60 }, (_, at) => 0.2 + at / 200);
  return bars.reduce((best, bar) => (worst(bar) < worst(best) ? bar : best));
}

function answersOf(from: readonly Seen[], asked: readonly Query[], size: number): Answers {
  const answers: Answers = { present: [], near: [], absent: [] };
  for (let draw = 0; draw < DRAWS; draw++) {
    const library = shuffled(from, seededRandom(draw + 1)).slice(0, size);
    for (const query of asked) {
      const ranked = library
        .map((photo) => ({ photo, cosine: dotProduct(query.asked, photo.embedding) }))
        .sort((a, b) => b.cosine - a.cosine);
      const judged = judgedCosine(
        ranked.slice(0, CONSIDERED).map(({ photo }) => dotProduct(query.judging, photo.embedding)),
      );
      const passes = nothingOf(traits, judged ?? -1, library.length);
      const isAnswer = (photo: Seen) => isNamedByMost(photo, query.words);
      if (isNowhere(query)) answers.absent.push(passes);
      else if (library.some(isAnswer)) {
        answers.present.push(passes);
        if (ranked.slice(0, 5).some(({ photo }) => isAnswer(photo))) answers.near.push(passes);
      }
    }
  }
  return answers;
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

function shuffled<Item>(items: readonly Item[], random: () => number): Item[] {
  return items
    .map((item) => ({ item, at: random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ item }) => item);
}
