/** The answer in a few sentences: will it work, how long does it take, what does it cost. */
import type { ChargedArea, CommitAnswer, GrowthLimit, Prediction } from "@forkpath/predict";
import type { CaptureText } from "@forkpath/procfs";
import { grouped } from "../grouped.ts";
import type { Colors } from "../terminal.ts";
import { ofThings, shareText, sizeText, timeText } from "./sizes.ts";
import { wrapped } from "./wrapped.ts";

/** @param empty texts of the capture with nothing in them */
export function verdictLines(
  prediction: Prediction,
  colors: Colors,
  empty: readonly CaptureText[],
): string[] {
  return [
    ...allowedLines(prediction, colors, empty),
    ...timeLines(prediction),
    ...costLines(prediction),
    ...limitLines(prediction, colors),
  ];
}

const ASKS_FREE =
  "whether Linux allows it is not known: before 5.2 vm.overcommit_memory=0 asks what is free and " +
  "what reclaim could find, and that is not loaded";

function allowedLines(
  { commit, memory, children }: Prediction,
  colors: Colors,
  empty: readonly CaptureText[],
): string[] {
  if (commit === null) {
    const missing = missingText(memory !== null, empty);
    return wrapped(`whether Linux allows it is not known: ${missing}`, "  ?  ");
  }
  if (commit.asksFree && !commit.isRefused) return wrapped(ASKS_FREE, "  ?  ");
  if (commit.isRefused) {
    const which = children === 1 ? "" : `child ${commit.refusedChild} of ${children}: `;
    const [first, ...rest] = wrapped(`${which}${refusedText(commit, children)}`, "  ✗  ");
    return [colors.red(first), ...rest.map(colors.red)];
  }
  const [first, ...rest] = wrapped(allowedText(commit, children), "  ✓  ");
  return [colors.green(first), ...rest.map(colors.green)];
}

function missingText(hasMeminfo: boolean, empty: readonly CaptureText[]): string {
  if (empty.includes("smaps")) return "smaps is empty: was it copied as root?";
  if (hasMeminfo) return "smaps could not be read: ask as root";
  return `meminfo ${empty.includes("meminfo") ? "is empty" : "was not captured"}`;
}

function refusedText(
  { mode, area, largest, charge, most, missing }: CommitAnswer,
  children: number,
): string {
  if (mode === 0) {
    const of = area ?? largest;
    const name = of === null ? "an area" : `${placeText(of)} of ${sizeText(of.kb)}`;
    return (
      `ENOMEM: ${name} is more than RAM and swap together, ${sizeText(most)}, by ` +
      `${sizeText(missing)} (vm.overcommit_memory=0 looks at each area alone)`
    );
  }
  return (
    `ENOMEM: ${childrenText(children)} promised ${sizeText(charge * children)}, and ` +
    `${sizeText(Math.max(most, 0))} are left below CommitLimit: ${sizeText(missing)} too few ` +
    `(vm.overcommit_memory=2)${refusedAtText(area, largest)}`
  );
}

/** Where the sum is too large says little of what makes it large. */
function refusedAtText(area: ChargedArea | null, largest: ChargedArea | null): string {
  if (area === null) return "";
  const at = `, refused at ${placeText(area)}`;
  if (largest === null) return at;
  const what = `the largest area that counts, ${sizeText(largest.kb)}`;
  return largest.start === area.start
    ? `${at}, ${what}`
    : `${at}; ${placeText(largest)} is ${what}`;
}

const childrenText = (children: number): string =>
  children === 1 ? "a child is" : `${children} children are`;

function allowedText(
  { mode, largest, charge, most, missing }: CommitAnswer,
  children: number,
): string {
  if (mode === 1) return "Linux allows it: vm.overcommit_memory=1 never refuses by this rule";
  if (mode === 0) {
    const asked = largest === null ? "nothing" : sizeText(largest.kb);
    return (
      `Linux allows it: the largest area asks for ${asked}, and one may ask for ` +
      `${sizeText(most)} (vm.overcommit_memory=0)`
    );
  }
  return (
    `Linux allows it: ${childrenText(children)} promised ${sizeText(charge * children)} of ` +
    `${sizeText(most)} below ` +
    `CommitLimit, which leaves ${sizeText(-missing)} (vm.overcommit_memory=2)`
  );
}

/** `[heap]`, a path, or the addresses. */
export const placeText = ({
  start,
  end,
  name,
}: {
  readonly start: number;
  readonly end: number;
  readonly name: string;
}): string => (name === "" ? `${start.toString(16)}-${end.toString(16)}` : name);

function timeLines({ time, counts, calibration, children }: Prediction): string[] {
  if (time === null || counts === null) return [];
  const work = [
    ofThings(counts.entries, "entry", "entries"),
    ofThings(counts.tables, "page table"),
    ...(counts.hugePages === 0 ? [] : [ofThings(counts.hugePages, "huge page")]),
    `${ofThings(counts.areasCopied, "area")} copied, ${grouped(counts.areasSkipped)} skipped`,
  ];
  return wrapped(
    `${children === 1 ? "it takes" : "each takes"} about ${timeText(time.value)}, ${timeText(time.low)} to ${timeText(time.high)}: ` +
      `${work.join(", ")} (costs: ${calibration.source})`,
    "  ·  ",
  );
}

function costLines({ atOnce, growth, children }: Prediction): string[] {
  if (atOnce === null || growth === null) return [];
  const each = children === 1 ? "" : " for each child";
  const { small, huge } = growth.pages;
  return wrapped(
    `at once it costs ${sizeText(atOnce)} of page tables and kernel memory${each}; ` +
      `${sizeText((small + huge) * 4)} are shared until somebody writes to them`,
    "  ·  ",
  );
}

function limitLines({ limits }: Prediction, colors: Colors): string[] {
  return limits.flatMap((limit) => {
    const lines = wrapped(limitText(limit), isTight(limit) ? "  !  " : "  ·  ");
    return isTight(limit) ? lines.map(colors.yellow) : lines;
  });
}

const isTight = ({ reached, isFull }: GrowthLimit): boolean => reached !== null || isFull;

function limitText({ name, isHigh, headroom, reached, isFull }: GrowthLimit): string {
  const left = `${name} has ${sizeText(headroom)} left`;
  if (isFull) return `${left}: less than the fork itself takes`;
  if (reached === null) return `${left}: enough for all that is written`;
  const end = isHigh ? "from there on writers stall" : "then something is killed";
  const when =
    reached.seconds > 0
      ? `after ${reached.seconds.toFixed(1)} s of writing`
      : `when ${writtenText(reached.parent, reached.child)}`;
  return `${left}: full ${when}; ${end}`;
}

function writtenText(parent: number, child: number): string {
  if (child === 0) return `the parent has written ${shareText(parent)} of the pages`;
  if (parent === 0) return `the child has written ${shareText(child)} of the pages`;
  return `parent and child have written ${shareText(parent)} and ${shareText(child)} of the pages`;
}
