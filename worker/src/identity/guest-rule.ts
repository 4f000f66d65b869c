// Who is a guest: a user without a username whom nobody else vouches for either. Guests are known by their devices alone, what they
// have lasts 90 days, and they make only so much in a day. This is the one place that says so.

/** SQL, over a row of `users`. */
export const IS_GUEST = `(users.username IS NULL AND NOT EXISTS (
  SELECT 1 FROM identities WHERE identities.user_id = users.id))`;
