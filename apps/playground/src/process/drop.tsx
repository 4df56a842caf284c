/** One large target for the files of a capture, and buttons for keyboards. */
import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useStore } from "../store/context.ts";
import { topFiles } from "./read-files.ts";

/** Not among the attributes that Preact knows. */
const FOLDER = { webkitdirectory: true } as Record<string, boolean>;

export function Drop(): JSX.Element {
  const { own } = useStore();
  const isOver = useSignal(false);
  const chosen = (event: Event): void => {
    const input = event.currentTarget as HTMLInputElement;
    const files = topFiles([...(input.files ?? [])]);
    input.value = ""; // the same files may be chosen again
    void own.take(files);
  };
  return (
    <section
      class={`drop${isOver.value ? " over" : ""}${own.predicted.value === null ? "" : " small"}`}
      aria-label="a capture"
      onDragOver={() => {
        isOver.value = true;
      }}
      onDragLeave={() => {
        isOver.value = false;
      }}
      onDrop={() => {
        isOver.value = false;
      }}
    >
      <h2>What would a fork of your process do?</h2>
      <p>
        Drop the folder that <code>forkpath capture --pid PID -o FOLDER</code> has written, or{" "}
        <code>status</code>, <code>smaps</code> and <code>meminfo</code> of <code>/proc</code>. It
        is read here, in your browser, and sent nowhere.
      </p>
      {own.predicted.value === null ? <Promised /> : null}
      <p class="drop-buttons">
        <label class="button">
          Choose a folder
          <input type="file" id="folder" class="unseen-file" onChange={chosen} {...FOLDER} />
        </label>
        <label class="button">
          Choose files
          <input type="file" id="files" class="unseen-file" multiple onChange={chosen} />
        </label>
        {own.isBusy.value ? <span role="status">reads…</span> : null}
      </p>
    </section>
  );
}

const Promised = (): JSX.Element => (
  <>
    <p class="drop-lead">It tells you</p>
    <ul class="drop-list">
      <li>whether Linux would allow the fork, and at which area it would refuse</li>
      <li>VmRSS, swap, page tables and shares of both sides afterwards</li>
      <li>how memory grows while the parent goes on writing</li>
      <li>which areas are copied, which are skipped, and why</li>
    </ul>
    <p class="note">
      Read without root, frame numbers are hidden: shares have bounds then, and the page says so.
    </p>
  </>
);
