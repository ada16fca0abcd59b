package dev.weft.kubernetes.registry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.identity.trust.SpkiFingerprint;
import dev.weft.identity.trust.TrustBundle;
import dev.weft.mesh.model.Discovery;
import dev.weft.mesh.model.InboundMode;
import dev.weft.mesh.model.LabelSelector;
import dev.weft.mesh.model.ObjectName;
import dev.weft.mesh.model.PortScope;
import dev.weft.mesh.model.Revocation;
import dev.weft.mesh.model.SelectingPolicy;
import dev.weft.mesh.model.TrustDomainObject;
import dev.weft.mesh.model.Workload;
import dev.weft.mesh.registry.LoadError;
import dev.weft.mesh.table.SortedTable;
import dev.weft.policy.model.Action;
import dev.weft.policy.model.AuthorizationPolicy;
import dev.weft.policy.model.Cidr;
import dev.weft.policy.model.Condition;
import dev.weft.policy.model.PathPattern;
import dev.weft.policy.model.RequestMatch;
import dev.weft.policy.model.Source;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Our own kinds, sound and broken. */
final class CustomObjectsTest {

    private static final TrustDomain OTHER = TrustDomain.parse("other.example");
    private static final ObjectName WEB = new ObjectName("shop", "web");

    private final MeshAssembly mesh = new MeshAssembly(TrustDomain.parse("cluster.local"), InboundMode.PERMISSIVE);

    private void there(WatchedKind kind, String name, String spec) {
        mesh.apply(new ApiEvent(kind, Customs.object(kind, name, spec), false));
    }

    private void gone(WatchedKind kind, String name) {
        mesh.apply(new ApiEvent(kind, Customs.object(kind, name, "{}"), true));
    }

    private SelectingPolicy policy() {
        return Objects.requireNonNull(mesh.snapshot().policies().get(WEB));
    }

    private List<String> reasons() {
        return mesh.errors().stream().map(LoadError::reason).toList();
    }

    private static SelectingPolicy closed(LabelSelector workloads, Set<Integer> ports) {
        return new SelectingPolicy(
                new AuthorizationPolicy("shop", "web", ports, Action.DENY, List.of(Source.of(new Condition.Anyone()))),
                workloads);
    }

    @Test
    void aSoundPolicyIsInForce() {
        there(WatchedKind.AUTHORIZATION_POLICY, "web", """
                {"workloads":{"matchLabels":{"app":"web"}},"ports":[8080],"action":"Allow","from":[{"serviceAccount":"api"}]}""");
        assertThat(policy().policy().action()).isEqualTo(Action.ALLOW);
        assertThat(policy().policy().ports()).containsExactly(8080);
        assertThat(policy().workloads().matchLabels()).isEqualTo(Map.of("app", "web"));
        assertThat(mesh.errors()).isEmpty();
        gone(WatchedKind.AUTHORIZATION_POLICY, "web");
        assertThat(mesh.snapshot().policies()).isEmpty();
    }

    @Test
    void rulesAboutRequestsAreReadAsThoseOfFilesAre() {
        there(WatchedKind.AUTHORIZATION_POLICY, "web", """
                {"ports":[8080],"action":"Allow","from":[{"serviceAccount":"api"}],
                 "to":[{"http":{"methods":["GET"],"paths":[{"prefix":"/orders"}]}},{"grpc":{"service":"shop.v1.Orders"}}]}""");
        assertThat(policy().policy().to())
                .containsExactly(
                        new RequestMatch.Http(
                                Set.of("GET"), List.of(), List.of(new PathPattern.Prefix("/orders")), List.of()),
                        new RequestMatch.Grpc("shop.v1.Orders", Set.of()));
        assertThat(mesh.errors()).isEmpty();
    }

    @Test
    void aWrongRuleAboutRequestsClosesThePortAndIsSaid() {
        there(WatchedKind.AUTHORIZATION_POLICY, "web", """
                {"ports":[8080],"action":"Allow","from":[{"anyone":true}],"to":[{"http":{"paths":[{"prefix":"/orders/"}]}}]}""");
        assertThat(policy()).isEqualTo(closed(LabelSelector.ALL, Set.of(8080)));
        assertThat(reasons())
                .anySatisfy(reason -> assertThat(reason)
                        .startsWith("spec.to[0].http.paths[0].prefix: /orders/")
                        .contains("expected: /orders, without"));
        there(WatchedKind.AUTHORIZATION_POLICY, "web", "{\"ports\":[8080],\"action\":\"Allow\",\"to\":null}");
        assertThat(policy()).isEqualTo(closed(LabelSelector.ALL, Set.of(8080)));
    }

