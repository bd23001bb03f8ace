import { spawn } from "node:child_process";
import { PictureError } from "../../errors.ts";

export interface ProgramRun {
  readonly program: "ffmpeg" | "ffprobe";
  readonly args: readonly string[];
  readonly timeoutMs: number;
  /** Bytes of memory that the program may take for what it decodes. */
  readonly maxMemory: number;
  readonly onOutput: (chunk: Buffer) => void;
  /** Of standard output; the program is ended when it writes more. */
  readonly maxOutput: number;
}

export interface ProgramEnd {
  /** Whether it did all it was asked for. */
  readonly isDone: boolean;
  /** Whether it was ended before it was done, by one of its bounds or by a defect of its own. */
  readonly isEnded: boolean;
  /** What it said of errors. */
  readonly errors: string;
}

/** What the program and its libraries take of addresses before they decode anything. */
const OWN_MEMORY = 2 ** 30;
const MAX_ERROR_TEXT = 2000;
/** A shell's exit code for a program that is not there. */
const NOT_THERE = 127;

/**
 * Runs a program of ffmpeg's on a file of strangers: as a process of its own, which may crash or be ended, with bounds
 * on time, processor time, memory (where the system has `ulimit`) and output.
 * @throws PictureError "decoder-missing" when the program is not installed
 */
export function runProgram(run: ProgramRun): Promise<ProgramEnd> {
  const { program, timeoutMs, maxOutput, onOutput } = run;
  const [command, ...rest] = commandOf(run);
  return new Promise((resolve, reject) => {
    const child = spawn(command, rest, { stdio: ["ignore", "pipe", "pipe"], windowsHide: true });
    const timer = setTimeout(() => child.kill("SIGKILL"), timeoutMs);
    let [errors, written] = ["", 0];
    child.stdout.on("data", (chunk: Buffer) => {
      written += chunk.length;
      if (written > maxOutput) child.kill("SIGKILL");
      else onOutput(chunk);
    });
    child.stderr.on("data", (chunk: Buffer) => {
      errors = (errors + chunk.toString("latin1")).slice(-MAX_ERROR_TEXT);
    });
    child.once("error", (cause) => {
      clearTimeout(timer);
      reject("code" in cause && cause.code === "ENOENT" ? notInstalled(program) : cause);
    });
    child.once("close", (code) => {
      clearTimeout(timer);
      if (code === NOT_THERE) reject(notInstalled(program));
      else resolve({ isDone: code === 0, isEnded: code === null, errors: errors.trim() });
    });
  });
}

function commandOf({ program, args, timeoutMs, maxMemory }: ProgramRun): [string, ...string[]] {
  if (process.platform === "win32") return [program, ...args];
  const kibibytes = String(Math.ceil((OWN_MEMORY + maxMemory) / 1024));
  // It may use several cores.
  const seconds = String(Math.ceil((4 * timeoutMs) / 1000));
  // The arguments are the program's, not the shell's: no name of a file is read as a command.
  const script = 'ulimit -v "$1" 2>/dev/null; ulimit -t "$2" 2>/dev/null; shift 2; exec "$@"';
  return ["/bin/sh", "-c", script, "sh", kibibytes, seconds, program, ...args];
}

const notInstalled = (program: string) =>
  new PictureError(
    "decoder-missing",
    `Films are read with ffmpeg, and there is no ${program} on PATH. Install ffmpeg and add again.`,
  );
