// The table of every operation, a file a noun. A route without a row here, or a row without a route, fails a test.
import { accountOperations } from "./accounts.ts";
import { adminOperations } from "./admin.ts";
import { cardOperations } from "./cards.ts";
import { discordOperations } from "./discord.ts";
import { guestOperations } from "./guests.ts";
import { historyOperations } from "./history.ts";
import { linkOperations } from "./links.ts";
import { logOperations } from "./log.ts";
import { memberOperations } from "./members.ts";
import { noteOperations } from "./notes.ts";
import type { Operation } from "./operation.ts";
import { platformOperations } from "./platform.ts";
import { reportOperations } from "./reports.ts";
import { socketOperations } from "./sockets.ts";
import { spaceOperations } from "./spaces.ts";
import { textOperations } from "./text.ts";

export const OPERATIONS: readonly Operation[] = [
  ...platformOperations,
  ...guestOperations,
  ...accountOperations,
  ...discordOperations,
  ...noteOperations,
  ...textOperations,
  ...memberOperations,
  ...linkOperations,
  ...historyOperations,
  ...logOperations,
  ...socketOperations,
  ...spaceOperations,
  ...reportOperations,
  ...adminOperations,
  ...cardOperations,
];
