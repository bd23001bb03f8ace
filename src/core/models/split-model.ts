/** A model as people name it, `id` or `id:variant`, in its parts. */
export function splitModel(model: string): { id: string; variant: string | undefined } {
  const [id = "", variant] = model.split(":");
  return { id, variant };
}
