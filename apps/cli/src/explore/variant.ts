/**
 * Variants of a litmus, as they stand behind its name: on another release, on the mended machine,
 * and with turns everywhere.
 *
 *     d01-exec-arguments+v6.18+cured+everywhere
 */
import { KERNELS, type KernelName } from "@forkpath/abi";
import { CURED, EVERYWHERE } from "@forkpath/explore";

export interface Variant {
  /** The name without what stands behind it. */
  readonly base: string;
  /** Undefined where the scenario says. */
  readonly kernel: KernelName | undefined;
  readonly cured: boolean;
  readonly everywhere: boolean;
}

export function parseVariant(name: string): Variant {
  const everywhere = name.endsWith(EVERYWHERE);
  const rest = everywhere ? name.slice(0, -EVERYWHERE.length) : name;
  const cured = rest.endsWith(CURED);
  const named = cured ? rest.slice(0, -CURED.length) : rest;
  const kernel = KERNELS.find((one) => named.endsWith(`+${one}`));
  const base = kernel === undefined ? named : named.slice(0, -kernel.length - 1);
  return { base, kernel, cured, everywhere };
}

/** What is asked for by options counts as if the name had said it. */
export function withVariant(name: string, options: Partial<Omit<Variant, "base">>): string {
  const { base, cured, everywhere, ...written } = parseVariant(name);
  const kernel = options.kernel ?? written.kernel;
  const isCured = cured || options.cured === true;
  const isEverywhere = everywhere || options.everywhere === true;
  const on = kernel === undefined ? "" : `+${kernel}`;
  return `${base}${on}${isCured ? CURED : ""}${isEverywhere ? EVERYWHERE : ""}`;
}
