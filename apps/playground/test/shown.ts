/** Without the line for editors: what the page shows and runs. */
export const shownLines = (text: string): string =>
  text.replace(/^# yaml-language-server:.*\n/, "");
