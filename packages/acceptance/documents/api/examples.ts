/**
 * The examples in the docstrings of a library, and one program that runs them all.
 *
 *    @example
 *    ```ts
 *    import { errnoName } from "@forkpath/abi";
 *    console.log(errnoName(-12)); // ENOMEM
 *    ```
 */
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { REPO } from "@forkpath/config/published";
import ts from "typescript";
import { exampleOf } from "../example.ts";

/** One example, and what it is an example of. */
export interface ApiExample {
  readonly of: string;
  readonly code: string;
  /** What the code says that it prints. */
  readonly prints: readonly string[];
}

/** The examples of one library, by file and in their order there. */
export function examplesIn(dir: string): ApiExample[] {
  return globSync("src/**/*.ts", { cwd: join(REPO, dir) })
    .sort()
    .flatMap((path) => {
      const text = readFileSync(join(REPO, dir, path), "utf8");
      if (!text.includes("@example")) return [];
      const examples: ApiExample[] = [];
      const visit = (node: ts.Node): void => {
        for (const tag of ts.getJSDocTags(node)) {
          // A tag of a statement is that of the declaration in it, too.
          if (tag.tagName.text !== "example" || tag.parent.parent !== node) continue;
          const { code, prints } = exampleOf(ts.getTextOfJSDocComment(tag.comment) ?? "");
          examples.push({ of: nameOf(node), code, prints });
        }
        ts.forEachChild(node, visit);
      };
      visit(ts.createSourceFile(path, text, ts.ScriptTarget.ES2023, true));
      return examples;
    });
}

function nameOf(node: ts.Node): string {
  if (ts.isVariableStatement(node)) return node.declarationList.declarations[0]!.name.getText();
  return (node as ts.NamedDeclaration).name?.getText() ?? "";
}

/** What stands between what two examples print. */
export const DIVIDER = "\f";

/** All of them, one after the other, as one module. */
export function programOf(examples: readonly ApiExample[]): string {
  const imports = new Map<string, Set<string>>();
  const blocks = examples.map(({ code }) =>
    code.replace(/^import \{([^}]*)\} from "([^"]+)";\n/gm, (_, names: string, module: string) => {
      const known = imports.get(module) ?? new Set();
      for (const name of names.split(",")) if (name.trim() !== "") known.add(name.trim());
      imports.set(module, known);
      return "";
    }),
  );
  const head = [...imports].map(([module, names]) => {
    return `import { ${[...names].join(", ")} } from "${module}";`;
  });
  return [...head, ...blocks.map((one) => `{\n${one}}\nconsole.log("\\f");`)].join("\n");
}
