// What workerd.ts is told.

export interface HostOptions {
  readonly bundleDir: string;
  /** The module that the Worker starts with. */
  readonly main: string;
  readonly port: number;
  readonly stateDir: string;
  /** Binding to class, each with SQLite. */
  readonly objects: Readonly<Record<string, string>>;
  readonly bindings?: Readonly<Record<string, string>> | undefined;
  readonly d1?: Readonly<Record<string, string>> | undefined;
  /** SQL of D1's tables, run when the state is new. */
  readonly tables?: string | undefined;
  readonly r2?: Readonly<Record<string, string>> | undefined;
  /** Where the files of the built app are, for the binding ASSETS. */
  readonly assetsDir?: string | undefined;
  readonly inspectorPort?: number | undefined;
}
