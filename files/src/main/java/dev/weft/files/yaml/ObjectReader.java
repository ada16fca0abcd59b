package dev.weft.files.yaml;

import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.mesh.kind.Kinds;
import dev.weft.mesh.kind.Shape;
import dev.weft.mesh.model.AddressBook;
import dev.weft.mesh.model.Namespace;
import dev.weft.mesh.model.ObjectName;
import dev.weft.mesh.model.Revocation;
import dev.weft.mesh.model.SelectingEgress;
import dev.weft.mesh.model.SelectingPolicy;
import dev.weft.mesh.model.SelectingRateLimit;
import dev.weft.mesh.model.Service;
import dev.weft.mesh.model.TrustDomainObject;
import dev.weft.mesh.model.Workload;
import dev.weft.mesh.registry.Snapshot;
import dev.weft.mesh.route.ReferenceGrant;
import dev.weft.mesh.route.Route;
import dev.weft.mesh.route.RouteKind;
import dev.weft.mesh.route.RouteName;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.Node;

/** Reads objects of all kinds into one snapshot. */
final class ObjectReader {

    private final Problems problems;
    private final DocumentCache documents;
    private final ReferenceMode references;
    private final Map<ObjectName, Workload> workloads = new TreeMap<>();
    private final Map<ObjectName, ProgramSpec> programs = new HashMap<>();
    private final Map<ObjectName, Service> services = new TreeMap<>();
    private final Map<ObjectName, SelectingPolicy> policies = new TreeMap<>();
    private final Map<ObjectName, SelectingRateLimit> rateLimits = new TreeMap<>();
    private final Map<ObjectName, SelectingEgress> egress = new TreeMap<>();
    private final Map<String, Namespace> namespaces = new TreeMap<>();
    private final Map<ObjectName, AddressBook.Entry> workloadAddresses = new HashMap<>();
    private final Map<ObjectName, List<String>> serviceAddresses = new HashMap<>();
    private final Map<TrustDomain, TrustDomainObject> trustDomains = new HashMap<>();
    private final Map<String, Revocation> revocations = new HashMap<>();
    private final Map<RouteName, Route> routes = new TreeMap<>();
    private final Map<ObjectName, ReferenceGrant> grants = new TreeMap<>();
    private final Map<String, Integer> lines = new HashMap<>();

    ObjectReader(Problems problems, DocumentCache documents, ReferenceMode references) {
        this.problems = problems;
        this.documents = documents;
        this.references = references;
    }

    Parsed done() {
        for (Service service : services.values()) {
            checkNamedPorts(service);
        }
        Snapshot objects = new Snapshot(
                workloads,
                services,
                policies,
                namespaces,
                new AddressBook(workloadAddresses, serviceAddresses),
                trustDomains,
                revocations,
                rateLimits,
                egress,
                routes,
                grants);
        return new Parsed(problems.file(), objects, programs, lines, problems.errors(), documents);
    }

    private void checkNamedPorts(Service service) {
        List<Workload> selected =
                workloads.values().stream().filter(service::selects).toList();
        for (Service.Port port : service.ports()) {
            boolean found = selected.isEmpty()
                    || selected.stream()
                            .anyMatch(workload -> port.targetPort().on(workload).isPresent());
            if (!found && port.targetPort() instanceof Service.TargetPort.Named(String name)) {
                problems.at(0);
                problems.add(
                        lines.getOrDefault("Service " + service.name(), 0),
                        "Service " + service.name(),
                        "spec.ports: no selected workload has a port named " + name);
            }
        }
    }

    /** An object that was read. It can be added to a reader's objects. */
    interface Entry {
        void addTo(ObjectReader all);
    }

