// What people see of others moves this often at most: a partner's every word at once, a crowd's text ten times a second.

export const TEXT_EVERY_MS = 100;
export const STATUS_EVERY_MS = 200;
