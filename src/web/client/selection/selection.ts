import { computed, signal } from "@preact/signals";

/** Pictures that were chosen for what is done to several at once, in the order of choosing. */
export const selection = signal<readonly string[]>([]);

const chosen = computed(() => new Set(selection.value));

export const isSelected = (id: string): boolean => chosen.value.has(id);

export function toggleSelected(id: string): void {
  const now = selection.peek();
  selection.value = now.includes(id) ? now.filter((each) => each !== id) : [...now, id];
}

export const clearSelection = (): void => {
  selection.value = [];
};
