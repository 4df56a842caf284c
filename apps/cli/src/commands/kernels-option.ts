/** Several releases of the kernel, in the words of `on:` in a scenario. */
import { KERNELS, type KernelName, kernelsIn, RANGE_FORMS } from "@forkpath/abi";
import { InvalidArgumentError, Option } from "commander";
import { releaseMeant } from "./kernel-name.ts";

/** `all`, or ranges with commas between; in the order of the axis. */
export const kernelsOption = (what: string): Option =>
  new Option("--kernels <RANGES>", what).argParser(parseKernels);

function parseKernels(text: string): readonly KernelName[] {
  if (text === "all") return KERNELS;
  const meant = text.split(",").flatMap((part) => {
    const release = releaseMeant(part.trim());
    const kernels = release === undefined ? kernelsIn(part.trim()) : [release];
    if (kernels === undefined) {
      throw new InvalidArgumentError(`Wanted all, or releases such as ${RANGE_FORMS}.`);
    }
    if (kernels.length === 0) {
      throw new InvalidArgumentError(`${part.trim()} has none of ${KERNELS.join(", ")} in it.`);
    }
    return kernels;
  });
  return KERNELS.filter((kernel) => meant.includes(kernel));
}

/** Of a benchmark: whose machines are alive in the same process. */
export const besideOption = (): Option =>
  new Option("--beside <RANGES>", "machines of these releases live and fork in between")
    .argParser(parseKernels)
    .default([], "none");
