/**
 * Makes the library of a telephone (HEIC, Live Photos, films, screenshots, raw files beside JPEGs, Takeout's JSON), adds it by one `glimpse add`, and asks
 * questions whose answers are known. Needs ffmpeg, libheif's `heif-enc` and `exiftool`.
 * Usage: npm run bench -- phone-library [share of its size: 1]
 */
import { execFileSync, spawn } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import sharp from "sharp";
import { build } from "../scripts/build.mjs";
import { madeTiff, rawDirectory } from "../test/core/image/camera-raw/made-raw.ts";
import { type CaptionedPhoto, captionedPhotos } from "./captioned-photos.ts";
import { inTemporaryFolder, table } from "./report.ts";

const share = Number(process.argv[2] ?? 1);
const part = (count: number) => Math.max(2, Math.round(share * count));
const COUNTS = {
  heic: part(500),
  live: part(100),
  films: part(50),
  screenshots: part(100),
  raw: part(20),
  takeout: part(100),
  /** Among the HEIC files, of 12 million pixels. */
  large: part(20),
};
const SHOTS = 4;
const SECONDS_EACH = 2;

const CITIES = [
  { name: "Lisbon", latitude: 38.7223, longitude: -9.1393 },
  { name: "Kyoto", latitude: 35.0116, longitude: 135.7681 },
  { name: "München", latitude: 48.1374, longitude: 11.5755 },
  { name: "Cape Town", latitude: -33.9249, longitude: 18.4241 },
] as const;
/** The last of each round is of no place. */
const cityOf = (at: number) => CITIES[at % (CITIES.length + 1)];

const root = new URL("..", import.meta.url).pathname;
const main = join(root, "dist/cli/main.js");
const run = (program: string, args: readonly string[]) =>
  execFileSync(program, args, { stdio: ["ignore", "pipe", "ignore"], maxBuffer: 2 ** 28 }).toString();

interface Facts {
  readonly file: string;
  readonly day: number;
  readonly city: (typeof CITIES)[number] | undefined;
}

const two = (value: number) => String(value).padStart(2, "0");
const nameOf = (number: number) => `IMG_${String(number).padStart(4, "0")}`;

/** EXIF of pictures and the keys of films, written by one run. */
function writeFacts(folder: string, pictures: readonly Facts[], films: readonly Facts[]): void {
  const when = (day: number) => `2024:${two(1 + (day % 12))}:${two(1 + (day % 28))} ${two(day % 24)}:15:00`;
  const rows = [
    ...pictures.map(({ file, day, city }) => [
      ...[file, when(day), "Apple", "iPhone 12", "iPhone 12 back camera 4.2mm f/1.6"],
      ...(city
        ? [
            Math.abs(city.latitude),
            city.latitude < 0 ? "S" : "N",
            Math.abs(city.longitude),
            city.longitude < 0 ? "W" : "E",
          ]
        : ["", "", "", ""]),
      ...["", "", "", ""],
    ]),
    ...films.map(({ file, day, city }) => [
      ...[file, "", "", "", "", "", "", "", ""],
      ...[`${when(day)}+02:00`, "Apple", "iPhone 12", city ? `${city.latitude}, ${city.longitude}` : ""],
    ]),
  ];
  const head =
    "SourceFile,DateTimeOriginal,IFD0:Make,IFD0:Model,LensModel,GPSLatitude,GPSLatitudeRef,GPSLongitude,GPSLongitudeRef,Keys:CreationDate,Keys:Make,Keys:Model,Keys:GPSCoordinates";
  const csv = join(folder, "facts.csv");
  writeFileSync(csv, [head, ...rows.map((row) => row.map((cell) => `"${cell}"`).join(","))].join("\n"));
  run("exiftool", ["-q", "-m", "-overwrite_original", `-csv=${csv}`, ...rows.map(([file]) => String(file))]);
}

