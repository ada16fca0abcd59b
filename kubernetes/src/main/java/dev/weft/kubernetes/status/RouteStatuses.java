package dev.weft.kubernetes.status;

import static java.util.Objects.requireNonNull;

import dev.weft.control.lead.Leadership;
import dev.weft.daemon.schedule.Repetition;
import dev.weft.kubernetes.follow.ApiKinds;
import dev.weft.kubernetes.registry.KubernetesRegistry;
import dev.weft.kubernetes.registry.RouteObject;
import dev.weft.mesh.kind.Kinds;
import dev.weft.mesh.model.ObjectName;
import dev.weft.mesh.model.Service;
import dev.weft.mesh.registry.Snapshot;
import dev.weft.mesh.route.ReferenceGrant;
import dev.weft.mesh.route.RouteKind;
import dev.weft.mesh.route.RouteName;
import dev.weft.mesh.table.SortedTable;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ScheduledExecutorService;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes into the status of each route with a Service as parent whether the mesh applies the route there, and whether
 * its backends exist. What other controllers wrote into the same status stays. A dedicated thread looks for changes
 * each second, on the replica that leads.
 */
public final class RouteStatuses implements AutoCloseable {

    static final String CONTROLLER = RouteObject.CONTROLLER;

    private static final Logger LOG = LoggerFactory.getLogger(RouteStatuses.class);
    private static final Duration LOOK = Duration.ofSeconds(1);
    /** Routes that are written in one pass; the others wait for the next pass. */
    private static final int MAX_WRITES = 20;
    /** Most parents in one status, a limit of the Gateway API. */
    private static final int MAX_PARENTS = 32;
    /** How long to wait before a failed write of a route's status is tried again. */
    private static final Duration AFTER_REFUSAL = Duration.ofSeconds(30);

    private static final String STATUS = "status";
    private static final String PARENTS = "parents";

    private final KubernetesClient client;
    private final KubernetesRegistry registry;
    private final Leadership leadership;
    private final Clock clock;
    private final ScheduledExecutorService thread = Repetition.thread("route-status");
    private final Map<RouteKind, ResourceDefinitionContext> kinds = Map.of(
            RouteKind.HTTP, ApiKinds.of(Kinds.HTTP_ROUTE),
            RouteKind.GRPC, ApiKinds.of(Kinds.GRPC_ROUTE));
    // The following fields belong to the thread alone.
    private SortedTable<RouteName, RouteObject> seen = SortedTable.empty();
    private SortedTable<ObjectName, Service> services = SortedTable.empty();
    private SortedTable<ObjectName, List<String>> addresses = SortedTable.empty();
    private SortedTable<ObjectName, ReferenceGrant> grants = SortedTable.empty();
    private final Set<RouteName> due = new LinkedHashSet<>();
    private final Map<RouteName, Instant> waiting = new HashMap<>();

    /** Creates a writer. Only the leader writes. Closing it does not close the registry. */
    public RouteStatuses(KubernetesClient client, KubernetesRegistry registry, Leadership leadership, Clock clock) {
        this.client = requireNonNull(client, "client");
        this.registry = requireNonNull(registry, "registry");
        this.leadership = requireNonNull(leadership, "leadership");
        this.clock = requireNonNull(clock, "clock");
    }

    /** Starts to write. It is called once. */
    public RouteStatuses start() {
        var _ = Repetition.every(thread, LOOK, this::look);
        return this;
    }

    private void look() {
        try {
            if (leadership.leads()) {
                follow();
                writeDue();
            } else {
                forget(); // another replica leads and writes
            }
        } catch (RuntimeException e) {
            LOG.atWarn().log("the status of routes cannot be written ({}): tried again", e.getMessage());
        }
    }

    private void forget() {
        seen = SortedTable.empty();
        services = SortedTable.empty();
        addresses = SortedTable.empty();
        grants = SortedTable.empty();
        due.clear();
        waiting.clear();
    }

