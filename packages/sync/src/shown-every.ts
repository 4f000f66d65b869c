// What people see of others moves this often at most: a partner's every word at once, a crowd's text fifteen times a second.

export const TEXT_EVERY_MS = 66;
export const STATUS_EVERY_MS = 100;
