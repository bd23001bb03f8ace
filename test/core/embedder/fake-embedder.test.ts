import { expect, test } from "vitest";
import { describeEmbedder } from "../../support/embedder-contract.ts";
import { FakeEmbedder } from "../../support/fake-embedder.ts";

describeEmbedder("fake embedder", {
  open: () => new FakeEmbedder(),
  cat: Buffer.from("cat sleeping"),
  dog: Buffer.from("dog in the snow"),
  notAPicture: Buffer.from("text, not a picture"),
});

test("a picture whose bytes name what it shows is near those words and far from others", async () => {
  const embedder = new FakeEmbedder();
  const { embedding } = await embedder.embedPicture({ bytes: Buffer.from("cat sleeping") });
  const answers = await embedder.embedTexts(["a photo of a cat", "dog"]);
  const [cat = 0, dog = 0] = answers.map((text) =>
    text.embedding.reduce((sum, value, at) => sum + value * (embedding[at] ?? 0), 0),
  );
  expect(cat).toBeGreaterThan(0.5);
  expect(Math.abs(dog)).toBeLessThan(0.3);
});
