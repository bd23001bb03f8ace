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
import { ModelStore } from "../src/core/models/model-store.ts";
import { answerCosine, FIT_CANDIDATES, thresholdForOne } from "../src/core/search/fit.ts";
import { wordings } from "../src/core/search/fit-vector.ts";
import { normalizeText } from "../src/core/search/normalize-text.ts";
import { rarityOf } from "../src/core/search/rarity.ts";
import type { Embedding } from "../src/core/types.ts";
import { dotProduct, unitMean } from "../src/core/vector.ts";
import { seededRandom, shuffled } from "../test/support/random-embeddings.ts";
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
const HEADINGS = [
  "",
  "photos",
  "bar",
  "with an answer",
  "false refuse",
  "of those in the top 5",
  "without",
  "false accept",
];
const DRAWS = 6;
/** Of the queries, or of queries and photos, into halves. */
const SPLITS = 8;

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
    const { rarity } = await rarityOf(embedder, [text]);
    return { words: wordsOf(text), asked: vectors[0] as Embedding, judging: unitMean(vectors), rarity };
  }),
);
type Query = (typeof queries)[number];
await embedder.close();
const captioned = new Set(photos.flatMap(({ words }) => [...words]));
const isNowhere = ({ words }: Query) => words.every((word) => !captioned.has(word));

/** Of a question and all photos. */
interface Asked {
  readonly query: Query;
  readonly isNowhere: boolean;
  readonly cosines: Float32Array;
  readonly judged: Float32Array;
  /** Photos that most of their captions say it of. */
  readonly answers: ReadonlySet<number>;
}

/** A question put to one drawn library: `thresholds.nothing` for which its answer would just pass. */
interface Answer {
  readonly passes: number;
  readonly isPresent: boolean;
  /** The right photo is in the top 5. */
  readonly isNear: boolean;
}

/** Answers by the size of the library. */
type Answers = ReadonlyMap<number, readonly Answer[]>;

if (photos.length === 0) console.log("No captioned photos at hand: nothing to measure.");
else measure();

function measure(): void {
  const nothing = traits.thresholds.nothing?.cosine ?? 0;
  console.log(
    `${embedder.space}: ${photos.length} photos, ${queries.length} queries, ${DRAWS} drawn libraries of each size, thresholds.nothing ${nothing}.`,
  );
  console.log(
    "False refuse: queries that most captions of a photo name, called nothing. False accept: queries whose words no photo's captions have, called weak or good.\n",
  );
  const asked = queries.map(askedOf);
  const everything = photos.map((_, at) => at);
  const all = answersOf(everything, asked, [150, 500, 1500]);
  const chosen = chosenBar(all);
  const few = answersOf(everything, asked, [25, 50, 100]);
  table(HEADINGS, [
    ...rowsOf("few", nothing, few),
    ...rowsOf("all", nothing, all),
    ...rowsOf("all, its own bar", chosen, all),
  ]);
  console.log(
    `\nChosen on one half, measured on the other: means of ${SPLITS} splits, each of which serves both ways. Half of the queries only, and half of the photos too.\n`,
  );
  table(HEADINGS, [
    ...heldOut(asked, everything, [150, 500, 1500]),
    ...heldOut(asked, null, [150, 500, 850]),
  ]);
}

function rowsOf(name: string, bar: number, answers: Answers): (string | number)[][] {
  return [...answers].map(([size, of]) => {
    const { refused, near, accepted } = errorsAt(bar, of);
    const count = (isPresent: boolean) =>
      of.filter((answer) => answer.isPresent === isPresent).length / DRAWS;
    return [
      name,
      size,
      bar.toFixed(3),
      count(true).toFixed(0),
      refused.toFixed(3),
      near.toFixed(3),
      count(false).toFixed(0),
      accepted.toFixed(3),
    ];
  });
}

