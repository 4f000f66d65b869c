import { useState } from "react";
import { Avatar } from "../../ui/Avatar.tsx";

/** Somebody's picture, or, where there is none or it does not come, the first letter. The name is written beside it. */
export function Face(props: { readonly name: string; readonly color: string; readonly picture: string | null }) {
  const { name, color, picture } = props;
  const [missing, setMissing] = useState<string | null>(null);
  if (picture === null || picture === missing) return <Avatar name={name} color={color} />;
  return <img className="avatar face" src={picture} alt="" onError={() => setMissing(picture)} />;
}
