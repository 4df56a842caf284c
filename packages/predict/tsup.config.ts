export { library as default } from "@forkpath/config/tsup";
