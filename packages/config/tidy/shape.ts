/** Rules about what a source file holds: no mutable module state, no enum, documented exports. */
import ts from "typescript";
import { KERNEL_PACKAGES } from "./levels.ts";
import { type Finding, finding, type Package, type Source } from "./workspace.ts";

export function checkShape(pkg: Package, source: Source): Finding[] {
  const findings = findEnums(source);
  if (source.kind !== "src") return findings;
  for (const statement of source.tree.statements) {
    findings.push(...checkStatement(source, statement));
  }
  if (KERNEL_PACKAGES.has(pkg.id)) findings.push(...checkDocs(source));
  return findings;
}

function findEnums(source: Source): Finding[] {
  const findings: Finding[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isEnumDeclaration(node)) {
      const message = `enum ${node.name.text}: write a const object and its type`;
      findings.push(finding(source, node, "enum", message));
    }
    ts.forEachChild(node, visit);
  };
  visit(source.tree);
  return findings;
}

function checkStatement(source: Source, statement: ts.Statement): Finding[] {
  if (ts.isVariableStatement(statement)) {
    const { flags, declarations } = statement.declarationList;
    if (flags & (ts.NodeFlags.Const | ts.NodeFlags.Using)) return [];
    const names = declarations.map(({ name }) => name.getText(source.tree)).join(", ");
    const message = `${names} is mutable and shared by every machine; hang it off an object`;
    return [finding(source, statement, "module-state", message)];
  }
  const isIndex = source.path.endsWith("/src/index.ts");
  if (!isIndex || !ts.isExportDeclaration(statement)) return [];
  const { exportClause, moduleSpecifier } = statement;
  const isStar = moduleSpecifier && (!exportClause || ts.isNamespaceExport(exportClause));
  if (!isStar) return [];
  return [finding(source, statement, "export-star", "index.ts names each of its exports")];
}

function checkDocs(source: Source): Finding[] {
  const { statements } = source.tree;
  const listed = new Set<string>(); // `export { a, b }` without a module
  for (const statement of statements) {
    if (!ts.isExportDeclaration(statement) || statement.moduleSpecifier) continue;
    if (!statement.exportClause || !ts.isNamedExports(statement.exportClause)) continue;
    for (const { name, propertyName } of statement.exportClause.elements) {
      listed.add((propertyName ?? name).text);
    }
  }
  const functions = statements.flatMap((statement) => functionsOf(statement, listed));
  const documented = new Set(
    functions.filter((one) => isDocumented(one.at)).map((one) => one.name),
  );
  return functions
    .filter(({ name }, index) => {
      const isFirst = functions.findIndex((one) => one.name === name) === index; // of its overloads
      return isFirst && !documented.has(name);
    })
    .map(({ name, at }) =>
      finding(source, at, "kernel-doc", `${name} needs @kernel or @modelOnly in its doc comment`),
    );
}

interface ExportedFunction {
  readonly name: string;
  readonly at: ts.Statement;
}

function functionsOf(at: ts.Statement, listed: ReadonlySet<string>): ExportedFunction[] {
  const isExported =
    ts.canHaveModifiers(at) &&
    ts.getModifiers(at)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword);
  const names: string[] = [];
  if (ts.isFunctionDeclaration(at)) names.push(at.name?.text ?? "default");
  if (ts.isVariableStatement(at)) {
    for (const { name, initializer } of at.declarationList.declarations) {
      if (ts.isIdentifier(name) && isFunctionValue(initializer)) names.push(name.text);
    }
  }
  return names.filter((name) => isExported || listed.has(name)).map((name) => ({ name, at }));
}

function isFunctionValue(node: ts.Expression | undefined): boolean {
  let value = node;
  while (value && (ts.isParenthesizedExpression(value) || ts.isAsExpression(value))) {
    value = value.expression;
  }
  return value !== undefined && (ts.isArrowFunction(value) || ts.isFunctionExpression(value));
}

function isDocumented(statement: ts.Statement): boolean {
  const text = statement.getSourceFile().text;
  const comments = ts.getLeadingCommentRanges(text, statement.getFullStart()) ?? [];
  const last = comments.findLast(({ pos }) => text.startsWith("/**", pos));
  return last !== undefined && /@(kernel|modelOnly)\b/.test(text.slice(last.pos, last.end));
}
