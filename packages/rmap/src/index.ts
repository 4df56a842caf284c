export {
  type AnonVma,
  type AnonVmaChain,
  type AnonVmas,
  type ChainList,
  createAnonVmas,
  findAnonVma,
  type RmapVma,
} from "./anon-vma.ts";
export { anonVmaClone, anonVmaFork } from "./anon-vma-fork.ts";
export { anonVmaPrepare } from "./anon-vma-prepare.ts";
export { getAnonVma, putAnonVma } from "./anon-vma-refs.ts";
export { unlinkAnonVmas } from "./anon-vma-unlink.ts";
export { checkAnonVmas } from "./check-anon-vmas.ts";
export { checkMemMap, checkRmap, type PerFrame, recountPages } from "./check-pages.ts";
export {
  allocFrame,
  allocFrameAt,
  createMemMap,
  freeFrame,
  type MemMapOptions,
  nrFreePages,
} from "./frames.ts";
export { HPAGE_PMD_NR } from "./free-list.ts";
export { allocHugeFrame, compoundHead, isPageCompound, splitHugeFrame } from "./huge-frames.ts";
export {
  allocLargeFolio,
  isPageHuge,
  isPageLarge,
  isPageReferenced,
  largeFolioOf,
  splitLargeFolio,
} from "./large-folio.ts";
export { type LargeFolio, type MemMap, NO_PFN, type PageStats } from "./mem-map.ts";
export type { VmaRange } from "./mergeable.ts";
export { NormalPage, vmNormalPage } from "./normal-page.ts";
export {
  MappingTag,
  makeMapping,
  mappingId,
  mappingTag,
  PageFlag,
  type PageFlagName,
} from "./page-flags.ts";
export { getPage, getPageUnlessZero, putPage } from "./refcount.ts";
export {
  isPageAnon,
  isPageKsm,
  type PageOwner,
  pageAddAnonRmap,
  pageAddFileRmap,
  pageAddNewAnonRmap,
  pageDupRmap,
  pageMapcount,
  pageMapped,
  pageMoveAnonRmap,
  pageRemoveRmap,
} from "./rmap.ts";
export { forEachAnonVmaVma, linearPageIndex, pageAnonVma, vmaAddress } from "./walk.ts";
