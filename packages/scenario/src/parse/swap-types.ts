/** Has the machine's release a type for each of its swap areas? */
import { rulesOf } from "@forkpath/abi";
import { swapRules } from "@forkpath/swap";
import type { Problem } from "../format/problem.ts";
import type { Scenario } from "../story/scenario.ts";
import type { Source } from "./source.ts";

export function checkSwap({ machine }: Scenario, locate: Source["locate"]): readonly Problem[] {
  const { kernel = "el6", rules = {}, swap = [] } = machine;
  const most = rulesOf(swapRules, kernel, rules).swapTypes(machine).maxSwapfiles;
  if (swap.length <= most) return [];
  const message = `wanted at most ${most} areas on ${kernel} as it is built, got ${swap.length}`;
  return [{ ...locate(["machine", "swap"]), message }];
}
