/**
 * On which releases of Linux something holds: `on: v5.8+`, or a list such as `[rhel7, v4.14+]`.
 *
 * What no release of the axis would be asked is an error: nobody would ever see it fail.
 */
import { KERNELS, type KernelName, kernelsIn, RANGE_PATTERN } from "@forkpath/abi";
import * as z from "zod/mini";
import { either, named } from "./leaves.ts";
import { RANGES_WANTED } from "./release.ts";

/** In the order of the axis; null for all. */
export type OnKernels = readonly KernelName[] | null;

const range = z
  .string({ error: () => RANGES_WANTED })
  .check(z.regex(RANGE_PATTERN, { error: () => RANGES_WANTED }));

export const on: z.ZodMiniType<readonly KernelName[]> = named(
  "on",
  z.pipe(
    either<string | string[]>(
      RANGES_WANTED,
      range,
      z.array(range).check(z.minLength(1, { error: () => RANGES_WANTED })),
    ),
    z.transform((given: string | string[], { issues }) => {
      const meant = new Set<KernelName>();
      for (const text of [given].flat()) {
        const kernels = kernelsIn(text) ?? [];
        for (const kernel of kernels) meant.add(kernel);
        if (kernels.length === 0)
          issues.push({ code: "custom", message: reaching(text), input: given });
      }
      return KERNELS.filter((kernel) => meant.has(kernel));
    }),
  ),
);

const reaching = (text: string): string =>
  `a range with one of ${KERNELS.join(", ")} in it (${text} has none)`;

/** Does it hold on that release? */
export const holdsOn = (where: OnKernels, kernel: KernelName): boolean =>
  where === null || where.includes(kernel);
