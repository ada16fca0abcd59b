package dev.weft.kubernetes.status;

import static java.util.Objects.requireNonNull;

import dev.weft.control.lead.Leadership;
import dev.weft.mesh.model.ObjectName;
import dev.weft.mesh.registry.Registry;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import java.net.HttpURLConnection;
import java.time.Clock;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes into the status of each AuthorizationPolicy whether it counts and how many workloads it selects. One thread of its own
 * looks, some moments after a change, and writes what differs from what it wrote last, so many a second at most.
 */
public final class PolicyStatuses implements AutoCloseable {

    static final String KIND = "AuthorizationPolicy";

    private static final Logger LOG = LoggerFactory.getLogger(PolicyStatuses.class);
    private static final Duration LOOK = Duration.ofSeconds(1);
    /** Policies written in one look; the others wait for the next. */
    private static final int MAX_WRITES = 20;

    private static final ResourceDefinitionContext POLICIES = new ResourceDefinitionContext.Builder()
            .withGroup("weft.dev")
            .withVersion("v1alpha1")
            .withKind(KIND)
            .withPlural("authorizationpolicies")
            .withNamespaced(true)
            .build();

    private final KubernetesClient client;
    private final Registry registry;
    private final Leadership leadership;
    private final Clock clock;
    private final ScheduledExecutorService thread;
    private final AtomicBoolean due = new AtomicBoolean(true);
    private final Map<ObjectName, PolicyVerdict> written = new HashMap<>(); // the thread's alone
    private final Registry.Subscription subscription;

    private PolicyStatuses(KubernetesClient client, Registry registry, Leadership leadership, Clock clock) {
        this.leadership = requireNonNull(leadership, "leadership");
        this.client = requireNonNull(client, "client");
        this.registry = requireNonNull(registry, "registry");
        this.clock = requireNonNull(clock, "clock");
        this.thread = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().daemon().name("policy-status").factory());
        this.subscription = registry.subscribe((_, _) -> due.set(true));
    }

    /** Begins to write. The registry is not closed with it. */
    public static PolicyStatuses start(KubernetesClient client, Registry registry, Clock clock) {
        return start(client, registry, Leadership.ALONE, clock);
    }

    /**
     * The same, where there are several replicas.
     *
     * @param leadership who writes
     */
    public static PolicyStatuses start(KubernetesClient client, Registry registry, Leadership leadership, Clock clock) {
        PolicyStatuses statuses = new PolicyStatuses(client, registry, leadership, clock);
        leadership.onChange(() -> statuses.due.set(true));
        var _ = statuses.thread.scheduleWithFixedDelay(
                statuses::look, LOOK.toMillis(), LOOK.toMillis(), TimeUnit.MILLISECONDS);
        return statuses;
    }

    private void look() {
        if (!leadership.leads()) {
            written.clear(); // the leader writes meanwhile
            return;
        }
        if (!due.getAndSet(false)) {
            return;
        }
        try {
            Map<ObjectName, PolicyVerdict> verdicts = PolicyVerdict.all(registry.current(), registry.errors());
            written.keySet().retainAll(verdicts.keySet());
            int writes = 0;
            for (Map.Entry<ObjectName, PolicyVerdict> each : verdicts.entrySet()) {
                if (each.getValue().equals(written.get(each.getKey()))) {
                    continue;
                }
                if (++writes > MAX_WRITES) {
                    due.set(true);
                    return;
                }
                if (write(each.getKey(), each.getValue())) {
                    written.put(each.getKey(), each.getValue());
                } else {
                    due.set(true);
                }
            }
        } catch (RuntimeException e) {
            LOG.atWarn().log("the status of policies cannot be written ({}): tried again", e.getMessage());
            due.set(true);
        }
    }

    /** Whether it is done with; not where somebody wrote the object in the same moment. */
    private boolean write(ObjectName name, PolicyVerdict verdict) {
        Resource<GenericKubernetesResource> resource = client.genericKubernetesResources(POLICIES)
                .inNamespace(name.namespace())
                .withName(name.name());
        @Nullable GenericKubernetesResource live = resource.get();
        if (live == null) {
            return true;
        }
        Map<String, Object> status = status(verdict, live);
        if (status.equals(live.getAdditionalProperties().get("status"))) {
            return true;
        }
        live.setAdditionalProperty("status", status);
        try {
            client.genericKubernetesResources(POLICIES)
                    .inNamespace(name.namespace())
                    .resource(live)
                    .updateStatus();
            return true;
        } catch (KubernetesClientException e) {
            if (e.getCode() != HttpURLConnection.HTTP_CONFLICT && e.getCode() != HttpURLConnection.HTTP_NOT_FOUND) {
                throw e;
            }
            return e.getCode() == HttpURLConnection.HTTP_NOT_FOUND;
        }
    }

    private Map<String, Object> status(PolicyVerdict verdict, GenericKubernetesResource live) {
        Map<String, Object> status = new HashMap<>();
        status.put("workloads", verdict.selected());
        status.put("meshed", verdict.meshed());
        List<Map<String, Object>> conditions = new ArrayList<>();
        for (PolicyVerdict.Condition condition : verdict.conditions()) {
            Map<String, Object> fields = new HashMap<>();
            fields.put("type", condition.type());
            fields.put("status", condition.holds() ? "True" : "False");
            fields.put("reason", condition.reason());
            fields.put("message", condition.message());
            fields.put("lastTransitionTime", since(condition, live));
            if (live.getMetadata().getGeneration() != null) {
                fields.put("observedGeneration", live.getMetadata().getGeneration());
            }
            conditions.add(fields);
        }
        status.put("conditions", conditions);
        return status;
    }

    /** When the condition took the value that it has: now, unless it had it already. */
    private String since(PolicyVerdict.Condition condition, GenericKubernetesResource live) {
        if (live.getAdditionalProperties().get("status") instanceof Map<?, ?> before
                && before.get("conditions") instanceof List<?> conditions) {
            for (Object each : conditions) {
                if (each instanceof Map<?, ?> former
                        && condition.type().equals(former.get("type"))
                        && Objects.equals(former.get("status"), condition.holds() ? "True" : "False")
                        && former.get("lastTransitionTime") instanceof String time) {
                    return time;
                }
            }
        }
        return clock.instant().truncatedTo(ChronoUnit.SECONDS).toString();
    }

    @Override
    public void close() {
        subscription.close();
        thread.shutdownNow();
    }
}
