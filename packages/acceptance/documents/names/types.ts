/** Types that what a door exports is made of: those of signatures, and of the types named there. */
import ts from "typescript";
import { type Door, type Exports, originOf, placeOf } from "./read-exports.ts";

/** Every type of this repository that the exports of `door` name, and those that they name. */
export function typesNamedBy({ checker }: Exports, door: Door): ReadonlySet<ts.Symbol> {
  const named = new Set<ts.Symbol>();
  const follow = (symbol: ts.Symbol): void => {
    for (const part of (symbol.declarations ?? []).flatMap(shownOf)) visit(part);
  };
  const visit = (node: ts.Node): void => {
    const name = nameOf(node);
    const symbol = name && checker.getSymbolAtLocation(name);
    const origin = symbol && originOf(checker, symbol);
    if (origin !== undefined && isOurs(origin) && !named.has(origin)) {
      named.add(origin);
      follow(origin);
    }
    ts.forEachChild(node, visit);
  };
  for (const symbol of door.exports.values()) if (isOurs(symbol)) follow(symbol);
  return named;
}

function nameOf(node: ts.Node): ts.Node | undefined {
  if (ts.isTypeReferenceNode(node)) return node.typeName;
  return ts.isExpressionWithTypeArguments(node) ? node.expression : undefined;
}

const isOurs = (symbol: ts.Symbol): boolean =>
  /^packages\/[a-z-]+\/src\//.test(placeOf(symbol)) &&
  (symbol.flags & ts.SymbolFlags.TypeParameter) === 0;

/** What declarations of functions, members and values have in common. */
interface Signed {
  readonly type?: ts.TypeNode;
  readonly parameters?: readonly ts.ParameterDeclaration[];
  readonly typeParameters?: readonly ts.TypeParameterDeclaration[];
}

/** The parts of a declaration that its users see: no bodies, and nothing private. */
function shownOf(declaration: ts.Declaration): readonly ts.Node[] {
  if (ts.isTypeAliasDeclaration(declaration) || ts.isInterfaceDeclaration(declaration)) {
    return [declaration];
  }
  if (ts.isClassDeclaration(declaration)) {
    const members = declaration.members.filter((one) => !isPrivate(one));
    return [...(declaration.heritageClauses ?? []), ...members.flatMap(shownOf)];
  }
  if (ts.isVariableDeclaration(declaration) && declaration.type === undefined) {
    const made = declaration.initializer;
    return made && (ts.isArrowFunction(made) || ts.isFunctionExpression(made)) ? shownOf(made) : [];
  }
  const { type, parameters = [], typeParameters = [] } = declaration as ts.Declaration & Signed;
  const given = parameters.flatMap((one) => one.type ?? []);
  return [...typeParameters, ...given, ...(type ? [type] : [])];
}

const isPrivate = (member: ts.ClassElement): boolean =>
  (ts.getCombinedModifierFlags(member) & ts.ModifierFlags.Private) !== 0 ||
  (member.name !== undefined && ts.isPrivateIdentifier(member.name));
