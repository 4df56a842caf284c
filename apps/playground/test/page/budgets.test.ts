/**
 * Journey 20: the budgets. Sizes have to be kept. A time is printed with the load of the machine,
 * and held to many times of its budget: `pnpm --filter @forkpath/playground budgets` is for a
 * quiet one.
 */
import { availableParallelism, loadavg } from "node:os";
import { expect, test } from "vitest";
import { isWithin, sizes, TIMINGS, timed } from "./measures.ts";
import { inChromium } from "./suite.ts";

test.each(sizes())("20: $what", ({ is, budget }) => expect(is).toBeLessThanOrEqual(budget));

/** A gate runs on every processor at once, and the browser has several processes. */
const SLACK = 30;

inChromium("budgets", (suite) => {
  test.each(TIMINGS)("20: $what", { retry: 2 }, async (timing) => {
    const measure = await timed(suite.browser, suite.site, timing);
    const { what, is, budget, unit } = measure;
    const load = (loadavg()[0] / availableParallelism()).toFixed(1);
    console.log(`${what}: ${is.toFixed(1)} for ${budget} ${unit}, load ${load} a processor`);
    const slack = unit === "a second" ? budget / SLACK : budget * SLACK;
    expect(isWithin({ ...measure, budget: slack })).toBe(true);
  });
});
