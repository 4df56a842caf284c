/**
 * Which areas the totals of an address space count, beside total_vm (SPEC §5.10, L5/11, M8.2).
 *
 *               el6, by the file              v4.14, by the flags
 *    shared     of files                      not kept
 *    exec       of files: EXEC, no WRITE      EXEC, no WRITE, no GROWSDOWN
 *    stack      no file: GROWSDOWN            GROWSDOWN
 *    data       not kept                      WRITE, no SHARED, no GROWSDOWN
 *    reserved   RESERVED or IO                not kept
 *
 * The calls and the recount ask the same rule. An area counts in each field that it fits, in the
 * order of the fields.
 */
import { type Rule, VmFlag } from "@forkpath/abi";
import type { MmRules } from "../types.ts";

type Usage = MmRules["usage"];

const { EXEC, WRITE, SHARED, GROWSDOWN, RESERVED, IO } = VmFlag;
const never = (): boolean => false;

const BY_FILE: Usage = {
  totalVm: () => true,
  sharedVm: ({ hasFile }) => hasFile,
  execVm: ({ hasFile, flags }) => hasFile && (flags & (EXEC | WRITE)) === EXEC,
  stackVm: ({ hasFile, flags }) => !hasFile && (flags & GROWSDOWN) !== 0,
  reservedVm: ({ flags }) => (flags & (RESERVED | IO)) !== 0,
  dataVm: never,
};

const BY_FLAGS: Usage = {
  totalVm: () => true,
  sharedVm: never,
  execVm: ({ flags }) => (flags & (EXEC | WRITE | GROWSDOWN)) === EXEC,
  stackVm: ({ flags }) => (flags & GROWSDOWN) !== 0,
  reservedVm: never,
  dataVm: ({ flags }) => (flags & (WRITE | SHARED | GROWSDOWN)) === WRITE,
};

export const usage: Rule<Usage> = {
  decides: "which areas the totals of an address space count",
  answers: [
    {
      since: "el6",
      does: "by their file: shared, exec, stack, reserved",
      by: BY_FILE,
      source: "SPEC §5.10",
    },
    {
      since: "v4.14",
      does: "by their flags: exec, stack, data",
      by: BY_FLAGS,
      source: "L5/11",
      first: "4.5",
    },
  ],
};
