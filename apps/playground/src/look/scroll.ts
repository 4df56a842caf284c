/** Brings an element into sight in the box that scrolls around it; the page stays where it is. */
export function showIn(box: Element | null, element: Element | null): void {
  if (box === null || element === null) return;
  const [outer, inner] = [box.getBoundingClientRect(), element.getBoundingClientRect()];
  // The head of a table stays, and lies over what is behind it.
  const top = outer.top + (box.querySelector("thead")?.offsetHeight ?? 0);
  if (inner.top < top) box.scrollTop -= top - inner.top;
  else if (inner.bottom > outer.bottom) box.scrollTop += inner.bottom - outer.bottom;
}
