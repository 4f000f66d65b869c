import { Component, type ReactNode } from "react";

/** The last resort for a bug in the interface. Notes are kept outside of it, so starting again loses nothing. */
export class ErrorBoundary extends Component<{ readonly children: ReactNode }, { readonly hasFailed: boolean }> {
  override state = { hasFailed: false };

  static getDerivedStateFromError(): { readonly hasFailed: boolean } {
    return { hasFailed: true };
  }

  override render() {
    if (!this.state.hasFailed) return this.props.children;
    return (
      <main className="sheet empty-sheet">
        <div className="empty-words">
          <h1>Something broke on this page</h1>
          <p>Your notes are kept. Load the page again to go on.</p>
          <button type="button" className="button" onClick={() => location.reload()}>
            Load again
          </button>
        </div>
      </main>
    );
  }
}
