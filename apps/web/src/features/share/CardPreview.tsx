import { useState } from "react";

/** The real picture of the note as chats show it. Nothing where there is none, or it can't be loaded. */
export function CardPreview({ imageUrl }: { readonly imageUrl: string | null }) {
  const [failedUrl, setFailedUrl] = useState<string | null>(null);
  if (imageUrl === null || imageUrl === failedUrl) return null;
  return (
    <figure className="card-preview">
      <img
        src={imageUrl}
        alt="The note as a picture, with its title and first lines"
        width={1200}
        height={630}
        onError={() => setFailedUrl(imageUrl)}
      />
      <figcaption>This is what people see when you paste the link.</figcaption>
    </figure>
  );
}
