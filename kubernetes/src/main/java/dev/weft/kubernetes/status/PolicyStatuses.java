package dev.weft.kubernetes.status;

import static java.util.Objects.requireNonNull;

import dev.weft.control.lead.Leadership;
import dev.weft.control.watch.SidecarView;
import dev.weft.daemon.schedule.Repetition;
import dev.weft.kubernetes.registry.KubernetesRegistry;
import dev.weft.mesh.model.ObjectName;
import dev.weft.mesh.model.Selecting;
import dev.weft.mesh.table.SortedTable;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the status of each AuthorizationPolicy, EgressPolicy and RateLimit: whether it is valid, how many workloads it
 * selects, and on how many of their sidecars it is in force. A dedicated thread looks for changes each second and
 * writes what differs from the last write. It writes a limited number of objects a second. An object whose counts alone
 * change is written every few seconds at most.
 */
public final class PolicyStatuses implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(PolicyStatuses.class);
    private static final Duration LOOK = Duration.ofSeconds(1);
    /** Objects that are written in one pass; the others wait for the next pass. */
    private static final int MAX_WRITES = 20;
    /** Shortest time between two writes of an object if only its counts change. */
    static final Duration PAUSE = Duration.ofSeconds(5);
    /** How long a new leader waits before it writes, until the connected sidecars have reported. */
    private static final Duration SETTLING = Duration.ofSeconds(3);

    /** The verdict that was written, and when. */
    private record Written(PolicyVerdict verdict, Instant at) {}

    private final KubernetesClient client;
    private final KubernetesRegistry registry;
    private final SidecarView sidecars;
    private final Leadership leadership;
    private final Clock clock;
    private final ScheduledExecutorService thread = Repetition.thread("policy-status");
    private final Set<String> touched = ConcurrentHashMap.newKeySet();
    // The following fields belong to the thread alone.
    private PolicyBook book = new PolicyBook();
    private PolicyProblems problems = new PolicyProblems();
    private final Map<PolicyKind, SortedTable<ObjectName, Long>> generations = new EnumMap<>(PolicyKind.class);
    private final Map<PolicyName, Written> written = new HashMap<>();
    private final Set<PolicyName> due = new LinkedHashSet<>();
    private @Nullable Instant leadsSince;
    private boolean known;

    /** Creates a writer. Only the leader writes. Closing it does not close the registry. */
    public PolicyStatuses(
            KubernetesClient client,
            KubernetesRegistry registry,
            SidecarView sidecars,
            Leadership leadership,
            Clock clock) {
        this.client = requireNonNull(client, "client");
        this.registry = requireNonNull(registry, "registry");
        this.sidecars = requireNonNull(sidecars, "sidecars");
        this.leadership = requireNonNull(leadership, "leadership");
        this.clock = requireNonNull(clock, "clock");
    }

    /** Starts to write. It is called once. */
    public PolicyStatuses start() {
        sidecars.onInboundStatusChange(touched::add);
        var _ = Repetition.every(thread, LOOK, this::look);
        return this;
    }

    private void look() {
        try {
            if (!leadership.leads()) {
                forget(); // another replica leads and writes
            } else if (leadsSince == null) {
                leadsSince = clock.instant();
            } else if (!clock.instant().isBefore(leadsSince.plus(SETTLING))) {
                follow();
                if (!known) {
                    compareAll();
                    known = true;
                }
                writeDue();
            }
        } catch (RuntimeException e) {
            LOG.atWarn().log("the status of policies cannot be written ({}): tried again", e.getMessage());
        }
    }

    private void forget() {
        touched.clear();
        if (leadsSince != null) {
            leadsSince = null;
            known = false;
            book = new PolicyBook();
            problems = new PolicyProblems();
            generations.clear();
            written.clear();
            due.clear();
        }
    }

    private void follow() {
        // Generations are read before the objects: a generation must not be newer than its object.
        for (PolicyKind kind : PolicyKind.values()) {
            SortedTable<ObjectName, Long> now = kind.generations(registry);
            now.differences(generations(kind), (name, _, _) -> due.add(new PolicyName(kind, name)));
            generations.put(kind, now);
        }
        due.addAll(problems.follow(registry.errors()));
        due.addAll(book.follow(sidecars, takeTouched()));
    }

    private SortedTable<ObjectName, Long> generations(PolicyKind kind) {
        return generations.getOrDefault(kind, SortedTable.empty());
    }

    private Set<ObjectName> takeTouched() {
        Set<ObjectName> names = new HashSet<>();
        for (String workload : List.copyOf(touched)) {
            touched.remove(workload);
            int slash = workload.indexOf('/');
            names.add(new ObjectName(workload.substring(0, slash), workload.substring(slash + 1)));
        }
        return names;
    }

    /** Compares all objects once: most have the right status already, because a former leader wrote it. */
    private void compareAll() {
        for (PolicyKind kind : PolicyKind.values()) {
            for (GenericKubernetesResource live : client.genericKubernetesResources(kind.context())
                    .inAnyNamespace()
                    .list()
                    .getItems()) {
                PolicyName name = new PolicyName(
                        kind,
                        new ObjectName(
                                live.getMetadata().getNamespace(),
                                live.getMetadata().getName()));
                verdict(name).ifPresent(verdict -> {
                    if (StatusWriter.has(client, live, status(verdict, live))) {
                        written.put(name, new Written(verdict, Instant.MIN));
                    }
                });
            }
        }
    }

    /** Returns the policy of this name that is in force; empty if there is none. */
    private Optional<Selecting<?>> inForce(PolicyName name) {
        return name.kind().in(registry.current()).find(name.name());
    }

    /** Whether a policy of this name exists, valid or not. */
    private boolean isThere(PolicyName name) {
        return generations(name.kind()).find(name.name()).isPresent()
                || inForce(name).isPresent();
    }

    /**
     * Returns the verdict on a policy; empty if there is no such policy, or the sidecars have not been sent its current
     * text yet.
     */
    private Optional<PolicyVerdict> verdict(PolicyName name) {
        if (!book.policy(name).equals(inForce(name))) {
            return Optional.empty();
        }
        Optional<PolicyVerdict> verdict = book.verdict(name);
        Optional<String> problem = problems.of(name);
        return verdict.isEmpty() && problem.isEmpty()
                ? Optional.empty()
                : Optional.of(verdict.orElse(PolicyVerdict.ofNothing(name.kind()))
                        .with(problem, generations(name.kind()).find(name.name())));
    }

    private void writeDue() {
        int writes = 0;
        for (PolicyName name : new ArrayList<>(due)) {
            if (writes == MAX_WRITES) {
                return;
            }
            Optional<PolicyVerdict> verdict = verdict(name);
            Written last = written.get(name);
            if (verdict.isEmpty()) {
                if (!isThere(name)) {
                    written.remove(name);
                    due.remove(name);
                }
            } else if (last != null && verdict.get().equals(last.verdict())) {
                due.remove(name);
            } else if (last == null || isTime(verdict.get(), last)) {
                writes++;
                due.remove(name);
                if (write(name, verdict.get())) {
                    written.put(name, new Written(verdict.get(), clock.instant()));
                } else {
                    due.add(name); // behind the other objects
                }
            }
        }
    }

    private boolean isTime(PolicyVerdict verdict, Written last) {
        return !verdict.saysTheSameAs(last.verdict())
                || last.at().equals(Instant.MIN)
                || !clock.instant().isBefore(last.at().plus(PAUSE));
    }

    private boolean write(PolicyName name, PolicyVerdict verdict) {
        try {
            ResourceDefinitionContext kind = name.kind().context();
            @Nullable
            GenericKubernetesResource live = client.genericKubernetesResources(kind)
                    .inNamespace(name.namespace())
                    .withName(name.name().name())
                    .get();
            return live == null || StatusWriter.write(client, kind, live, status(verdict, live));
        } catch (RuntimeException e) {
            due.add(name);
            throw e;
        }
    }

    private Map<String, Object> status(PolicyVerdict verdict, GenericKubernetesResource live) {
        Map<String, Object> status = new HashMap<>();
        status.put("workloads", verdict.selected());
        status.put("meshed", verdict.meshed());
        status.put(
                "sidecars",
                Map.of(
                        "selected", verdict.meshed(),
                        "inForce", verdict.inForce(),
                        "summary", verdict.inForce() + "/" + verdict.meshed(),
                        "refused", verdict.refused().names(),
                        "waiting", verdict.waiting().names()));
        if (verdict.kind() == PolicyKind.AUTHORIZATION_POLICY) {
            status.put("wouldCutOff", verdict.cutOff().names());
            status.put("wouldCutOffCount", verdict.cutOff().count());
        }
        status.put("conditions", Condition.fields(verdict.conditions(), live, verdict.generation(), clock.instant()));
        return status;
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
