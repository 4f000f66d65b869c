import {
  changeLinkRequestSchema,
  createLinkRequestSchema,
  cutResponseSchema,
  linkListSchema,
  linkSchema,
} from "../links.ts";
import { json, note, type Operation } from "./operation.ts";

const LINKS = "/api/notes/:noteId/links";

export const linkOperations: readonly Operation[] = [
  {
    id: "listLinks",
    method: "GET",
    path: LINKS,
    summary: "Share links with their ledger, edit links with their secrets",
    access: note("owner"),
    answers: { 200: json(linkListSchema) },
    problems: [],
  },
  {
    id: "createLink",
    method: "POST",
    path: LINKS,
    summary: "Make a share link",
    access: note("owner"),
    body: json(createLinkRequestSchema),
    answers: { 201: json(linkSchema) },
    problems: ["too_many_links"],
    isKeyed: true,
  },
  {
    id: "changeLink",
    method: "PATCH",
    path: `${LINKS}/:linkId`,
    summary: "Change a link's name, end or number of uses",
    access: note("owner"),
    body: json(changeLinkRequestSchema),
    answers: { 200: json(linkSchema) },
    problems: [],
  },
  {
    id: "revokeLink",
    method: "DELETE",
    path: `${LINKS}/:linkId`,
    summary: "Take a share link back and cut who came by it",
    access: note("owner"),
    answers: { 200: json(cutResponseSchema) },
    problems: [],
  },
];
