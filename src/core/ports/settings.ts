/** Small values by name, with an optional time to live; never the only copy of an image's data. */
export interface Settings {
  get<Value>(key: string): Promise<Value | undefined>;
  set<Value>(key: string, value: Value, ttlMs?: number): Promise<void>;
  delete(key: string): Promise<boolean>;
  close(): Promise<void>;
}
