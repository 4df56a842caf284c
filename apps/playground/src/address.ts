/** The browser's address follows the page, and the page the address, from the first link on. */
import { effect } from "@preact/signals";
import { followLink, linkOf } from "./share.ts";
import type { Store } from "./store/store.ts";
import { parseLink } from "./url/v1.ts";

/** Browsers refuse a page that writes its address too often. */
const WAIT = 250; // ms

/** @returns when the page is what its first link says */
export function syncAddress(store: Store): Promise<void> {
  const memory = { timer: 0, written: location.hash, followed: Promise.resolve() };
  /** What a link makes of itself takes its place: else the way back would lead here again. */
  const write = async (isFollowed: boolean): Promise<void> => {
    const hash = await linkOf(store);
    if (hash === memory.written) return;
    const isPush = !isFollowed && placeOf(hash) !== placeOf(memory.written);
    if (isPush) store.badLink.value = null; // it is about something else now
    memory.written = hash;
    history[isPush ? "pushState" : "replaceState"](null, "", hash);
  };
  /** One after the other: the later is what stays. */
  const follow = (hash: string): void => {
    memory.written = hash;
    store.history.main.giveUp();
    memory.followed = memory.followed.then(() => followLink(store, hash)).then(() => write(true));
  };
  effect(() => {
    touch(store);
    if (store.isFollowing.value) return;
    clearTimeout(memory.timer);
    memory.timer = window.setTimeout(() => void write(false), WAIT);
  });
  addEventListener("popstate", () => {
    if (location.hash === memory.written) return;
    clearTimeout(memory.timer);
    follow(location.hash);
  });
  follow(location.hash);
  return memory.followed;
}

/** View and source: a change of these is a new place in the browser's history. */
function placeOf(hash: string): string {
  const link = parseLink(hash);
  if (link === undefined) return "";
  return `${link.view} ${link.source.startsWith("~") ? "~" : link.source}`;
}

/** Reads everything that a link has, so that a change of any of it is heard. */
function touch({ view, tab, pinned, history, race, isEmbedded }: Store): void {
  for (const one of [view, tab, pinned, isEmbedded, history.name, history.text, history.step]) {
    void one.value;
  }
  for (const one of [history.inside, history.chosen, history.kernel, history.against])
    void one.value;
  for (const one of [
    race.name,
    race.cured,
    race.everywhere,
    race.kernel,
    race.replayed,
    race.row,
  ]) {
    void one.value;
  }
}
