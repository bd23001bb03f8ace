// Has one client use the server in one way, and prints what came of each feature, one JSON object a line.
// Usage (by `npm run bench -- mcp-clients`): node use.mjs NAME [WAY]; without a way it lists them.
const [name, way] = process.argv.slice(2);
const { ways, connect, check } = await import(`./${name}/client.mjs`);

if (way === undefined) console.log(JSON.stringify(ways));
else if (check) for (const result of await check(way)) console.log(JSON.stringify(result));
else {
  let client;
  let ids = [];
  const wanted = {
    connects: async () => {
      client = await connect(way);
    },
    tools: async () => {
      const names = await client.tools();
      if (!["search_images", "overview", "view_images"].every((each) => names.includes(each)))
        throw new Error(`lists ${names.join(" ")}`);
    },
    search: async () => {
      const { text, isError } = await client.call("search_images", { query: "a dog", limit: 3 });
      ids = text.match(/\b[0-9a-f]{12}\b/g) ?? [];
      if (isError || ids.length === 0) throw new Error(text.slice(0, 200));
    },
    pictures: async () => {
      const { images, text } = await client.call("view_images", { ids: ids.slice(0, 1), size: "thumb" });
      if (images !== 1) throw new Error(`no picture: ${text.slice(0, 200)}`);
    },
    errors: async () => {
      const { text } = await client.call("view_images", { ids: ["0000000000aa"] });
      if (!text.includes("0000000000aa")) throw new Error(`not passed on: ${text.slice(0, 200)}`);
    },
    resources: async () => {
      if (client.resources === undefined) throw new Error("not offered by the client");
      const count = await client.resources();
      if (!(count > 1))
        throw new Error(count === undefined ? "not offered by the client" : `${count} listed`);
    },
  };
  for (const [feature, use] of Object.entries(wanted)) {
    const problem = await use().then(
      () => undefined,
      (error) =>
        String(error?.message ?? error)
          .split("\n")[0]
          .slice(0, 200),
    );
    console.log(JSON.stringify({ feature, ...(problem !== undefined && { problem }) }));
    if (feature === "connects" && problem !== undefined) break;
  }
  await client?.close();
  process.exit(0);
}