/** @param among the photos that both halves of the queries are put to; null: photos are halved as the queries are */
function heldOut(
  asked: readonly Asked[],
  among: readonly number[] | null,
  sizes: readonly number[],
): (string | number)[][] {
  const name = among ? "halves of the queries" : "halves of queries and photos";
  const found = Array.from({ length: SPLITS }, (_, split) => {
    const [mixed, order] = [
      shuffled(
        photos.map((_photo, at) => at),
        seededRandom(1000 + split),
      ),
      shuffled(asked, seededRandom(2000 + split)),
    ];
    const halves = [0, 1].map((nth) => {
      const half = <Item>(items: readonly Item[]) => items.filter((_item, at) => at % 2 === nth);
      return answersOf(among ?? half(mixed), half(order), sizes);
    });
    return halves.flatMap((answers, nth) => {
      const bar = chosenBar(halves[1 - nth] ?? new Map());
      return [...answers].map(([size, of]) => ({
        size,
        bar,
        present: of.filter(({ isPresent }) => isPresent).length / DRAWS,
        of: of.length / DRAWS,
        ...errorsAt(bar, of),
      }));
    });
  }).flat();
  return sizes.map((size) => {
    const some = found.filter((row) => row.size === size);
    const mean = (of: (row: (typeof some)[number]) => number) =>
      some.reduce((sum, row) => sum + of(row), 0) / some.length;
    return [
      name,
      size,
      mean(({ bar }) => bar).toFixed(3),
      mean(({ present }) => present).toFixed(0),
      mean(({ refused }) => refused).toFixed(3),
      mean(({ near }) => near).toFixed(3),
      mean(({ of, present }) => of - present).toFixed(0),
      mean(({ accepted }) => accepted).toFixed(3),
    ];
  });
}

function errorsAt(bar: number, answers: readonly Answer[]) {
  const share = (of: readonly Answer[], isWrong: (passes: boolean) => boolean) =>
    of.filter(({ passes }) => isWrong(passes >= bar)).length / Math.max(1, of.length);
  const present = answers.filter(({ isPresent }) => isPresent);
  return {
    refused: share(present, (passes) => !passes),
    near: share(
      present.filter(({ isNear }) => isNear),
      (passes) => !passes,
    ),
    accepted: share(
      answers.filter(({ isPresent }) => !isPresent),
      (passes) => passes,
    ),
  };
}

/** The bar whose worst error over all sizes, as a share of its aim (.12 refused, .28 accepted), is least; the middle of equals. */
function chosenBar(answers: Answers): number {
  const worst = (bar: number) =>
    Math.max(
      ...[...answers.values()].map((of) => {
        const { refused, accepted } = errorsAt(bar, of);
        return Math.max(refused / 0.12, accepted / 0.28);
      }),
    );
  const bars = Array.from({ length: 100 }, (_, at) => ({
    bar: 0.1 + at / 250,
    worst: worst(0.1 + at / 250),
  }));
  const least = Math.min(...bars.map((one) => one.worst));
  const best = bars.filter((one) => one.worst <= least + 0.03);
  return best.reduce((sum, { bar }) => sum + bar, 0) / best.length;
}

function askedOf(query: Query): Asked {
  const cosinesTo = (vector: Embedding) =>
    Float32Array.from(photos, ({ embedding }) => dotProduct(vector, embedding));
  return {
    query,
    isNowhere: isNowhere(query),
    cosines: cosinesTo(query.asked),
    judged: cosinesTo(query.judging),
    answers: new Set(photos.flatMap((photo, at) => (isNamedByMost(photo, query.words) ? [at] : []))),
  };
}

function answersOf(from: readonly number[], asked: readonly Asked[], sizes: readonly number[]): Answers {
  return new Map(
    sizes.map((size) => [
      size,
      Array.from({ length: DRAWS }, (_, draw) =>
        shuffled(from, seededRandom(draw + 1)).slice(0, size),
      ).flatMap((library) => asked.flatMap((one) => answerOf(one, library))),
    ]),
  );
}

function answerOf(
  { query, isNowhere, cosines, judged, answers }: Asked,
  library: readonly number[],
): Answer[] {
  const isPresent = !isNowhere && library.some((photo) => answers.has(photo));
  if (!isPresent && !isNowhere) return [];
  const ranked = library.toSorted((a, b) => (cosines[b] ?? 0) - (cosines[a] ?? 0)).slice(0, FIT_CANDIDATES);
  const nearest = ranked.map((photo) => judged[photo] ?? -1);
  const best = answerCosine(traits, nearest, library.length) ?? -1;
  return [
    {
      passes: thresholdForOne({ score: traits.score, rarity: query.rarity }, best, library.length),
      isPresent,
      isNear: ranked.slice(0, 5).some((photo) => answers.has(photo)),
    },
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
