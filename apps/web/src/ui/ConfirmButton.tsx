import { useEffect, useRef, useState } from "react";

/** Takes something away: pressed once it asks, pressed again it does. Looking elsewhere is a no. */
export function ConfirmButton(props: {
  readonly name: string;
  readonly label: string;
  readonly confirmName: string;
  readonly onConfirm: () => Promise<unknown>;
}) {
  const [step, setStep] = useState<"idle" | "asking" | "busy">("idle");
  const isMounted = useRef(true);
  useEffect(() => {
    isMounted.current = true;
    return () => {
      isMounted.current = false;
    };
  }, []);
  const press = async () => {
    if (step === "busy") return;
    if (step === "idle") return setStep("asking");
    setStep("busy");
    await props.onConfirm();
    if (isMounted.current) setStep("idle");
  };
  return (
    <button
      type="button"
      className={step === "idle" ? "revoke" : "revoke revoke-sure"}
      aria-label={step === "idle" ? props.label : `${props.confirmName}: ${props.label}`}
      aria-disabled={step === "busy"}
      onBlur={() => setStep((now) => (now === "asking" ? "idle" : now))}
      onClick={() => void press()}
    >
      {step === "idle" ? props.name : props.confirmName}
    </button>
  );
}
