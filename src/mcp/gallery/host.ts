import type {
  McpUiHostCapabilities,
  McpUiHostContext,
  McpUiInitializeResult,
} from "@modelcontextprotocol/ext-apps";

/**
 * What the gallery says to the chat around it and hears from it: JSON-RPC by messages between windows
 * (https://github.com/modelcontextprotocol/ext-apps, specification 2026-01-26). The `App` of that package does the same
 * in 509 kB, which every host would load with every answer.
 */
const PROTOCOL = "2026-01-26";

interface Message {
  readonly jsonrpc: "2.0";
  readonly id?: number | string;
  readonly method?: string;
  readonly params?: Record<string, unknown>;
  readonly result?: unknown;
  readonly error?: { readonly message?: string };
}

/** Of notifications, by method. */
type Listeners = Readonly<Record<string, (params: Record<string, unknown>) => void>>;

interface Pending {
  readonly resolve: (result: never) => void;
  readonly reject: (error: Error) => void;
}

export class Host {
  capabilities: McpUiHostCapabilities = {};
  readonly #listeners: Listeners;
  readonly #pending = new Map<number | string, Pending>();
  #requests = 0;

  constructor(listeners: Listeners) {
    this.#listeners = listeners;
    addEventListener("message", ({ source, data }) => {
      if (source === parent && data?.jsonrpc === "2.0") this.#receive(data);
    });
  }

  /** Introduces the gallery; the host sends what there is to show only afterwards. */
  async connect(): Promise<McpUiHostContext> {
    const { hostCapabilities, hostContext } = await this.request<McpUiInitializeResult>("ui/initialize", {
      protocolVersion: PROTOCOL,
      appInfo: { name: "glimpse-gallery", title: "Glimpse", version: "1" },
      appCapabilities: { availableDisplayModes: ["inline", "fullscreen"] },
    });
    this.capabilities = hostCapabilities;
    this.notify("ui/notifications/initialized", {});
    return hostContext;
  }

  /** @throws Error with the host's message */
  request<Result>(method: string, params: object): Promise<Result> {
    this.#requests += 1;
    const id = this.#requests;
    const answered = new Promise<Result>((resolve, reject) => this.#pending.set(id, { resolve, reject }));
    send({ jsonrpc: "2.0", id, method, params: { ...params } });
    return answered;
  }

  notify(method: string, params: object): void {
    send({ jsonrpc: "2.0", method, params: { ...params } });
  }

  #receive({ id, method, params = {}, result, error }: Message): void {
    if (method === undefined) {
      const pending = this.#pending.get(id ?? "");
      this.#pending.delete(id ?? "");
      if (error) pending?.reject(new Error(error.message ?? "The host refused."));
      else pending?.resolve(result as never);
      return;
    }
    this.#listeners[method]?.(params);
    // A request: a ping, or that the gallery is about to be taken down. Nothing here needs time for it.
    if (id !== undefined) send({ jsonrpc: "2.0", id, result: {} });
  }
}

/** To whoever framed this document, which has no origin of its own and cannot name the other's. */
const send = (message: Message) => parent.postMessage(message, "*");
