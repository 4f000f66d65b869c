// `npm run build`.
import { buildApp } from "./app.ts";

buildApp();
