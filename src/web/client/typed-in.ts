/** What stands in a required field, without the spaces around it; where there is nothing, the browser says so beside it. */
export function typedIn(form: HTMLFormElement, name: string): string | undefined {
  const field = form.elements.namedItem(name);
  if (!(field instanceof HTMLInputElement)) throw new Error(`the form has no field ${name}`);
  field.value = field.value.trim();
  return field.reportValidity() ? field.value : undefined;
}
