/** The rules of fork: one line each, in the order of ForkRules. */
import type { RuleBook } from "@forkpath/abi";
import type { ForkRules } from "../types.ts";
import { areaSteps } from "./area-steps.ts";
import { argLock } from "./arg-lock.ts";
import { execDeath } from "./exec-death.ts";
import { execOrder } from "./exec-order.ts";
import { execPeak } from "./exec-peak.ts";
import { execStack } from "./exec-stack.ts";
import { execStrings } from "./exec-strings.ts";
import { inherit } from "./inherit.ts";
import { nproc } from "./nproc.ts";
import { pidErrno } from "./pid-errno.ts";
import { setuidLimit } from "./setuid-limit.ts";
import { signals } from "./signals.ts";
import { specialAreas } from "./special-areas.ts";
import { totals } from "./totals.ts";

/**
 * What every release answers.
 * @modelOnly a release of Linux has one answer
 */
export const forkRules: RuleBook<ForkRules> = {
  signals,
  nproc,
  pidErrno,
  totals,
  inherit,
  areaSteps,
  execOrder,
  execStrings,
  argLock,
  execPeak,
  execStack,
  specialAreas,
  execDeath,
  setuidLimit,
};
