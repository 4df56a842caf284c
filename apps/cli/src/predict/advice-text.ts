/** What would make the fork cheaper, with what it saves. */
import type { Advice, Prediction } from "@forkpath/predict";
import { grouped } from "../grouped.ts";
import type { Colors } from "../terminal.ts";
import { shareText, sizeText, timeText } from "./sizes.ts";
import { placeText } from "./verdict-text.ts";
import { wrapped } from "./wrapped.ts";

/** Less than this share of the time is not worth a line. */
const LEAST_SAVED = 0.02;

const HOW: Readonly<Record<Advice["kind"], string>> = {
  "huge pages": "huge pages where memory is full of small ones (MADV_HUGEPAGE)",
  DONTFORK: "MADV_DONTFORK, if the child does not need it, on",
  posix_spawn: "posix_spawn or vfork, if the child only runs another program",
};

export const adviceLines = ({ advice, time }: Prediction, colors: Colors): string[] =>
  advice
    .filter(({ savedTime }) => savedTime > (time?.value ?? 0) * LEAST_SAVED)
    .flatMap((one) => {
      const what = one.area === null ? HOW[one.kind] : `${HOW[one.kind]} ${placeText(one.area)}`;
      return [
        ...wrapped(what, "  · "),
        ...wrapped(savedText(one, time?.value ?? 0), "    ").map(colors.green),
      ];
    });

function savedText(advice: Advice, time: number): string {
  const { savedTime, savedPages, savedPte, tried, counts } = advice;
  const saved = [
    `fork takes ${timeText(Math.max(time - savedTime, 0))} in place of ${timeText(time)}`,
    ...(savedPte > 0 ? [`${sizeText(savedPte)} fewer page tables`] : []),
    ...(savedPages > 0 ? [`${grouped(savedPages)} pages less that writes could copy`] : []),
    ...(advice.kind === "huge pages" ? [`${grouped(counts.hugePages)} huge pages`] : []),
    ...(tried < 1 ? [`tried on ${shareText(tried)} of it`] : []),
  ];
  return saved.join(", ");
}
