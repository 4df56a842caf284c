/**
 * Leaves out of the worker what only editors read: the words that stand beside a schema.
 *
 *     about(yes, "Whether frames can go bad.")      becomes   (yes)
 *     named("size", pagesOfSize(1n))                becomes   (pagesOfSize(1n))
 *
 * The page's editor has them in schema.json. They are blanked, so that every line and column stays
 * where the source map has it.
 */
import { type Plugin, Visitor } from "vite";

/** Calls that only add words: the index of the argument that is the schema. */
const SCHEMA_AT: Readonly<Record<string, number>> = { about: 0, named: 1 };

export const withoutHelp = (): Plugin => ({
  name: "without-help",
  transform: {
    filter: { id: /\/packages\/scenario\/src\// },
    handler(code) {
      const letters = code.split("");
      new Visitor({
        CallExpression({ callee, arguments: given, end }) {
          if (callee.type !== "Identifier" || !Object.hasOwn(SCHEMA_AT, callee.name)) return;
          const schema = given[SCHEMA_AT[callee.name]];
          letters.fill(" ", callee.start, callee.end).fill(" ", callee.end + 1, schema.start);
          letters.fill(" ", schema.end, end - 1);
        },
      }).visit(this.parse(code));
      return { code: letters.join(""), map: null };
    },
  },
});
