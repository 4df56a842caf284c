/** The state of the page as a link, and what a link makes of the page. */
import { KERNELS, type KernelName } from "@forkpath/abi";
import { exampleNames } from "@forkpath/scenario/examples";
import { batch } from "@preact/signals";
import {
  FIRST_EXAMPLE,
  FIRST_LITMUS,
  FIRST_RACE,
  FIRST_STEP,
  isBare,
  LITMUSES,
} from "./store/examples.ts";
import { cellStart, spotName } from "./store/names.ts";
import { openText } from "./store/open-text.ts";
import type { Pair } from "./store/pair.ts";
import { type Store, TABS, type Tab } from "./store/store.ts";
import { deflate, inflate } from "./url/compress.ts";
import { readLink } from "./url/upgrade.ts";
import { type Link, printLink } from "./url/v1.ts";

/** Parameters that the page itself writes; others are kept as they came. */
const KNOWN = [
  "step",
  "at",
  "pair",
  "page",
  "tab",
  "kernel",
  "against",
  "row",
  "t",
  "embed",
  "theme",
];
const CURED = "+cured";
const EVERYWHERE = "+everywhere";

/** The link of what can be seen now. */
export async function linkOf(store: Store): Promise<string> {
  const { view, extra, isEmbedded } = store;
  const params = new Map<string, string>();
  const add = (key: string, value: string | number | null): void => {
    if (value !== null && value !== "") params.set(key, String(value));
  };
  const link = view.value === "race" ? await raceLink(store, add) : await historyLink(store, add);
  if (isEmbedded.value) params.set("embed", "1");
  for (const [key, value] of extra.value) if (!KNOWN.includes(key)) params.set(key, value);
  return printLink({ view: view.value, ...link, params });
}

type Add = (key: string, value: string | number | null) => void;
type Where = Pick<Link, "source" | "schedule">;

async function historyLink({ view, history, pinned, tab }: Store, add: Add): Promise<Where> {
  if (view.value === "process") return { source: "", schedule: null };
  const { name, text, step, inside, chosen, kernel, against } = history;
  add("step", step.value);
  add("at", inside.value?.point ?? null);
  add("pair", chosen.value?.join(",") ?? null);
  const spot = pinned.value;
  if (spot !== null) add("page", pageText(history.state.value, spot.mm, spot.addr));
  add("tab", tab.value === "step" ? null : tab.value);
  add("kernel", kernel.value);
  add("against", against.value);
  const source = name.value === "" ? `~${await deflate(text.value)}` : name.value;
  return { source, schedule: null };
}

type State = Store["history"]["state"]["value"];

/** `redis,heap,23` */
function pageText(state: State, mm: string, addr: number): string | null {
  const task = state?.tasks.find((one) => one.mm === mm);
  const space = state?.spaces.find((one) => one.mm === mm);
  if (task === undefined || space === undefined) return null;
  return [task.name, ...spotName(space, addr).split(" ")].join(",");
}

async function raceLink({ race }: Store, add: Add): Promise<Where> {
  const { name, text, cured, everywhere, kernel, replayed, row } = race;
  const base = name.value === "" ? `~${await deflate(text.value)}` : name.value;
  const on = kernel.value === null ? "" : `+${kernel.value}`;
  const variant = `${on}${cured.value ? CURED : ""}${everywhere.value ? EVERYWHERE : ""}`;
  const source = isBare(name.value) ? base : `${base}${variant}`;
  const replay = replayed.value;
  add("row", replay === null ? null : row.value);
  add("t", replay?.digest ?? null);
  return { source, schedule: replay?.schedule ?? null };
}

/** Brings the page to what a link says. */
export async function followLink(store: Store, hash: string): Promise<void> {
  store.isFollowing.value = true;
  try {
    await follow(store, hash);
  } finally {
    store.isFollowing.value = false;
  }
}

async function follow(store: Store, hash: string): Promise<void> {
  const read = readLink(hash);
  store.badLink.value = null;
  if (read.kind === "none") return first(store);
  if (read.kind === "unknown") return instead(store, read.why);
  const { link } = read;
  batch(() => {
    store.extra.value = link.params;
    store.view.value = link.view;
    store.isEmbedded.value = link.params.get("embed") === "1";
    const theme = link.params.get("theme");
    if (theme === "light" || theme === "dark") store.theme.value = theme;
  });
  try {
    if (link.view === "race") await followRace(store, link);
    else if (link.view === "history") await followHistory(store, link);
    tellStrangers(store, link);
  } catch {
    await instead(store, "This link is damaged.");
  }
}

