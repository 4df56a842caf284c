/** Files out of what was dropped: a folder, or its files one by one. */

/** More are no capture: a home folder, say. */
const MOST_FILES = 200;

/** Of a folder that was chosen, its own files; those of folders in it are another process. */
export const topFiles = (files: readonly File[]): File[] =>
  files
    .filter(({ webkitRelativePath }) => webkitRelativePath.split("/").length <= 2)
    .slice(0, MOST_FILES);

/** Files of the folder itself; those of folders in it are another process. */
export async function droppedFiles(items: DataTransferItemList): Promise<File[]> {
  const all = [...items].map((item) => ({
    entry: item.webkitGetAsEntry(),
    file: item.getAsFile(),
  }));
  const files: File[] = [];
  for (const { entry, file } of all) {
    if (entry === null) {
      if (file !== null) files.push(file);
    } else if (entry.isDirectory) {
      for (const inner of await entriesOf(entry as FileSystemDirectoryEntry)) {
        if (inner.isFile) files.push(await fileOf(inner as FileSystemFileEntry));
      }
    } else files.push(await fileOf(entry as FileSystemFileEntry));
  }
  return files.slice(0, MOST_FILES);
}

const fileOf = (entry: FileSystemFileEntry): Promise<File> =>
  new Promise((done, fail) => entry.file(done, fail));

/** A reader gives a hundred at a time. */
async function entriesOf(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = folder.createReader();
  const all: FileSystemEntry[] = [];
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((done, fail) =>
      reader.readEntries(done, fail),
    );
    if (some.length === 0 || all.length > MOST_FILES) return all;
    all.push(...some);
  }
}
