/** Runs one inference at a time, since each takes every core. */
export type RunExclusive = <Result>(run: () => Promise<Result>) => Promise<Result>;
