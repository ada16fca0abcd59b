package dev.weft.kubernetes.registry;

import dev.weft.files.yaml.ObjectWriter;
import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.kubernetes.manifest.Trees;
import dev.weft.mesh.model.Revocation;
import dev.weft.mesh.model.TrustDomainObject;
import dev.weft.mesh.registry.FullException;
import dev.weft.mesh.registry.OperatorObjects;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Stores the objects that operators make through the control plane: Revocations and TrustDomains with a label. Objects
 * that users made are never overwritten. If a user has made the TrustDomain object, an operator's disabling is an
 * annotation of it. Safe for use by several threads.
 */
final class KubernetesObjects implements OperatorObjects {

    /** Attempts to write an object that another client writes at the same time. */
    private static final int MAX_ATTEMPTS = 5;

    private static final String SPEC = "spec";
    private static final String STATE = "state";
    private static final Set<String> OF_OPERATORS = Set.of(STATE, "reason");

    private final KubernetesClient client;
    private final KubernetesSerialization serialization;
    private final KubernetesRegistry registry;

    KubernetesObjects(KubernetesClient client, KubernetesRegistry registry) {
        this.client = client;
        this.serialization = client.getKubernetesSerialization();
        this.registry = registry;
    }

    @Override
    public Optional<Revocation> revocation(String name) {
        return registry.ask(trust -> trust.ofOperator(name));
    }

    @Override
    public synchronized void put(Revocation revocation) throws IOException {
        if (!registry.ask(trust -> trust.hasRoom(revocation))) {
            throw new FullException("there is no room for Revocation " + revocation.name());
        }
        change(WatchedKind.REVOCATION, revocation.name(), live -> {
            if (live != null && !OperatorMarks.isOfOperator(live)) {
                throw new IOException("Revocation " + revocation.name()
                        + " is there, and no operator made it (expected: another name, or that one deleted)");
            }
            write(WatchedKind.REVOCATION, live, made(ObjectWriter.write(revocation), live));
        });
    }

    @Override
    public synchronized void remove(String name) throws IOException {
        change(WatchedKind.REVOCATION, name, live -> {
            if (live != null && OperatorMarks.isOfOperator(live)) {
                delete(WatchedKind.REVOCATION, live);
            }
        });
    }

    @Override
    public synchronized void forgetEnded(Instant by) throws IOException {
        List<Revocation> ended = registry.ask(TrustTables::ofOperators).stream()
                .filter(revocation -> !revocation.inForce(by))
                .toList();
        for (Revocation revocation : ended) {
            remove(revocation.name());
        }
    }

    @Override
    public boolean isDisabled(TrustDomain trustDomain) {
        return registry.ask(trust -> trust.isDisabled(trustDomain));
    }

    @Override
    public synchronized void disable(TrustDomainObject trustDomain) throws IOException {
        if (!registry.ask(trust -> trust.hasRoom(trustDomain))) {
            throw new FullException("there is no room for TrustDomain " + trustDomain.trustDomain()
                    + " (expected: at most " + TrustTables.MAX_TRUST_DOMAINS + "); delete some");
        }
        String reason = OperatorMarks.disabledFor(trustDomain.reason());
        change(WatchedKind.TRUST_DOMAIN, trustDomain.trustDomain().name(), live -> {
            GenericKubernetesResource next =
                    live == null ? made(ObjectWriter.writeDisabled(trustDomain), null) : copy(live);
            annotations(next).put(OperatorMarks.DISABLED, reason);
            write(WatchedKind.TRUST_DOMAIN, live, next);
        });
    }

