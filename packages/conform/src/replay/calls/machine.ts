/** What nobody in particular does. */
import type { MachineCall } from "../call.ts";
import { outcomeOf } from "../outcome.ts";

const INIT = 1;

export const truncate: MachineCall = ({ kernel }, [name, pages]) =>
  outcomeOf(kernel.truncate(INIT, name, Number(pages)));
