import { EmptySheet } from "../../shell/EmptySheet.tsx";
import { ProblemText } from "../../ui/ProblemText.tsx";
import { useTask } from "../../ui/use-task.ts";

/** The session is over: Discord no longer shows this person in the channel. */
export function LeftScreen({ comeBack }: { readonly comeBack: () => Promise<void> }) {
  const task = useTask();
  return (
    <div className="app start">
      <EmptySheet
        title="You left the channel"
        text="Its notes stay with those who are in it. What you wrote is kept, and goes out when you’re back."
      >
        <button
          type="button"
          className="button button-main button-tall"
          aria-disabled={task.isBusy}
          onClick={() => void task.run(comeBack)}
        >
          Come back
        </button>
        <ProblemText problem={task.problem} />
      </EmptySheet>
    </div>
  );
}
