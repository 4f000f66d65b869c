import { encode } from "uqr";

/** The link as a picture that a phone's camera reads. Drawn here: the address goes to nobody. */
export function QrCode(props: { readonly text: string; readonly name: string; readonly onClose: () => void }) {
  const { data, size } = encode(props.text, { border: 2 });
  const path = data.flatMap((row, y) => row.map((isDark, x) => (isDark ? `M${x} ${y}h1v1h-1z` : ""))).join("");
  return (
    <figure className="qr">
      <svg
        viewBox={`0 0 ${size} ${size}`}
        role="img"
        aria-label={`QR code of ${props.name}`}
        shapeRendering="crispEdges"
      >
        <rect width={size} height={size} fill="#ffffff" />
        <path d={path} fill="#1f2623" />
      </svg>
      <figcaption>
        <span>Point a phone’s camera at it.</span>
        <button type="button" className="quiet-button" onClick={props.onClose}>
          Hide
        </button>
      </figcaption>
    </figure>
  );
}
