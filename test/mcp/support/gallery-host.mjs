/** A host with MCP Apps in a browser: the official bridge, whose calls to the server leave by `callServer`. */
import { AppBridge, PostMessageTransport } from "@modelcontextprotocol/ext-apps/app-bridge";

let bridge;
globalThis.told = [];
globalThis.sizes = [];

globalThis.startGallery = async ({ html, capabilities, context, input, result }) => {
  const frame = document.createElement("iframe");
  frame.title = "gallery";
  frame.sandbox = "allow-scripts";
  frame.style = "border:0; width:100%; height:700px";
  document.body.append(frame);
  bridge = new AppBridge(null, { name: "test host", version: "1" }, capabilities, { hostContext: context });
  if (capabilities.serverResources)
    bridge.onreadresource = (params) => globalThis.callServer("resources/read", params);
  if (capabilities.serverTools) bridge.oncalltool = (params) => globalThis.callServer("tools/call", params);
  bridge.onupdatemodelcontext = async (params) => {
    globalThis.told.push(params);
    return {};
  };
  bridge.onsizechange = (size) => globalThis.sizes.push(size);
  const initialized = new Promise((resolve) => {
    bridge.oninitialized = resolve;
  });
  await bridge.connect(new PostMessageTransport(frame.contentWindow, frame.contentWindow));
  frame.srcdoc = html;
  await initialized;
  await bridge.sendToolInput({ arguments: input });
  if (result) await bridge.sendToolResult(result);
  else await bridge.sendToolCancelled({ reason: "the user stopped it" });
};

globalThis.changeContext = (context) => bridge.setHostContext(context);
