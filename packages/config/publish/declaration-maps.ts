/**
 * Maps from what a build declares to where it is written: "go to definition" opens the source.
 *
 *     dist/index.d.ts      declare function sysFork(…)   ─►   src/clone/sys-fork.ts:41
 *     dist/index.d.ts.map  where each declaration, its name and its members begin and end
 *
 * The build puts the declarations of all files into one, and keeps no map of its own. Names lead
 * back: two of one name and kind in a package have no map, unless one alone is exported.
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { addMapping, GenMapping, toEncodedMap } from "@jridgewell/gen-mapping";
import ts from "typescript";

interface Declared {
  readonly tree: ts.SourceFile;
  readonly kind: "type" | "value";
  readonly isExported: boolean;
  readonly whole: ts.Node;
  readonly name: ts.Identifier;
  readonly members: ReadonlyMap<string, ts.Node>;
}

const BUILT = "dist";
const SOURCES = "src";
const DECLARATIONS = ".d.ts";

/**
 * Writes the map of each file of declarations in `dir/dist`, and its address into the file.
 * @returns names that were not found again in `dir/src`
 */
export function writeDeclarationMaps(dir: string): string[] {
  const files = readdirSync(join(dir, BUILT)).filter((name) => name.endsWith(DECLARATIONS));
  if (files.length === 0) return [];
  const sources = sourcesOf(dir);
  return files.flatMap((name) => {
    const path = join(dir, BUILT, name);
    const text = readFileSync(path, "utf8").replace(/\n\/\/# sourceMappingURL=.*\n$/, "\n");
    const map = new GenMapping({ file: name });
    const declarations = declarationsOf(parse(path, text));
    if (declarations.length === 0) return []; // it only hands on what others declare
    const lost: string[] = [];
    for (const declared of declarations) {
      const source = sourceOf(declared, sources);
      if (source === undefined) lost.push(declared.name.text);
      else addAll(map, declared, source, dir);
    }
    writeFileSync(`${path}.map`, JSON.stringify(toEncodedMap(map)));
    writeFileSync(path, `${text}//# sourceMappingURL=${name}.map\n`);
    return lost;
  });
}

type Sources = ReadonlyMap<string, readonly Declared[]>;

const keyOf = ({ kind, name }: Declared): string => `${kind} ${bareName(name.text)}`;
/** Where two files have one name, the build numbers them. */
const bareName = (name: string): string => name.replace(/\$\d+$/, "");

function sourcesOf(dir: string): Sources {
  const found = new Map<string, Declared[]>();
  const files = readdirSync(join(dir, SOURCES), { recursive: true, encoding: "utf8" });
  for (const file of files.filter((name) => name.endsWith(".ts"))) {
    const path = join(dir, SOURCES, file);
    for (const declared of declarationsOf(parse(path, readFileSync(path, "utf8")))) {
      const key = keyOf(declared);
      const others = found.get(key);
      if (others === undefined) found.set(key, [declared]);
      else others.push(declared);
    }
  }
  return found;
}

function sourceOf(declared: Declared, sources: Sources): Declared | undefined {
  const all = sources.get(keyOf(declared)) ?? [];
  const [first, ...others] = all.length > 1 ? all.filter(({ isExported }) => isExported) : all;
  // Of a function with several signatures, the first.
  return others.every(({ tree }) => tree === first.tree) ? first : undefined;
}

const parse = (path: string, text: string): ts.SourceFile =>
  ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);

/** What a file declares at its top. */
function declarationsOf(tree: ts.SourceFile): Declared[] {
  return tree.statements.flatMap((whole): Declared[] => {
    const isExported =
      ts.canHaveModifiers(whole) &&
      ts.getModifiers(whole)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) === true;
    if (ts.isVariableStatement(whole)) {
      return whole.declarationList.declarations.flatMap(({ name, type, initializer }) => {
        if (!ts.isIdentifier(name)) return [];
        const members = membersOf(type ?? initializer);
        return [{ tree, kind: "value" as const, isExported, whole, name, members }];
      });
    }
    const isType = ts.isInterfaceDeclaration(whole) || ts.isTypeAliasDeclaration(whole);
    const isValue = ts.isFunctionDeclaration(whole) || ts.isClassDeclaration(whole);
    if (!(isType || isValue) || whole.name === undefined) return [];
    const kind = isType ? "type" : "value";
    const members = membersOf(ts.isTypeAliasDeclaration(whole) ? whole.type : whole);
    return [{ tree, kind, isExported, whole, name: whole.name, members }];
  });
}

/** Of a class, an interface, a type or an object: the names in it. */
function membersOf(node: ts.Node | undefined): ReadonlyMap<string, ts.Node> {
  const found = new Map<string, ts.Node>();
  if (node === undefined) return found;
  if (ts.isAsExpression(node) || ts.isSatisfiesExpression(node)) return membersOf(node.expression);
  const hasMembers =
    ts.isClassLike(node) || ts.isInterfaceDeclaration(node) || ts.isTypeLiteralNode(node);
  const all = hasMembers ? node.members : ts.isObjectLiteralExpression(node) ? node.properties : [];
  for (const { name } of all) {
    if (name === undefined || !(ts.isIdentifier(name) || ts.isStringLiteral(name))) continue;
    if (!found.has(name.text)) found.set(name.text, name);
  }
  return found;
}

function addAll(map: GenMapping, built: Declared, source: Declared, dir: string): void {
  const file = relative(join(dir, BUILT), source.tree.fileName).split(sep).join("/");
  const add = (generated: number, original: number): void =>
    addMapping(map, {
      source: file,
      generated: positionOf(built.tree, generated),
      original: positionOf(source.tree, original),
    });
  for (const part of ["whole", "name"] as const) {
    add(built[part].getStart(built.tree), source[part].getStart(source.tree));
    add(built[part].end, source[part].end);
  }
  for (const [name, member] of built.members) {
    const there = source.members.get(name);
    if (there === undefined) continue;
    add(member.getStart(built.tree), there.getStart(source.tree));
    add(member.end, there.end);
  }
}

/** As source maps count: lines from 1, columns from 0. */
function positionOf(tree: ts.SourceFile, offset: number): { line: number; column: number } {
  const { line, character } = tree.getLineAndCharacterOfPosition(offset);
  return { line: line + 1, column: character };
}
