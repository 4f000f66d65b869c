import { NotePage } from "../features/note/NotePage.tsx";
import { LiveRegion } from "../ui/LiveRegion.tsx";
import { EmptySheet } from "./EmptySheet.tsx";
import { notePathOf, type Route } from "./route.ts";
import { Sidebar } from "./Sidebar.tsx";
import { useRoute } from "./use-route.ts";

export function App() {
  const route = useRoute();
  return (
    <div className="app" data-route={route.type}>
      <Sidebar currentNoteId={route.type === "note" ? route.reference.noteId : null} />
      <Page route={route} />
      <LiveRegion />
    </div>
  );
}

function Page({ route }: { readonly route: Route }) {
  switch (route.type) {
    case "home":
      return <EmptySheet title="Nothing open" text="Pick a note, or start a new one and send its link to a chat." />;
    case "note":
      return <NotePage key={notePathOf(route.reference)} reference={route.reference} />;
    case "lost":
      return <EmptySheet title="There is no page here" text="Check the address, or go to your notes." hasHomeLink />;
  }
}