async function first({ view, history }: Store): Promise<void> {
  view.value = "history";
  await history.open(FIRST_EXAMPLE, FIRST_STEP);
}

/** What a link without a meaning leads to. */
async function instead(store: Store, why: string): Promise<void> {
  store.badLink.value = `${why} Here is the first example instead.`;
  await first(store);
}

/** A later page may know releases that this one does not. */
function tellStrangers({ badLink }: Store, { params }: Link): void {
  const strange = ["kernel", "against"].flatMap((key) => params.get(key) ?? []);
  const [one] = strange.filter((name) => kernelOf(name) === null);
  if (one !== undefined) badLink.value = `This page knows no kernel ${one}, and leaves it out.`;
}

const numberOf = (text: string | undefined): number | undefined =>
  text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) : undefined;

const kernelOf = (text: string | undefined): KernelName | null =>
  KERNELS.find((name) => name === text) ?? null;

async function followHistory(store: Store, { source, params }: Link): Promise<void> {
  const { history } = store;
  batch(() => {
    history.kernel.value = kernelOf(params.get("kernel"));
    history.against.value = kernelOf(params.get("against"));
    store.pinned.value = null;
    const tab = params.get("tab");
    store.tab.value = TABS.includes(tab as Tab) ? (tab as Tab) : "step";
  });
  const step = numberOf(params.get("step")) ?? (source === "" ? FIRST_STEP : 0);
  if (source.startsWith("~")) {
    await openText(store, await inflate(source.slice(1)), step);
  } else {
    const name = source === "" ? FIRST_EXAMPLE : source;
    if (!exampleNames("history").includes(name)) {
      return instead(store, `There is no example of the name ${name}.`);
    }
    await history.open(name, step);
  }
  history.chosen.value = pairOf(history, params.get("pair"));
  const at = numberOf(params.get("at"));
  if (at !== undefined) await history.enter(at);
  pinPage(store, params.get("page")?.split(","));
}

/** Null where the history has no process of such a name. */
function pairOf({ main }: Store["history"], text: string | undefined): Pair | null {
  const names = text?.split(",").map((one) => one || null) ?? [];
  const isKnown = (name: string | null): boolean =>
    name === null ||
    main.run.value?.states.some(({ tasks }) => tasks.some((task) => task.name === name)) === true;
  return names.length === 2 && names.every(isKnown) ? (names as unknown as Pair) : null;
}

function pinPage({ history, pinned }: Store, parts: readonly string[] | undefined): void {
  const state = history.state.value;
  const [name, mapping, page] = parts ?? [];
  const mm = state?.tasks.find((task) => task.name === name)?.mm ?? null;
  const space = state?.spaces.find((one) => one.mm === mm);
  if (mm === null || space === undefined || mapping === undefined) return;
  const addr = cellStart(space, mapping, page);
  if (addr !== null) pinned.value = { mm, side: 0, addr };
}

/** Stands behind the names of litmuses in replay strings: which text they were. */
const IDENTITY = /#[0-9a-f]{16}$/;

interface Variant {
  readonly base: string;
  readonly cured: boolean;
  readonly everywhere: boolean;
  readonly kernel: KernelName | null;
}

/** What stands behind the name, in whatever order. */
function variantOf(source: string): Variant {
  const [base, ...words] = source.replace(IDENTITY, "").split("+");
  return {
    base,
    cured: words.includes(CURED.slice(1)),
    everywhere: words.includes(EVERYWHERE.slice(1)) || base === "",
    kernel: KERNELS.find((one) => words.includes(one)) ?? null,
  };
}

async function followRace(store: Store, { source, schedule, params }: Link): Promise<void> {
  const { race } = store;
  const { base, ...variant } = variantOf(source);
  if (base.startsWith("~")) race.setText(await inflate(base.slice(1)));
  else {
    const name = base === "" ? FIRST_LITMUS : base;
    if (!LITMUSES.includes(name)) {
      await follow(store, FIRST_RACE);
      store.badLink.value = `This page has no litmus of the name ${name}. Here is the first one instead.`;
      return;
    }
    await race.open(name);
  }
  race.vary(variant);
  const row = numberOf(params.get("row")) ?? Number.POSITIVE_INFINITY;
  await race.show(schedule ?? "", schedule === null ? 0 : row, params.get("t") ?? null);
  const why = race.trouble.value;
  if (why === null) return;
  // Another schedule of it, or what it is without a cure, may do.
  race.vary({ cured: false });
  await race.show("");
  if (race.trouble.value === null) {
    store.badLink.value = `This link leads to no schedule: ${why}. Here is one without interruptions instead.`;
  }
}
