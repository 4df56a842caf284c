/**
 * What a library exports, as text: one declaration after the other, without bodies or comments.
 *
 * The compiler makes declarations of one source file at a time, as `isolatedDeclarations` allows,
 * and follows the names of `src/index.ts` from file to file: the report needs no build.
 */
import { readFileSync } from "node:fs";
import { join, posix } from "node:path";
import { type Published, REPO } from "@forkpath/config/published";
import ts from "typescript";

/** Where a name of a file comes from: a declaration in it, or a name of another module. */
interface Declared {
  readonly path: string;
  readonly text: string;
}
type Origin = Declared | { readonly module: string; readonly name: string };

/** What a file says of names: those that it exports, and those that it uses besides. */
interface Names {
  readonly exported: ReadonlyMap<string, Origin>;
  readonly used: ReadonlyMap<string, Origin>;
}

/** The report of one library, as the file `docs/api/NAME.api.md` has it. */
export function reportApi({ dir, manifest }: Published): string {
  const files = new Map<string, Names>();
  const namesOf = (path: string): Names => {
    if (!files.has(path)) files.set(path, namesIn(path));
    return files.get(path)!;
  };
  const follow = (path: string, origin: Origin): Origin => {
    if ("text" in origin || !origin.module.startsWith(".")) return origin;
    const next = posix.join(posix.dirname(path), origin.module);
    const there = namesOf(next).exported.get(origin.name);
    if (there === undefined) throw new Error(`${next} exports no ${origin.name}`);
    return follow(next, there);
  };
  const index = `${dir}/src/index.ts`;
  const api = [...namesOf(index).exported].map(
    ([name, one]) => [name, follow(index, one)] as const,
  );
  const texts = new Map(api.map(([name, origin]) => [name, textOf(name, origin)]));
  const hidden = new Map<string, string>();
  const declared = api.flatMap(([, origin]) => ("text" in origin ? [origin] : []));
  for (const { path, text } of declared) {
    for (const [name] of text.matchAll(/\b[A-Z]\w*/g)) {
      const { exported, used } = namesOf(path);
      const one = used.get(name) ?? exported.get(name);
      const origin = one && follow(path, one);
      if (!origin || !("text" in origin) || declared.includes(origin)) continue;
      declared.push(origin);
      hidden.set(name, origin.text.replace(/^export /gm, ""));
    }
  }
  return [
    `# What ${manifest.name} exports\n`,
    "`pnpm document` writes this page; a change of it is a change for users.\n",
    block(texts),
    ...(hidden.size === 0 ? [] : ["What these are made of, by names of its own:\n", block(hidden)]),
  ].join("\n");
}

const block = (texts: ReadonlyMap<string, string>): string => {
  const sorted = [...texts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, text]) => text);
  return `\`\`\`ts\n${sorted.join("\n\n")}\n\`\`\`\n`;
};

function textOf(name: string, origin: Origin): string {
  if ("text" in origin) return origin.text;
  const renamed = origin.name === name ? name : `${origin.name} as ${name}`;
  return `export { ${renamed} } from "${origin.module}";`;
}

function namesIn(path: string): Names {
  const { outputText } = ts.transpileDeclaration(readFileSync(join(REPO, path), "utf8"), {
    compilerOptions: { target: ts.ScriptTarget.ES2023, removeComments: true },
  });
  const file = ts.createSourceFile("file.d.ts", outputText, ts.ScriptTarget.ES2023, true);
  const exported = new Map<string, Origin>();
  const used = new Map<string, Origin>();
  for (const statement of file.statements) {
    const names = isExported(statement) ? exported : used;
    for (const [name, origin] of originsOf(path, statement)) {
      const before = names.get(name); // a type and a value may share a name
      const isBoth = before !== undefined && "text" in before && "text" in origin;
      names.set(name, isBoth ? { path, text: `${before.text}\n${origin.text}` } : origin);
    }
  }
  return { exported, used };
}

const isExported = (statement: ts.Statement): boolean =>
  ts.isExportDeclaration(statement) || statement.getText().startsWith("export ");

function originsOf(
  path: string,
  statement: ts.Statement,
): ReadonlyArray<readonly [string, Origin]> {
  if (ts.isExportDeclaration(statement) || ts.isImportDeclaration(statement)) {
    const named = ts.isExportDeclaration(statement)
      ? statement.exportClause
      : statement.importClause?.namedBindings;
    const { moduleSpecifier } = statement;
    if (!moduleSpecifier || !named || !("elements" in named)) return [];
    const module = (moduleSpecifier as ts.StringLiteral).text;
    return named.elements.map(({ name, propertyName }) => [
      name.text,
      { module, name: (propertyName ?? name).text },
    ]);
  }
  const text = statement
    .getText()
    .replace(/^(export )?declare /, "$1")
    .replace(/^(?: {4})+/gm, (indent) => indent.slice(indent.length / 2));
  const names = ts.isVariableStatement(statement)
    ? statement.declarationList.declarations.map(({ name }) => name.getText())
    : [(statement as ts.DeclarationStatement).name?.text];
  return names.flatMap((name) => (name === undefined ? [] : [[name, { path, text }] as const]));
}
