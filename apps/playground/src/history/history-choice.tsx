/** Which history, on which kernel, and what it is held against. */
import { exampleNames } from "@forkpath/scenario/examples";
import type { JSX } from "preact";
import { RELEASES } from "../look/releases.ts";
import { ShippedOptions } from "../look/shipped-options.tsx";
import { useStore } from "../store/context.ts";

const releaseNamed = (text: string) => RELEASES.find((one) => one === text) ?? null;

export function HistoryChoice(): JSX.Element {
  const { history } = useStore();
  const { name, kernel, against, main } = history;
  const ran = main.run.value?.kernel ?? "el6";
  return (
    <>
      <select
        id="example"
        aria-label="history"
        value={name.value}
        onChange={(event) => void history.open(event.currentTarget.value)}
      >
        <ShippedOptions names={exampleNames("history")} chosen={name.value} />
      </select>
      <label class="kernel">
        on{" "}
        <select
          id="kernel"
          aria-label="kernel"
          value={kernel.value ?? ran}
          onChange={(event) => void history.setKernel(releaseNamed(event.currentTarget.value))}
        >
          {RELEASES.map((release) => (
            <option key={release}>{release}</option>
          ))}
        </select>
      </label>
      <label class="kernel">
        compare{" "}
        <select
          id="against"
          aria-label="compare with"
          value={against.value ?? ""}
          onChange={(event) => void history.setAgainst(releaseNamed(event.currentTarget.value))}
        >
          <option value="">nothing</option>
          {RELEASES.map((release) => (
            <option key={release} value={release}>
              with {release}
            </option>
          ))}
        </select>
      </label>
    </>
  );
}
