package dev.weft.kubernetes.registry;

import dev.weft.files.yaml.ObjectWriter;
import dev.weft.identity.spiffe.TrustDomain;
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
            return new Wanted.Written(made(ObjectWriter.write(revocation), live));
        });
    }

    @Override
    public synchronized void remove(String name) throws IOException {
        change(
                WatchedKind.REVOCATION,
                name,
                live -> live == null || !OperatorMarks.isOfOperator(live) ? new Wanted.AsItIs() : new Wanted.Deleted());
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
            return new Wanted.Written(next);
        });
    }

    @Override
    public synchronized void enable(TrustDomain trustDomain) throws IOException {
        change(WatchedKind.TRUST_DOMAIN, trustDomain.name(), live -> {
            if (live == null
                    || (!OperatorMarks.isOfOperator(live)
                            && OperatorMarks.disabled(live).isEmpty())) {
                return new Wanted.AsItIs();
            }
            if (OperatorMarks.isOfOperator(live)
                    && OF_OPERATORS.containsAll(spec(live).keySet())) {
                return new Wanted.Deleted();
            }
            GenericKubernetesResource next = copy(live);
            annotations(next).remove(OperatorMarks.DISABLED);
            if (OperatorMarks.isOfOperator(live)) {
                // A user has edited the object since: what remains of it belongs to the user.
                next.getMetadata().getLabels().remove(OperatorMarks.MADE_BY);
                Map<String, Object> spec = new HashMap<>(spec(next));
                OF_OPERATORS.forEach(spec::remove);
                next.setAdditionalProperty(SPEC, spec);
            }
            return new Wanted.Written(next);
        });
    }

    /** What to do with an object. */
    private sealed interface Wanted {
        record Written(GenericKubernetesResource object) implements Wanted {}

        record Deleted() implements Wanted {}

        record AsItIs() implements Wanted {}
    }

    /** Decides what is to be done with an object, from its current state; null if it does not exist. */
    @FunctionalInterface
    private interface Decision {
        Wanted by(@Nullable GenericKubernetesResource live) throws IOException;
    }

    private void change(WatchedKind kind, String name, Decision decision) throws IOException {
        for (int attempt = 1; ; attempt++) {
            try {
                GenericKubernetesResource live = resource(kind, name).get();
                perform(kind, live, decision.by(live));
                return;
            } catch (KubernetesClientException e) {
                if (e.getCode() != HttpURLConnection.HTTP_CONFLICT || attempt == MAX_ATTEMPTS) {
                    throw notKept(kind, name, e);
                }
            }
        }
    }

    private void perform(WatchedKind kind, @Nullable GenericKubernetesResource live, Wanted wanted) {
        switch (wanted) {
            case Wanted.AsItIs() -> {}
            case Wanted.Deleted() -> {
                if (live != null) {
                    resource(kind, live)
                            .lockResourceVersion(live.getMetadata().getResourceVersion())
                            .delete();
                    registry.wrote(new ApiEvent(kind, live, true));
                }
            }
            case Wanted.Written(GenericKubernetesResource object) -> {
                GenericKubernetesResource accepted = live == null
                        ? resource(kind, object).create()
                        : resource(kind, object)
                                .lockResourceVersion(live.getMetadata().getResourceVersion())
                                .update();
                registry.wrote(new ApiEvent(kind, accepted, false));
            }
        }
    }

    private Resource<GenericKubernetesResource> resource(WatchedKind kind, String name) {
        return client.genericKubernetesResources(kind.context()).withName(name);
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
        Map<String, Object> spec = new HashMap<>();
        if (object.getAdditionalProperties().get(SPEC) instanceof Map<?, ?> given) {
            given.forEach((key, value) -> spec.put(String.valueOf(key), value));
        }
        return spec;
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