const photoOf = ({ source }: CaptionedPhoto) =>
  sharp("path" in source ? source.path : Buffer.from(source.bytes)).removeAlpha();

/** Films of several photos, each shown for a while. */
async function makeFilm(path: string, scratch: string, photos: readonly CaptionedPhoto[]): Promise<void> {
  for (const [at, photo] of photos.entries())
    await photoOf(photo)
      .resize(640, 480, { fit: "cover" })
      .jpeg({ quality: 95 })
      .toFile(join(scratch, `${at}.jpg`));
  const encoded = ["-r", "15", "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p"];
  const input = ["-framerate", `1/${SECONDS_EACH}`, "-i", join(scratch, "%d.jpg"), "-frames:v"];
  const frames = String(15 * SECONDS_EACH * photos.length);
  run("ffmpeg", ["-v", "error", "-y", ...input, frames, ...encoded, path]);
}

const WORDS = [
  "Boarding pass",
  "Order confirmed",
  "Battery low",
  "Museum ticket",
  "Meeting moved",
  "Train delayed",
];

function screenshot(at: number): Buffer {
  const lines = [`${WORDS[at % WORDS.length]} ${1000 + at}`, "Settings", "Today at 18:40"];
  const texts = lines.map(
    (line, row) =>
      `<text x="80" y="${400 + 160 * row}" font-family="sans-serif" font-size="64" fill="#222">${line}</text>`,
  );
  return Buffer.from(
    `<svg xmlns="http://www.w3.org/2000/svg" width="1170" height="2532"><rect width="100%" height="100%" fill="hsl(${(at * 47) % 360},40%,92%)"/>${texts.join("")}</svg>`,
  );
}

interface MadeLibrary {
  readonly heic: readonly {
    readonly file: string;
    readonly photo: CaptionedPhoto;
    readonly city: string | undefined;
  }[];
  readonly films: readonly {
    readonly file: string;
    readonly photos: readonly CaptionedPhoto[];
    readonly city: string | undefined;
  }[];
}

async function makeLibrary(folder: string, scratch: string): Promise<MadeLibrary> {
  const photos = captionedPhotos();
  const [pictures, moving]: [Facts[], Facts[]] = [[], []];
  const camera = join(folder, "DCIM/100APPLE");
  const takeout = join(folder, "Takeout/Google Photos/Photos from 2024");
  for (const each of [camera, takeout]) mkdirSync(each, { recursive: true });
  mkdirSync(scratch, { recursive: true });
  const photo = (at: number) => photos[at % photos.length] as CaptionedPhoto;

  const heic: MadeLibrary["heic"][number][] = [];
  for (let at = 0; at < COUNTS.heic; at++) {
    const png = join(scratch, "still.png");
    const size = at < COUNTS.large ? ([4032, 3024] as const) : undefined;
    const still = size ? photoOf(photo(at)).resize(...size, { fit: "cover" }) : photoOf(photo(at));
    await still.png({ compressionLevel: 1 }).toFile(png);
    const file = join(camera, `${nameOf(at)}.HEIC`);
    run("heif-enc", ["-q", "60", "-p", "preset=ultrafast", png, "-o", file]);
    const city = cityOf(at);
    pictures.push({ file, day: at, city });
    heic.push({ file, photo: photo(at), city: city?.name });
    if (at >= COUNTS.live) continue;
    const video = join(camera, `${nameOf(at)}.MOV`);
    await makeFilm(video, scratch, [photo(at)]);
    moving.push({ file: video, day: at, city });
  }
  const films: MadeLibrary["films"][number][] = [];
  for (let at = 0; at < COUNTS.films; at++) {
    const file = join(camera, `${nameOf(2000 + at)}.${at % 3 === 0 ? "MP4" : "MOV"}`);
    const shown = Array.from({ length: SHOTS }, (_, shot) => photo(COUNTS.heic + SHOTS * at + shot));
    await makeFilm(file, scratch, shown);
    const city = cityOf(at);
    moving.push({ file, day: at, city });
    films.push({ file, photos: shown, city: city?.name });
  }
  for (let at = 0; at < COUNTS.screenshots; at++)
    await sharp(screenshot(at))
      .png()
      .toFile(join(camera, `${nameOf(3000 + at)}.PNG`));
  for (let at = 0; at < COUNTS.raw; at++) {
    const jpeg = await photoOf(photo(COUNTS.heic + 300 + at))
      .resize(1600, 1200, { fit: "cover" })
      .jpeg()
      .toBuffer();
    const file = join(camera, `${nameOf(4000 + at)}.JPG`);
    writeFileSync(file, jpeg);
    writeFileSync(join(camera, `${nameOf(4000 + at)}.DNG`), madeTiff(rawDirectory({ preview: jpeg })));
    pictures.push({ file, day: at, city: cityOf(at) });
  }
  for (let at = 0; at < COUNTS.takeout; at++) {
    const name = `PXL_2024${two(1 + (at % 12))}${two(1 + (at % 28))}_${String(100000 + at)}.jpg`;
    await photoOf(photo(COUNTS.heic + 400 + at))
      .jpeg()
      .toFile(join(takeout, name));
    const city = cityOf(at);
    const said = {
      title: name,
      description: `holiday ${at}`,
      photoTakenTime: { timestamp: String(Date.UTC(2023, at % 12, 1 + (at % 28)) / 1000) },
      geoData: { latitude: city?.latitude ?? 0, longitude: city?.longitude ?? 0 },
      people: [{ name: at % 2 === 0 ? "Anna" : "Tom" }],
    };
    writeFileSync(join(takeout, `${name}.supplemental-metadata.json`), JSON.stringify(said));
  }
  writeFacts(scratch, pictures, moving);
  return { heic, films };
}

