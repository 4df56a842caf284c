/** Whether a schedule fails, and the plainest one that does. */
import type { JSX } from "preact";
import { grouped } from "../chunks/words.ts";
import { copy, offerFile } from "../copy-link.ts";
import { Prose } from "../look/prose.tsx";
import { useStore } from "../store/context.ts";
import { OWN_FILE } from "../store/race.ts";

export function Verdict(): JSX.Element {
  const { race } = useStore();
  const replayed = race.replayed.value;
  const found = race.explored.value;
  return (
    <>
      <h2>{replayed?.title ?? (race.name.value || "your own race")}</h2>
      {found === null ? (
        <About />
      ) : (
        <p class={found.failing > 0 ? "verdict bad" : "verdict good"} data-verdict>
          {found.failing > 0
            ? `${grouped(found.failing)} of ${grouped(found.schedules)} schedules ${found.failing === 1 ? "fails" : "fail"}`
            : found.isDone && found.isComplete
              ? `none of ${grouped(found.schedules)} schedules fails`
              : `none of ${grouped(found.schedules)} schedules so far fails`}
        </p>
      )}
      {found?.isAlwaysAlike ? (
        <p data-alike>
          Every schedule ends so: perhaps the expectation is wrong, and not the kernel.
        </p>
      ) : null}
      {found?.plainest ? <p class="message">{found.plainest.message}</p> : null}
    </>
  );
}

function About(): JSX.Element | null {
  const { race } = useStore();
  const replayed = race.replayed.value;
  if (replayed === null) return null;
  return (
    <>
      {replayed.failure === null ? null : (
        <>
          <p class="verdict bad">This schedule fails</p>
          <p class="message">{replayed.failure}</p>
        </>
      )}
      {replayed.outcome === null || replayed.failure !== null ? null : (
        <>
          <p class="verdict good">This schedule ends well</p>
          <p class="message">{replayed.outcome}</p>
        </>
      )}
      {replayed.divergence === null ? null : <p class="problem">{replayed.divergence}</p>}
      <Replay replay={replayed.replay} />
      <div class="about-lines">
        <Prose text={replayed.about} />
      </div>
    </>
  );
}

export function Replay({ replay }: { replay: string }): JSX.Element {
  const store = useStore();
  const command = `forkpath replay ${replay}`;
  return (
    <div class="replay">
      <code data-replay>{command}</code>
      {store.race.name.value === "" ? (
        <button type="button" onClick={() => offerFile(store.race.text.value, OWN_FILE)}>
          Save {OWN_FILE}
        </button>
      ) : null}
      <button type="button" onClick={() => void copy(store, command, "The command is copied.")}>
        Copy
      </button>
    </div>
  );
}
