/**
 * Holds a state of the model against the recorded one, field by field.
 *
 * What tells most comes first: of many fields that differ after one wrong fault, the entry of the
 * page is to be read before the sums that follow from it. The accessed bit comes last, because
 * other tasks of the recording machine clear it now and then.
 */
import type { ProcessState, RecordedState, RegionState } from "@forkpath/recordings";
import type { VectorDifference } from "../compare.ts";

/** A difference, with the name of the field for tables. */
export interface FieldDifference extends VectorDifference {
  /** As SCHEMA.md calls it: `entries`, `smaps.Pss`, `VmHWM`. */
  readonly field: string;
}

/**
 * Fields in the order in which they are to be read; others come between these and the last ones.
 */
const FIRST = [
  "result",
  "done",
  "procs",
  "state",
  "regions",
  "entries",
  "huge",
  "frames",
  "newFrames",
  "slots",
  "mapcount",
  "areas",
  "vmas",
  "minflt",
  "majflt",
  "dirty",
];
/** After a difference in one of these the two machines are no longer in the same state. */
const STATE: ReadonlySet<string> = new Set(FIRST.slice(0, FIRST.indexOf("areas")));
const LAST = ["VmPTE", "VmHWM", "maxrss", "hiwaterRss", "rssStat", "smaps.Referenced", "young"];

const rankOf = (field: string): number => {
  const first = FIRST.indexOf(field);
  if (first >= 0) return first - FIRST.length;
  return LAST.indexOf(field) + 1;
};

/** Has the model left the recorded course? Otherwise a sum is wrong, or a mark. */
export const isAstray = ({ field }: FieldDifference): boolean => STATE.has(field);

/**
 * Every difference, the most telling one first.
 * @param skipped fields that the recording of this kernel does not have exactly
 */
export function compareStates(
  wanted: RecordedState,
  got: RecordedState,
  skipped: ReadonlySet<string>,
): FieldDifference[] {
  const { procs: wantedProcs, ...wantedTop } = wanted;
  const { procs: gotProcs, ...gotTop } = got;
  return [...compareFields(wantedTop, gotTop, ""), ...compareProcesses(wantedProcs, gotProcs)]
    .filter(({ field }) => !skipped.has(field))
    .toSorted((a, b) => rankOf(a.field) - rankOf(b.field));
}

type Fields = Readonly<Record<string, unknown>>;

function compareProcesses(
  wanted: Readonly<Record<string, ProcessState>>,
  got: Readonly<Record<string, ProcessState>>,
): FieldDifference[] {
  const names = [Object.keys(wanted).join(" "), Object.keys(got).join(" ")];
  if (names[0] !== names[1]) {
    return [{ field: "procs", path: "procs", wanted: names[0], got: names[1] }];
  }
  return Object.keys(wanted).flatMap((name) => {
    const { regions: wantedRegions = {}, ...wantedFields } = wanted[name];
    const { regions: gotRegions = {}, ...gotFields } = got[name];
    return [
      ...compareFields(wantedFields, gotFields, `${name}.`),
      ...compareRegions(wantedRegions, gotRegions, `${name}.`),
    ];
  });
}

function compareRegions(
  wanted: Readonly<Record<string, RegionState>>,
  got: Readonly<Record<string, RegionState>>,
  path: string,
): FieldDifference[] {
  const names = [Object.keys(wanted).join(" "), Object.keys(got).join(" ")];
  if (names[0] !== names[1]) {
    return [{ field: "regions", path: `${path}regions`, wanted: names[0], got: names[1] }];
  }
  return Object.keys(wanted).flatMap((name) => {
    const { smaps: wantedSums, ...wantedFields } = wanted[name];
    const { smaps: gotSums, ...gotFields } = got[name];
    const here = `${path}${name}.`;
    return [
      ...compareFields(wantedFields, gotFields, here),
      ...compareFields(wantedSums, gotSums, `${here}smaps.`, "smaps."),
    ];
  });
}

/** Values are texts, numbers and lists of them: as JSON they are the same or not. */
function compareFields(wanted: Fields, got: Fields, path: string, prefix = ""): FieldDifference[] {
  const names = new Set([...Object.keys(wanted), ...Object.keys(got)]);
  return [...names]
    .filter((name) => JSON.stringify(wanted[name]) !== JSON.stringify(got[name]))
    .map((name) => ({
      field: prefix + name,
      path: path + name,
      wanted: wanted[name],
      got: got[name],
    }));
}
