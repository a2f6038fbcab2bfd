import { notFound } from "next/navigation";

/** Any address that is no page of ours: not found, but within the frame, for who is signed in. */
export default function MissingPage() {
  notFound();
}
