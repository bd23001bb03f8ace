import { fileURLToPath } from "node:url";
import { inspector } from "../inspector.mjs";

export const ways = ["stdio", "HTTP"];

export const connect = (way) => inspector(fileURLToPath(new URL("./", import.meta.url)), way);
