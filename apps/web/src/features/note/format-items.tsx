// The format bar as data.

import type { Format } from "@reed/editor";
import type { ReactNode } from "react";
import { BoldIcon, HeadingIcon, ItalicIcon, LinkIcon, ListIcon, TaskIcon } from "../../ui/icons.tsx";

export interface FormatItem {
  readonly format: Format;
  readonly name: string;
  readonly icon: ReactNode;
}

export const formatItems: readonly FormatItem[] = [
  { format: "task", name: "Task", icon: <TaskIcon /> },
  { format: "bold", name: "Bold", icon: <BoldIcon /> },
  { format: "italic", name: "Italic", icon: <ItalicIcon /> },
  { format: "heading", name: "Heading", icon: <HeadingIcon /> },
  { format: "list", name: "List", icon: <ListIcon /> },
  { format: "link", name: "Link", icon: <LinkIcon /> },
];
