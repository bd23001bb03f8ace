declare module "pgpass" {
  interface Target {
    readonly host: string;
    readonly port: number;
    readonly database: string | undefined;
    readonly user: string | undefined;
  }
  /** Looks in the file that `PGPASSFILE` names, else in `~/.pgpass`; the first line that fits has it. */
  function look(target: Target, callback: (password: string | undefined) => void): void;
  export = look;
}
