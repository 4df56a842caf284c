/** A step in one line, for reports. */
import type { Action, Step } from "../format/step.ts";
import { placeText } from "./texts.ts";

/** `fork master as worker, 20 times` */
export const stepText = (step: Step): string =>
  step.times === 1 ? actionText(step) : `${actionText(step)}, ${step.times} times`;

function actionText({ verb, args }: Action): string {
  const words: string[] = [verb];
  if ("threads" in args) {
    const threads = [...args.threads].map(([letter, action]) => `${letter}: ${actionText(action)}`);
    return `race of ${threads.join(" and ")}`;
  }
  if ("place" in args) words.push(placeText(args.place));
  if ("process" in args) words.push(args.process);
  if ("file" in args) words.push(args.file);
  if ("as" in args) words.push("as", args.as);
  if ("name" in args) words.push("as", args.name);
  if ("program" in args) words.push(args.program);
  return words.join(" ");
}
