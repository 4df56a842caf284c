/** Brings an element into sight in the box that scrolls around it; the page stays where it is. */
export function showIn(box: Element | null, element: Element | null): void {
  if (box === null || element === null) return;
  const [outer, inner] = [box.getBoundingClientRect(), element.getBoundingClientRect()];
  if (inner.top < outer.top) box.scrollTop -= outer.top - inner.top;
  else if (inner.bottom > outer.bottom) box.scrollTop += inner.bottom - outer.bottom;
}
