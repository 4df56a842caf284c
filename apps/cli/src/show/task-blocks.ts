/** A block for each process: what became of it, its figures and its areas. */
import type { MachinePicture, MemoryPicture, TaskPicture } from "@forkpath/picture";
import type { Colors } from "../terminal.ts";
import { drawAreas } from "./area-lines.ts";
import { drawFigures, type Figure, isChanged } from "./table.ts";

export interface BlockOptions {
  /** Whether what is as before is drawn too. */
  readonly isFull: boolean;
  /** Whether a task is to be shown. */
  readonly isShown: (name: string) => boolean;
  readonly colors: Colors;
}

type Sign = "+" | "*" | "-" | "=";

/** One task, or several that look alike in all but name and pid. */
interface Block {
  readonly sign: Sign;
  readonly names: string[];
  readonly pids: number[];
  /** What its heading tells besides. */
  readonly facts: string;
  readonly body: readonly string[];
}

/** @param before null at the start, where nothing is news */
export function drawTasks(
  before: MachinePicture | null,
  after: MachinePicture,
  options: BlockOptions,
): string[] {
  const blocks: Block[] = [];
  const same: string[] = [];
  const seen = new Map<string, string>();
  for (const task of after.tasks.filter(({ name }) => options.isShown(name))) {
    const old = before === null ? null : (findTask(before, task.name) ?? null);
    const owner = ownerOf(task, seen);
    const block = blockOf(before === null, old, task, owner, options);
    if (block.sign === "=" && !options.isFull && before !== null) same.push(task.name);
    else addBlock(blocks, block);
  }
  const { colors } = options;
  return [
    ...blocks.flatMap((block) => blockLines(block, colors)),
    ...(same.length === 0 ? [] : [colors.dim(`= ${namesText(same)} as before`)]),
  ];
}

const findTask = ({ tasks }: MachinePicture, name: string): TaskPicture | undefined =>
  tasks.find((task) => task.name === name);

/** The task under whose name the memory was drawn already; null for the first. */
function ownerOf({ name, memory }: TaskPicture, seen: Map<string, string>): string | null {
  if (memory === null) return null;
  const owner = seen.get(memory.mm);
  if (owner === undefined) seen.set(memory.mm, name);
  return owner ?? null;
}

function blockOf(
  isStart: boolean,
  old: TaskPicture | null,
  now: TaskPicture,
  owner: string | null,
  { isFull, colors }: BlockOptions,
): Block {
  const sign = signOf(isStart, old, now);
  const facts = factsOf(old, now, owner);
  const isDrawn = owner === null && (sign !== "=" || isFull || isStart);
  const body = isDrawn ? drawMemory(old?.memory ?? null, now.memory, isFull, colors) : [];
  return { sign, names: [now.name], pids: [now.pid], facts: facts.join("  "), body };
}

function signOf(isStart: boolean, old: TaskPicture | null, now: TaskPicture): Sign {
  if (isStart) return "=";
  if (old === null) return "+";
  if (now.state === "gone" && old.state !== "gone") return "-";
  return JSON.stringify(old) === JSON.stringify(now) ? "=" : "*";
}

function factsOf(old: TaskPicture | null, now: TaskPicture, owner: string | null): string[] {
  const { pid, tgid, minorFaults, majorFaults, memory } = now;
  const facts = [fromTo(old?.state ?? now.state, now.state)];
  if (tgid !== null && tgid !== pid) facts.push(`thread of ${tgid}`);
  const faults = (name: string, was: number | null | undefined, is: number | null): void => {
    if (is !== null && is > 0) facts.push(`${fromTo(`${was ?? is}`, `${is}`)} ${name}`);
  };
  faults("minor faults", old?.minorFaults, minorFaults);
  faults("major faults", old?.majorFaults, majorFaults);
  if (owner !== null) facts.push(`memory of ${owner}`);
  else if (memory === null && now.state === "running") facts.push("no memory");
  return facts;
}

const fromTo = (before: string, after: string): string =>
  before === after ? after : `${before} → ${after}`;

function drawMemory(
  before: MemoryPicture | null,
  after: MemoryPicture | null,
  isFull: boolean,
  colors: Colors,
): string[] {
  if (before === null && after === null) return [];
  const tables = [
    { label: "status, kB", figures: figuresOf(before?.status, after?.status) },
    { label: "smaps, kB", figures: figuresOf(before?.sums, after?.sums) },
  ].filter(({ figures }) => isFull || figures.some(isChanged));
  const areas = { before: before?.areas ?? null, after: after?.areas ?? null };
  return [
    ...tables.flatMap(({ label, figures }) => drawFigures(label, figures, colors)),
    ...(after === null && !isFull ? [] : drawAreas(areas.before, areas.after, { isFull, colors })),
  ];
}

type Numbers = Readonly<Record<string, number>>;

/** In the order of their names. */
export function figuresOf(before: Numbers | undefined, after: Numbers | undefined): Figure[] {
  return Object.keys(after ?? before ?? {}).map((name) => ({
    name,
    before: before?.[name] ?? null,
    after: after?.[name] ?? null,
  }));
}

/** Neighbours that look alike are one block. */
function addBlock(blocks: Block[], block: Block): void {
  const last = blocks.at(-1);
  const isAlike =
    last?.sign === block.sign &&
    last.facts === block.facts &&
    last.body.join("\n") === block.body.join("\n");
  if (!isAlike) {
    blocks.push(block);
    return;
  }
  last.names.push(...block.names);
  last.pids.push(...block.pids);
}

function blockLines({ sign, names, pids, facts, body }: Block, colors: Colors): string[] {
  const paint = { "+": colors.green, "-": colors.red, "*": colors.yellow, "=": String }[sign];
  const head = `${sign === "=" ? " " : sign} ${colors.bold(namesText(names))}`;
  return [`${paint(head)}  ${colors.dim(`pid ${pidsText(pids)}`)}  ${facts}`, ...body];
}

/** `worker1..worker20`, or `a, b, c and 17 more`. */
function namesText(names: readonly string[]): string {
  const [first] = names;
  const last = names.at(-1) ?? first;
  if (names.length > 2 && isNumbered(names) && last.length < NAMES_WIDTH / 2) {
    return `${first}..${last}`;
  }
  const shown = firstThatFit(names);
  const rest = names.length - shown.length;
  return shown.join(", ") + (rest === 0 ? "" : ` and ${rest} more`);
}

/** Columns for names in one line. */
const NAMES_WIDTH = 56;

/** One at least, cut if it must be. */
function firstThatFit(names: readonly string[]): string[] {
  const shown: string[] = [];
  let width = 0;
  for (const name of names) {
    width += name.length + ", ".length;
    if (shown.length > 0 && width > NAMES_WIDTH) break;
    shown.push(name.length > NAMES_WIDTH ? `${name.slice(0, NAMES_WIDTH - 1)}…` : name);
  }
  return shown;
}

/** Whether they are one word with rising numbers behind it. */
function isNumbered(names: readonly string[]): boolean {
  const [, word = "", number = ""] = /^(.*?)(\d+)$/.exec(names[0]) ?? [];
  return number !== "" && names.every((name, index) => name === `${word}${Number(number) + index}`);
}

function pidsText(pids: readonly number[]): string {
  const isRun = pids.every((pid, index) => pid === pids[0] + index);
  return pids.length > 2 && isRun ? `${pids[0]}..${pids.at(-1)}` : namesText(pids.map(String));
}
