/** Share: the address goes to the clipboard; where it is too long for a link, a file is offered. */
import { linkOf } from "./share.ts";
import { OWN_FILE } from "./store/race.ts";
import type { Store } from "./store/store.ts";

/** Characters; longer links get cut off on their way. */
const MOST = 8000;
const SAID_FOR = 4000; // ms

export async function copyLink(store: Store): Promise<void> {
  const hash = await linkOf(store);
  const url = `${location.href.replace(/#.*$/s, "")}${hash}`;
  if (url.length > MOST) {
    if (store.view.value === "race") offerFile(store.race.text.value, OWN_FILE);
    else offerFile(store.history.text.value, "history.yaml");
    say(store, `The link would have ${url.length} characters, and would break: here is the file.`);
    return;
  }
  history.replaceState(null, "", hash);
  const isOnDisk = location.protocol === "file:";
  const isOwn = store.view.value === "process" && store.own.predicted.value !== null;
  const but = isOwn
    ? " Your capture is not in it: send its files."
    : isOnDisk
      ? " It is of your own disk: for others, put this file on any web space."
      : "";
  await copy(store, url, `The link is copied.${but}`, `The link is in the address bar.${but}`);
}

/** @param otherwise said where the browser has no clipboard, or keeps it closed */
export async function copy(
  store: Store,
  text: string,
  done: string,
  otherwise = "This browser lets no page copy: select the text instead.",
): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    say(store, done);
  } catch {
    say(store, otherwise);
  }
}

export function offerFile(text: string, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "text/yaml" }));
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}

function say({ said }: Store, text: string): void {
  said.value = text;
  setTimeout(() => {
    if (said.value === text) said.value = "";
  }, SAID_FOR);
}
