import { channelSchema, putChannelRequestSchema, putChannelResponseSchema } from "../channel.ts";
import { cutResponseSchema } from "../links.ts";
import { beHereRequestSchema, beHereResponseSchema, spaceQuerySchema, spaceSchema } from "../space.ts";
import { json, note, type Operation } from "./operation.ts";

const CHANNEL = "/api/notes/:noteId/channel";

export const spaceOperations: readonly Operation[] = [
  {
    id: "getSpace",
    method: "GET",
    path: "/api/space",
    summary: "The chat channel that the session was opened in: its notes, who is there, and the note to begin with",
    access: { type: "user" },
    query: spaceQuerySchema,
    answers: { 200: json(spaceSchema) },
    problems: ["space_only"],
  },
  {
    id: "beHere",
    method: "PUT",
    path: "/api/space/here",
    summary: "Say that one is still in the channel, and which note one has open",
    access: { type: "user" },
    body: json(beHereRequestSchema),
    answers: { 200: json(beHereResponseSchema) },
    problems: ["space_only"],
  },
  {
    id: "getChannel",
    method: "GET",
    path: CHANNEL,
    summary: "What the caller's chat channel may do with the note",
    access: note("editor"),
    answers: { 200: json(channelSchema) },
    problems: ["space_only"],
  },
  {
    id: "putChannel",
    method: "PUT",
    path: CHANNEL,
    summary: "Give the note to the caller's chat channel, or change its role",
    access: note("owner"),
    body: json(putChannelRequestSchema),
    answers: { 200: json(putChannelResponseSchema) },
    problems: ["space_only", "too_many_members"],
  },
  {
    id: "removeChannel",
    method: "DELETE",
    path: CHANNEL,
    summary: "Take the note from the caller's chat channel",
    access: note("owner"),
    answers: { 200: json(cutResponseSchema) },
    problems: ["space_only"],
  },
];
