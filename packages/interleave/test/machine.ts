/**
 * A machine small enough to be tried in full: variables, mutexes, read-write locks and flags.
 *
 * A thread is a list of instructions, a text each. The outcome of a run is all that was read and
 * all that was left behind, so that two runs with one outcome did the same things to each other.
 *
 *     "r x"  read      "w x"  write what was read before, and who writes
 *     "l m"  lock      "u m"  unlock              of a mutex
 *     "R s"  "W s"     "D s"  read lock, write lock, and letting go
 *     "s f"  set flag  "? f"  wait for the flag
 *     "h f"  set the flag, announcing another object: a step that wakes others unannounced
 *     "! x"  throw if x was written, else nothing
 */
import type { Dependence, Point, Program, ThreadBody } from "../src/index.ts";
import { sameObject } from "../src/index.ts";

export const Kind = { READ: 0, WRITE: 1, LOCK: 2, UNLOCK: 3, WAIT: 4, SET: 5 } as const;

/** Reads of one object commute, nothing else does. */
export const readsCommute: Dependence = sameObject([Kind.READ]);

class Cell {
  readonly name: string;
  value = "";
  writer = -1;
  readers = 0;
  isSet = false;

  constructor(name: string) {
    this.name = name;
  }
}

class Machine {
  readonly cells = new Map<string, Cell>();
  readonly log: string[] = [];

  cell(name: string): Cell {
    const cell = this.cells.get(name) ?? new Cell(name);
    this.cells.set(name, cell);
    return cell;
  }
}

const always = (): boolean => true;

/** The point before an instruction. */
function pointOf(instruction: string, cell: Cell): Point {
  const point = (kind: number, ready: () => boolean = always): Point => ({
    kind,
    object: cell,
    label: instruction,
    ready,
  });
  switch (instruction[0]) {
    case "r":
    case "!":
      return point(Kind.READ);
    case "l":
    case "W":
      return point(Kind.LOCK, () => cell.writer < 0 && cell.readers === 0);
    case "R":
      return point(Kind.LOCK, () => cell.writer < 0);
    case "u":
    case "D":
      return point(Kind.UNLOCK);
    case "?":
      return point(Kind.WAIT, () => cell.isSet);
    case "h":
      return { kind: Kind.SET, object: {}, label: instruction, ready: always };
    default:
      return point(Kind.WRITE);
  }
}

function* runThread(machine: Machine, id: number, code: readonly string[]): ThreadBody {
  let memory = "";
  for (const [place, instruction] of code.entries()) {
    const cell = machine.cell(instruction.slice(2));
    yield pointOf(instruction, cell);
    switch (instruction[0]) {
      case "r":
        memory += `${instruction}=${cell.value};`;
        break;
      case "w":
        cell.value = `${id}.${place}(${memory})`;
        break;
      case "l":
      case "W":
        cell.writer = id;
        break;
      case "R":
        cell.readers++;
        break;
      case "u":
      case "D":
        if (cell.writer === id) cell.writer = -1;
        else cell.readers--;
        break;
      case "s":
      case "h":
        cell.isSet = true;
        break;
      case "!":
        if (cell.value !== "") throw new Error(`${cell.name} is ${cell.value}`);
        break;
    }
  }
  return memory;
}

/** The threads of `code`, one list of instructions each, as a program. */
export const machineProgram = (...code: ReadonlyArray<readonly string[]>): Program<Machine> => ({
  name: code.map((thread) => thread.join(" ")).join(" | "),
  setup: () => new Machine(),
  threads: (machine) =>
    code.map((thread, id) => ({ name: `t${id}`, run: runThread(machine, id, thread) })),
  outcome: ({ cells }, results) =>
    [...cells.values()]
      .map(({ name, value }) => `${name}=${value}`)
      .sort()
      .concat(results.map(String))
      .join(" "),
});
