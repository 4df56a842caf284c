/**
 * What the manifests of Node.js for each platform leave out, or say in words that pnpm passes over.
 * Without it each would be installed everywhere. That for Linux is linked with glibc: where there is
 * musl, and where no package is named, scripts run on the machine's own Node.js, 22.18 or newer.
 */
const OS = { linux: "linux", darwin: "darwin", win: "win32" };

module.exports = {
  hooks: {
    readPackage(manifest) {
      const [, os, cpu] =
        /^node-(?:bin-)?(linux|darwin|win)-(x64|arm64)$/.exec(manifest.name) ?? [];
      if (os === undefined) return manifest;
      const libc = os === "linux" ? { libc: ["glibc"] } : {};
      return { ...manifest, os: [OS[os]], cpu: [cpu], ...libc };
    },
  },
};
