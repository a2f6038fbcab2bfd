import type { Metadata } from "next";
import { StaffScreen } from "#features/staff/components/staff-screen.tsx";
import { loadStaff } from "#features/staff/loaders.ts";
import { permittedPage } from "../permitted-page.tsx";

export const metadata: Metadata = { title: "Staff" };

export default permittedPage(async () => <StaffScreen staff={await loadStaff()} />);
