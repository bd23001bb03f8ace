import * as z from "zod";

/**
 * The gallery that hosts with MCP Apps show inside the chat, beside a tool's answer. Its code is `gallery/`, built to one
 * file. Nothing of it is announced to other hosts.
 */
export const GALLERY_URI = "ui://glimpse/gallery";
export const GALLERY_TYPE = "text/html;profile=mcp-app";
/** The extension's name in the capabilities of both sides. */
export const APPS_EXTENSION = "io.modelcontextprotocol/ui";

const withApps = z.object({
  extensions: z.object({
    [APPS_EXTENSION]: z.object({ mimeTypes: z.array(z.unknown()).optional().catch(undefined) }),
  }),
});

/** Whether a client with these capabilities shows such galleries. */
export function showsGallery(capabilities: unknown): boolean {
  const { success, data } = withApps.safeParse(capabilities);
  return success && (data.extensions[APPS_EXTENSION].mimeTypes?.includes(GALLERY_TYPE) ?? true);
}

/** Of a tool whose answer the gallery shows; the flat key is of the extension's first drafts. */
export const galleryToolMeta = { ui: { resourceUri: GALLERY_URI }, "ui/resourceUri": GALLERY_URI };
/** Of a tool that the gallery alone calls. */
export const galleryOnlyMeta = {
  ui: { resourceUri: GALLERY_URI, visibility: ["app"] },
  "ui/resourceUri": GALLERY_URI,
};
/** It requests nothing from anywhere; the file forbids it too. */
export const galleryMeta = { ui: { csp: { connectDomains: [], resourceDomains: [] }, prefersBorder: true } };