    @Test
    void ofABrokenOneTheLastValidStateStays() {
        there(WatchedKind.AUTHORIZATION_POLICY, "web", "{\"action\":\"Audit\"}");
        there(WatchedKind.AUTHORIZATION_POLICY, "web", "{\"action\":\"Alow\"}");
        assertThat(policy().policy().action()).isEqualTo(Action.AUDIT);
        assertThat(mesh.errors())
                .isNotEmpty()
                .allSatisfy(
                        error -> assertThat(error.source()).hasToString("kubernetes: AuthorizationPolicy shop/web"));
        assertThat(reasons()).anySatisfy(reason -> assertThat(reason).contains("did you mean Allow?"));

        there(WatchedKind.AUTHORIZATION_POLICY, "web", "{\"action\":\"Deny\"}");
        assertThat(policy().policy().action()).isEqualTo(Action.DENY);
        assertThat(mesh.errors()).isEmpty();
    }

    @Test
    void aPolicyThatNeverWasValidClosesWhatItIsAbout() {
        there(
                WatchedKind.AUTHORIZATION_POLICY,
                "web",
                "{\"workloads\":{\"matchLabels\":{\"app\":\"web\"}},\"ports\":[8080],\"action\":\"Allow\",\"form\":[]}");
        assertThat(policy()).isEqualTo(closed(new LabelSelector(Map.of("app", "web"), List.of()), Set.of(8080)));
        assertThat(reasons()).singleElement().asString().contains("unknown field form; did you mean from?");
        assertThat(mesh.trust().silent()).as("it stops nobody else").isEmpty();
    }

    @Test
    void whatCannotBeReadOfWhatItIsAboutIsAllOfIt() {
        there(
                WatchedKind.AUTHORIZATION_POLICY,
                "web",
                "{\"workloads\":{\"matchLabel\":{\"app\":\"web\"}},\"ports\":[0],\"action\":\"Allow\"}");
        assertThat(policy()).isEqualTo(closed(LabelSelector.ALL, Set.of()));
        there(WatchedKind.AUTHORIZATION_POLICY, "web", "[]");
        assertThat(policy()).isEqualTo(closed(LabelSelector.ALL, Set.of()));
    }

    @Test
    void aPolicyThatWasDeletedIsNotRemembered() {
        there(WatchedKind.AUTHORIZATION_POLICY, "web", "{\"action\":\"Audit\"}");
        gone(WatchedKind.AUTHORIZATION_POLICY, "web");
        there(WatchedKind.AUTHORIZATION_POLICY, "web", "{\"action\":\"Alow\"}");
        assertThat(policy()).isEqualTo(closed(LabelSelector.ALL, Set.of()));
    }

    @Test
    void aMachineThatNeverWasValidIsReachedAtNoPort() {
        there(
                WatchedKind.WORKLOAD,
                "web",
                "{\"serviceAccount\":\"web\",\"addresses\":[\"10.9.0.1\"],\"ports\":[{\"port\":80}],\"inbund\":\"strict\"}");
        Workload machine = Objects.requireNonNull(mesh.snapshot().workloads().get(WEB));
        assertThat(machine.addresses()).containsExactly("10.9.0.1");
        assertThat(machine.ports()).isEmpty();
        assertThat(machine.portScope()).isEqualTo(PortScope.DECLARED);
        assertThat(reasons()).singleElement().asString().contains("did you mean inbound?");

        there(WatchedKind.WORKLOAD, "web", "{\"serviceAccount\":\"web\",\"addresses\":[\"here\"]}");
        assertThat(mesh.snapshot().workloads()).isEmpty();
    }

    @Test
    void aTrustDomainThatNeverWasValidIsDisabled() {
        there(WatchedKind.TRUST_DOMAIN, "other.example", """
                {"anchors":"none","discovery":{"addresses":["192.0.2.1:15012"],"ranges":["10.9.0.0/16"]}}""");
        TrustDomainObject other =
                Objects.requireNonNull(mesh.snapshot().trustDomains().get(OTHER));
        assertThat(other.state()).isEqualTo(TrustBundle.State.DISABLED);
        assertThat(other.discovery())
                .as("never in plaintext")
                .get()
                .extracting(Discovery::ranges)
                .isEqualTo(List.of(Cidr.parse("10.9.0.0/16")));
        assertThat(mesh.trust().isDisabled(OTHER)).as("by an operator").isFalse();
        assertThat(mesh.trust().silent()).isEmpty();
    }

    @Test
    void ofTheOwnTrustDomainNothingIsAssumed() {
        there(WatchedKind.TRUST_DOMAIN, "cluster.local", "{\"state\":\"Of\"}");
        assertThat(mesh.snapshot().trustDomains()).isEmpty();
        assertThat(mesh.trust().silent()).singleElement().asString().contains("TrustDomain cluster.local");
    }

