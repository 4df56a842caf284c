/** What is selected, in one fixed place: the step, its calls, its locks, a page. */
import type { JSX } from "preact";
import { useRef } from "preact/hooks";
import { useStore } from "../store/context.ts";
import { TABS, type Tab } from "../store/store.ts";
import { CallsTab } from "./calls-tab.tsx";
import { LocksTab } from "./locks-tab.tsx";
import { PageTab } from "./page-tab.tsx";
import { StepTab } from "./step-tab.tsx";

const NAMES: Readonly<Record<Tab, string>> = {
  step: "Step",
  calls: "Calls",
  locks: "Locks",
  page: "Page",
};
const BODIES: Readonly<Record<Tab, () => JSX.Element>> = {
  step: StepTab,
  calls: CallsTab,
  locks: LocksTab,
  page: PageTab,
};

/** What scrolls has to be reached by keys. */
const SCROLLED = { tabIndex: 0 };

export function Inspector(): JSX.Element {
  const { tab } = useStore();
  const list = useRef<HTMLDivElement>(null);
  const choose = (index: number): void => {
    const chosen = TABS[(index + TABS.length) % TABS.length];
    tab.value = chosen;
    list.current?.querySelector<HTMLElement>(`#tab-${chosen}`)?.focus();
  };
  const Body = BODIES[tab.value];
  return (
    <aside class="inspector" aria-label="details">
      <div class="tabs" role="tablist" aria-label="details" ref={list}>
        {TABS.map((one, index) => (
          <button
            type="button"
            key={one}
            id={`tab-${one}`}
            role="tab"
            aria-selected={tab.value === one}
            aria-controls="tab-body"
            tabIndex={tab.value === one ? 0 : -1}
            onClick={() => {
              tab.value = one;
            }}
            onKeyDown={(event) => {
              if (event.key !== "ArrowRight" && event.key !== "ArrowLeft") return;
              event.stopPropagation();
              choose(index + (event.key === "ArrowRight" ? 1 : -1));
            }}
          >
            {NAMES[one]}
          </button>
        ))}
      </div>
      <div
        id="tab-body"
        class="tab-body"
        role="tabpanel"
        aria-labelledby={`tab-${tab.value}`}
        {...SCROLLED}
      >
        <Body />
      </div>
    </aside>
  );
}
