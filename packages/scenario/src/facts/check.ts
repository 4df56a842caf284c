/** The recount: `clean`, or the rule of one mismatch at least. */
import { mismatchText, RECOUNT_RULES } from "@forkpath/sync";
import * as z from "zod/mini";
import { keysOf } from "../format/keys.ts";
import { about, leaf, oneOf } from "../format/leaves.ts";
import { type Observation, observe } from "./observation.ts";
import type { Asked, Subject } from "./subject.ts";

/** What a recount says that finds nothing. */
const CLEAN = "clean";

const schema: z.ZodMiniType<Asked[]> = leaf(
  z.strictObject({
    check: about(oneOf(CLEAN, ...RECOUNT_RULES), "clean, or a rule that the recount finds broken."),
  }),
  "clean, or a rule",
  ({ check: rule }) => [
    { key: "check", observation: recount(rule), wanted: { relation: "is", value: true } },
  ],
);

const recount = (wanted: string): Observation =>
  observe("yes", {
    text: "recount",
    wantedText: () => wanted,
    look({ kernel }) {
      const wrong = kernel.check();
      const value =
        wanted === CLEAN ? wrong.length === 0 : wrong.some(({ rule }) => rule === wanted);
      return [{ of: "", value, got: wrong.map(mismatchText).join("\n") || CLEAN }];
    },
  });

export const check: Subject = { key: "check", keys: keysOf(schema), schema };
