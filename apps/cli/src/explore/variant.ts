/**
 * Variants of a litmus, as they stand behind its name: on the mended machine, and with turns
 * everywhere.
 *
 *     d01-exec-arguments+cured+everywhere
 */
import { CURED, EVERYWHERE } from "@forkpath/explore";

export interface Variant {
  /** The name without what stands behind it. */
  readonly base: string;
  readonly cured: boolean;
  readonly everywhere: boolean;
}

export function parseVariant(name: string): Variant {
  const everywhere = name.endsWith(EVERYWHERE);
  const rest = everywhere ? name.slice(0, -EVERYWHERE.length) : name;
  const cured = rest.endsWith(CURED);
  return { base: cured ? rest.slice(0, -CURED.length) : rest, cured, everywhere };
}

/** What is asked for by options counts as if the name had said it. */
export function withVariant(
  name: string,
  options: { readonly cured?: boolean; readonly everywhere?: boolean },
): string {
  const { base, cured, everywhere } = parseVariant(name);
  const isCured = cured || options.cured === true;
  const isEverywhere = everywhere || options.everywhere === true;
  return `${base}${isCured ? CURED : ""}${isEverywhere ? EVERYWHERE : ""}`;
}
