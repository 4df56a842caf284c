/** `forkpath bisect`: since which release a history goes as it does, and which rule it is. */
import { KERNELS, type KernelName } from "@forkpath/abi";
import { bisectScenario, type OnRun } from "@forkpath/scenario";
import { type Command, Option } from "commander";
import type { Finish } from "../exit-code.ts";
import { turnsJson } from "../kernels/bisect-json.ts";
import { bisectLines } from "../kernels/bisect-text.ts";
import { kernelsBetween } from "../kernels/kernel-columns.ts";
import { readScenario } from "../scenario/read-scenario.ts";
import type { Terminal } from "../terminal.ts";
import { UsageError } from "../usage-error.ts";
import { kernelNamed } from "./kernel-name.ts";

interface BisectOptions {
  readonly from: KernelName;
  readonly to: KernelName;
  readonly json?: boolean;
}

const HELP = `
Runs the scenario on every release from the one to the other, and tells between which two an
expectation is met on the one and not on the other, or a step ends otherwise. Then it gives the
older one the rules of the younger, one at a time, until it answers the same: that rule is the
cause. Where no rule does it alone, the smallest set is looked for. Releases in on: are not asked
for here: every expectation is looked at everywhere.

Exit code 1 means that nothing changes between the two.

Examples:
  $ forkpath bisect thp-after-fork                   an example that comes with forkpath
  $ forkpath bisect server.yaml --from v5.4 --to v5.10
  $ forkpath bisect server.yaml --json               for a program`;

/** Adds the command to `program`; `finish` hears whether anything changes. */
export function addBisect(program: Command, terminal: Terminal, finish: Finish): void {
  program
    .command("bisect")
    .summary("tell since which release a scenario goes otherwise, and why")
    .description("Finds between which releases an expectation changes, and which rule does it.")
    .argument("<FILE|NAME>", "a scenario, or the name of an example; - is standard input")
    .addOption(release("--from <NAME>", "the release to begin with", KERNELS[0]))
    .addOption(release("--to <NAME>", "the release to end with", KERNELS[KERNELS.length - 1]))
    .option("--json", "write one JSON object in place of text")
    .addHelpText("after", HELP)
    .action(async (file: string, { from, to, json }: BisectOptions) => {
      if (from === to) throw new UsageError(`--from and --to must be two releases, both are ${to}`);
      const scenario = await readScenario(file, terminal.stdin);
      const kernels = kernelsBetween(from, to);
      const turns = bisectScenario(scenario, kernels, progressOn(terminal));
      terminal.status?.clear();
      terminal.out(
        json
          ? JSON.stringify(turnsJson(scenario, kernels, turns), null, 2)
          : bisectLines(scenario, kernels, turns, terminal.colors).join("\n"),
      );
      finish(turns.length > 0);
    });
}

const release = (flags: string, what: string, preset: KernelName): Option =>
  new Option(flags, what).choices(KERNELS).argParser(kernelNamed).default(preset);

const progressOn =
  ({ status }: Terminal): OnRun =>
  (kernel, rules) =>
    status?.draw([kernel, ...rules.map(({ name }) => name)].join(" with "));
