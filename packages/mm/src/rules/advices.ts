/**
 * Which advice madvise knows (M26, L22). Any other is -EINVAL.
 *
 * REMOVE is older than el6; the model has it from 3.10 on. Upstream has FREE since 4.5, the guards
 * since 6.13.
 */
import { KERNELS, type KernelName, Madvise, type Rule } from "@forkpath/abi";
import type { MmRules } from "../types.ts";

type Advices = MmRules["advices"];

/** What el6 does not know yet, by the release that knows it first. */
const SINCE: Partial<Record<keyof typeof Madvise, KernelName>> = {
  REMOVE: "v3.10",
  FREE: "v4.14",
  WIPEONFORK: "v4.14",
  KEEPONFORK: "v4.14",
  COLD: "v5.4",
  PAGEOUT: "v5.4",
  POPULATE_READ: "v5.14",
  POPULATE_WRITE: "v5.14",
  DONTNEED_LOCKED: "v5.19",
  COLLAPSE: "v6.1",
  GUARD_INSTALL: "v6.18",
  GUARD_REMOVE: "v6.18",
};

function upTo(kernel: KernelName, ...more: readonly number[]): Advices {
  const place = KERNELS.indexOf(kernel);
  const names = Object.keys(Madvise) as (keyof typeof Madvise)[];
  const known = names.filter((name) => KERNELS.indexOf(SINCE[name] ?? "el6") <= place);
  return new Set([...known.map((name) => Madvise[name]), ...more]);
}
const OF_RHEL7 = upTo("v3.10", Madvise.WIPEONFORK, Madvise.KEEPONFORK);

export const advices: Rule<Advices> = {
  decides: "which advice madvise knows",
  answers: [
    { since: "el6", does: "that of 2.6.38, but for REMOVE", by: upTo("el6"), source: "SPEC §5.1" },
    { since: "v3.10", does: "REMOVE", by: upTo("v3.10"), source: "L22" },
    { since: "rhel7", does: "WIPEONFORK and KEEPONFORK too", by: OF_RHEL7, source: "M26" },
    { since: "v4.4", does: "no WIPEONFORK, no KEEPONFORK", by: upTo("v3.10"), source: "M26" },
    { since: "v4.14", does: "FREE, WIPEONFORK, KEEPONFORK", by: upTo("v4.14"), source: "M26" },
    { since: "v5.4", does: "COLD and PAGEOUT too", by: upTo("v5.4"), source: "L22" },
    { since: "v5.14", does: "POPULATE_READ, POPULATE_WRITE too", by: upTo("v5.14"), source: "L22" },
    {
      since: "v5.19",
      does: "DONTNEED_LOCKED too",
      by: upTo("v5.19"),
      source: "L22/2",
      first: "5.18",
    },
    { since: "v6.1", does: "COLLAPSE too", by: upTo("v6.1"), source: "M24/9" },
    { since: "v6.18", does: "guard pages too", by: upTo("v6.18"), source: "L22/5", first: "6.13" },
  ],
};
