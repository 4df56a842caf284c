/** The rules of fork: one line each, in the order of ForkRules. */
import type { RuleBook } from "@forkpath/abi";
import type { ForkRules } from "../types.ts";
import { areaSteps } from "./area-steps.ts";
import { argLock } from "./arg-lock.ts";
import { execPeak } from "./exec-peak.ts";
import { inherit } from "./inherit.ts";
import { nproc } from "./nproc.ts";
import { pidErrno } from "./pid-errno.ts";
import { signals } from "./signals.ts";
import { totals } from "./totals.ts";

export const forkRules: RuleBook<ForkRules> = {
  signals,
  nproc,
  pidErrno,
  totals,
  inherit,
  areaSteps,
  argLock,
  execPeak,
};
