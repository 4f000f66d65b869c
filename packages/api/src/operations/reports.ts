import {
  changeReportRequestSchema,
  reportListSchema,
  reportQuerySchema,
  reportRequestSchema,
  reportSchema,
} from "../reports.ts";
import { json, note, NOTHING, type Operation } from "./operation.ts";

export const reportOperations: readonly Operation[] = [
  {
    id: "reportNote",
    method: "POST",
    path: "/api/notes/:noteId/reports",
    summary: "Tell the operators of abuse",
    access: note("viewer", "role"),
    body: json(reportRequestSchema),
    answers: { 202: NOTHING },
    problems: ["quota_reached"],
    isKeyed: true,
  },
  {
    id: "listReports",
    method: "GET",
    path: "/api/admin/reports",
    summary: "Reports of abuse, newest first",
    access: { type: "admin" },
    query: reportQuerySchema,
    answers: { 200: json(reportListSchema) },
    problems: [],
  },
  {
    id: "changeReport",
    method: "PATCH",
    path: "/api/admin/reports/:reportId",
    summary: "Close a report, or open it again",
    access: { type: "admin" },
    body: json(changeReportRequestSchema),
    answers: { 200: json(reportSchema) },
    problems: [],
  },
];
