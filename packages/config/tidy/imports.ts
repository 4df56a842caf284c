/** Finds every module that a file names: import, export from, import(), import types. */
import { builtinModules } from "node:module";
import ts from "typescript";
import type { Source } from "./workspace.ts";

export interface Import {
  readonly specifier: string;
  readonly node: ts.Node;
}

const BUILTINS: ReadonlySet<string> = new Set(builtinModules);

export function importsOf(source: Source): Import[] {
  const imports: Import[] = [];
  const visit = (node: ts.Node): void => {
    const specifier = specifierOf(node);
    if (specifier !== undefined) imports.push({ specifier, node });
    ts.forEachChild(node, visit);
  };
  visit(source.tree);
  return imports;
}

export const isRelative = (specifier: string): boolean =>
  /^\.{0,2}\//.test(specifier) || /^\.{1,2}$/.test(specifier);

export const isNodeModule = (specifier: string): boolean =>
  specifier.startsWith("node:") || BUILTINS.has(packageOf(specifier));

/** `@scope/name/entry` is of package `@scope/name`. */
export function packageOf(specifier: string): string {
  const parts = specifier.split("/");
  return specifier.startsWith("@") ? parts.slice(0, 2).join("/") : parts[0]!;
}

function specifierOf(node: ts.Node): string | undefined {
  if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) {
    return textOf(node.moduleSpecifier);
  }
  if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) {
    return textOf(node.argument.literal);
  }
  if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
    return textOf(node.arguments[0]);
  }
  return undefined;
}

const textOf = (node: ts.Node | undefined): string | undefined =>
  node !== undefined && ts.isStringLiteralLike(node) ? node.text : undefined;
