package dev.weft.contracts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.identity.trust.TrustBundle;
import dev.weft.mesh.model.ObjectName;
import dev.weft.mesh.model.Revocation;
import dev.weft.mesh.model.TrustDomainObject;
import dev.weft.mesh.registry.Change;
import dev.weft.mesh.registry.Changes;
import dev.weft.mesh.registry.OperatorObjects;
import dev.weft.mesh.registry.Registry;
import dev.weft.mesh.registry.Snapshot;
import dev.weft.mesh.registry.Source;
import dev.weft.mesh.route.Backend;
import dev.weft.mesh.route.RouteKind;
import dev.weft.mesh.route.RouteName;
import dev.weft.testing.Waiting;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** The tests that every registry must pass. Users' objects are Revocations here; they stand for all kinds. */
public abstract class RegistryContract {

    private static final Instant END = Instant.parse("2026-02-01T00:00:00Z");
    private static final TrustDomain OTHER = TrustDomain.parse("other.example");

    /** A registry under test, with the actions of operators and users. */
    public interface Subject extends AutoCloseable {
        /** The registry. */
        Registry registry();

        /** The operators' objects, which the registry must have in force. */
        OperatorObjects operators();

        /** Writes an object as a user does. */
        void put(Revocation revocation) throws Exception;

        /** Deletes an object as a user does. */
        void remove(String name) throws Exception;

        /** Writes a route as a user does, given as JSON. */
        void putRoute(RouteName name, String json) throws Exception;

        /** Deletes a route as a user does. */
        void removeRoute(RouteName name) throws Exception;

        @Override
        void close();
    }

    /** Opens a registry while users already have these objects. */
    protected abstract Subject open(List<Revocation> there) throws Exception;

    @Test
    void hasWhatIsThereWhenItIsOpened() throws Exception {
        try (Subject subject = open(List.of(revocation("a"), revocation("b")))) {
            assertThat(revocations(subject))
                    .containsOnly(Map.entry("a", revocation("a")), Map.entry("b", revocation("b")));
            assertThat(subject.registry().errors()).isEmpty();
            assertThat(subject.registry().unknown()).isEmpty();
        }
    }

    @Test
    void tellsWhatWasAddedChangedAndRemoved() throws Exception {
        try (Subject subject = open(List.of(revocation("a"), revocation("b")))) {
            Told told = new Told(subject.registry());
            Revocation untouched = Objects.requireNonNull(revocations(subject).get("a"));

            subject.put(revocation("c"));
            Waiting.until(() -> revocations(subject).containsKey("c"));
            subject.put(ending("b"));
            Waiting.until(() -> ending("b").equals(revocations(subject).get("b")));
            subject.remove("c");
            Waiting.until(() -> !revocations(subject).containsKey("c"));

            Waiting.until(() -> told.revocations().size() == 3);
            assertThat(told.revocations().get(0).added()).containsExactly("c");
            assertThat(told.revocations().get(1).changed()).containsExactly("b");
            assertThat(told.revocations().get(2).removed()).containsExactly("c");
            assertThat(told.others()).as("changes of other kinds").isZero();
            assertThat(revocations(subject).get("a")).isSameAs(untouched);
        }
    }

    @Test
    void tellsTheStateThatTheChangesLeadTo() throws Exception {
        try (Subject subject = open(List.of(revocation("a")))) {
            Told told = new Told(subject.registry());
            subject.put(revocation("b"));
            Waiting.until(() -> !told.states.isEmpty());
            assertThat(told.states.getLast().revocations()).containsOnlyKeys("a", "b");
        }
    }

    @Test
    void tellsNothingOnceTheSubscriptionHasEnded() throws Exception {
        try (Subject subject = open(List.of())) {
            Told ended = new Told(subject.registry());
            ended.subscription.close();
            Told going = new Told(subject.registry());
            subject.put(revocation("a"));
            Waiting.until(() -> going.revocations().size() == 1);
            assertThat(ended.states).isEmpty();
        }
    }

    @Test
    void hasInForceWhatAnOperatorMakesWhenTheChangeReturns() throws Exception {
        try (Subject subject = open(List.of(revocation("a")))) {
            Told told = new Told(subject.registry());
            OperatorObjects operators = subject.operators();

            operators.put(ending("b"));
            assertThat(revocations(subject)).containsOnlyKeys("a", "b");
            assertThat(operators.revocation("b")).contains(ending("b"));
            assertThat(operators.revocation("a")).as("a user's").isEmpty();
            assertThat(told.revocations().getLast().added()).containsExactly("b");

            operators.forgetEnded(END.minusSeconds(1));
            assertThat(revocations(subject)).containsOnlyKeys("a", "b");
            operators.forgetEnded(END);
            assertThat(revocations(subject)).containsOnlyKeys("a");

            operators.put(revocation("c"));
            operators.remove("c");
            assertThat(revocations(subject)).containsOnlyKeys("a");
            assertThat(told.revocations().getLast().removed()).containsExactly("c");
        }
    }

