import { expect } from "vitest";
import type { Catalog, MapPoint } from "../../../src/core/ports.ts";
import { idOf, newImage } from "../new-image.ts";
import { type CatalogFactory, catalogTest, collect } from "./open.ts";

const NAMES = Array.from({ length: 12 }, (_, at) => `picture ${at}`);

async function pointsOf(catalog: Catalog, names: readonly string[]): Promise<MapPoint[]> {
  const images = await catalog.images.byId(names.map(idOf));
  return images
    .map(({ key }, at) => ({ key, x: at / 8, y: 1 - at / 4, isLandmark: at % 2 === 0 }))
    .sort((a, b) => a.key - b.key);
}

export function describeMaps(create: CatalogFactory): void {
  const test = catalogTest(create);

  test("a map is kept by its name, with its points by key, and is replaced as a whole", async (catalog) => {
    await catalog.images.put(NAMES.map((name) => newImage(name)));
    const points = await pointsOf(catalog, NAMES);
    expect(await catalog.maps.find("all")).toBeUndefined();
    const first = await catalog.maps.put("all", "one way", points);
    expect(await catalog.maps.find("all")).toEqual(first);
    expect(first.basis).toBe("one way");
    expect(await collect(catalog.maps.points(first.id))).toEqual(points);
    const second = await catalog.maps.put("all", "another way", points.slice(0, 3));
    expect(await catalog.maps.find("all")).toEqual(second);
    expect(await collect(catalog.maps.points(second.id))).toEqual(points.slice(0, 3));
    expect(await collect(catalog.maps.points(first.id))).toEqual([]);
  });

  test("more points are added; those that are there stay where they are", async (catalog) => {
    await catalog.images.put(NAMES.map((name) => newImage(name)));
    const points = await pointsOf(catalog, NAMES);
    const { id } = await catalog.maps.put("all", "basis", points.slice(0, 5));
    await catalog.maps.add(
      id,
      points.slice(4).map((point) => ({ ...point, x: point.x + 1 })),
    );
    const kept = await collect(catalog.maps.points(id));
    expect(kept.map(({ x }) => x)).toEqual(points.map(({ x }, at) => (at < 5 ? x : x + 1)));
  });

  test("a point goes with its image, and none comes back for an image that is gone", async (catalog) => {
    await catalog.images.put(NAMES.map((name) => newImage(name)));
    const points = await pointsOf(catalog, NAMES);
    const { id } = await catalog.maps.put("all", "basis", points);
    await catalog.images.remove([idOf("picture 3"), idOf("picture 4")]);
    const left = await pointsOf(
      catalog,
      NAMES.filter((name) => name !== "picture 3" && name !== "picture 4"),
    );
    const keys = left.map(({ key }) => key);
    expect((await collect(catalog.maps.points(id))).map(({ key }) => key)).toEqual(keys);
    await catalog.maps.add(id, points);
    expect((await collect(catalog.maps.points(id))).map(({ key }) => key)).toEqual(keys);
    const again = await catalog.maps.put("all", "basis", points);
    expect((await collect(catalog.maps.points(again.id))).map(({ key }) => key)).toEqual(keys);
  });

  test("of very many maps the oldest go", async (catalog) => {
    await catalog.images.put(NAMES.map((name) => newImage(name)));
    const points = await pointsOf(catalog, NAMES);
    for (let at = 0; at < 20; at++) await catalog.maps.put(`map ${at}`, "basis", points);
    expect(await catalog.maps.find("map 0")).toBeUndefined();
    expect(await catalog.maps.find("map 19")).toBeDefined();
  });
}
