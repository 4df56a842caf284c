/**
 * What MADV_WILLNEED answers for memory without a file.
 *
 *    el6      -EBADF
 *    v3.10    0: it reads swapped pages ahead, those of shared memory too
 */
import { Errno, type Rule } from "@forkpath/abi";

export const willneedAnon: Rule<number> = {
  decides: "what MADV_WILLNEED answers for anonymous memory",
  answers: [
    { since: "el6", does: "-EBADF", by: -Errno.EBADF, source: "SPEC §5.1" },
    { since: "v3.10", does: "0", by: 0, source: "recorded: live 6.18.44", first: "3.9" },
  ],
};
