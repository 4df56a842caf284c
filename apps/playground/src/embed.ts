/**
 * For a page that has this one in a frame: it sends "PING" until "PONG" comes back, and then
 * `{ forkpath: { text, step } }`.
 */
import type { Store } from "./store/store.ts";

interface Sent {
  readonly forkpath?: { readonly text?: unknown; readonly step?: unknown };
}

export function listenToParent({ history, view, isFollowing }: Store): void {
  addEventListener("message", ({ data, source, origin }: MessageEvent<unknown>) => {
    if (source === null || source === window) return;
    if (data === "PING") {
      if (isFollowing.value) return; // what comes after the answer must not be overtaken by the link
      (source as Window).postMessage("PONG", { targetOrigin: origin === "null" ? "*" : origin });
      return;
    }
    const sent = (data as Sent | null)?.forkpath;
    if (typeof sent?.text !== "string") return;
    view.value = "history";
    history.chosen.value = null;
    void history.edit(sent.text, typeof sent.step === "number" ? sent.step : 0);
  });
}
