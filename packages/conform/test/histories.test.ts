/** The running kernels and the model agree on random histories: all of the public ones. */
import { testHistories } from "./recorded.ts";

const LEFT_OUT = { "mmap of kind hugetlb": 35, "mmap of kind hugetlb-shared": 5, ksm: 18 };

testHistories("random", [
  { kernel: "v6.18", recording: "histories", passed: 1349, notModelled: {} },
  { kernel: "v6.18", recording: "tasks", passed: 462, notModelled: LEFT_OUT },
  { kernel: "v6.1", recording: "histories", passed: 400, notModelled: {} },
  { kernel: "v6.1", recording: "tasks", passed: 462, notModelled: LEFT_OUT },
]);
