/**
 * Which of several threads gives a name to which mapping: two that run at once may not give the
 * same one, since what it means afterwards would depend on the schedule.
 */
import type { KnownNames, KnownSpace, TellProblem } from "../format/known.ts";
import type { Action } from "./verb.ts";

export class Makers {
  private readonly threads = new Map<KnownSpace, Map<string, string>>();

  check(thread: string, { makes }: Action, known: KnownNames, report: TellProblem): void {
    const space = makes === null ? undefined : known.get(makes.process)?.space;
    if (makes?.mapping === null || makes === null || space === undefined) return;
    const { mapping } = makes;
    const made = this.threads.get(space) ?? new Map<string, string>();
    this.threads.set(space, made);
    const other = made.get(mapping);
    if (other !== undefined && other !== thread) {
      report(`threads ${other} and ${thread} both give the name ${mapping} to a mapping`);
    }
    made.set(mapping, thread);
  }
}