/** Resident memory of a process and all that it started, in bytes; 0 where the system does not tell. */
function memoryOf(pid: number): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, "utf8");
    const own = 1024 * Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0);
    const children = readdirSync(`/proc/${pid}/task`).flatMap((task) =>
      readFileSync(`/proc/${pid}/task/${task}/children`, "utf8").split(" ").filter(Boolean),
    );
    return children.reduce((sum, child) => sum + memoryOf(Number(child)), own);
  } catch {
    return 0;
  }
}

async function add(folder: string, env: NodeJS.ProcessEnv) {
  const begin = performance.now();
  const child = spawn(process.execPath, [main, "add", folder, "--json"], {
    env,
    stdio: ["ignore", "pipe", "inherit"],
  });
  let [peak, output] = [0, ""];
  child.stdout.on("data", (text: Buffer) => {
    output += text.toString();
  });
  const watch = setInterval(() => {
    peak = Math.max(peak, memoryOf(child.pid ?? 0));
  }, 100);
  await new Promise((resolve) => child.once("close", resolve));
  clearInterval(watch);
  return { seconds: (performance.now() - begin) / 1000, peak, report: JSON.parse(output) };
}

interface FoundHit {
  readonly paths: readonly string[];
  readonly at?: number;
}

await inTemporaryFolder("glimpse-phone-", async (home) => {
  build();
  const folder = join(home, "phone");
  const { heic, films } = await makeLibrary(folder, join(home, "scratch"));
  const env = { ...process.env, GLIMPSE_LIBRARY: join(home, "library") };
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  console.log(`${files.length} files: ${JSON.stringify(COUNTS)}\n`);

  const first = await add(folder, env);
  const again = await add(folder, env);
  const { added, unchanged, skipped, companions, otherKinds, text } = first.report;
  const pictures = COUNTS.heic + COUNTS.films + COUNTS.screenshots + COUNTS.raw + COUNTS.takeout;
  const find = (...args: string[]): FoundHit[] =>
    JSON.parse(
      execFileSync(process.execPath, [main, "find", ...args, "--copies", "--json"], {
        env,
        stdio: ["ignore", "pipe", "ignore"],
        maxBuffer: 2 ** 28,
      }).toString(),
    ).hits;
  const every = (...args: string[]) => find(...args, "-n", "all").length;
  const has = (hits: readonly FoundHit[], file: string) => hits.find(({ paths }) => paths.includes(file));
  table(
    ["one add", "figure", "expected"],
    [
      ["pictures and films added", added, pictures],
      ["skipped", skipped.length, 0],
      [
        "companions",
        JSON.stringify(companions),
        `raw ${COUNTS.raw}, video ${COUNTS.live}, sidecar ${COUNTS.takeout}`,
      ],
      ["other kinds", JSON.stringify(otherKinds), "{}"],
      ["pictures with text", text?.withText ?? 0, `at least ${COUNTS.screenshots}`],
      ["seconds", first.seconds.toFixed(0), ""],
      ["peak memory of all its processes, MiB", Math.round(first.peak / 2 ** 20), ""],
      [
        "the same again: added, unchanged",
        `${again.report.added}, ${again.report.unchanged}`,
        `0, ${pictures + unchanged}`,
      ],
      ["seconds", again.seconds.toFixed(1), ""],
    ],
  );
  for (const { origin, reason } of skipped.slice(0, 10)) console.log(`- ${origin}: ${reason}`);
  console.log();

  const inCity = (name: string) =>
    [heic, films]
      .flatMap((all) => all as readonly { city: string | undefined }[])
      .filter(({ city }) => city === name).length +
    [COUNTS.raw, COUNTS.takeout].reduce(
      (sum, count) =>
        sum +
        Array.from({ length: count }, (_, at) => cityOf(at)).filter((city) => city?.name === name).length,
      0,
    );
  const stills = heic.slice(0, 40);
  const shots = films.slice(0, 20);
  const amongTen = stills.filter(({ file, photo }) =>
    has(find(photo.captions[0] ?? "", "-n", "10"), file),
  ).length;
  const atTheirTime = shots.filter(({ file, photos }, film) => {
    const shot = film % SHOTS;
    const hit = has(find("--kind", "video", photos[shot]?.captions[0] ?? "", "-n", "10"), file);
    return (
      hit?.at !== undefined && hit.at >= SECONDS_EACH * shot - 1 && hit.at <= SECONDS_EACH * (shot + 1) + 1
    );
  }).length;
  const screens = Array.from({ length: Math.min(20, COUNTS.screenshots) }, (_, at) => at);
  const read = screens.filter((at) =>
    find(`text:"${WORDS[at % WORDS.length]} ${1000 + at}"`).some(({ paths }) =>
      paths.some((path) => path.endsWith(`${nameOf(3000 + at)}.PNG`)),
    ),
  ).length;
  table(
    ["find", "figure", "expected"],
    [
      ...CITIES.map(({ name }): [string, number, number] => [
        `--place ${name}`,
        every("--place", name),
        inCity(name),
      ]),
      ["--camera iphone", every("--camera", "iphone"), COUNTS.heic + COUNTS.films + COUNTS.raw],
      ["--screenshots", every("--screenshots"), COUNTS.screenshots],
      ["--has video", every("--has", "video"), COUNTS.live],
      ["--has raw", every("--has", "raw"), COUNTS.raw],
      ["--kind video", every("--kind", "video"), COUNTS.films],
      ["--format heic", every("--format", "heic"), COUNTS.heic],
      ["--tag Anna", every("--tag", "Anna"), Math.ceil(COUNTS.takeout / 2)],
      ["--since 2023 --until 2023", every("--since", "2023", "--until", "2023"), COUNTS.takeout],
      [`a photo's caption: the photo among ten, of ${stills.length}`, amongTen, ""],
      [`a shot's caption: the film among ten, at the shot, of ${shots.length}`, atTheirTime, ""],
      [`a screenshot's words: the screenshot, of ${screens.length}`, read, screens.length],
    ],
  );
});
