/**
 * Links of every version that ever was go on working: each version has one function here, which
 * makes a link of the next version of it.
 */
import { type Link, parseLink } from "./v1.ts";

export const CURRENT_VERSION = 1;

/** By the version that each one takes. No version was before the first. */
export const UPGRADERS: ReadonlyMap<number, (hash: string) => string> = new Map();

export type ReadLink =
  | { readonly kind: "link"; readonly link: Link }
  | { readonly kind: "none" }
  /** A version that this page does not know, or a damaged link. */
  | { readonly kind: "unknown"; readonly why: string };

export function readLink(hash: string): ReadLink {
  if (hash === "" || hash === "#") return { kind: "none" };
  const version = Number(/^#v(\d+)\//.exec(hash)?.[1] ?? Number.NaN);
  if (Number.isNaN(version)) return { kind: "unknown", why: "This is no link of the playground." };
  if (version > CURRENT_VERSION) {
    return {
      kind: "unknown",
      why: `This link is of version ${version}; this page knows versions up to ${CURRENT_VERSION}.`,
    };
  }
  let upgraded = hash;
  for (let from = version; from < CURRENT_VERSION; from++) {
    upgraded = UPGRADERS.get(from)?.(upgraded) ?? upgraded;
  }
  const link = parseLink(upgraded);
  return link === undefined
    ? { kind: "unknown", why: "This link is damaged." }
    : { kind: "link", link };
}
