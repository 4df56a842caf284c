/** What a real run has otherwise than the scenario says, and what it leaves out. */
import type { Scenario } from "@forkpath/scenario";
import type { ThisMachine } from "./this-machine.ts";

/** What of a scenario's machine another one need not have, and the key that says it. */
const SIZES = {
  memoryPages: "memory",
  swap: "swap",
  nrCpus: "nrCpus",
  transparentHugepage: "transparentHugepage",
  overcommit: "overcommit",
  maxThreads: "maxThreads",
  pidMax: "pidMax",
  maxMapCount: "maxMapCount",
  needResched: "needResched",
  preempt: "preempt",
} as const;

export function notesOn({ machine: wanted }: Scenario, machine: ThisMachine): string[] {
  const notes: string[] = [];
  const keys = Object.entries(SIZES).filter(([key]) => Object.hasOwn(wanted, key));
  if (keys.length > 0) {
    const names = keys.map(([, name]) => name).join(", ");
    notes.push(`this machine's own in place of what the scenario says of ${names}`);
  }
  if (!machine.isExact) {
    notes.push(`${machine.release} is not ${machine.kernel}, which it is held against`);
  }
  if (!machine.isRoot) notes.push("not root: users and capabilities are yours");
  if (!machine.hasFrames) notes.push("not root: frames, mapcounts and entries are not compared");
  if (!machine.tellsMajorFaults) {
    notes.push("swap is read ahead, or waited for: minor and major faults are compared in sum");
  }
  if (!machine.isStatusExact) notes.push("before 6.2 status has no exact RSS: it is not compared");
  return notes;
}
