/** What nobody in particular does. */
import type { MachineCall } from "../call.ts";
import { NotModelled, OK, outcomeOf } from "../outcome.ts";

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
  if (area !== undefined) kernel.swapon(area);
  return OK;
};

export const migrate: MachineCall = () => {
  throw new NotModelled("migrate to another node");
};
