/**
 * Every relative link of a Markdown file leads to a file of the workspace, and to a place in it.
 */
import { existsSync } from "node:fs";
import { join, posix } from "node:path";
import { anchorsOf, type Document, isMarkdown, lineAt, proseOf } from "./documents.ts";
import type { Finding } from "./workspace.ts";

const LINK = /\]\(\s*(?<target>[^)\s]+)[^)]*\)/g;
const HAS_SCHEME = /^[a-z][a-z+.-]*:/;

export function checkLinks(root: string, documents: readonly Document[]): Finding[] {
  const places = new Map(
    documents.filter(isMarkdown).map(({ path, text }) => [path, placesIn(text)] as const),
  );
  const findings: Finding[] = [];
  for (const document of documents.filter(isMarkdown)) {
    const { path, text } = document;
    for (const { index, groups } of proseOf(text).matchAll(LINK)) {
      const message = refuse(root, path, groups!.target!, places);
      if (message !== undefined) {
        findings.push({ path, line: lineAt(text, index), rule: "link", message, isWarning: false });
      }
    }
  }
  return findings;
}

/** Why the link leads nowhere, or undefined where it leads somewhere. */
function refuse(
  root: string,
  from: string,
  target: string,
  places: ReadonlyMap<string, ReadonlySet<string>>,
): string | undefined {
  if (HAS_SCHEME.test(target)) return undefined;
  const [file, place] = target.split("#") as [string, string | undefined];
  const path = file === "" ? from : posix.join(posix.dirname(from), file);
  if (path.startsWith("../")) return `${target} leaves the repository`;
  if (!existsSync(join(root, path))) return `${target}: there is no ${path}`;
  if (place === undefined || !path.endsWith(".md") || places.get(path)?.has(place)) {
    return undefined;
  }
  return `${target}: ${path} has no place called ${place}`;
}

/** Anchors, and headings as GitHub names them. */
function placesIn(text: string): Set<string> {
  const headings = Array.from(proseOf(text).matchAll(/^#{1,6} +.*$/gm), ({ index }) => {
    const heading = text.slice(index).split("\n", 1)[0]!;
    return heading
      .replace(/^#+ +/, "")
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\p{M}_ -]/gu, "")
      .replaceAll(" ", "-");
  });
  return new Set([...anchorsOf(text), ...headings]);
}
