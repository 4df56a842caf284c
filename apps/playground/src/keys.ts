/** The table of keys: what binds them, and what help lists. */
import { batch } from "@preact/signals";
import { type Store, TABS } from "./store/store.ts";

/** A key, or two after each other: `g h`. */
export interface Key {
  readonly keys: readonly string[];
  readonly does: string;
  /** Shown in help instead of the keys themselves. */
  readonly shown?: string;
  act(store: Store): void;
}

/** Entries of one page table. */
const TABLE_POINTS = 512;

const isRace = ({ view }: Store): boolean => view.value === "race";

function move(store: Store, by: number, isFar: boolean): void {
  const { history, race } = store;
  if (isRace(store)) {
    race.goTo(race.row.value + by);
    return;
  }
  const inside = history.inside.value;
  if (inside === null) history.move(by);
  else void history.enter(inside.point + by * (isFar ? TABLE_POINTS : 1));
}

function moveToEnd(store: Store, isLast: boolean): void {
  const { history, race } = store;
  if (isRace(store)) race.goTo(isLast ? Number.POSITIVE_INFINITY : 0);
  else history.goTo(isLast ? history.last.value : 0);
}

function letGo(store: Store): void {
  const { isHelping, isEditing, history, pinned } = store;
  if (isHelping.value) isHelping.value = false;
  else if (isEditing.value) isEditing.value = false;
  else if (pinned.value !== null) pinned.value = null;
  else history.leave();
}

const focus = (id: string): void => document.getElementById(id)?.focus();

const show = (view: "history" | "race" | "process") => (store: Store) => {
  store.view.value = view;
};

export const KEYS: readonly Key[] = [
  {
    keys: ["ArrowLeft", "h"],
    does: "step back",
    shown: "← h",
    act: (store) => move(store, -1, false),
  },
  {
    keys: ["ArrowRight", "l"],
    does: "step forward",
    shown: "→ l",
    act: (store) => move(store, 1, false),
  },
  {
    keys: ["Shift+ArrowLeft"],
    does: "inside a step: one page table back",
    shown: "Shift ←",
    act: (store) => move(store, -1, true),
  },
  {
    keys: ["Shift+ArrowRight"],
    does: "inside a step: one page table forward",
    shown: "Shift →",
    act: (store) => move(store, 1, true),
  },
  { keys: ["0"], does: "to the start", act: (store) => moveToEnd(store, false) },
  { keys: ["$"], does: "to the last step", act: (store) => moveToEnd(store, true) },
  {
    keys: ["i"],
    does: "look inside the step, and out",
    act({ history, view }) {
      if (view.value !== "history") return;
      if (history.inside.value === null) void history.enter();
      else history.leave();
    },
  },
  {
    keys: [" "],
    does: "play, pause",
    shown: "Space",
    act({ isPlaying }) {
      isPlaying.value = !isPlaying.value;
    },
  },
  {
    keys: ["o"],
    does: "in a race: open the folded steps of the row, and close them",
    act(store) {
      if (isRace(store)) store.race.unfold(store.race.row.value);
    },
  },
  { keys: ["a"], does: "choose process A", act: () => focus("process-a") },
  { keys: ["b"], does: "choose process B", act: () => focus("process-b") },
  {
    keys: ["e"],
    does: "edit the history",
    act({ isEditing, view }) {
      batch(() => {
        view.value = "history";
        isEditing.value = true;
      });
    },
  },
  ...TABS.map(
    (tab, index): Key => ({
      keys: [String(index + 1)],
      does: `show the ${tab} tab`,
      act(store) {
        store.tab.value = tab;
      },
    }),
  ),
  { keys: ["s"], does: "copy a link", act: (store) => void store.share() },
  { keys: ["g h"], does: "to History", shown: "g h", act: show("history") },
  { keys: ["g r"], does: "to Race", shown: "g r", act: show("race") },
  { keys: ["g p"], does: "to Your process", act: show("process") },
  {
    keys: ["Escape"],
    does: "close, unpin, leave: the innermost first",
    shown: "Esc",
    act: letGo,
  },
  {
    keys: ["?"],
    does: "show all keys",
    act({ isHelping }) {
      isHelping.value = !isHelping.value;
    },
  },
];

const BY_KEY: ReadonlyMap<string, Key> = new Map(
  KEYS.flatMap((key) => key.keys.map((one) => [one, key] as const)),
);

/** Keys of the maps, which the maps themselves bind. */
export const MAP_KEYS: readonly (readonly [shown: string, does: string])[] = [
  ["arrows", "in a map: from page to page"],
  ["PgUp PgDn", "in a map: sixteen rows"],
  ["Home End", "in a map: first and last page"],
  ["Enter", "in a map: pin the page"],
];

/** Where keys are text. */
const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  (target.isContentEditable ||
    target instanceof HTMLTextAreaElement ||
    target instanceof HTMLSelectElement ||
    (target instanceof HTMLInputElement && target.type !== "range" && target.type !== "checkbox"));

/** A button does with these what it always does. */
const isPress = (event: KeyboardEvent): boolean =>
  (event.key === " " || event.key === "Enter") &&
  event.target instanceof HTMLElement &&
  event.target.matches("button, summary, a, input, canvas");

/** A slider moves by itself. */
const isSlide = (event: KeyboardEvent): boolean =>
  event.key.startsWith("Arrow") &&
  !event.shiftKey &&
  event.target instanceof HTMLInputElement &&
  event.target.type === "range";

/** Binds all keys. @returns how to let them go */
export function bindKeys(store: Store): () => void {
  const memory = { first: "" };
  const hear = (event: KeyboardEvent): void => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.defaultPrevented) return;
    const isEscape = event.key === "Escape";
    if ((isTyping(event.target) && !isEscape) || isPress(event) || isSlide(event)) return;
    const pressed =
      event.shiftKey && event.key.startsWith("Arrow") ? `Shift+${event.key}` : event.key;
    const key = BY_KEY.get(`${memory.first} ${pressed}`.trim()) ?? BY_KEY.get(pressed);
    memory.first = pressed === "g" ? "g" : "";
    if (key === undefined) return;
    event.preventDefault();
    key.act(store);
  };
  document.addEventListener("keydown", hear);
  return () => document.removeEventListener("keydown", hear);
}
