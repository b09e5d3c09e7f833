// Copies axe-core, used by the browser tests only, out of node_modules.
import { copyFileSync, mkdirSync } from "node:fs";

mkdirSync("../tests/vendor", { recursive: true });
copyFileSync("node_modules/axe-core/axe.min.js", "../tests/vendor/axe.min.js");
copyFileSync("node_modules/axe-core/LICENSE", "../tests/vendor/axe.LICENSE");
