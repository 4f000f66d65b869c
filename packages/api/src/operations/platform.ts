import { healthSchema, platformSchema } from "../platform.ts";
import { json, media, type Operation } from "./operation.ts";

export const platformOperations: readonly Operation[] = [
  {
    id: "health",
    method: "GET",
    path: "/healthz",
    summary: "Whether the server, its database and its objects answer",
    access: { type: "public" },
    answers: { 200: json(healthSchema) },
    problems: ["unavailable"],
  },
  {
    id: "platform",
    method: "GET",
    path: "/api/platform",
    summary: "The key that certifies devices, and which Discord application this server is",
    access: { type: "public" },
    answers: { 200: json(platformSchema) },
    problems: [],
  },
  {
    id: "keys",
    method: "GET",
    path: "/.well-known/jwks.json",
    summary: "The keys that access tokens are verified with",
    access: { type: "public" },
    answers: { 200: media("application/json") },
    problems: [],
  },
  {
    id: "openApi",
    method: "GET",
    path: "/api/openapi.json",
    summary: "This document",
    access: { type: "public" },
    answers: { 200: media("application/json") },
    problems: [],
  },
  {
    id: "docs",
    method: "GET",
    path: "/api/docs",
    summary: "This document as a page",
    access: { type: "public" },
    answers: { 200: media("text/html") },
    problems: [],
  },
];
