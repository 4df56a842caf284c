/**
 * Leaves out of the worker what no page asks for: the words that stand beside a schema, which the
 * editor has in schema.json, and the dice that throw random histories.
 *
 *     about(yes, "Whether frames can go bad.")      becomes   (yes)
 *     named("size", pagesOfSize(1n))                becomes   (pagesOfSize(1n))
 *     defineVerb(shape, bind, [[3, someone]])       becomes   defineVerb(shape, bind)
 *
 * It is blanked, so that every line and column stays where the source map has it.
 */
import { type Plugin, Visitor } from "vite";

/** Calls that only add words: the index of the argument that is the schema. */
const SCHEMA_AT: Readonly<Record<string, number>> = { about: 0, named: 1 };
/** Calls whose last arguments are dice: how many come before them. */
const BEFORE_DICE: Readonly<Record<string, number>> = { defineVerb: 2, verbWith: 2 };

export const leanWorker = (): Plugin => ({
  name: "lean-worker",
  transform: {
    filter: { id: /\/packages\/scenario\/src\// },
    handler(code) {
      const letters = code.split("");
      new Visitor({
        CallExpression({ callee, arguments: given, end }) {
          if (callee.type !== "Identifier") return;
          if (Object.hasOwn(SCHEMA_AT, callee.name)) {
            const schema = given[SCHEMA_AT[callee.name]];
            letters.fill(" ", callee.start, callee.end).fill(" ", callee.end + 1, schema.start);
            letters.fill(" ", schema.end, end - 1);
          }
          if (Object.hasOwn(BEFORE_DICE, callee.name)) {
            letters.fill(" ", given[BEFORE_DICE[callee.name] - 1].end, end - 1);
          }
        },
      }).visit(this.parse(code));
      return { code: letters.join(""), map: null };
    },
  },
});
