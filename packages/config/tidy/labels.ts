/**
 * Labels and names of locks are for people: a program that takes one apart, or compares it, wants a
 * field (`of.kind`, `owner`, `lockClass`) instead.
 *
 * Known by how they are spelt: `label`, `point.label`, `lock.name`, `mm.mmapSem.name`, and the
 * texts of events, `event.lock` and `event.cell`. A text under another name is not seen.
 */
import ts from "typescript";
import { type Finding, finding, type Source } from "./workspace.ts";

const RULE = "label-search";

/** Tests compare what is printed, and so do their tools. */
const TEST_TOOLS = /^packages\/(acceptance|test-world)\//;

const SEARCHES: ReadonlySet<string> = new Set([
  "at",
  "charAt",
  "endsWith",
  "includes",
  "indexOf",
  "lastIndexOf",
  "match",
  "matchAll",
  "replace",
  "replaceAll",
  "search",
  "slice",
  "split",
  "startsWith",
  "substring",
]);
/** Methods of a pattern or a collection that look their argument up. */
const LOOKUPS: ReadonlySet<string> = new Set(["exec", "has", "includes", "indexOf", "test"]);
const COMPARISONS: ReadonlySet<ts.SyntaxKind> = new Set([
  ts.SyntaxKind.EqualsEqualsToken,
  ts.SyntaxKind.EqualsEqualsEqualsToken,
  ts.SyntaxKind.ExclamationEqualsToken,
  ts.SyntaxKind.ExclamationEqualsEqualsToken,
]);

export function checkLabels(source: Source): Finding[] {
  if (source.kind !== "src" || TEST_TOOLS.test(source.path)) return [];
  const findings: Finding[] = [];
  const visit = (node: ts.Node): void => {
    const searched = searchedIn(node);
    if (searched !== undefined) {
      const text = searched.getText(source.tree);
      findings.push(finding(source, node, RULE, `${text} is for people: ask a field instead`));
    }
    ts.forEachChild(node, visit);
  };
  visit(source.tree);
  return findings;
}

/** The label that `node` searches, if it does. */
function searchedIn(node: ts.Node): ts.Expression | undefined {
  if (ts.isCallExpression(node) && ts.isPropertyAccessExpression(node.expression)) {
    const { expression, name } = node.expression;
    if (SEARCHES.has(name.text) && (isLabel(expression) || isEventText(expression))) {
      return expression;
    }
    return LOOKUPS.has(name.text) ? node.arguments.find(isLabel) : undefined;
  }
  if (ts.isBinaryExpression(node) && COMPARISONS.has(node.operatorToken.kind)) {
    const sides = [node.left, node.right];
    return sides.some(isUndefined) ? undefined : sides.find(isLabel);
  }
  if (ts.isSwitchStatement(node) && isLabel(node.expression)) return node.expression;
  return undefined;
}

const isUndefined = (node: ts.Expression): boolean => node.getText() === "undefined";

function isLabel(node: ts.Node): boolean {
  if (ts.isIdentifier(node)) return node.text === "label";
  if (!ts.isPropertyAccessExpression(node)) return false;
  const { expression, name } = node;
  return name.text === "label" || (name.text === "name" && isLock(expression));
}

const isLock = (node: ts.Expression): boolean => /(lock|sem|ptl)$/i.test(node.getText());

/** A lock or a cell as an event tells it; other things of these names have no such methods. */
const isEventText = (node: ts.Expression): boolean => {
  const name = ts.isPropertyAccessExpression(node) ? node.name : node;
  return ts.isIdentifier(name) && /^(lock|cell)$/.test(name.text);
};
