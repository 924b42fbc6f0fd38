// Bundles the front end into lab/static/built. `npm run build`; the same input gives the same bytes.
import { build } from "esbuild";

const common = {
  outdir: "lab/static/built",
  bundle: true,
  minify: true,
  legalComments: "eof",
  target: ["es2022", "chrome123", "firefox121", "safari17.5"],
  logLevel: "warning",
};

await build({
  ...common,
  format: "iife",
  entryPoints: {
    site: "lab/frontend/site.js",
    lesson: "lab/frontend/lesson.js",
    quiz: "lab/frontend/quiz.js",
    classes: "lab/frontend/classes.js",
    watch: "lab/frontend/watch.js",
    playground: "lab/frontend/playground.js",
    "css-site": "lab/frontend/css/site.css",
    "css-lesson": "lab/frontend/css/page-lesson.css",
    "css-classes": "lab/frontend/css/page-classes.css",
  },
  entryNames: "[name]",
});
// Loaded when a file is opened for the first time.
await build({ ...common, format: "esm", entryPoints: { editor: "lab/frontend/editor.js" } });
