package dev.weft.kubernetes.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.identity.trust.SpkiFingerprint;
import dev.weft.identity.trust.TrustBundle;
import dev.weft.kubernetes.mock.MockApi;
import dev.weft.mesh.model.InboundMode;
import dev.weft.mesh.model.Revocation;
import dev.weft.mesh.model.TrustDomainObject;
import dev.weft.mesh.registry.OperatorObjects;
import dev.weft.testing.Waiting;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.StatusBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(MockApi.class)
@SuppressWarnings("NullAway.Init")
final class KubernetesObjectsTest {

    private static final TrustDomain OTHER = TrustDomain.parse("other.example");
    private static final String USERS = """
            {"apiVersion":"weft.dev/v1alpha1","kind":"TrustDomain","metadata":{"name":"other.example"},
             "spec":{"state":"Active","discovery":{"addresses":["192.0.2.1:15012"],"ranges":["10.8.0.0/16"]}}}""";

    KubernetesMockServer server;
    KubernetesClient client;
    private KubernetesRegistry registry;
    private OperatorObjects operators;

    @BeforeEach
    void open() throws IOException {
        MockCluster.expectKinds(server);
        registry = KubernetesRegistry.open(
                client, TrustDomain.parse("cluster.local"), InboundMode.PERMISSIVE, MockCluster.QUICK);
        operators = registry.operators();
    }

    @AfterEach
    void close() {
        registry.close();
    }

    private static Revocation revocation(String name) {
        return new Revocation(
                name,
                Optional.empty(),
                new Revocation.Target.Issuer(new SpkiFingerprint("ab".repeat(32))),
                Optional.of("stolen"),
                Optional.empty());
    }

    private GenericKubernetesResource live(WatchedKind kind, String name) {
        return Objects.requireNonNull(
                client.genericKubernetesResources(kind.context()).withName(name).get());
    }

    private TrustDomainObject other() {
        return Objects.requireNonNull(registry.current().trustDomains().get(OTHER));
    }

    private void usersTrustDomain() {
        MockCluster.put(client, WatchedKind.TRUST_DOMAIN, USERS);
        Waiting.until(() -> registry.current().trustDomains().containsKey(OTHER));
    }

    @Test
    void whatAnOperatorMakesIsAnObjectWithALabel() throws IOException {
        operators.put(revocation("stolen"));
        GenericKubernetesResource object = live(WatchedKind.REVOCATION, "stolen");
        assertThat(object.getMetadata().getLabels()).containsEntry("weft.dev/made-by", "operator");
        assertThat(object.<Object>get("spec", "issuer", "keySha256")).isEqualTo("ab".repeat(32));
        assertThat(registry.current().revocations()).containsEntry("stolen", revocation("stolen"));
    }

    @Test
    void whatAUserMadeIsNotOverwrittenAndNotTakenBack() throws IOException {
        MockCluster.put(client, revocation("theirs"));
        Waiting.until(() -> registry.current().revocations().containsKey("theirs"));
        assertThatThrownBy(() -> operators.put(revocation("theirs")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("no operator made it");
        operators.remove("theirs");
        assertThat(registry.current().revocations()).containsKey("theirs");
        assertThat(live(WatchedKind.REVOCATION, "theirs").getMetadata().getLabels())
                .isNullOrEmpty();
    }

    @Test
    void toTakeBackWhatIsNotThereChangesNothing() throws IOException {
        operators.remove("nothing");
        operators.enable(OTHER);
        assertThat(registry.current().revocations()).isEmpty();
        assertThat(registry.current().trustDomains()).isEmpty();
    }

    @Test
    void aUsersTrustDomainIsDisabledByAnAnnotationAndStaysTheirs() throws IOException {
        usersTrustDomain();
        operators.disable(TrustDomainObject.disabled(OTHER, Optional.of("stolen")));
        assertThat(other().state()).isEqualTo(TrustBundle.State.DISABLED);
        assertThat(other().reason()).contains("stolen");
        assertThat(other().discovery()).isPresent();
        assertThat(operators.isDisabled(OTHER)).isTrue();

        MockCluster.put(
                client,
                WatchedKind.TRUST_DOMAIN,
                USERS.replace(
                        "\"name\":\"other.example\"",
                        "\"name\":\"other.example\",\"annotations\":{\"weft.dev/disabled-by-operator\":\"stolen\"}"));
        assertThat(other().state()).as("whatever the user says").isEqualTo(TrustBundle.State.DISABLED);

        operators.enable(OTHER);
        assertThat(other().state()).isEqualTo(TrustBundle.State.ACTIVE);
        assertThat(operators.isDisabled(OTHER)).isFalse();
        assertThat(live(WatchedKind.TRUST_DOMAIN, "other.example").<Object>get("spec", "state"))
                .isEqualTo("Active");
    }

    @Test
    void theAnnotationIsToBeSeenWhereNoReasonWasGiven() throws IOException {
        usersTrustDomain();
        operators.disable(TrustDomainObject.disabled(OTHER, Optional.empty()));
        assertThat(live(WatchedKind.TRUST_DOMAIN, "other.example").getMetadata().getAnnotations())
                .containsEntry("weft.dev/disabled-by-operator", "no reason given");
        assertThat(other().state()).isEqualTo(TrustBundle.State.DISABLED);
        assertThat(other().reason()).isEmpty();
    }

    @Test
    void whatAUserHasWrittenIntoAnOperatorsObjectStaysWhenItIsEnabled() throws IOException {
        operators.disable(TrustDomainObject.disabled(OTHER, Optional.empty()));
        GenericKubernetesResource object = live(WatchedKind.TRUST_DOMAIN, "other.example");
        object.setAdditionalProperty(
                "spec",
                Map.of(
                        "state",
                        "Disabled",
                        "discovery",
                        Map.of("addresses", List.of("192.0.2.1:15012"), "ranges", List.of("10.8.0.0/16"))));
        client.resource(object).update();
        Waiting.until(() -> other().discovery().isPresent());
        assertThat(operators.isDisabled(OTHER)).isTrue();

        operators.enable(OTHER);
        assertThat(other().state()).isEqualTo(TrustBundle.State.ACTIVE);
        assertThat(other().discovery()).isPresent();
        assertThat(live(WatchedKind.TRUST_DOMAIN, "other.example").getMetadata().getLabels())
                .isNullOrEmpty();
    }

    @Test
    void whatTheApiServerRefusesIsNotInForce() {
        server.expect()
                .post()
                .withPath("/apis/weft.dev/v1alpha1/revocations")
                .andReturn(
                        403, new StatusBuilder().withCode(403).withMessage("no").build())
                .always();
        assertThatThrownBy(() -> operators.put(revocation("stolen")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("WEFT-K023")
                .hasMessageContaining("may get, create, update and delete revocations.weft.dev");
        assertThat(registry.current().revocations()).isEmpty();
    }
}
