/** The screens, put together. */
export function App() {
  return <main className="min-h-dvh bg-(--paper) text-(--ink)" />;
}
