// Every procedure by keyboard alone, in Chinese: cargo xtask test --only browser
import { walk } from "./walks.js";

walk("zh");
