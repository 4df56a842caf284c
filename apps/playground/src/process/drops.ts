/** Files that fall onto the page, wherever: a browser would leave the page for them. */
import { openText } from "../store/open-text.ts";
import type { Store } from "../store/store.ts";
import { droppedFiles } from "./read-files.ts";

const SCENARIO = /\.(?:ya?ml|json)$/i;

/** A text is a history to look at; all else is taken for a capture. */
async function takeDropped(store: Store, items: DataTransferItemList): Promise<void> {
  const { view, own } = store;
  const dropped = droppedFiles(items); // the list is empty as soon as the event is over
  const [file, ...others] = await dropped.catch(() => []);
  if (file !== undefined && others.length === 0 && SCENARIO.test(file.name)) {
    const text = await file.text();
    view.value = "history";
    await openText(store, text, 0);
    return;
  }
  view.value = "process";
  await own.takeAll(dropped);
}

export function listenToDrops(store: Store): void {
  document.addEventListener("dragover", (event) => {
    if (event.dataTransfer?.types.includes("Files") === true) event.preventDefault();
  });
  document.addEventListener("drop", (event) => {
    const { dataTransfer, defaultPrevented } = event;
    if (defaultPrevented || dataTransfer?.types.includes("Files") !== true) return;
    event.preventDefault();
    void takeDropped(store, dataTransfer.items);
  });
}
