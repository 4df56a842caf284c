/**
 * What the kernel log says of an mm_struct that goes although something of it is left (L21/5,
 * M6.1/9).
 *
 *    since    a counter that is not 0                     tables left over
 *    el6      nothing (D26)                               nothing; exit_mmap warns
 *    v3.10    its mm, its number, its value               nothing; exit_mmap warns
 *    rhel8    the same                                    their bytes
 *    v6.18    its mm, its name, its value; who dropped    their bytes
 */
import { M26_COLUMNS, PAGE_SIZE, type Rule } from "@forkpath/abi";
import { type MmCounter, peekCounterSigned } from "@forkpath/counters";
import type { MmRules, MmStruct } from "../types.ts";

type MmAlerts = MmRules["mmAlerts"];
/** A counter is known by its number and its name. */
type OfCounter = (
  mm: MmStruct,
  idx: number,
  type: string,
  value: number,
  dropper: string,
) => string;

const BAD_COUNTER = "BUG: Bad rss-counter state";

/** A thread is called by its comm and its pid: `C:4`. */
const withDropper = (dropper: string): string => {
  const at = dropper.lastIndexOf(":");
  return at < 0
    ? `Comm:${dropper} Pid:0`
    : `Comm:${dropper.slice(0, at)} Pid:${dropper.slice(at + 1)}`;
};

const byNumber: OfCounter = ({ name }, idx, _type, value) =>
  `${BAD_COUNTER} mm:${name} idx:${idx} val:${value}`;
const byName: OfCounter = ({ name }, _idx, type, value, dropper) =>
  `${BAD_COUNTER} mm:${name} type:${type} val:${value} ${withDropper(dropper)}`;

const ofCounters =
  (say: OfCounter): MmAlerts =>
  (mm, dropper) =>
    mm.counters.design.names.flatMap((type, idx) => {
      const value = peekCounterSigned(mm.counters, idx as MmCounter);
      return value === 0 ? [] : [say(mm, idx, type, value, dropper)];
    });

const andTables =
  (say: OfCounter): MmAlerts =>
  (mm, dropper) => {
    const bytes = (mm.nrPtes + mm.nrPmds + mm.nrPuds) * PAGE_SIZE;
    const alerts = ofCounters(say)(mm, dropper);
    if (bytes === 0) return alerts;
    return [...alerts, `BUG: non-zero pgtables_bytes on freeing mm: ${bytes}`];
  };

export const mmAlerts: Rule<MmAlerts> = {
  decides: "what the log says of an address space that ends with something left",
  answers: [
    { since: "el6", does: "nothing (D26)", by: () => [], source: "SPEC §11" },
    {
      since: "v3.10",
      does: "each counter that is not 0, by its number",
      by: ofCounters(byNumber),
      source: "M6.1/9",
      first: "3.4",
    },
    {
      since: "rhel8",
      does: "and the bytes of tables left over",
      by: andTables(byNumber),
      source: "M6.1/9",
      first: "4.15",
    },
    {
      since: "v6.18",
      does: "each counter by its name, and the task that dropped the last reference",
      by: andTables(byName),
      source: "L21/5",
    },
  ],
  read: M26_COLUMNS,
};
