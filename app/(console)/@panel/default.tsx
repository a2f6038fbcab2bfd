/** No panel is open. */
export default function NoPanel() {
  return null;
}
