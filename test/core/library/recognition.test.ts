import sharp from "sharp";
import { expect, test } from "vitest";
import { DEFAULT_PICTURE_LIMITS } from "../../../src/core/image/picture-limits.ts";
import { readPicture } from "../../../src/core/image/read-picture.ts";
import { Recognition } from "../../../src/core/library/recognition.ts";
import type { EmbeddedPicture, PictureSource } from "../../../src/core/ports.ts";
import { FakeEmbedder } from "../../support/fake-embedder.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";
import { openTestLibrary } from "../../support/test-library.ts";
import { clip } from "../image/drawing.ts";

/** Reads real pictures as the embedding process does; their vectors are of no interest here. */
class ReadingEmbedder extends FakeEmbedder {
  override async embedPicture(source: PictureSource): Promise<EmbeddedPicture> {
    const bytes = "bytes" in source ? source.bytes : new Uint8Array();
    const { picture } = await readPicture(bytes, clip, DEFAULT_PICTURE_LIMITS);
    return { picture, embedding: new Float32Array(this.dimensions).fill(1) };
  }
}

/** A page as scams have it: much text and a picture's worth of boxes. */
function page(amount: string): Promise<Buffer> {
  const line = (y: number, text: string, size = 26) =>
    `<text x="60" y="${y}" font-family="sans-serif" font-size="${size}" fill="#e8e8f0">${text}</text>`;
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="900" height="1200"><rect width="100%" height="100%" fill="#161827"/>
<rect x="40" y="60" width="820" height="160" rx="18" fill="#2b3fd0"/>${line(150, "Crypto Casino", 60)}${line(300, "Hello everyone, I am launching my own casino")}
${line(350, "Every new player gets a bonus with this code")}${line(470, amount, 90)}<rect x="60" y="560" width="780" height="360" fill="#23263d"/>
${line(640, "Withdrawal succeeded")}${line(700, "Your balance was sent to your wallet")}${line(1000, "Register now: only today")}</svg>`;
  return sharp(Buffer.from(svg)).png().toBuffer();
}

test("a kept picture is recognised in its copies, not in another of the same template", async () => {
  const { library } = await openTestLibrary(temporaryFolder(), { embedder: new ReadingEmbedder() });
  const { recognition } = library;
  expect(recognition).toBeInstanceOf(Recognition);
  const original = await page("$ 2,500");
  const scam = await recognition.toKeep(await recognition.read(original));
  expect(scam.close?.bytes.length).toBeLessThanOrEqual(200_000);
  const elephant = await recognition.read(
    await sharp(await page("other"))
      .modulate({ hue: 90 })
      .rotate(7, { background: "#fff" })
      .blur(20)
      .png()
      .toBuffer(),
  );
  const isScam = async (bytes: Uint8Array) => {
    const picture = await recognition.read(bytes);
    const [near] = recognition.candidates(picture, [scam]);
    return near !== undefined && (await recognition.firstSame(picture, [near, elephant]))?.id === scam.id;
  };
  expect(await isScam(original)).toBe(true);
  expect(await isScam(await sharp(original).jpeg({ quality: 60 }).toBuffer())).toBe(true);
  expect(await isScam(await sharp(original).resize(640).webp({ quality: 70 }).toBuffer())).toBe(true);
  expect(await isScam(await page("$ 3,100"))).toBe(false);
  await library.close();
});

test("what moves is recognised by its bytes alone", async () => {
  const { library } = await openTestLibrary(temporaryFolder(), { embedder: new ReadingEmbedder() });
  const { recognition } = library;
  const frames = await Promise.all(
    [1, 2].map(async (at) =>
      sharp(await page(`$ ${at}00`))
        .resize(300)
        .png()
        .toBuffer(),
    ),
  );
  const film = await sharp(frames, { join: { animated: true } })
    .gif({ delay: [500, 500] })
    .toBuffer();
  const scam = await recognition.toKeep(await recognition.read(film));
  expect(scam.close).toBeUndefined();
  const first = await recognition.read(frames[0] ?? new Uint8Array());
  expect(recognition.candidates(first, [scam])).toEqual([]);
  const again = await recognition.read(film);
  expect((await recognition.firstSame(again, recognition.candidates(again, [scam])))?.id).toBe(scam.id);
  await library.close();
});
