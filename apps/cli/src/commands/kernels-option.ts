/** Several releases of the kernel, in the words of `on:` in a scenario. */
import { KERNELS, type KernelName, kernelsIn, RANGE_FORMS } from "@forkpath/abi";
import { helpOnRange, rangeMeant, releaseMeant } from "@forkpath/scenario/internal";
import { InvalidArgumentError, Option } from "commander";
import { sentence } from "./kernel-name.ts";

/** `all`, or ranges with commas between; in the order of the axis. */
export const kernelsOption = (what: string): Option =>
  new Option("--kernels <RANGES>", what).argParser(parseKernels);

function parseKernels(text: string): readonly KernelName[] {
  if (text === "all") return KERNELS;
  const meant = text.split(",").flatMap((part) => {
    const range = part.trim();
    const release = releaseMeant(range);
    const kernels = release === undefined ? kernelsIn(rangeMeant(range) ?? range) : [release];
    if (kernels === undefined) {
      const help = sentence(helpOnRange(range));
      const got = range === text ? "" : `, got ${range}`;
      throw new InvalidArgumentError(
        `${help}Wanted all, or releases such as ${RANGE_FORMS}${got}.`,
      );
    }
    if (kernels.length === 0) {
      throw new InvalidArgumentError(`${range} has none of ${KERNELS.join(", ")} in it.`);
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
