// As much of Discord's SDK as the app uses, in the app's own types, so that tests can stand in for it.

export interface SdkParticipant {
  readonly id: string;
  readonly username: string;
  readonly global_name?: string | null | undefined;
  readonly nickname?: string | null | undefined;
  readonly avatar?: string | null | undefined;
}

export interface SdkActivity {
  readonly type: number;
  readonly details: string;
  readonly timestamps: { readonly start: number };
  readonly party: { readonly id: string; readonly size: number[] };
}

/** Every call may reject with `{code, message}`, and may never be answered. */
export interface Sdk {
  ready(): Promise<void>;
  authorize(scope: ("identify" | "rpc.activities.write")[]): Promise<{ readonly code: string }>;
  authenticate(accessToken: string): Promise<unknown>;
  participants(): Promise<{ readonly participants: readonly SdkParticipant[] }>;
  locale(): Promise<{ readonly locale: string }>;
  openExternalLink(url: string): Promise<{ readonly opened: boolean | null }>;
  openInviteDialog(): Promise<unknown>;
  shareLink(message: string, customId: string | null): Promise<{ readonly success: boolean }>;
  setActivity(activity: SdkActivity): Promise<unknown>;
  unlockOrientation(): Promise<unknown>;
  onLayout(listener: (mode: number) => void): Promise<unknown>;
  onThermal(listener: (state: number) => void): Promise<unknown>;
  onParticipants(listener: (participants: readonly SdkParticipant[]) => void): Promise<unknown>;
}