    @Test
    void aRevocationThatNeverWasValidLasts() {
        there(
                WatchedKind.REVOCATION,
                "stolen",
                "{\"certificate\":{\"serialNumber\":\"0a\"},\"expires\":\"yesterday\",\"reason\":\"\"}");
        Revocation stolen = Objects.requireNonNull(mesh.snapshot().revocations().get("stolen"));
        assertThat(stolen.expires()).isEmpty();
        assertThat(stolen.target()).isInstanceOf(Revocation.Target.Certificate.class);
        assertThat(reasons()).hasSize(2);
        assertThat(mesh.trust().silent()).isEmpty();
    }

    @Test
    void aRevocationOfSomethingThatCannotBeReadIsUnknown() {
        there(WatchedKind.REVOCATION, "stolen", "{\"certificate\":{\"serialNumber\":\"laptop\"}}");
        assertThat(mesh.snapshot().revocations()).isEmpty();
        assertThat(mesh.trust().silent())
                .singleElement()
                .asString()
                .contains("kubernetes: Revocation stolen", "laptop");
        gone(WatchedKind.REVOCATION, "stolen");
        assertThat(mesh.trust().silent()).isEmpty();
    }

    private static Revocation revocation(int number) {
        return new Revocation(
                "r" + number,
                Optional.empty(),
                new Revocation.Target.Issuer(new SpkiFingerprint("%064x".formatted(number))),
                Optional.empty(),
                Optional.empty());
    }

    @Test
    void whatFindsNoRoomWaitsUntilThereIsSome() {
        BoundedTable<String, Revocation> limited =
                new BoundedTable<>(SortedTable.<String, Revocation>empty(), 2, 1_000_000, Revocation::size);
        assertThat(limited.put("r1", Optional.of(revocation(1)))).isEmpty();
        assertThat(limited.put("r2", Optional.of(revocation(2)))).isEmpty();
        assertThat(limited.hasRoom("r2", revocation(3))).as("in its own place").isTrue();
        assertThat(limited.put("r3", Optional.of(revocation(3)))).isEmpty();
        assertThat(limited.waits("r3")).isTrue();
        assertThat(limited.table()).containsOnlyKeys("r1", "r2");
        assertThat(limited.put("r1", Optional.empty())).containsExactly("r3");
        assertThat(limited.table()).containsOnlyKeys("r2", "r3");
        assertThat(limited.waits("r3")).isFalse();
    }

    @Test
    void octetsAreLimitedToo() {
        BoundedTable<String, Revocation> limited = new BoundedTable<>(
                SortedTable.<String, Revocation>empty(), 10, revocation(1).size() * 2, Revocation::size);
        limited.put("r1", Optional.of(revocation(1)));
        limited.put("r2", Optional.of(revocation(2)));
        assertThat(limited.hasRoom("r3", revocation(3))).isFalse();
        limited.put("r1", Optional.empty());
        assertThat(limited.hasRoom("r3", revocation(3))).isTrue();
    }

    private static GenericKubernetesResource version(String uid, String version, String issuer) {
        GenericKubernetesResource object = Customs.object(
                WatchedKind.REVOCATION, "r", "{\"issuer\":{\"keySha256\":\"%s\"}}".formatted(issuer.repeat(64)));
        object.getMetadata().setUid(uid);
        object.getMetadata().setResourceVersion(version);
        return object;
    }

    private static ApiEvent event(GenericKubernetesResource object, boolean gone) {
        return new ApiEvent(WatchedKind.REVOCATION, object, gone);
    }

    @Test
    void anEventFromBeforeAnOwnWriteDoesNotUndoIt() {
        mesh.apply(event(version("u", "8", "a"), false));
        mesh.wrote(event(version("u", "10", "b"), false));
        Map<String, Revocation> now = mesh.snapshot().revocations();
        mesh.apply(event(version("u", "9", "c"), false));
        assertThat(mesh.snapshot().revocations()).isEqualTo(now);
        mesh.apply(event(version("u", "10", "b"), false));
        mesh.apply(event(version("u", "11", "c"), false));
        assertThat(mesh.snapshot().revocations()).isNotEqualTo(now);
    }

    @Test
    void norDoesOneFromBeforeAnOwnDeletion() {
        mesh.wrote(event(version("u", "10", "a"), false));
        mesh.wrote(event(version("u", "10", "a"), true));
        mesh.apply(event(version("u", "10", "a"), false));
        assertThat(mesh.snapshot().revocations()).isEmpty();
        mesh.wrote(event(version("v", "12", "b"), false));
        mesh.apply(event(version("u", "11", "a"), true));
        assertThat(mesh.snapshot().revocations()).as("another of its name").containsOnlyKeys("r");
        mesh.apply(event(version("v", "13", "b"), true));
        assertThat(mesh.snapshot().revocations()).isEmpty();
    }

    @Test
    void somebodyElsesDeletionAfterAnOwnWriteCounts() {
        mesh.wrote(event(version("u", "10", "a"), false));
        mesh.apply(event(version("u", "11", "a"), true));
        assertThat(mesh.snapshot().revocations()).isEmpty();
    }
}
