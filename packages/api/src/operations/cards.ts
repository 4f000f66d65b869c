import { media, NOTHING, type Operation } from "./operation.ts";

const PAGE = media("text/html");
const PICTURE = media("image/png");

/** Pages and pictures for people and crawlers: errors of these look like the things themselves. */
export const cardOperations: readonly Operation[] = [
  {
    id: "notePage",
    method: "GET",
    path: "/n/:noteId",
    summary: "The page of a note's address, which shows nothing of it",
    access: { type: "public" },
    answers: { 200: PAGE, 404: PAGE, 410: PAGE },
    problems: [],
  },
  {
    id: "linkPage",
    method: "GET",
    path: "/n/:noteId/:linkId",
    summary: "The page behind a share link; with .md, .txt or .png the note as text or picture",
    access: { type: "public" },
    answers: { 200: PAGE, 304: NOTHING, 404: PAGE, 410: PAGE },
    problems: [],
  },
  {
    id: "picture",
    method: "GET",
    path: "/og/:noteId/:linkId/:file",
    summary: "The picture of a card",
    access: { type: "public" },
    answers: { 200: PICTURE, 304: NOTHING, 404: PICTURE, 410: PICTURE },
    problems: [],
  },
  {
    id: "noticePicture",
    method: "GET",
    path: "/og/*",
    summary: "The picture of a card that shows nothing",
    access: { type: "public" },
    answers: { 200: PICTURE, 304: NOTHING, 404: PICTURE, 410: PICTURE },
    problems: [],
  },
];
