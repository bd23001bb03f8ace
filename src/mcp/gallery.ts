/**
 * The gallery that hosts with MCP Apps show inside the chat, beside a tool's answer. Its code is `gallery/`, built to one
 * file. Nothing of it is announced to other hosts.
 */
export const GALLERY_URI = "ui://glimpse/gallery";
export const GALLERY_TYPE = "text/html;profile=mcp-app";
/** The extension's name in the capabilities of both sides. */
export const APPS_EXTENSION = "io.modelcontextprotocol/ui";

/** Whether a client with these capabilities shows such galleries. */
export function showsGallery(
  capabilities: { readonly extensions?: Record<string, object> | undefined } | undefined,
): boolean {
  const apps = capabilities?.extensions?.[APPS_EXTENSION];
  if (apps === undefined) return false;
  const types: unknown = Reflect.get(apps, "mimeTypes");
  return !Array.isArray(types) || types.includes(GALLERY_TYPE);
}

/** Of a tool whose answer the gallery shows; the flat key is of the extension's first drafts. */
export const shownInGallery = { ui: { resourceUri: GALLERY_URI }, "ui/resourceUri": GALLERY_URI };
/** Of a tool that the gallery alone calls. */
export const ofGalleryOnly = {
  ui: { resourceUri: GALLERY_URI, visibility: ["app"] },
  "ui/resourceUri": GALLERY_URI,
};
/** It requests nothing from anywhere; the file forbids it too. */
export const galleryMeta = { ui: { csp: { connectDomains: [], resourceDomains: [] }, prefersBorder: true } };
