/** Programs to exec, and strings that take a known number of pages of the stack. */
import { PAGE_SIZE } from "@forkpath/abi";
import { addFile } from "@forkpath/test-world";
import type { ExecRequest, ForkEnv } from "../../src/index.ts";

/** A program of 2 text, 1 data and 3 bss pages. */
export function program(fe: ForkEnv, request: Omit<ExecRequest, "image"> = {}): ExecRequest {
  const known = [...fe.mm.files.values()].find(({ path }) => path === "/bin/true");
  const file = known ?? addFile({ env: fe.mm }, { path: "/bin/true" });
  return { ...request, image: { file, textPages: 2, dataPages: 1, bssPages: 3 } };
}

/** One argument such that all strings together touch `pages` pages. */
export const argumentOf = (pages: number): string => "x".repeat((pages - 1) * PAGE_SIZE);
