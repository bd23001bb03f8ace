/** What to pull where nothing speaks for another; it reads many languages. */
export const RECOMMENDED_MODEL = { id: "siglip2-b16-256", name: "SigLIP 2" } as const;
