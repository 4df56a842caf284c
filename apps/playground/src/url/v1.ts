/**
 * Links of version 1: which view, of which history or schedule, and what is looked at.
 *
 *     #v1/history/NAME?step=3&at=8354&pair=redis,snapshot&page=redis,heap,23&tab=calls&kernel=v6.18
 *     #v1/history/~DATA?step=3                      DATA: the text, deflated, in base64url
 *     #v1/race/d01-exec-arguments+everywhere@v1:a85b14?row=9&t=5f3a91c2
 *     #v1/race/~DATA+cured@v1:a85b14?row=9
 *     #v1/process
 *
 * Keys that nobody knows are kept: a newer page may have made the link.
 */

export type ViewName = "history" | "race" | "process";

export interface Link {
  readonly view: ViewName;
  /** Name of an example or a litmus, `~` and a deflated text, or "" for none. */
  readonly source: string;
  /** Of a race: with its version, as replay strings have it. Null where none is chosen. */
  readonly schedule: string | null;
  /** Everything behind the question mark, in the order of the link. */
  readonly params: ReadonlyMap<string, string>;
}

const VIEWS: readonly ViewName[] = ["history", "race", "process"];
const PREFIX = "v1";

/** Signs that a part may have as they are; a space never is. */
const PLAIN = /%(?:2C|2F|3A|40|7E|2B)/g;
const encode = (text: string): string =>
  encodeURIComponent(text).replace(PLAIN, (code) => decodeURIComponent(code));

/** Undefined for what is no link of this version. */
export function parseLink(hash: string): Link | undefined {
  const text = hash.replace(/^#/, "");
  const cut = text.search(/[?&]/);
  const path = cut < 0 ? text : text.slice(0, cut);
  const [version, view, ...rest] = path.split("/");
  if (version !== PREFIX || !VIEWS.includes(view as ViewName)) return undefined;
  const params = cut < 0 ? new Map<string, string>() : parseParams(text.slice(cut + 1));
  const where = safeDecode(rest.join("/"));
  if (where === undefined || params === undefined) return undefined;
  const at = view === "race" ? where.lastIndexOf("@") : -1;
  return {
    view: view as ViewName,
    source: at < 0 ? where : where.slice(0, at),
    schedule: at < 0 ? null : where.slice(at + 1),
    params,
  };
}

export function printLink({ view, source, schedule, params }: Link): string {
  const where = `${source}${schedule === null ? "" : `@${schedule}`}`;
  const query = [...params].map(([key, value]) =>
    value === "" ? encode(key) : `${encode(key)}=${encode(value)}`,
  );
  const path = where === "" ? "" : `/${encode(where)}`;
  return `#${PREFIX}/${view}${path}${query.length === 0 ? "" : `?${query.join("&")}`}`;
}

function parseParams(text: string): Map<string, string> | undefined {
  const params = new Map<string, string>();
  for (const part of text.split("&")) {
    if (part === "") continue;
    const cut = part.indexOf("=");
    const key = safeDecode(cut < 0 ? part : part.slice(0, cut));
    const value = safeDecode(cut < 0 ? "" : part.slice(cut + 1));
    if (key === undefined || value === undefined) return undefined;
    params.set(key, value);
  }
  return params;
}

function safeDecode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
