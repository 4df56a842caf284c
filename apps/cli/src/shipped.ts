/** Names of files, and of the scenarios that come with forkpath. */
export const EXTENSION = ".yaml";

/** Whether it can be the name of one: a file has a dot or a slash, and standard input is `-`. */
export const isBareName = (name: string): boolean => !/[./]|^-?$/.test(name);
