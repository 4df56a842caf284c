/** What would make the fork cheaper, with what it saves. */
import type { Advice, Prediction } from "@forkpath/predict";
import { grouped } from "../grouped.ts";
import type { Colors } from "../terminal.ts";
import { ofThings, shareText, sizeText, timeText } from "./sizes.ts";
import { placeText } from "./verdict-text.ts";
import { wrapped } from "./wrapped.ts";

/** Less than this share of the time is not worth a line. */
const LEAST_SAVED = 0.02;

const HOW: Readonly<Record<Advice["kind"], string>> = {
  "huge pages": "huge pages where memory is full of small ones (MADV_HUGEPAGE)",
  DONTFORK: "MADV_DONTFORK, if the child does not need it, on",
  posix_spawn: "posix_spawn or vfork, if the child only runs another program",
};

export const adviceLines = ({ advice, counts, time }: Prediction, colors: Colors): string[] =>
  advice
    .filter(({ savedTime }) => savedTime > (time?.value ?? 0) * LEAST_SAVED)
    .flatMap((one) => {
      const what = one.area === null ? HOW[one.kind] : `${HOW[one.kind]} ${placeText(one.area)}`;
      return [
        ...wrapped(what, "  · "),
        ...wrapped(savedText(one, time?.value ?? 0, counts?.hugePages ?? 0), "    ").map(
          colors.green,
        ),
      ];
    });

/** @param hugePages that the process has already */
function savedText(advice: Advice, time: number, hugePages: number): string {
  const { savedTime, savedPages, savedPte, tried, counts } = advice;
  const saved = [
    `fork takes ${timeText(Math.max(time - savedTime, 0))} in place of ${timeText(time)}`,
    ...(savedPte > 0 ? [`${sizeText(savedPte)} fewer page tables`] : []),
    ...(savedPages > 0 ? [`${grouped(savedPages)} pages less that writes could copy`] : []),
    ...(advice.kind === "huge pages" ? [madeText(counts.hugePages - hugePages, tried)] : []),
  ];
  return saved.join(", ");
}

/** @param made huge pages that the trial made, which is the share `tried` of what it could */
function madeText(made: number, tried: number): string {
  if (tried >= 1) return ofThings(made, "huge page");
  return (
    `about ${grouped(Math.round(made / tried))} huge pages (${grouped(made)} of them were tried, ` +
    `${shareText(tried)}, and the time is extrapolated from those)`
  );
}
