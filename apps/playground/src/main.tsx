/** Starts the page: a store with its workers, what the link says, and the first drawing. */
import { render } from "preact";
import { syncAddress } from "./address.ts";
import { App } from "./app.tsx";
import { copyLink } from "./copy-link.ts";
import { listenToParent } from "./embed.ts";
import { fetchWhenIdle } from "./idle.ts";
import { bindKeys } from "./keys.ts";
import "./look/base.css";
import "./history/history.css";
import "./process/process.css";
import "./race/race.css";
import "./look/forced.css";
import { rememberedTheme } from "./look/theme.ts";
import { playWhenAsked } from "./play.ts";
import { listenToDrops } from "./process/drops.ts";
import { StoreProvider } from "./store/context.ts";
import { createStore } from "./store/store.ts";
import { makeOwnWorker, makeWorker } from "./worker/make.ts";

const store = { ...createStore(makeWorker, makeOwnWorker), share: () => copyLink(store) };
store.theme.value = rememberedTheme();
const root = document.getElementById("app");
if (root === null) throw new TypeError("main: the page has no element app");
render(
  <StoreProvider value={store}>
    <App />
  </StoreProvider>,
  root,
);
bindKeys(store);
playWhenAsked(store);
listenToParent(store);
listenToDrops(store);
void syncAddress(store).then(() => fetchWhenIdle(store));
