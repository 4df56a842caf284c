/** The release of the kernel, as an option of many commands. */
import { KERNELS, type KernelName } from "@forkpath/abi";
import { Option } from "commander";
import { kernelNamed } from "./kernel-name.ts";

/** What a command gets of it; undefined where nobody asked. */
export interface KernelChoice {
  readonly kernel?: KernelName;
}

export const kernelOption = (what: string): Option =>
  new Option("--kernel <NAME>", what).choices(KERNELS).argParser(kernelNamed);

/** Of commands that run a scenario. */
export const onKernelOption = (): Option =>
  kernelOption("run it on this release of Linux, whatever it says");
