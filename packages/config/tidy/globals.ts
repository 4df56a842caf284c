/**
 * No clock, file system, DOM or process in a package's sources: a run must be repeatable.
 *
 * A name that the file itself declares is not a global. Where it is declared is not looked at, so a
 * file that shadows `process` in one function may use the real one in another unseen; the other
 * direction, a false alarm, would be worse.
 */
import ts from "typescript";
import { importsOf, isNodeModule } from "./imports.ts";
import { HOST_ALLOWED, HOST_GLOBALS, NODE_MODULES_ALLOWED } from "./levels.ts";
import { type Finding, finding, type Source } from "./workspace.ts";

const RULE = "host-global";

const MEMBER_LIKE: readonly ((node: ts.Node) => boolean)[] = [
  ts.isMethodDeclaration,
  ts.isImportSpecifier,
  ts.isExportSpecifier,
  ts.isLabeledStatement,
  ts.isBreakOrContinueStatement,
  ts.isJSDocParameterTag,
];

const VALUE_DECLARATIONS: readonly ((node: ts.Node) => boolean)[] = [
  ts.isVariableDeclaration,
  ts.isParameter,
  ts.isBindingElement,
  ts.isFunctionDeclaration,
  ts.isFunctionExpression,
  ts.isClassLike,
  ts.isImportSpecifier,
  ts.isImportClause,
  ts.isNamespaceImport,
];

export function checkGlobals(source: Source): Finding[] {
  if (source.kind !== "src" || HOST_ALLOWED.some((path) => path.test(source.path))) return [];
  const declared = declaredNames(source.tree);
  const findings = checkNodeModules(source);
  const visit = (node: ts.Node): void => {
    if (ts.isTypeNode(node) && !ts.isExpressionWithTypeArguments(node)) return;
    if (ts.isIdentifier(node) && !declared.has(node.text) && isReference(node)) {
      if (HOST_GLOBALS.has(node.text)) {
        findings.push(finding(source, node, RULE, `${node.text} belongs to the host`));
      } else if (node.text === "Math" && isMathRandom(node)) {
        findings.push(finding(source, node, RULE, "Math.random makes a run unrepeatable"));
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(source.tree);
  return findings;
}

function checkNodeModules(source: Source): Finding[] {
  const allowed = NODE_MODULES_ALLOWED.filter(({ path }) => path.test(source.path)).flatMap(
    ({ modules }) => modules,
  );
  return importsOf(source)
    .filter(({ specifier }) => isNodeModule(specifier) && !allowed.includes(specifier))
    .map(({ specifier, node }) => finding(source, node, RULE, `${specifier} belongs to the host`));
}

function isMathRandom(math: ts.Identifier): boolean {
  const { parent } = math;
  if (ts.isPropertyAccessExpression(parent)) return parent.name.text === "random";
  if (ts.isElementAccessExpression(parent)) {
    const key = parent.argumentExpression;
    return ts.isStringLiteralLike(key) && key.text === "random";
  }
  // `const { random } = Math`
  if (!ts.isVariableDeclaration(parent) || !ts.isObjectBindingPattern(parent.name)) return false;
  return parent.name.elements.some((one) => (one.propertyName ?? one.name).getText() === "random");
}

/** False for the name of a member, which only looks like the global. */
function isReference(node: ts.Identifier): boolean {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent)) return parent.expression === node;
  if (ts.isBindingElement(parent)) return parent.initializer === node;
  if (ts.isPropertyAssignment(parent)) return parent.initializer === node;
  if (ts.isEnumMember(parent) || ts.isPropertyDeclaration(parent)) {
    return parent.initializer === node;
  }
  return !(ts.isClassElement(parent) || ts.isTypeElement(parent) || isMemberLike(parent));
}

const isMemberLike = (node: ts.Node): boolean => MEMBER_LIKE.some((is) => is(node));

function declaredNames(tree: ts.SourceFile): Set<string> {
  const names = new Set<string>();
  const visit = (node: ts.Node): void => {
    const name = (node as ts.NamedDeclaration).name;
    if (name !== undefined && ts.isIdentifier(name) && isValueDeclaration(node)) {
      names.add(name.text);
    }
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return names;
}

const isValueDeclaration = (node: ts.Node): boolean => VALUE_DECLARATIONS.some((is) => is(node));
