// The few pictures of the interface, as strokes in the colour of the text. All are decoration: the names are written beside them.

import type { ReactNode } from "react";

function Icon({ children }: { readonly children: ReactNode }) {
  return (
    <svg
      className="icon"
      viewBox="0 0 20 20"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.8"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      {children}
    </svg>
  );
}

export function Sprout({ className }: { readonly className?: string | undefined }) {
  return (
    <svg className={className} viewBox="0 0 20 20" fill="currentColor" aria-hidden="true">
      <path d="M8.9 17.2V7.4h1.6v9.8a.8.8 0 0 1-1.6 0Z" />
      <path d="M10.5 9.3c-.2-4.1 2-6.3 6.2-6.6.2 4.3-2 6.5-6.2 6.6Z" />
      <path d="M8.9 7.7c.1-3-1.5-4.8-4.9-5.2-.2 3.3 1.6 5.1 4.9 5.2Z" />
    </svg>
  );
}

export const Close = () => (
  <Icon>
    <path d="m5 5 10 10M15 5 5 15" />
  </Icon>
);
export const TaskIcon = () => (
  <Icon>
    <rect x="3.5" y="3.5" width="13" height="13" rx="3" />
    <path d="m7 10.2 2.2 2.2L13.2 8" />
  </Icon>
);
export const BoldIcon = () => (
  <Icon>
    <path strokeWidth="2.4" d="M6 4h4.7a2.9 2.9 0 0 1 0 5.8H6Zm0 5.8h5.5a3.1 3.1 0 0 1 0 6.2H6Z" />
  </Icon>
);
export const ItalicIcon = () => (
  <Icon>
    <path d="M8.5 4H14M6 16h5.5M11.7 4 8.3 16" />
  </Icon>
);
export const HeadingIcon = () => (
  <Icon>
    <path strokeWidth="2.2" d="M5 4v12M15 4v12M5 10h10" />
  </Icon>
);
export const ListIcon = () => (
  <Icon>
    <path d="M8.5 5.5H16M8.5 10H16M8.5 14.5H16M4.5 5.5h.01M4.5 10h.01M4.5 14.5h.01" />
  </Icon>
);
export const LinkIcon = () => (
  <Icon>
    <path d="M8.5 11.5a3 3 0 0 0 4.3 0l2.7-2.7a3 3 0 1 0-4.3-4.3L10 5.7M11.5 8.5a3 3 0 0 0-4.3 0l-2.7 2.7a3 3 0 1 0 4.3 4.3L10 14.3" />
  </Icon>
);
export const UndoIcon = () => (
  <Icon>
    <path d="M7 4 3.5 7.5 7 11M3.5 7.5H12a4.25 4.25 0 0 1 0 8.5H8" />
  </Icon>
);
export const MoreIcon = () => (
  <Icon>
    <path strokeWidth="2.6" d="M4.5 10h.01M10 10h.01M15.5 10h.01" />
  </Icon>
);
export const PinIcon = () => (
  <Icon>
    <path d="M7.5 3.5h5l-.6 5 2.6 2.6v1.4h-9v-1.4l2.6-2.6ZM10 12.5v4.5" />
  </Icon>
);
export const HistoryIcon = () => (
  <Icon>
    <path d="M3.5 10a6.5 6.5 0 1 0 2-4.7L3.5 7M3.5 3.5V7H7M10 6.5V10l2.5 1.8" />
  </Icon>
);
export const SearchIcon = () => (
  <Icon>
    <circle cx="9" cy="9" r="5" />
    <path d="m12.8 12.8 3.7 3.7" />
  </Icon>
);
