/** Everything that the page knows: one object of signals. */
import { type Signal, signal } from "@preact/signals";
import type { ViewName } from "../url/v1.ts";
import { History } from "./history.ts";
import { Process } from "./process.ts";
import { Race } from "./race.ts";

export type Theme = "light" | "dark";
export type Tab = "step" | "calls" | "locks" | "page";
export const TABS: readonly Tab[] = ["step", "calls", "locks", "page"];

/** One page of one process. */
export interface Spot {
  readonly mm: string;
  /** Which machine it is on: a comparison has two. */
  readonly side: 0 | 1;
  readonly addr: number;
}

export interface Store {
  readonly view: Signal<ViewName>;
  readonly history: History;
  readonly race: Race;
  /** The user's own process. */
  readonly own: Process;
  readonly tab: Signal<Tab>;
  /** Stays until it is let go. */
  readonly pinned: Signal<Spot | null>;
  readonly hovered: Signal<Spot | null>;
  readonly isEditing: Signal<boolean>;
  readonly isHelping: Signal<boolean>;
  readonly isPlaying: Signal<boolean>;
  readonly isEmbedded: Signal<boolean>;
  /** Null where the system decides. */
  readonly theme: Signal<Theme | null>;
  /** Said to people and screen readers for a while. */
  readonly said: Signal<string>;
  /** A link that could not be read. */
  readonly badLink: Signal<string | null>;
  /** Whether the page is being brought to what a link says. */
  readonly isFollowing: Signal<boolean>;
  /** What the link said besides, and goes on saying. */
  readonly extra: Signal<ReadonlyMap<string, string>>;
  /** Copies a link of what can be seen. */
  share: () => Promise<void>;
}

/** @param makeOwnWorker makes the worker for captures */
export function createStore(makeWorker: () => Worker, makeOwnWorker: () => Worker): Store {
  return {
    view: signal<ViewName>("history"),
    history: new History(makeWorker),
    race: new Race(makeWorker),
    own: new Process(makeOwnWorker),
    tab: signal<Tab>("step"),
    pinned: signal(null),
    hovered: signal(null),
    isEditing: signal(false),
    isHelping: signal(false),
    isPlaying: signal(false),
    isEmbedded: signal(false),
    theme: signal(null),
    said: signal(""),
    badLink: signal(null),
    isFollowing: signal(true),
    extra: signal(new Map()),
    share: async () => {},
  };
}
