/**
 * A machine small enough to be tried in full: variables, mutexes, read-write locks and flags.
 *
 * A thread is a list of instructions, a text each. The outcome of a run is all that was read and
 * all that was left behind: two runs with one outcome did the same things to each other.
 *
 *     "r x"  read      "w x"  write who writes, and what it has read
 *     "l m"  lock      "u m"  unlock                   of a mutex
 *     "L m"  lock      "U m"  unlock, and the points tell what is touched in between
 *     "R s"  "W s"     "D s"  lock to read, to write, and let go
 *     "? f"  wait for a flag
 *     "s f"  set it    "h f"  set it, and hide that by announcing another object
 *     "! x"  throw if x was written
 */
import fc from "fast-check";
import {
  type Dependence,
  type Footprint,
  type Point,
  type Program,
  sameObject,
  type ThreadBody,
} from "../src/index.ts";

const Kind = { READ: 0, WRITE: 1, LOCK: 2, UNLOCK: 3, WAIT: 4 } as const;

/** Reads of one object commute, nothing else does. */
export const readsCommute: Dependence = sameObject([Kind.READ]);

/** The same, and two holds of one mutex keep each other out, whatever they touch. */
export const holdsDepend: Dependence = (a, b) => readsCommute(a, b) || areHolds(a, b);

/** Of these, the ones that come to the same in either order. */
export const holdsApart: Dependence = (a, b) =>
  areHolds(a, b) && a.holds?.some((cell) => b.holds?.includes(cell)) === false;

const areHolds = (a: Footprint, b: Footprint): boolean =>
  a.object === b.object && a.holds !== undefined && b.holds !== undefined;

/** Whatever an instruction can name. */
class Cell {
  value = "";
  writer = -1;
  readers = 0;
  isSet = false;
}

type Machine = Map<string, Cell>;

function cellOf(machine: Machine, name: string): Cell {
  const cell = machine.get(name) ?? new Cell();
  machine.set(name, cell);
  return cell;
}

const always = (): boolean => true;

/** The point before an instruction. */
function pointOf(instruction: string, cell: Cell): Point {
  const point = (kind: number, ready: () => boolean = always, object: object = cell): Point => ({
    kind,
    object,
    label: instruction,
    ready,
  });
  switch (instruction[0]) {
    case "r":
    case "!":
      return point(Kind.READ);
    case "l":
    case "L":
    case "W":
      return point(Kind.LOCK, () => cell.writer < 0 && cell.readers === 0);
    case "R":
      return point(Kind.LOCK, () => cell.writer < 0);
    case "u":
    case "U":
    case "D":
      return point(Kind.UNLOCK);
    case "?":
      return point(Kind.WAIT, () => cell.isSet);
    case "h":
      return point(Kind.WRITE, always, {});
    default:
      return point(Kind.WRITE);
  }
}

function* runThread(machine: Machine, id: number, code: readonly string[]): ThreadBody {
  let memory = "";
  let holds: readonly Cell[] = [];
  for (const [place, instruction] of code.entries()) {
    const cell = cellOf(machine, instruction.slice(2));
    const point = pointOf(instruction, cell);
    if (instruction[0] === "L") {
      const end = code.indexOf(`U${instruction.slice(1)}`, place);
      holds = code.slice(place + 1, end).map((inside) => cellOf(machine, inside.slice(2)));
    }
    yield /^[LU]/.test(instruction) ? { ...point, parts: [], holds } : point;
    switch (instruction[0]) {
      case "r":
        memory += `${instruction}=${cell.value};`;
        break;
      case "w":
        cell.value = `${id}.${place}(${memory})`;
        break;
      case "l":
      case "L":
      case "W":
        cell.writer = id;
        break;
      case "R":
        cell.readers++;
        break;
      case "u":
      case "U":
      case "D":
        if (cell.writer === id) cell.writer = -1;
        else cell.readers--;
        break;
      case "s":
      case "h":
        cell.isSet = true;
        break;
      case "!":
        if (cell.value !== "") throw new Error(`${instruction} sees ${cell.value}`);
        break;
    }
  }
  return memory;
}

export type Code = ReadonlyArray<readonly string[]>;

/** The threads of `code`, one list of instructions each, as a program. */
export const machineProgram = (code: Code): Program<Machine> => ({
  name: code.map((thread) => thread.join(", ")).join(" | "),
  setup: () => new Map(),
  threads: (machine) =>
    code.map((thread, id) => ({ name: `t${id}`, run: runThread(machine, id, thread) })),
  outcome: (machine, results) =>
    [...machine]
      .map(([name, { value }]) => `${name}=${value}`)
      .sort()
      .concat(results.map(String))
      .join(" "),
});

/**
 * Two or three threads of a few instructions, small enough for brute force.
 * @param pieces instructions that stay together, such as a lock, what it guards, and the unlock
 */
export function anyCode(...pieces: ReadonlyArray<readonly string[]>): fc.Arbitrary<Code> {
  const thread = fc.array(fc.constantFrom(...pieces), { minLength: 1, maxLength: 3 });
  return fc
    .array(thread, { minLength: 2, maxLength: 3 })
    .map((threads) => threads.map((parts) => parts.flat()))
    .filter((threads) => threads.flat().length <= 9);
}

const VARIABLES = ["r x", "w x", "r y", "w y"].map((instruction) => [instruction]);

/** Pieces for `anyCode`, by what makes them hard. */
export const PIECES: Readonly<Record<string, ReadonlyArray<readonly string[]>>> = {
  variables: VARIABLES,
  mutexes: [
    ...VARIABLES,
    ["l m", "r x", "w x", "u m"],
    ["l m", "l n", "u n", "u m"],
    ["l n", "l m", "u m", "u n"],
    ["l m", "u m"],
    ["l n"],
  ],
  "read-write locks": [...VARIABLES, ["R s", "r x", "D s"], ["W s", "w x", "D s"], ["R s", "D s"]],
  flags: [...VARIABLES, ["s f"], ["? f"], ["s g"], ["? g"]],
  throws: [...VARIABLES, ["! x"], ["! y"], ["l m", "! x", "u m"]],
  holds: [
    ...VARIABLES,
    ["L m", "r x", "w x", "U m"],
    ["L m", "w y", "U m"],
    ["L m", "r x", "U m"],
    ["L m", "U m"],
    ["L m", "! x", "U m"],
    ["L m", "s f", "U m"],
    ["L n", "w y", "U n"],
    ["? f"],
    ["l m", "w x", "u m"],
    ["l n", "L m", "w y", "U m", "u n"],
    ["l m", "l n", "u n", "u m"],
  ],
};
