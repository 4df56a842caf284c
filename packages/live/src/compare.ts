/**
 * Holds what the model shows against what the running kernel shows, value by value. What tells most
 * comes first: an entry before the sums that follow from it.
 */
import { hex, PAGE_SIZE } from "@forkpath/abi";
import { compareMoves } from "./compare-moves.ts";
import { comparePages, type Firsts, firstPlaces } from "./compare-pages.ts";
import { type LiveDifference, type NamePage, type Tally, told } from "./difference.ts";
import {
  type Area,
  INEXACT_FIELDS,
  type Look,
  type Moment,
  type Sight,
  STATUS_FIELDS,
  SUM_FIELDS,
} from "./look.ts";

export interface Comparison {
  readonly differences: readonly LiveDifference[];
  /** How many values were compared; a page has several. */
  readonly values: number;
  readonly pages: number;
}

/**
 * What a stored peak may be off by, in kB: the kernel adds to it in portions of up to 31 pages for
 * each of three counters, and a fork may add in others when the CPU is wanted elsewhere.
 */
const PEAK_SLACK = 3 * 31 * 4;

export function compareLooks(
  moment: Moment,
  before: Moment | null,
  sight: Sight,
  namePage: NamePage,
  isFresh: (addr: number) => boolean,
): Comparison {
  const tally: Tally = { differences: [], values: 0, pages: 0 };
  const first = { model: firstPlaces(moment.model), kernel: firstPlaces(moment.kernel) };
  for (const [index, model] of moment.model.entries()) {
    const kernel = moment.kernel[index];
    if (!told(tally, model.name, "state", model.state, kernel.state)) continue;
    if (model.memory !== null && kernel.memory !== null) {
      compareAreas(tally, model, kernel, first, sight, namePage);
      if (before !== null) compareMoves(tally, moment, before, index, namePage, isFresh);
    }
    compareFaults(tally, model, kernel, sight);
    compareStatus(tally, model, kernel, sight);
  }
  return tally;
}

function compareFaults(tally: Tally, model: Look, kernel: Look, sight: Sight): void {
  const { name } = model;
  const sum = ({ minorFaults, majorFaults }: Look): number => minorFaults + majorFaults;
  if (sight.tellsMajorFaults) {
    told(tally, name, "minorFaults", model.minorFaults, kernel.minorFaults);
    told(tally, name, "majorFaults", model.majorFaults, kernel.majorFaults);
  } else {
    told(tally, name, "minor and major faults", sum(model), sum(kernel));
  }
}

function compareStatus(tally: Tally, model: Look, kernel: Look, { isStatusExact }: Sight): void {
  if (model.memory === null || kernel.memory === null) return;
  for (const name of STATUS_FIELDS) {
    if (!isStatusExact && INEXACT_FIELDS.has(name)) continue;
    const [wanted, got] = [model.memory.status[name], kernel.memory.status[name]];
    const isNear = name === "VmHWM" && Math.abs(wanted - got) <= PEAK_SLACK;
    told(tally, model.name, name, wanted, isNear ? wanted : got, " kB");
  }
}

function compareAreas(
  tally: Tally,
  model: Look,
  kernel: Look,
  first: Firsts,
  sight: Sight,
  namePage: NamePage,
): void {
  const [wanted, got] = [model.memory?.areas ?? [], kernel.memory?.areas ?? []];
  const count = Math.max(wanted.length, got.length);
  for (let index = 0; index < count; index++) {
    const [one, other] = [wanted[index], got[index]];
    const hasFlags = one?.flags !== ""; // releases before 3.8 print none
    const texts = [areaText(one, hasFlags), areaText(other, hasFlags)] as const;
    if (!told(tally, model.name, `area ${index + 1}`, ...texts)) return;
    const name = `${model.name} ${namePage(model.name, one.start)}`;
    if (one.pages !== null && other.pages !== null) {
      comparePages(
        tally,
        one.pages,
        other.pages,
        first,
        sight,
        (page) => `${model.name} ${namePage(model.name, one.start + page * PAGE_SIZE)}`,
      );
    }
    for (const field of SUM_FIELDS) {
      told(tally, name, field, one.sums[field], other.sums[field], " kB");
    }
  }
}

const areaText = (area: Area | undefined, hasFlags: boolean): string =>
  area === undefined
    ? "none"
    : `${hex(area.start)}-${hex(area.end)} ${area.perms}${hasFlags ? ` ${area.flags}` : ""}`;
