/** Names of processes, as an expectation may be about several. */
import * as z from "zod/mini";

export const PATTERN = "the name of a process, the start of some with *, or all";

export const pattern: z.ZodMiniType<string> = z
  .string({ error: () => PATTERN })
  .check(z.regex(/^[A-Za-z_][A-Za-z0-9_.-]*\*?$/, { error: () => PATTERN }));
