/** What the page stands for, and what it does not. */
import type { JSX } from "preact";
import { useStore } from "./store/context.ts";

const NOT_MODELLED =
  "https://github.com/forkpath/forkpath/blob/main/packages/kernel/README.md#not-modelled";

export function Footer(): JSX.Element {
  const { history, view, race, own } = useStore();
  const run = history.main.run.value;
  const kernels = {
    history: run?.kernel,
    race: race.replayed.value?.kernel,
    process: own.predicted.value?.prediction.kernel,
  };
  const kernel = kernels[view.value];
  return (
    <footer class="foot">
      A model of the memory side of fork in Linux
      {kernel == null ? null : (
        <>
          , here <b>{kernel === "el6" ? "2.6.32-642.6.2.el6" : kernel}</b>
        </>
      )}
      , running in your browser: nothing is uploaded.{" "}
      <a href={NOT_MODELLED}>What is not modelled</a>
    </footer>
  );
}
