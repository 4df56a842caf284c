/** The line on top: views, what is shown, on which kernel, and what can be done with it. */
import type { JSX } from "preact";
import { durationText } from "./chunks/words.ts";
import { HistoryChoice } from "./history/history-choice.tsx";
import { chooseTheme, useTheme } from "./look/theme.ts";
import { useStore } from "./store/context.ts";
import type { ViewName } from "./url/v1.ts";

const VIEWS: readonly (readonly [ViewName, string])[] = [
  ["history", "History"],
  ["race", "Race"],
  ["process", "Your process"],
];

export function Header(): JSX.Element {
  const store = useStore();
  const theme = useTheme();
  return (
    <header class="top">
      <span class="brand">
        <svg viewBox="0 0 24 24" width="20" height="20" aria-hidden="true" focusable="false">
          <path d="M5 3v18M5 12c6 0 13-1 13 8" />
        </svg>
        <h1>forkpath</h1>
      </span>
      <nav class="views" aria-label="views">
        {VIEWS.map(([view, name]) => (
          <button
            type="button"
            key={view}
            aria-current={store.view.value === view ? "page" : undefined}
            onClick={() => {
              store.view.value = view;
            }}
          >
            {name}
          </button>
        ))}
      </nav>
      {store.view.value === "history" ? <HistoryChoice /> : null}
      <div class="top-end">
        {store.view.value === "history" ? <Status /> : null}
        <button type="button" onClick={() => void store.share()}>
          Share
        </button>
        <button
          type="button"
          aria-label={theme === "dark" ? "light colours" : "dark colours"}
          onClick={() => chooseTheme(store, theme === "dark" ? "light" : "dark")}
        >
          {theme === "dark" ? "☀" : "☾"}
        </button>
        <button
          type="button"
          aria-label="all keys"
          onClick={() => {
            store.isHelping.value = true;
          }}
        >
          ?
        </button>
      </div>
    </header>
  );
}

function Status(): JSX.Element {
  const { history } = useStore();
  const run = history.main.run.value;
  const problems = history.problems.value.length;
  if (problems > 0) {
    return (
      <span class="status bad" role="status">
        {problems === 1 ? "1 problem in the text" : `${problems} problems in the text`}
      </span>
    );
  }
  if (run === null) return <span class="status" role="status" />;
  const all = [...run.steps.flatMap(({ result }) => result?.expectations ?? []), ...run.atEnd];
  const unmet = all.filter(({ isMet }) => !isMet).length;
  return (
    <span class="status" role="status">
      {run.fault !== null ? (
        <b class="bad">it cannot begin</b>
      ) : unmet > 0 ? (
        <b class="bad">{unmet === 1 ? "1 is not as expected" : `${unmet} are not as expected`}</b>
      ) : (
        <b class="good">✓ all as expected</b>
      )}{" "}
      <span class="ran">ran in {durationText(run.ms)}</span>
    </span>
  );
}
