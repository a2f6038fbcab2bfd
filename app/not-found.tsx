import { NotFoundScreen } from "#ui/not-found-screen.tsx";

export const metadata = { title: "Not found" };

export default function NotFound() {
  return (
    <main>
      <NotFoundScreen />
    </main>
  );
}