    @Override
    public synchronized void enable(TrustDomain trustDomain) throws IOException {
        change(WatchedKind.TRUST_DOMAIN, trustDomain.name(), live -> {
            if (live == null
                    || (!OperatorMarks.isOfOperator(live)
                            && OperatorMarks.disabled(live).isEmpty())) {
                return;
            }
            if (OperatorMarks.isOfOperator(live)
                    && OF_OPERATORS.containsAll(spec(live).keySet())) {
                delete(WatchedKind.TRUST_DOMAIN, live);
                return;
            }
            GenericKubernetesResource next = copy(live);
            annotations(next).remove(OperatorMarks.DISABLED);
            if (OperatorMarks.isOfOperator(live)) {
                // A user has edited the object since: what remains of it belongs to the user.
                next.getMetadata().getLabels().remove(OperatorMarks.MADE_BY);
                Map<String, Object> spec = spec(next);
                OF_OPERATORS.forEach(spec::remove);
                next.setAdditionalProperty(SPEC, spec);
            }
            write(WatchedKind.TRUST_DOMAIN, live, next);
        });
    }

    /** Changes an object, by its current state; null if it does not exist. */
    @FunctionalInterface
    private interface Change {
        void of(@Nullable GenericKubernetesResource live) throws IOException;
    }

    private void change(WatchedKind kind, String name, Change change) throws IOException {
        for (int attempt = 1; ; attempt++) {
            try {
                change.of(client.genericKubernetesResources(kind.context())
                        .withName(name)
                        .get());
                return;
            } catch (KubernetesClientException e) {
                if (e.getCode() != HttpURLConnection.HTTP_CONFLICT || attempt == MAX_ATTEMPTS) {
                    throw notKept(kind, name, e);
                }
            }
        }
    }

    private void write(WatchedKind kind, @Nullable GenericKubernetesResource live, GenericKubernetesResource next) {
        GenericKubernetesResource accepted = live == null
                ? resource(kind, next).create()
                : resource(kind, next)
                        .lockResourceVersion(live.getMetadata().getResourceVersion())
                        .update();
        registry.wrote(new ApiEvent(kind, accepted, false));
    }

    private void delete(WatchedKind kind, GenericKubernetesResource live) {
        resource(kind, live)
                .lockResourceVersion(live.getMetadata().getResourceVersion())
                .delete();
        registry.wrote(new ApiEvent(kind, live, true));
    }

    private Resource<GenericKubernetesResource> resource(WatchedKind kind, GenericKubernetesResource object) {
        return client.genericKubernetesResources(kind.context()).resource(object);
    }

    /** Returns an operator's object that replaces the live object, or is created if that is null. */
    private GenericKubernetesResource made(String json, @Nullable GenericKubernetesResource live) {
        GenericKubernetesResource object = serialization.unmarshal(json, GenericKubernetesResource.class);
        if (live != null) {
            object.setMetadata(copy(live).getMetadata());
        }
        Map<String, String> labels =
                new HashMap<>(Objects.requireNonNullElse(object.getMetadata().getLabels(), Map.of()));
        labels.put(OperatorMarks.MADE_BY, OperatorMarks.OPERATOR);
        object.getMetadata().setLabels(labels);
        return object;
    }

    private GenericKubernetesResource copy(GenericKubernetesResource object) {
        return serialization.clone(object);
    }

    private static Map<String, String> annotations(GenericKubernetesResource object) {
        Map<String, String> annotations =
                new HashMap<>(Objects.requireNonNullElse(object.getMetadata().getAnnotations(), Map.of()));
        object.getMetadata().setAnnotations(annotations);
        return annotations;
    }

    private static Map<String, Object> spec(GenericKubernetesResource object) {
        return object.getAdditionalProperties().get(SPEC) instanceof Map<?, ?> given
                ? Trees.asMap(given, SPEC)
                : new HashMap<>();
    }

    private static IOException notKept(WatchedKind kind, String name, KubernetesClientException cause) {
        String needed = cause.getCode() == HttpURLConnection.HTTP_FORBIDDEN
                ? " (expected: the control plane's ServiceAccount may get, create, update and delete " + kind.resource()
                        + ")"
                : "";
        return new IOException(
                "WEFT-K023: " + kind.word() + " " + name + " cannot be written to the Kubernetes API: "
                        + cause.getMessage() + needed,
                cause);
    }
}
