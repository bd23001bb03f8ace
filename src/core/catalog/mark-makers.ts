import type { MarkSelector } from "../ports.ts";
import type { MarkMaker } from "../types.ts";

/** As both kinds of library store them: of the owner, both are empty. */
export const columnsOf = (maker: MarkMaker): [guild: string, member: string] =>
  maker === "owner" ? ["", ""] : [maker.guildId, maker.userId];

export const makerOf = (guild: string, member: string): MarkMaker =>
  guild === "" ? "owner" : { guildId: guild, userId: member };

/** The column that tells these marks from others, and what stands in it. */
export function selectedBy(whose: MarkSelector): { column: "guild" | "member"; value: string } {
  if (whose === "owner") return { column: "guild", value: "" };
  if ("guildId" in whose) return { column: "guild", value: whose.guildId };
  return { column: "member", value: whose.userId };
}
