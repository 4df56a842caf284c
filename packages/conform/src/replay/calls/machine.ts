/** What nobody in particular does. */
import { Errno, errnoName, PAGE_SIZE } from "@forkpath/abi";
import type { MachineCall } from "../call.ts";
import { runText } from "../look/runs.ts";
import { OK, outcomeOf } from "../outcome.ts";
import { parseRange } from "../places.ts";

const INIT = 1;
const SWAP_AREA = 0;

export const truncate: MachineCall = ({ kernel }, [name, pages]) =>
  outcomeOf(kernel.truncate(INIT, name, Number(pages)));

/** By a process of its own, which has no memory to look at. */
export const swapoff: MachineCall = ({ kernel }) => {
  const pid = kernel.createProcess({ comm: "swapoff" });
  const status = kernel.swapoff(pid, SWAP_AREA);
  kernel.exitGroup(pid);
  kernel.wait(INIT, pid);
  return outcomeOf(status);
};

export const swapon: MachineCall = ({ kernel }) => {
  const [area] = kernel.machine.config.swap;
  if (area === undefined) return OK;
  if (kernel.machine.mm.swap.active.length > 0) return outcomeOf(-Errno.EBUSY);
  kernel.swapon(area);
  return OK;
};

/** `- migrate P Rk a..b NODE [all]`: move_pages, by root. */
export const migrate: MachineCall = ({ kernel, subjects }, [name, place, range, node, all]) => {
  const subject = subjects.get(name);
  if (subject === undefined) throw new RangeError(`no process is called ${name}`);
  if (kernel.process(subject.pid).state !== "running") return outcomeOf(-Errno.EINVAL);
  const { addr, len } = parseRange(place, range);
  const request = { addr, pages: len / PAGE_SIZE, node: Number(node), all: all === "all" };
  const { status, nodes } = kernel.movePages(subject.pid, request);
  return status < 0 ? outcomeOf(status) : { ...OK, more: { node: runText(nodes.map(nodeText)) } };
};

/** What the recorder had put there before the call. */
const UNTOLD = 99;
const nodeText = (node: number | undefined = UNTOLD): string =>
  node < 0 ? errnoName(node).slice(1) : String(node);