    private void follow() {
        SortedTable<RouteName, RouteObject> now = registry.routeObjects();
        Snapshot objects = registry.current();
        Set<String> touched = new HashSet<>();
        now.differences(seen, (name, _, object) -> {
            // Which routes are valid at a port depends on the other routes of the namespace.
            touched.add(name.name().namespace());
            if (object != null) {
                due.add(name);
            }
        });
        SortedTable<ObjectName, Service> nowServices = SortedTable.copyOf(objects.services());
        nowServices.differences(services, (name, _, _) -> touched.add(name.namespace()));
        SortedTable<ObjectName, List<String>> nowAddresses =
                SortedTable.copyOf(objects.addresses().services());
        nowAddresses.differences(addresses, (name, _, _) -> touched.add(name.namespace()));
        touched.addAll(granted(objects, touched));
        if (!touched.isEmpty()) {
            now.keySet().stream()
                    .filter(name -> touched.contains(name.name().namespace()))
                    .forEach(due::add);
        }
        seen = now;
        services = nowServices;
        addresses = nowAddresses;
        grants = SortedTable.copyOf(objects.grants());
    }

    /**
     * Returns the namespaces whose routes may be affected: those that the grants in these namespaces name, and those
     * that changed grants name or named.
     */
    private Set<String> granted(Snapshot objects, Set<String> namespaces) {
        Set<String> granted = new HashSet<>();
        SortedTable<ObjectName, ReferenceGrant> now = SortedTable.copyOf(objects.grants());
        now.values().stream()
                .filter(grant -> namespaces.contains(grant.name().namespace()))
                .forEach(grant -> addFrom(grant, granted));
        now.differences(grants, (_, before, after) -> {
            addFrom(before, granted);
            addFrom(after, granted);
        });
        return granted;
    }

    private static void addFrom(@Nullable ReferenceGrant grant, Set<String> namespaces) {
        if (grant != null) {
            grant.from().forEach(from -> namespaces.add(from.namespace()));
        }
    }

    private void writeDue() {
        Instant now = clock.instant();
        waiting.values().removeIf(until -> !until.isAfter(now));
        due.stream()
                .filter(name -> !waiting.containsKey(name))
                .limit(MAX_WRITES)
                .toList()
                .forEach(this::writeOne);
    }

    /** Writes the status of one route. A failure does not delay the other routes. */
    private void writeOne(RouteName name) {
        due.remove(name);
        try {
            if (!write(name)) {
                due.add(name); // behind the other routes
            }
        } catch (KubernetesClientException e) {
            LOG.atWarn().log("the status of {} cannot be written ({}): tried again", name, e.getMessage());
            due.add(name);
            waiting.put(name, clock.instant().plus(AFTER_REFUSAL));
        }
    }

    /** Returns whether there is nothing more to write for this route. */
    private boolean write(RouteName name) {
        Optional<RouteObject> object = seen.find(name);
        ResourceDefinitionContext kind = requireNonNull(kinds.get(name.kind()), "kind");
        if (object.isEmpty()) {
            return true;
        }
        @Nullable
        GenericKubernetesResource live = client.genericKubernetesResources(kind)
                .inNamespace(name.name().namespace())
                .withName(name.name().name())
                .get();
        if (live == null) {
            return true;
        }
        Map<String, Object> status = new HashMap<>();
        if (live.getAdditionalProperties().get(STATUS) instanceof Map<?, ?> former) {
            former.forEach((key, value) -> status.put(String.valueOf(key), value));
        }
        List<Object> parents = parents(name, object.get(), status.get(PARENTS));
        if (parents.isEmpty() && !status.containsKey(PARENTS)) {
            return true;
        }
        status.put(PARENTS, parents);
        return StatusWriter.write(client, kind, live, status);
    }

    /** Returns the entries of other controllers unchanged, followed by ours. */
    private List<Object> parents(RouteName name, RouteObject object, @Nullable Object former) {
        List<Map<?, ?>> ours = new ArrayList<>();
        List<Object> all = new ArrayList<>();
        if (former instanceof List<?> entries) {
            for (Object entry : entries) {
                if (entry instanceof Map<?, ?> map && CONTROLLER.equals(map.get("controllerName"))) {
                    ours.add(map);
                } else {
                    all.add(entry);
                }
            }
        }
        RouteVerdict verdict = new RouteVerdict(name, object, registry.current());
        for (Map<String, Object> parent : object.parents()) {
            if (all.size() < MAX_PARENTS) {
                @Nullable
                Object conditions = ours.stream()
                        .filter(entry -> parent.equals(entry.get("parentRef")))
                        .findFirst()
                        .<Object>flatMap(entry -> Optional.ofNullable(entry.get("conditions")))
                        .orElse(null);
                all.add(Map.of(
                        "parentRef",
                        parent,
                        "controllerName",
                        CONTROLLER,
                        "conditions",
                        Condition.fields(
                                verdict.conditions(parent),
                                conditions,
                                Optional.of(object.generation()),
                                clock.instant())));
            }
        }
        return all;
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
