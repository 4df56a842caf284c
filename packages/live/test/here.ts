/** What of this machine keeps a run from being held against the model. */
import { spawnSync } from "node:child_process";
import { planLive } from "@forkpath/live";
import { parseScenario, type Scenario } from "@forkpath/scenario";

/** The reason, for a test that is skipped; null where everything can be seen. */
export function whyNotHere(): string | null {
  if (process.platform !== "linux" || process.arch !== "x64") return "this is not Linux on x86-64";
  const compiler = process.env.CC || "cc";
  if (spawnSync(compiler, ["--version"]).status !== 0) return "there is no C compiler";
  const { machine } = planLive(scenarioOf("processes: { one: {} }"));
  if (!machine.isExact) return `the model has no profile of ${machine.release}`;
  if (!RECORDED.has(machine.kernel)) return `no kernel of ${machine.kernel} was ever recorded`;
  return machine.hasFrames ? null : "only root sees frames";
}

const RECORDED: ReadonlySet<string> = new Set(["v6.1", "v6.18"]);

export const scenarioOf = (text: string): Scenario => parseScenario(text, "test.yaml");
