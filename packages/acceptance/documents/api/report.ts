/**
 * What a library exports, as text: one declaration after the other, without bodies or comments.
 *
 * The compiler makes declarations of one source file at a time, as `isolatedDeclarations` allows,
 * and follows the names of `src/index.ts` from file to file: the report needs no build.
 */
import { readFileSync } from "node:fs";
import { join, posix } from "node:path";
import ts from "typescript";
import { type Published, REPO } from "../../publish/published.ts";

/** Where a name of a file comes from: a declaration in it, or a name of another module. */
type Origin = string | { readonly module: string; readonly name: string };
type Origins = ReadonlyMap<string, Origin>;

/** The report of one library, as the file `docs/api/NAME.api.md` has it. */
export function reportApi({ dir, manifest }: Published): string {
  const files = new Map<string, Origins>();
  const originOf = (path: string, name: string): Origin => {
    if (!files.has(path)) files.set(path, originsIn(path));
    const origin = files.get(path)!.get(name);
    if (origin === undefined) throw new Error(`${path} declares no ${name}`);
    if (typeof origin === "string" || !origin.module.startsWith(".")) return origin;
    return originOf(posix.join(posix.dirname(path), origin.module), origin.name);
  };
  const index = `${dir}/src/index.ts`;
  files.set(index, originsIn(index));
  const parts = [...files.get(index)!.keys()]
    .sort((a, b) => (a < b ? -1 : 1))
    .map((name) => textOf(name, originOf(index, name)));
  return [
    `# What ${manifest.name} exports\n`,
    "`pnpm document` writes this page; a change of it is a change for users.\n",
    `\`\`\`ts\n${parts.join("\n\n")}\n\`\`\`\n`,
  ].join("\n");
}

function textOf(name: string, origin: Origin): string {
  if (typeof origin === "string") return origin;
  const renamed = origin.name === name ? name : `${origin.name} as ${name}`;
  return `export { ${renamed} } from "${origin.module}";`;
}

/** The names that a source file exports. */
function originsIn(path: string): Origins {
  const { outputText } = ts.transpileDeclaration(readFileSync(join(REPO, path), "utf8"), {
    compilerOptions: { target: ts.ScriptTarget.ES2023, removeComments: true },
  });
  const file = ts.createSourceFile("file.d.ts", outputText, ts.ScriptTarget.ES2023, true);
  const origins = new Map<string, Origin>();
  for (const statement of file.statements) {
    for (const [name, origin] of originsOf(statement)) {
      const before = origins.get(name); // a type and a value may share a name
      origins.set(name, typeof before === "string" ? `${before}\n${String(origin)}` : origin);
    }
  }
  return origins;
}

function originsOf(statement: ts.Statement): ReadonlyArray<readonly [string, Origin]> {
  if (ts.isExportDeclaration(statement)) {
    const { moduleSpecifier, exportClause } = statement;
    if (!moduleSpecifier || !exportClause || !ts.isNamedExports(exportClause)) return [];
    const module = (moduleSpecifier as ts.StringLiteral).text;
    return exportClause.elements.map(({ name, propertyName }) => [
      name.text,
      { module, name: (propertyName ?? name).text },
    ]);
  }
  const text = statement
    .getText()
    .replace(/^export declare /, "export ")
    .replace(/^(?: {4})+/gm, (indent) => indent.slice(indent.length / 2));
  if (ts.isVariableStatement(statement)) {
    return statement.declarationList.declarations.map(({ name }) => [name.getText(), text]);
  }
  const { name } = statement as ts.DeclarationStatement;
  return name ? [[name.text, text]] : [];
}
