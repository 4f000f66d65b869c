import { accessRequestListSchema, answerAccessRequestSchema, askAccessRequestSchema } from "../access-requests.ts";
import { blockListSchema, blockRequestSchema, blockResponseSchema } from "../blocks.ts";
import { cutResponseSchema } from "../links.ts";
import { memberListSchema, putMemberRequestSchema, putMemberResponseSchema } from "../members.ts";
import { json, media, note, NOTHING, type Operation, optionalJson } from "./operation.ts";

const MEMBERS = "/api/notes/:noteId/members";
const REQUESTS = "/api/notes/:noteId/access-requests";
const BLOCKS = "/api/notes/:noteId/blocks";

export const memberOperations: readonly Operation[] = [
  {
    id: "listMembers",
    method: "GET",
    path: MEMBERS,
    summary: "The people of a note; who only reads sees the owners and themselves",
    access: note("viewer"),
    answers: { 200: json(memberListSchema) },
    problems: [],
  },
  {
    id: "putMember",
    method: "PUT",
    path: `${MEMBERS}/:userId`,
    summary: "Share the note with a user, or change the user's role",
    access: note("owner"),
    body: json(putMemberRequestSchema),
    answers: {
      200: json(putMemberResponseSchema),
      201: json(putMemberResponseSchema),
    },
    problems: ["last_owner", "too_many_members"],
  },
  {
    id: "removeMember",
    method: "DELETE",
    path: `${MEMBERS}/:userId`,
    summary: "Take the note from a user; everybody may leave",
    access: note("owner"),
    answers: { 200: json(cutResponseSchema) },
    problems: ["last_owner"],
  },
  {
    id: "askAccess",
    method: "POST",
    path: REQUESTS,
    summary: "Ask to be let in; the answer is the same where there is no note",
    access: { type: "user" },
    body: optionalJson(askAccessRequestSchema),
    answers: { 202: NOTHING },
    problems: [],
    isKeyed: true,
  },
  {
    id: "listAccessRequests",
    method: "GET",
    path: REQUESTS,
    summary: "Who asks to be let in",
    access: note("owner"),
    answers: { 200: json(accessRequestListSchema) },
    problems: [],
  },
  {
    id: "answerAccessRequest",
    method: "POST",
    path: `${REQUESTS}/:requestId`,
    summary: "Let somebody in, or not",
    access: note("owner"),
    body: json(answerAccessRequestSchema),
    answers: { 200: media("application/json") },
    problems: ["too_many_members", "last_owner"],
    isKeyed: true,
  },
  {
    id: "listBlocks",
    method: "GET",
    path: BLOCKS,
    summary: "Who is kept out",
    access: note("owner"),
    answers: { 200: json(blockListSchema) },
    problems: [],
  },
  {
    id: "block",
    method: "POST",
    path: BLOCKS,
    summary: "Keep a user or a device out, whatever links they hold",
    access: note("owner"),
    body: json(blockRequestSchema),
    answers: { 200: json(blockResponseSchema), 201: json(blockResponseSchema) },
    problems: ["last_owner", "too_many_blocks"],
    isKeyed: true,
  },
  {
    id: "unblock",
    method: "DELETE",
    path: `${BLOCKS}/:blockId`,
    summary: "Keep somebody out no longer",
    access: note("owner"),
    answers: { 204: NOTHING },
    problems: [],
  },
];
