/** Releases for programs: what `kernels --json` writes. */
import { KERNELS, type KernelName } from "@forkpath/abi";
import { differences, evidenceFor, LEFT_OUT, leftOutOn, RELEASES, rulesOn } from "@forkpath/kernel";
import { differenceJson } from "./bisect-json.ts";
import { answerJson } from "./rule-text.ts";

export const kernelsJson = (): object => KERNELS.map(releaseJson);

const releaseJson = (kernel: KernelName): object => ({ kernel, ...RELEASES[kernel] });

export const kernelJson = (kernel: KernelName): object => ({
  ...releaseJson(kernel),
  rules: rulesOn(kernel).map(({ name, book, rule, answer }) => ({
    name,
    package: book,
    decides: rule.decides,
    ...answerJson(answer, evidenceFor(kernel, name, rule)),
  })),
});

export const pairJson = (from: KernelName, to: KernelName): object => ({
  from,
  to,
  rules: differences(from, to).map((one) => differenceJson(one, from, to)),
  notModelled: LEFT_OUT.map((one) => ({
    what: one.what,
    was: leftOutOn(one, from),
    is: leftOutOn(one, to),
    why: one.why,
  })).filter(({ was, is }) => was !== is),
});
