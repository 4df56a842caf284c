/** What every expectation can have, whatever it is about. */
import * as z from "zod/mini";
import { about } from "../format/leaves.ts";
import { type OnKernels, on } from "../format/on.ts";

interface CommonExpectation {
  readonly note?: string;
  readonly on?: NonNullable<OnKernels>;
}

const NOTE = "a text";

export const commonExpectation: z.ZodMiniType<CommonExpectation> = z.strictObject({
  note: z.exactOptional(about(z.string({ error: () => NOTE }), "For readers of the file.")),
  on: z.exactOptional(about(on, "Which releases of Linux are asked; by default all.", "v5.8+")),
});
