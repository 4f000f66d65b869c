import { lazy, Suspense } from "react";
import { NotePage } from "../features/note/NotePage.tsx";
import { LiveRegion } from "../ui/LiveRegion.tsx";
import { Toasts } from "../ui/Toasts.tsx";
import { EmptySheet } from "./EmptySheet.tsx";
import { later } from "./later.ts";
import { notePathOf, type Route } from "./route.ts";
import { Sidebar } from "./Sidebar.tsx";
import { useRoute } from "./use-route.ts";
import { useAccount } from "./workspace-context.ts";

const AccountPage = lazy(async () => ({ default: (await later.account()).AccountPage }));
const SignInPage = lazy(async () => ({ default: (await later.signIn()).SignInPage }));

export function App() {
  const route = useRoute();
  return (
    <div className="app" data-route={route.type}>
      <Sidebar route={route} />
      <Suspense fallback={<main className="sheet" />}>
        <Page route={route} />
      </Suspense>
      <Toasts />
      <LiveRegion />
    </div>
  );
}

function Page({ route }: { readonly route: Route }) {
  const { isSignedIn, userId } = useAccount();
  switch (route.type) {
    case "home":
      return <EmptySheet title="Nothing open" text="Pick a note, or start a new one and send its link to a chat." />;
    case "note": {
      // Somebody else opens it anew, with what they may do.
      const key = `${isSignedIn ? userId : ""}${notePathOf(route.reference)}`;
      return <NotePage key={key} reference={route.reference} />;
    }
    case "account":
      return <AccountPage />;
    case "sign-in":
      return <SignInPage />;
    case "lost":
      return <EmptySheet title="There is no page here" text="Check the address, or go to your notes." hasHomeLink />;
  }
}