    /** Reads one document, and adds its object to the others. */
    void read(Node document) {
        problems.about("");
        Fields object = Fields.open(problems, document, "", Kinds.OBJECT);
        ObjectHead head = ObjectHead.read(problems, object);
        if (head != null) {
            problems.about(head.object());
            int line = Problems.line(document);
            head.checkAnnotations(object);
            Entry entry = entry(head, object);
            put(head.object(), line, entry);
            documents.read(head.object(), line, entry);
        }
        object.checkNames();
    }

    /** Adds an object to the others. The object may come from an earlier read of the same document. */
    void put(String object, int line, Entry entry) {
        problems.about(object);
        Integer before = lines.put(object, problems.base() + line);
        if (before != null) {
            problems.add(line, object, "the object is there twice, also on line " + before);
        }
        entry.addTo(this);
    }

    private Entry entry(ObjectHead head, Fields object) {
        Node node = object.node("spec");
        Shape.Mapping shape = head.kind().spec();
        if (node != null) {
            return entry(head, object, Fields.read(problems, node, "spec", shape));
        }
        if (shape.fields().isEmpty()) {
            return entry(head, object, object);
        }
        object.problem("spec is missing");
        return _ -> {};
    }

    private Entry entry(ObjectHead head, Fields object, Fields spec) {
        ObjectName name = head.name();
        return switch (head.kind().kindName()) {
            case "Workload" -> {
                WorkloadReader.Read read = WorkloadReader.read(head, object, spec);
                yield all -> {
                    all.workloads.put(name, read.workload());
                    all.programs.put(name, read.program());
                };
            }
            case "Service" -> entry(name, CoreReader.service(name, spec), all -> all.services);
            case "HTTPRoute" -> route(RouteReader.read(RouteKind.HTTP, name, spec, references));
            case "GRPCRoute" -> route(RouteReader.read(RouteKind.GRPC, name, spec, references));
            case "ReferenceGrant" -> entry(name, GrantReader.read(name, spec), all -> all.grants);
            case "AuthorizationPolicy" -> entry(name, PolicyReader.authorization(name, spec), all -> all.policies);
            case "RateLimit" -> entry(name, PolicyReader.rateLimit(name, spec), all -> all.rateLimits);
            case "EgressPolicy" -> entry(name, PolicyReader.egress(name, spec), all -> all.egress);
            case "Namespace" -> entry(name.name(), CoreReader.namespace(head, object), all -> all.namespaces);
            case "Addresses" -> addresses(spec);
            case "TrustDomain" -> {
                TrustDomain trustDomain = TrustDomain.parse(name.name());
                yield entry(trustDomain, TrustReader.trustDomain(trustDomain, spec), all -> all.trustDomains);
            }
            case "Revocation" -> entry(name.name(), TrustReader.revocation(name.name(), spec), all -> all.revocations);
            default -> throw new IllegalStateException("kind " + head.kind().kindName() + " has no reader");
        };
    }

    /** @param value null if it is not usable, which was reported */
    private static <K, V> Entry entry(K name, @Nullable V value, Function<ObjectReader, Map<K, V>> part) {
        return all -> {
            if (value != null) {
                part.apply(all).put(name, value);
            }
        };
    }

    private static Entry route(Route route) {
        return entry(route.name(), route, all -> all.routes);
    }

    private static Entry addresses(Fields spec) {
        Map<ObjectName, AddressBook.Entry> workloads = new HashMap<>();
        Map<ObjectName, List<String>> services = new HashMap<>();
        spec.mappings(
                "workloads",
                entry -> workloads.put(
                        addressed(entry), new AddressBook.Entry(entry.texts("addresses"), entry.flag("ready", true))));
        spec.mappings("services", entry -> services.put(addressed(entry), entry.texts("addresses")));
        return all -> {
            all.workloadAddresses.putAll(workloads);
            all.serviceAddresses.putAll(services);
        };
    }

    private static ObjectName addressed(Fields entry) {
        return new ObjectName(
                Objects.requireNonNullElse(entry.text("namespace"), ""),
                Objects.requireNonNullElse(entry.text("name"), ""));
    }
}
