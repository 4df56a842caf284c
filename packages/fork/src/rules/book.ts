/** The rules of fork: one line each, in the order of ForkRules. */
import type { RuleBook } from "@forkpath/abi";
import type { ForkRules } from "../types.ts";
import { argLock } from "./arg-lock.ts";
import { inherit } from "./inherit.ts";

export const forkRules: RuleBook<ForkRules> = { inherit, argLock };
