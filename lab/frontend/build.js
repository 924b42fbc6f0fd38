// Bundles the front end into lab/static/built. `npm run build`; the same input gives the same bytes.
import { build } from "esbuild";

await build({
  entryPoints: {
    site: "lab/frontend/site.js",
    lesson: "lab/frontend/lesson.js",
    quiz: "lab/frontend/quiz.js",
    "css-site": "lab/frontend/css/site.css",
    "css-lesson": "lab/frontend/css/page-lesson.css",
  },
  entryNames: "[name]",
  outdir: "lab/static/built",
  bundle: true,
  minify: true,
  legalComments: "eof",
  format: "iife",
  target: ["es2022", "chrome123", "firefox121", "safari17.5"],
  logLevel: "warning",
});
