/** Everything that an expectation can be about. */
import { check } from "./check.ts";
import { events } from "./events.ts";
import { file } from "./file.ts";
import { machine } from "./machine.ts";
import { mapping } from "./mapping.ts";
import { page } from "./page.ts";
import { process } from "./process.ts";
import { reaped } from "./reaped.ts";
import type { Subject } from "./subject.ts";
import { sum } from "./sum.ts";

export const SUBJECTS: readonly Subject[] = [
  process,
  mapping,
  page,
  file,
  reaped,
  machine,
  sum,
  events,
  check,
];
