/** The kernel that a user means: a name such as `v6.1`, or what `uname -r` prints. */
import { KERNELS, type KernelName } from "@forkpath/abi";
import { helpOnRelease, releaseMeant } from "@forkpath/scenario/internal";
import { InvalidArgumentError } from "commander";

/** @throws InvalidArgumentError for one that is not modelled, with what is near */
export function kernelNamed(text: string): KernelName {
  const found = KERNELS.find((name) => name === text) ?? releaseMeant(text);
  if (found !== undefined) return found;
  const choices = `Allowed choices are ${KERNELS.join(", ")}.`;
  throw new InvalidArgumentError(`${sentence(helpOnRelease(text))}${choices}`);
}

/** Half a sentence as a whole one with a space after it; nothing stays nothing. */
export const sentence = (half: string): string =>
  half === "" ? "" : `${half[0].toUpperCase()}${half.slice(1)}${half.endsWith("?") ? "" : "."} `;
