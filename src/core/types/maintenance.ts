/** What was done about bytes of erased pictures, words and tags that a database may still keep in its files. */
export interface MaintenanceReport {
  /** Removals since this was last done. */
  readonly erasures: number;
  /** Tables, or files, that were rewritten. */
  readonly rewritten: readonly string[];
  /** Why something is still owed, a sentence each; the next run does it. */
  readonly postponed: readonly string[];
  /** Where erased bytes may be that no program of Glimpse's reaches, and for how long, a sentence each. */
  readonly elsewhere: readonly string[];
}
