/** A history from elsewhere: a link, or a file. */
import type { Store } from "./store.ts";

/** With problems the editor opens: there is no other place to see them. */
export async function openText(
  { history, isEditing }: Store,
  text: string,
  step: number,
): Promise<void> {
  history.chosen.value = null;
  await history.edit(text, step);
  isEditing.value = history.problems.value.length > 0;
}
