import { NotFoundScreen } from "#ui/not-found-screen.tsx";

export default function Missing() {
  return <NotFoundScreen />;
}
