/** How wide the window and an element in it are, as long as they are there. */
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";

/** CSS pixels that the element has for its content; 0 before it is there. */
export function useWidth(ref: { readonly current: HTMLElement | null }): number {
  const [width, setWidth] = useState(0);
  useEffect(() => {
    const element = ref.current;
    if (element === null) return;
    const measure = (): void => setWidth(Math.floor(element.clientWidth));
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    measure();
    return () => observer.disconnect();
  }, [ref]);
  return width;
}

/** So narrow that the columns of a page stand below each other; history.css says the same. */
const NARROW = "(max-width: 1099px)";

/**
 * A component that asks is drawn again when it changes. It may move elements then: what had the
 * focus has it afterwards.
 */
export function useIsNarrow(): boolean {
  const [isNarrow, setIsNarrow] = useState(() => matchMedia(NARROW).matches);
  const focused = useRef<HTMLElement | null>(null);
  useEffect(() => {
    const query = matchMedia(NARROW);
    const hear = (): void => {
      focused.current = document.activeElement as HTMLElement | null;
      setIsNarrow(query.matches);
    };
    query.addEventListener("change", hear);
    return () => query.removeEventListener("change", hear);
  }, []);
  useLayoutEffect(() => focused.current?.focus({ preventScroll: true }), [isNarrow]);
  return isNarrow;
}
