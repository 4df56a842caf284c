/** `forkpath playground`: a history or a race in the browser. */
import { counterLitmuses } from "@forkpath/explore";
import { parseScenario } from "@forkpath/scenario";
import { readExample } from "@forkpath/scenario/examples";
import type { Command } from "commander";
import { historyLink, raceLink } from "../playground/link.ts";
import { openBrowser } from "../playground/open-browser.ts";
import { servePlayground } from "../playground/serve.ts";
import { readFileOrHelp } from "../scenario/read-scenario.ts";
import type { Terminal } from "../terminal.ts";
import { wholeNumber } from "./whole-number.ts";

interface PlaygroundOptions {
  readonly port?: number;
  readonly open: boolean;
}

const MOST_PORT = 65_535;

const HELP = `
The page runs in your browser: it is served from this machine to this machine, and sends nothing
anywhere. A scenario with threads opens as a race. forkpath run lists the examples, forkpath explore
the litmuses.

Examples:
  $ forkpath playground                     the first example
  $ forkpath playground redis-snapshot      another one
  $ forkpath playground server.yaml         your own
  $ forkpath playground "$(forkpath run server.yaml --link)"
  $ forkpath playground --port 8080 --no-open`;

/** Adds the command to `program`. */
export function addPlayground(program: Command, terminal: Terminal): void {
  program
    .command("playground")
    .summary("see a history or a race in the browser")
    .description("Serves the playground on this machine, and opens it in the browser.")
    .argument(
      "[FILE]",
      "a scenario, the name of an example or a litmus, or a link; - is standard input",
    )
    .option("--port <N>", "where it listens; by default any free port", wholeNumber(0, MOST_PORT))
    .option("--no-open", "only say where it is")
    .addHelpText("after", HELP)
    .action((file: string | undefined, options: PlaygroundOptions) =>
      showPlayground(file, options, terminal),
    );
}

async function showPlayground(
  file: string | undefined,
  { port = 0, open }: PlaygroundOptions,
  terminal: Terminal,
): Promise<void> {
  const hash = file === undefined ? "" : await linkTo(file, terminal);
  const { url, close } = await servePlayground(port);
  terminal.out(`${url}${hash}`);
  terminal.err("Ctrl-C ends it");
  if (open) openBrowser(`${url}${hash}`);
  await new Promise<void>((done) => {
    const forget = terminal.onInterrupt(() => {
      forget();
      done();
    });
  });
  await close();
}

/** @throws UsageError for a file that cannot be read, ScenarioError for one that is no scenario */
async function linkTo(file: string, terminal: Terminal): Promise<string> {
  if (/^#v\d+\//.test(file)) return file;
  const example = await readExample("history", file);
  if (example !== undefined) return historyLink({ name: file, text: example });
  const litmus = await readExample("litmus", file);
  if (litmus !== undefined) return raceLink({ name: file, text: litmus }, "", null);
  if (counterLitmuses().some(({ name }) => name === file)) {
    return raceLink({ name: file, text: "" }, "", null);
  }
  const bytes = await readFileOrHelp(file, terminal.stdin, ["history", "litmus"]);
  const text = new TextDecoder().decode(bytes);
  const { threads } = parseScenario(text, file);
  const linked = { name: null, text };
  return threads.size === 0 ? historyLink(linked) : raceLink(linked, "", null);
}
