/** The running kernels and the model agree on what was made by hand, one rule a history. */
import { testHistories } from "./recorded.ts";

const LEFT_OUT = {
  ...{ "mmap of kind hugetlb": 6, "mmap of kind hugetlb-shared": 1 },
  ...{ "a file of kind hugetlb": 1, ksm: 6 },
};

testHistories("hand", [
  { kernel: "v6.18", recording: "histories", passed: 107, notModelled: {} },
  { kernel: "v6.18", recording: "tasks", passed: 107, notModelled: LEFT_OUT },
  { kernel: "v6.1", recording: "histories", passed: 107, notModelled: {} },
  { kernel: "v6.1", recording: "tasks", passed: 113, notModelled: LEFT_OUT },
]);
