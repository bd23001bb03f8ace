import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { z } from "zod";
import { toolsFor } from "../../src/mcp/tools/index.ts";

const json = (path: string) => JSON.parse(readFileSync(new URL(`../../${path}`, import.meta.url), "utf8"));
const product = z
  .object({ name: z.string(), version: z.string(), license: z.string() })
  .parse(json("package.json"));

/** The parts of the registry's schema (2025-12-11) that this file uses. */
const input = {
  description: z.string().optional(),
  format: z.enum(["string", "number", "boolean", "filepath"]).optional(),
};
const serverJson = z.strictObject({
  $schema: z.literal("https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json"),
  name: z
    .string()
    .max(200)
    .regex(/^[a-zA-Z0-9.-]+\/[a-zA-Z0-9._-]+$/),
  title: z.string().min(1).max(100),
  description: z.string().min(1).max(100),
  version: z.string().regex(/^\d+\.\d+\.\d+$/),
  packages: z
    .array(
      z.strictObject({
        registryType: z.literal("npm"),
        identifier: z.string(),
        version: z.string().regex(/^\d+\.\d+\.\d+$/),
        runtimeHint: z.literal("npx"),
        transport: z.strictObject({ type: z.literal("stdio") }),
        packageArguments: z.array(
          z.discriminatedUnion("type", [
            z.strictObject({ type: z.literal("positional"), value: z.string() }),
            z.strictObject({
              type: z.literal("named"),
              name: z.string().startsWith("--"),
              isRequired: z.boolean(),
              isRepeated: z.boolean(),
              ...input,
            }),
          ]),
        ),
      }),
    )
    .length(1),
});

test("the registry's entry has its shape, and names this package at this version", () => {
  const entry = serverJson.parse(json("packaging/server.json"));
  expect(entry.version).toBe(product.version);
  expect(entry.packages).toMatchObject([{ identifier: product.name, version: product.version }]);
});

test("the desktop bundle names this version, this licence and the tools there are", () => {
  const manifest = json("packaging/manifest.json");
  expect(manifest).toMatchObject({ version: product.version, license: product.license });
  const names = manifest.tools.map(({ name }: { name: string }) => name);
  expect(names).toEqual(toolsFor({ allowIndex: true }, false).map(({ name }) => name));
});
