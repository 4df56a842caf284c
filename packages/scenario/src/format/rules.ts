/**
 * The rules of a machine that are exchanged: each answers as another release does, or as if a
 * defect were mended. Which there are, say the rule books of the packages.
 */
import { type Exchanges, KERNELS, type Rule } from "@forkpath/abi";
import { RULE_BOOKS } from "@forkpath/kernel/internal";
import * as z from "zod/mini";
import { either, named, oneOf } from "./leaves.ts";
import { EXCHANGE_WANTED } from "./release.ts";

type Exchange = Exchanges[string];

const release = named("release", oneOf(...KERNELS));

const anyExchange: z.ZodMiniType<Exchange> = either<Exchange>(
  EXCHANGE_WANTED,
  release,
  z.strictObject({ cures: z.string() }),
);

/** A release, or a defect that the rule has a cure for. */
function exchangeOf({ cures = {} }: Rule<unknown>): z.ZodMiniType<Exchange, Exchange> {
  const defects = Object.keys(cures);
  if (defects.length === 0) return release as z.ZodMiniType<Exchange, Exchange>;
  const cure = z.strictObject({ cures: oneOf(...defects) });
  const what = `a release, or { cures: ${defects.join(" or ")} }`;
  return either<Exchange>(what, release, cure) as z.ZodMiniType<Exchange, Exchange>;
}

const rulesOfAll: readonly (readonly [string, Rule<unknown>])[] = Object.values(RULE_BOOKS).flatMap(
  (book) => Object.entries<Rule<unknown>>(book),
);

/** By the name of a rule. The schema for editors leaves the names out: they are many. */
export const rules: z.ZodMiniType<Exchanges> = named(
  "rules",
  z.pipe(
    z.record(z.string(), anyExchange),
    z.strictObject(
      Object.fromEntries(
        rulesOfAll.map(([name, rule]) => [name, z.exactOptional(exchangeOf(rule))]),
      ),
    ),
  ),
);
