/**
 * The example of a package's README: its first block of TypeScript, as a reader would copy it.
 *
 * What a statement prints stands behind it, `console.log(x); // 5`, and goes on in the comments
 * directly below. What has to be installed stands in the block `npm install A B`.
 */
import { blocksIn } from "./blocks.ts";

export interface Example {
  readonly code: string;
  /** Packages that the code imports. */
  readonly imports: readonly string[];
  /** Whether it imports modules of Node.js, whose types a reader has besides. */
  readonly isForNode: boolean;
  /** Packages that the README says to install. */
  readonly installs: readonly string[];
  /** What the code says that it prints. */
  readonly prints: readonly string[];
}

export function exampleOf(readme: string): Example {
  const code = blocksIn(readme).find(({ info }) => info === "ts")?.body ?? "";
  const install = readme.match(/^```sh\nnpm install ([^\n]*)\n/m)?.[1] ?? "";
  const imports = Array.from(
    code.matchAll(/^(?:import|\}) .*?from "([^"]+)";$/gm),
    ([, one]) => one!,
  );
  return {
    code,
    imports: [...new Set(imports)].filter((one) => !one.startsWith("node:")).sort(),
    isForNode: imports.some((one) => one.startsWith("node:")),
    installs: install.split(" ").filter((word) => word !== ""),
    prints: printedBy(code),
  };
}

/** What the code says that it prints, line by line. */
export function printedBy(code: string): string[] {
  const prints: string[] = [];
  let isOpen = false; // inside a console.log that has not ended
  let isShown = false; // below one, where its output may go on
  for (const line of code.split("\n")) {
    const more: RegExpExecArray | null = isShown ? /^ *\/\/(?: (.*))?$/.exec(line) : null;
    if (more) prints.push(more[1] ?? "");
    isShown = more !== null;
    isOpen ||= line.includes("console.log(");
    const end = isOpen ? /\);(?: \}\))?(?: \/\/ (.*))?$/.exec(line) : null;
    if (!end) continue;
    isOpen = false;
    isShown = end[1] !== undefined;
    if (isShown) prints.push(end[1]!);
  }
  return prints;
}
