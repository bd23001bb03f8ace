import type { McpLibrary } from "./library-port.ts";
import type { Service } from "./service.ts";

interface PromptArgument {
  readonly name: string;
  readonly description: string;
  readonly required: boolean;
  /** Values to offer while the person types. */
  readonly complete?: (service: Service, library: McpLibrary) => Promise<readonly string[]>;
}

/** A request that people pick from a menu; it becomes their message to the assistant. */
export interface Prompt {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly arguments: readonly PromptArgument[];
  readonly text: (args: Readonly<Record<string, string>>) => string;
}

export const folderArgument: PromptArgument = {
  name: "folder",
  description: "A folder of the library; all of it when left out",
  required: false,
  complete: (service, library) => service.access.folders(library),
};
