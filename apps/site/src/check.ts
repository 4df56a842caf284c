/** Reads a built folder as a browser does: every link and anchor in it leads somewhere in it. */
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join, posix } from "node:path";

/** What is wrong, one line each. `base` is the path that the folder is served under. */
export function checkFolder(folder: string, base = "/"): string[] {
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((path) => path.replaceAll("\\", "/"))
    .filter((path) => !path.startsWith("playground/") && statSync(join(folder, path)).isFile());
  const html = new Map(
    files
      .filter((path) => path.endsWith(".html"))
      .map((path) => [path, readFileSync(join(folder, path), "utf8")]),
  );
  const anchors = new Map([...html].map(([path, text]) => [path, anchorsOf(text)]));
  const styles = files.filter((path) => path.endsWith(".css"));
  return [
    ...styles.flatMap((path) => loadedByStyle(path, readFileSync(join(folder, path), "utf8"))),
    ...[...html].flatMap(([path, text]) => [
      ...loadedByPage(path, text),
      ...linksOf(text).flatMap((link) => {
        const reason = whyBroken(folder, base, anchors, path, link);
        return reason === undefined ? [] : [`${path}: ${link}: ${reason}`];
      }),
    ]),
  ];
}

const anchorsOf = (text: string): ReadonlySet<string> =>
  new Set([...text.matchAll(/\sid="([^"]*)"/g)].map(([, id]) => unescapeText(id!)));

const linksOf = (text: string): string[] => [
  ...new Set([...text.matchAll(/\s(?:href|src)="([^"]*)"/g)].map(([, to]) => unescapeText(to!))),
];

const unescapeText = (text: string): string =>
  text.replaceAll("&quot;", '"').replaceAll("&#39;", "'").replaceAll("&amp;", "&");

const OUTSIDE = /^(?:https?:)?\/\//;

function loadedByPage(path: string, text: string): string[] {
  const tags = text.matchAll(/<(?:script|link|img|iframe|source|video|audio)\s[^>]*>/g);
  return [...tags]
    .filter(([tag]) =>
      [...tag.matchAll(/\s(?:href|src)="([^"]*)"/g)].some(([, to]) => OUTSIDE.test(to!)),
    )
    .map(([tag]) => `${path}: loaded from outside: ${tag}`);
}

function loadedByStyle(path: string, text: string): string[] {
  return [...text.matchAll(/(?:url\(\s*|@import\s+)["']?((?:https?:)?\/\/[^"')\s]+)/g)].map(
    ([, to]) => `${path}: loaded from outside: ${to}`,
  );
}

function whyBroken(
  folder: string,
  base: string,
  anchors: ReadonlyMap<string, ReadonlySet<string>>,
  page: string,
  link: string,
): string | undefined {
  if (/^([a-z]+:|\/\/)/i.test(link)) return undefined;
  const [path = "", anchor] = link.split("#", 2);
  if (path.startsWith("/") && !path.startsWith(base)) return `not under ${base}`;
  const from = path.startsWith("/")
    ? path.slice(base.length)
    : posix.join(posix.dirname(page), decodeURI(path));
  const target = path === "" ? page : /(^|\/)$/.test(from) ? `${from}index.html` : from;
  if (!existsSync(join(folder, target))) return "no such file";
  if (!anchor || !anchors.has(target)) return undefined;
  return anchors.get(target)!.has(decodeURIComponent(anchor)) ? undefined : "no such anchor";
}
