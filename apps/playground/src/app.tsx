/** The page: header, one of the views, and what is said. */
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { Footer } from "./footer.tsx";
import { Header } from "./header.tsx";
import { Help } from "./help.tsx";
import { HistoryView } from "./history/history-view.tsx";
import { useTheme } from "./look/theme.ts";
import { ProcessView } from "./process/process-view.tsx";
import { RaceView } from "./race/race-view.tsx";
import { followLink } from "./share.ts";
import { useStore } from "./store/context.ts";
import { FIRST_RACE } from "./store/examples.ts";

const VIEWS = { history: HistoryView, race: RaceView, process: ProcessView } as const;

function View(): JSX.Element {
  const Shown = VIEWS[useStore().view.value];
  return <Shown />;
}

export function App(): JSX.Element {
  const store = useStore();
  const theme = useTheme();
  const { view, isEmbedded, isHelping, said, badLink, history } = store;
  useEffect(() => {
    document.documentElement.dataset.theme = theme;
  }, [theme]);
  useEffect(() => {
    if (store.isFollowing.value) return; // the link says what is in the view
    if (view.value === "race" && store.race.name.value === "" && store.race.text.value === "") {
      void followLink(store, FIRST_RACE);
    }
    if (view.value === "history" && history.text.value === "") void followLink(store, "");
  }, [view.value]);
  return (
    <div class={isEmbedded.value ? "page embedded" : "page"}>
      <button type="button" class="skip" onClick={skip}>
        Skip to the maps
      </button>
      {isEmbedded.value ? null : <Header />}
      {badLink.value === null ? null : (
        <p class="problem bad-link" role="alert">
          {badLink.value}
        </p>
      )}
      <main id="main" tabIndex={-1}>
        <View />
      </main>
      <Footer />
      <p class="said" aria-live="polite" data-said>
        {said.value}
      </p>
      {isHelping.value ? <Help /> : null}
    </div>
  );
}

/** A button, since the hash is the state: no link may change it. */
function skip(): void {
  const canvas = document.querySelector<HTMLElement>("#main canvas");
  (canvas ?? document.getElementById("main"))?.focus();
}
