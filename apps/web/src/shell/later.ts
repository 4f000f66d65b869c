// What is not needed for the first look at a note comes after it: by itself once the page is quiet, so that it is there offline
// and after a release, or at once when it is asked for.

export const later = {
  account: () => import("../features/account/AccountPage.tsx"),
  signIn: () => import("../features/account/SignInPage.tsx"),
  share: () => import("../features/share/ShareDialog.tsx"),
  qrCode: () => import("../features/share/QrCode.tsx"),
  history: () => import("../features/history/HistoryDialog.tsx"),
  look: () => import("../features/notes/LookDialog.tsx"),
} as const;

const quietAfterMs = 4000;

export function fetchTheRest(): void {
  setTimeout(() => {
    for (const load of Object.values(later)) load().catch(() => undefined); // asked for again when it is needed
  }, quietAfterMs);
}
