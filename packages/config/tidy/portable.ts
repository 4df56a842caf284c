/**
 * What a user runs works where there is no shell of Unix, and where paths have other separators.
 *
 * Looked at are sources that reach files or processes: paths are joined by node:path, and a program
 * is started by its name, without a shell.
 */
import ts from "typescript";
import { importsOf } from "./imports.ts";
import { type Finding, finding, type Package, type Source } from "./workspace.ts";

const REACHES_HOST = /^node:(?:fs|fs\/promises|path|child_process)$/;
const SHELLS: ReadonlySet<string> = new Set(["bash", "sh", "zsh", "/bin/bash", "/bin/sh"]);
const NEEDS_SHELL: ReadonlySet<string> = new Set(["exec", "execSync"]);

export function checkPortable(pkg: Package, source: Source): Finding[] {
  if (source.kind !== "src" || isPrivate(pkg)) return [];
  if (!importsOf(source).some(({ specifier }) => REACHES_HOST.test(specifier))) return [];
  const findings: Finding[] = [];
  const visit = (node: ts.Node): void => {
    const message = refuse(node);
    if (message !== undefined) findings.push(finding(source, node, "portable", message));
    ts.forEachChild(node, visit);
  };
  visit(source.tree);
  return findings;
}

/** Private packages are for those who work here. */
const isPrivate = ({ manifest }: Package): boolean =>
  (JSON.parse(manifest) as { readonly private?: boolean }).private === true;

function refuse(node: ts.Node): string | undefined {
  if (ts.isTemplateSpan(node) && node.literal.text.startsWith("/")) return joined(node);
  if (ts.isStringLiteral(node) && SHELLS.has(node.text)) {
    return `${node.text} is not on every system: start the program itself`;
  }
  if (ts.isPropertyAssignment(node) && node.name.getText() === "shell") {
    return "a shell reads its words in another way on each system";
  }
  if (ts.isImportSpecifier(node) && NEEDS_SHELL.has((node.propertyName ?? node.name).text)) {
    return `${node.name.text} starts a shell: execFile or spawn does not`;
  }
  return undefined;
}

/** The web has slashes, and so has what only Linux has. */
const HAS_SLASHES = /^(?:[a-z]+:\/\/|\/(?:proc|sys)\/)/;

function joined({ parent, expression }: ts.TemplateSpan): string | undefined {
  if (HAS_SLASHES.test((parent as ts.TemplateExpression).head.text)) return undefined;
  return `${expression.getText()} is joined by hand: node:path knows the separator`;
}