    @Test
    void disablesATrustDomainUntilItIsEnabled() throws Exception {
        try (Subject subject = open(List.of())) {
            subject.operators().disable(TrustDomainObject.disabled(OTHER, Optional.of("stolen")));
            assertThat(subject.operators().isDisabled(OTHER)).isTrue();
            TrustDomainObject other = Objects.requireNonNull(
                    subject.registry().current().trustDomains().get(OTHER));
            assertThat(other.state()).isEqualTo(TrustBundle.State.DISABLED);
            assertThat(other.reason()).contains("stolen");

            subject.operators().enable(OTHER);
            assertThat(subject.operators().isDisabled(OTHER)).isFalse();
            assertThat(subject.registry().current().trustDomains()).isEmpty();
        }
    }

    @Test
    void tellsOfRoutesOfBothKinds() throws Exception {
        try (Subject subject = open(List.of())) {
            Told told = new Told(subject.registry());
            RouteName http = new RouteName(RouteKind.HTTP, new ObjectName("shop", "r"));
            RouteName grpc = new RouteName(RouteKind.GRPC, http.name());
            subject.putRoute(http, routeJson(http, 1));
            subject.putRoute(grpc, routeJson(grpc, 1));
            Waiting.until(() -> subject.registry().current().routes().keySet().equals(Set.of(http, grpc)));
            subject.putRoute(http, routeJson(http, 7));
            Waiting.until(() -> weight(subject, http) == 7);
            assertThat(weight(subject, grpc)).isEqualTo(1);
            subject.removeRoute(http);
            Waiting.until(() -> subject.registry().current().routes().keySet().equals(Set.of(grpc)));
            Waiting.until(() -> told.changes.stream()
                    .anyMatch(since -> since.routes().removed().contains(http)));
            assertThat(told.changes).anyMatch(since -> since.routes().changed().contains(http));
            assertThat(subject.registry().errors()).isEmpty();
        }
    }

    private static int weight(Subject subject, RouteName name) {
        return Optional.ofNullable(subject.registry().current().routes().get(name))
                .flatMap(route -> route.backends().findFirst())
                .map(Backend::weight)
                .orElse(0);
    }

    private static String routeJson(RouteName name, int weight) {
        return """
            {"apiVersion":"gateway.networking.k8s.io/v1","kind":"%s","metadata":{"name":"%s","namespace":"%s"},\
            "spec":{"parentRefs":[{"group":"","kind":"Service","name":"api"}],\
            "rules":[{"backendRefs":[{"name":"api","port":80,"weight":%d}]}]}}\
            """.formatted(
                        name.kind().kindName(), name.name().name(), name.name().namespace(), weight);
    }

    @Test
    void saysWhereAnObjectIs() throws Exception {
        try (Subject subject = open(List.of(revocation("a")))) {
            Source source = subject.registry().source("Revocation", "a");
            assertThat(source.kind()).isEqualTo("Revocation");
            assertThat(source.name()).isEqualTo("a");
            assertThat(source.where()).isNotEmpty();
        }
    }

    /** Records the calls of a registry's listener. */
    private static final class Told {

        private final List<Snapshot> states = new CopyOnWriteArrayList<>();
        private final List<Changes> changes = new CopyOnWriteArrayList<>();
        private final Registry.Subscription subscription;

        Told(Registry registry) {
            subscription = registry.subscribe((now, since) -> {
                changes.add(since);
                states.add(now);
            });
        }

        List<Change<String>> revocations() {
            return changes.stream()
                    .map(Changes::revocations)
                    .filter(change -> !change.isEmpty())
                    .toList();
        }

        long others() {
            return changes.stream()
                    .filter(since -> !since.workloadAddresses().isEmpty()
                            || !since.serviceAddresses().isEmpty()
                            || since.byKind().entrySet().stream()
                                    .anyMatch(kind -> !kind.getKey().equals("Revocation")
                                            && !kind.getValue().isEmpty()))
                    .count();
        }
    }

    private static Map<String, Revocation> revocations(Subject subject) {
        return new TreeMap<>(subject.registry().current().revocations());
    }

    private static Revocation revocation(String name) {
        return revocation(name, Optional.empty());
    }

    private static Revocation ending(String name) {
        return revocation(name, Optional.of(END));
    }

    private static Revocation revocation(String name, Optional<Instant> expires) {
        TrustDomain domain = TrustDomain.parse("cluster.local");
        return new Revocation(
                name,
                Optional.of(domain),
                new Revocation.Target.Identity(
                        SpiffeId.ofServiceAccount(domain, "shop", name), Instant.parse("2026-01-01T00:00:00Z")),
                Optional.empty(),
                expires);
    }
}
