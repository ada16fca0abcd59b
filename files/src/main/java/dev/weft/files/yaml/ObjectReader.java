package dev.weft.files.yaml;

import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.mesh.model.AddressBook;
import dev.weft.mesh.model.EgressDefault;
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
import dev.weft.mesh.route.Route;
import dev.weft.mesh.route.RouteKind;
import dev.weft.mesh.route.RouteName;
import dev.weft.policy.model.DefaultDecision;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.Node;

/** Reads objects of all kinds into one snapshot. */
final class ObjectReader {

    static final String GROUP = "weft.dev/v1alpha1";
    private static final String DEFAULT_POLICY = "weft.dev/default-policy";
    private static final String INBOUND = "weft.dev/inbound";
    private static final String EGRESS = "weft.dev/egress";
    private static final Map<String, EgressDefault> EGRESS_DEFAULTS =
            Map.of("allow", EgressDefault.ALLOW, "deny", EgressDefault.DENY);
    private static final Map<String, DefaultDecision> DEFAULTS = Map.of(
            "authenticated", DefaultDecision.AUTHENTICATED,
            "deny", DefaultDecision.DENY,
            "anyone", DefaultDecision.ANYONE);
    private final Problems problems;
    private final Documents documents;
    private final References references;
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
    private final Map<String, Integer> lines = new HashMap<>();

    ObjectReader(Problems problems, Documents documents, References references) {
        this.problems = problems;
        this.documents = documents;
        this.references = references;
    }

    Parsed done() {
        for (Service service : services.values()) {
            checkNamedPorts(service);
        }
        AddressBook addresses = new AddressBook(workloadAddresses, serviceAddresses);
        return new Parsed(
                problems.file(),
                new Snapshot(workloads, services, policies, namespaces, addresses, trustDomains, revocations)
                        .withRateLimits(rateLimits)
                        .withEgress(egress)
                        .withRoutes(routes),
                programs,
                lines,
                problems.errors(),
                documents);
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

    /** An object that was read, to be put among others. */
    interface Entry {
        void into(ObjectReader all);
    }

    /** Reads one document, and puts its object among the others. */
    void read(Node document) {
        problems.about("");
        Fields.read(problems, document, "", fields -> {
            ObjectHead head = ObjectHead.read(fields);
            if (head == null) {
                fields.take("spec");
                return "";
            }
            problems.about(head.object());
            int line = Problems.line(document);
            Entry entry = body(head, fields);
            put(head.object(), line, entry);
            documents.read(head.object(), line, entry);
            return "";
        });
    }

    /** Puts an object among the others, as it was read when its document was the same. */
    void put(String object, int line, Entry entry) {
        problems.about(object);
        Integer before = lines.put(object, problems.base() + line);
        if (before != null) {
            problems.add(line, object, "the object is there twice, also on line " + before);
        }
        entry.into(this);
    }

    private Entry body(ObjectHead head, Fields fields) {
        return switch (head.kind()) {
            case "Workload" ->
                spec(fields, spec -> {
                    WorkloadReader.Read read = WorkloadReader.read(head.name(), head.labels(), spec);
                    return all -> {
                        all.workloads.put(head.name(), read.workload());
                        all.programs.put(head.name(), read.program());
                    };
                });
            case "Service" ->
                spec(fields, spec -> {
                    Service service = ServiceReader.read(head.name(), spec);
                    return all -> all.services.put(head.name(), service);
                });
            case "HTTPRoute" -> route(RouteKind.HTTP, head, fields);
            case "GRPCRoute" -> route(RouteKind.GRPC, head, fields);
            case "AuthorizationPolicy" ->
                spec(fields, spec -> {
                    SelectingPolicy policy = PolicyReader.read(head.name(), spec);
                    return all -> all.policies.put(head.name(), policy);
                });
            case "RateLimit" ->
                spec(fields, spec -> {
                    Optional<SelectingRateLimit> read = RateLimitReader.read(head.name(), spec);
                    return all -> read.ifPresent(limit -> all.rateLimits.put(head.name(), limit));
                });
            case "EgressPolicy" ->
                spec(fields, spec -> {
                    SelectingEgress policy = EgressReader.read(head.name(), spec);
                    return all -> all.egress.put(head.name(), policy);
                });
            case "Namespace" -> {
                fields.mapping("spec", spec -> "");
                Namespace namespace = namespace(head, fields);
                yield all -> all.namespaces.put(head.name().name(), namespace);
            }
            case "Addresses" -> spec(fields, ObjectReader::addresses);
            case "TrustDomain" ->
                spec(fields, spec -> {
                    TrustDomain trustDomain = TrustDomain.parse(head.name().name());
                    TrustDomainObject object = TrustDomainReader.read(trustDomain, spec);
                    return all -> all.trustDomains.put(trustDomain, object);
                });
            case "Revocation" ->
                spec(fields, spec -> {
                    String name = head.name().name();
                    Optional<Revocation> read = RevocationReader.read(name, spec);
                    return all -> read.ifPresent(revocation -> all.revocations.put(name, revocation));
                });
            default -> throw new IllegalStateException("kind " + head.kind() + " has no reader");
        };
    }

    private Entry route(RouteKind kind, ObjectHead head, Fields fields) {
        return spec(fields, spec -> {
            Route route = RouteReader.read(kind, head.name(), spec, references);
            return all -> all.routes.put(route.name(), route);
        });
    }

    private static Entry spec(Fields fields, Function<Fields, Entry> reader) {
        Entry read = fields.mapping("spec", reader);
        if (read == null) {
            fields.problem("spec is missing");
            return _ -> {};
        }
        return read;
    }

    private static Namespace namespace(ObjectHead head, Fields fields) {
        return new Namespace(
                head.name().name(),
                annotation(head, fields, DEFAULT_POLICY, DEFAULTS),
                annotation(head, fields, INBOUND, WorkloadReader.INBOUND_MODES),
                annotation(head, fields, EGRESS, EGRESS_DEFAULTS));
    }

    private static <E> @Nullable E annotation(ObjectHead head, Fields fields, String key, Map<String, E> words) {
        String text = head.annotations().get(key);
        E word = text == null ? null : words.get(text);
        if (text != null && word == null) {
            fields.problem("metadata.annotations." + key + ": " + text + Suggestion.of(text, words.keySet()));
        }
        return word;
    }

    private static Entry addresses(Fields spec) {
        Map<ObjectName, AddressBook.Entry> workloads = new HashMap<>();
        Map<ObjectName, List<String>> services = new HashMap<>();
        spec.mappings("workloads", entry -> {
            ObjectName name = addressed(entry);
            workloads.put(
                    name,
                    new AddressBook.Entry(entry.texts("addresses", Syntax::ipAddress), entry.flag("ready", true)));
            return name;
        });
        spec.mappings("services", entry -> {
            ObjectName name = addressed(entry);
            services.put(name, entry.texts("addresses", Syntax::ipAddress));
            return name;
        });
        return all -> {
            all.workloadAddresses.putAll(workloads);
            all.serviceAddresses.putAll(services);
        };
    }

    private static ObjectName addressed(Fields entry) {
        return new ObjectName(
                entry.requiredText("namespace", Syntax::dnsLabel), entry.requiredText("name", Syntax::dnsLabel));
    }
}
