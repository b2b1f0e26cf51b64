// Every procedure by keyboard alone, in English: cargo xtask test --only browser
import { walk } from "./walks.js";

walk("en");
