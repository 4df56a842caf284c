/** What every library exports, as the compiler sees it: names, what they stand for, and types. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { publishedLibraries, REPO } from "@forkpath/config/published";
import ts from "typescript";

export interface Door {
  /** `@forkpath/mm`, or `@forkpath/mm/internal`. */
  readonly name: string;
  readonly isInternal: boolean;
  readonly exports: ReadonlyMap<string, ts.Symbol>;
}

export interface Exports {
  readonly checker: ts.TypeChecker;
  readonly doors: readonly Door[];
}

const OPTIONS: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2023,
  lib: ["lib.es2023.d.ts"],
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  customConditions: ["@forkpath/source"],
  allowImportingTsExtensions: true,
  strict: true,
  noEmit: true,
  skipLibCheck: true,
  types: [],
};

/** The doors of all libraries; nothing needs to be built. */
export function readExports(): Exports {
  const doors = publishedLibraries()
    .flatMap(({ dir, manifest: { name } }) => [
      { name, isInternal: false, file: join(REPO, dir, "src/index.ts") },
      { name: `${name}/internal`, isInternal: true, file: join(REPO, dir, "src/internal.ts") },
    ])
    .filter(({ file }) => existsSync(file));
  const program = ts.createProgram(
    doors.map(({ file }) => file),
    OPTIONS,
  );
  const checker = program.getTypeChecker();
  return {
    checker,
    doors: doors.map(({ name, isInternal, file }) => {
      const module = checker.getSymbolAtLocation(program.getSourceFile(file)!)!;
      const exported = checker.getExportsOfModule(module);
      const exports = exported.map((one) => [one.name, originOf(checker, one)] as const);
      return { name, isInternal, exports: new Map(exports) };
    }),
  };
}

/** What a name stands for in the end, through all the files that hand it on. */
export const originOf = (checker: ts.TypeChecker, symbol: ts.Symbol): ts.Symbol =>
  symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;

/** Where something is declared, from the root of the repository. */
export const placeOf = (symbol: ts.Symbol): string =>
  symbol.declarations?.[0]?.getSourceFile().fileName.slice(REPO.length + 1) ?? "";
