import { nothingRead, sum } from "../intake/read-messages.ts";
import type { Job } from "./jobs.ts";

/** How far a channel with its threads is indexed, in honest numbers. */
export interface IndexReport {
  readonly state: "reading" | "complete" | "paused" | "not readable";
  readonly messages: number;
  readonly added: number;
  readonly known: number;
  readonly skipped: number;
  readonly failed: number;
  readonly places: number;
  readonly placesDone: number;
  readonly placesDenied: number;
}

export function indexReport(jobs: readonly Job[], rootId: string, paused: boolean): IndexReport {
  const mine = jobs.filter((job) => job.rootId === rootId);
  const counts = mine.map((job) => job.counts).reduce(sum, nothingRead);
  const inState = (state: Job["state"]) => mine.filter((job) => job.state === state).length;
  const rootDenied = mine.some((job) => job.channelId === rootId && job.state === "denied");
  const reading = mine.length === 0 || inState("running") > 0;
  return {
    ...counts,
    state: paused ? "paused" : rootDenied ? "not readable" : reading ? "reading" : "complete",
    places: mine.length,
    placesDone: inState("done"),
    placesDenied: inState("denied"),
  };
}

const number = (value: number) => value.toLocaleString("en");

/** One line; the channel shows as a link for those who can see it. */
export function describeReport(rootId: string, report: IndexReport, waiting: number): string {
  const parts = [
    `${number(report.messages)} messages read`,
    `${number(report.added + report.known)} pictures findable`,
    ...(report.skipped > 0 ? [`${number(report.skipped)} skipped (no usable picture)`] : []),
    ...(waiting > 0 ? [`${number(waiting)} waiting for another try`] : []),
    ...(report.places > 1 ? [`${number(report.placesDone)} of ${number(report.places)} places done`] : []),
    ...(report.placesDenied > 0 ? [`${number(report.placesDenied)} not readable for the bot`] : []),
  ];
  return `<#${rootId}> — **${report.state}** · ${parts.join(" · ")}`;
}
