import type { FastifyInstance } from "fastify";
import { baseUrl, link, pageLinks, readPage } from "../http/hal.ts";
import { validationProblem } from "../http/problem.ts";
import type { Simulator } from "../simulator.ts";
import { CustomerSearch } from "../world/customer-search.ts";
import type { Customer, NewCustomer } from "../world/customers.ts";
import { queryOf, requireCustomer, textAt } from "./resources.ts";

export function registerCustomers(app: FastifyInstance, simulator: Simulator): void {
  const { world } = simulator;
  const customerSearch = new CustomerSearch(world);

  app.get("/customers", async (request) => {
    const query = queryOf(request);
    const page = readPage(query);
    const filter = { search: textOf(query.search), email: textOf(query.email), statuses: textsOf(query.status) };
    const isFiltered = filter.search !== undefined || filter.email !== undefined || filter.statuses.length > 0;
    const found = isFiltered ? await customerSearch.find(filter) : undefined;
    const total = found?.length ?? world.listedCount;
    const places = found?.slice(page.offset, page.offset + page.limit) ?? world.listedPlaces(page.offset, page.limit);
    const customers = [...places].map((index) => customerBody(world.customerAt(index), baseUrl(request)));
    return { _links: pageLinks(request, page, total), _embedded: { customers }, total };
  });

  app.get("/customers/:id", async (request) => customerBody(requireCustomer(simulator, request), baseUrl(request)));

  app.post("/customers", async (request, reply) => {
    const wanted = readNewCustomer(request.body);
    const same = await customerSearch.find({ email: wanted.email, search: undefined, statuses: [] });
    if (same.length > 0) {
      const message = "A customer with the specified email already exists.";
      throw validationProblem({ code: "Duplicate", message, path: "/email" });
    }
    const { id } = simulator.makeCustomer(wanted);
    simulator.announce("customer_created", { path: "customers", id }, id);
    return reply
      .code(201)
      .header("location", `${baseUrl(request)}/customers/${id}`)
      .send();
  });
}

/** Customers that Dwolla verifies need papers that no simulator should be sent: only the two plain types can be made. */
function readNewCustomer(body: unknown): NewCustomer & { email: string } {
  const required = (name: string) => {
    const text = textAt(body, name);
    if (!text) throw validationProblem({ code: "Required", message: `${name} required.`, path: `/${name}` });
    return text;
  };
  const [firstName, lastName, email] = [required("firstName"), required("lastName"), required("email").toLowerCase()];
  const type = textAt(body, "type") ?? "unverified";
  if (type !== "unverified" && type !== "receive-only")
    throw validationProblem({ code: "Invalid", message: "Invalid customer type.", path: "/type" });
  if (!/^\S+@\S+$/.test(email))
    throw validationProblem({ code: "Invalid", message: "Email must be a valid email.", path: "/email" });
  const [businessName, correlationId] = [textAt(body, "businessName"), textAt(body, "correlationId")];
  return { firstName, lastName, email, type, businessName, correlationId };
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

function textsOf(value: unknown): string[] {
  return [value].flat().filter((each): each is string => typeof each === "string" && each !== "");
}

function customerBody(customer: Customer, base: string) {
  const self = `${base}/customers/${customer.id}`;
  return {
    _links: {
      self: link(self, "customer"),
      "funding-sources": link(`${self}/funding-sources`, "funding-source"),
      transfers: link(`${self}/transfers`, "transfer"),
    },
    id: customer.id,
    firstName: customer.firstName,
    lastName: customer.lastName,
    email: customer.email,
    type: customer.type,
    status: customer.status,
    created: new Date(customer.created).toISOString(),
    ...(customer.correlationId !== undefined && { correlationId: customer.correlationId }),
    ...((customer.type === "personal" || customer.type === "business") && customer.address),
    ...(customer.type === "business" && businessBody(customer)),
  };
}

function businessBody({ businessName, businessType, firstName, lastName, address }: Customer) {
  const business = { businessName, businessType, businessClassification: "9ed3f669-7d6f-11e3-b545-5404a6144203" };
  if (businessType === "soleProprietorship") return business;
  const { address1, city, state, postalCode } = address;
  const controllerAddress = { address1, city, stateProvinceRegion: state, postalCode, country: "US" };
  return { ...business, controller: { firstName, lastName, title: "Managing Member", address: controllerAddress } };
}
