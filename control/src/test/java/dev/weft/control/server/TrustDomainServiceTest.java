package dev.weft.control.server;

import static dev.weft.control.server.OperatedMesh.bundle;
import static dev.weft.control.server.OperatedMesh.refusal;
import static dev.weft.control.server.OperatedMesh.watching;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.v1.ListTrustDomainsRequest;
import dev.weft.api.v1.SetTrustDomainStateRequest;
import dev.weft.api.v1.SetTrustDomainStateResponse;
import dev.weft.api.v1.TrustBundle;
import dev.weft.api.v1.TrustDomainInfo;
import dev.weft.api.v1.TrustDomainState;
import dev.weft.identity.keys.Pem;
import io.grpc.Status;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What operators see and say of trust domains, through a whole control plane. */
final class TrustDomainServiceTest {

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    @SuppressWarnings("NullAway.Init")
    private OperatedMesh mesh;

    @BeforeEach
    void start() throws Exception {
        mesh = new OperatedMesh(directory);
    }

    @AfterEach
    void stop() {
        mesh.close();
    }

    @Test
    void saysHowLongEachAnchorLives() throws Exception {
        X509Certificate anchor = Pem.decodeCertificates(
                        Files.readString(mesh.state().resolve("anchor.pem")))
                .getFirst();
        assertThat(mesh.domains()
                        .listTrustDomains(ListTrustDomainsRequest.getDefaultInstance())
                        .getTrustDomains(0)
                        .getAnchorLivesList())
                .singleElement()
                .satisfies(life -> {
                    assertThat(life.getSubject())
                            .isEqualTo(anchor.getSubjectX500Principal().getName());
                    assertThat(life.getNotAfter())
                            .isEqualTo(anchor.getNotAfter().toInstant().getEpochSecond());
                });
    }

    @Test
    void aTrustDomainIsDisabledUntilItIsEnabledAlsoAfterARestart() throws Exception {
        try (TestClient api = mesh.client(TestPlane.API)) {
            TestWatch ofApi = watching(api, "shop/api");
            SetTrustDomainStateResponse answer = mesh.domains().setTrustDomainState(state("other.example", true));
            TrustBundle told = bundle(ofApi.next());
            assertThat(told.getTrustDomain()).isEqualTo("other.example");
            assertThat(told.getState()).isEqualTo(TrustDomainState.TRUST_DOMAIN_STATE_DISABLED);
            assertThat(answer.getTrustDomain().getReason()).isEqualTo("test");
        }
        mesh.restart();
        assertThat(domain("other.example").getState()).isEqualTo(TrustDomainState.TRUST_DOMAIN_STATE_DISABLED);
        assertThat(domain("test.example").getOwn()).isTrue();
        assertThat(domain("test.example").getAnchors()).isEqualTo(1);
        assertThat(domain("test.example").getRevoked()).isEqualTo(1);
        assertThat(domain("test.example").getProxies()).isEqualTo(2);

        mesh.domains().setTrustDomainState(state("other.example", false));
        assertThat(domain("other.example").getState()).isEqualTo(TrustDomainState.TRUST_DOMAIN_STATE_ACTIVE);
        assertThat(domain("other.example").getReason()).isEmpty();
    }

    @Test
    void refusesStatesThatCannotBe() {
        assertThat(refusal(
                        () -> mesh.domains().setTrustDomainState(state("test.example", true)),
                        Status.Code.FAILED_PRECONDITION))
                .startsWith("WEFT-C033: ");
        assertThat(refusal(
                        () -> mesh.domains().setTrustDomainState(state("nobody.example", true)), Status.Code.NOT_FOUND))
                .startsWith("WEFT-C034: ");
        assertThat(refusal(
                        () -> mesh.domains().setTrustDomainState(state("shut.example", false)),
                        Status.Code.FAILED_PRECONDITION))
                .startsWith("WEFT-C035: ");
        assertThat(refusal(() -> mesh.domains().setTrustDomainState(state("a/b", true)), Status.Code.INVALID_ARGUMENT))
                .startsWith("WEFT-C030: ");
        SetTrustDomainStateRequest none =
                state("other.example", true).toBuilder().clearState().build();
        assertThat(refusal(() -> mesh.domains().setTrustDomainState(none), Status.Code.INVALID_ARGUMENT))
                .startsWith("WEFT-C030: ");
        SetTrustDomainStateRequest wordy =
                state("other.example", true).toBuilder().setReason("a\nb").build();
        assertThat(refusal(() -> mesh.domains().setTrustDomainState(wordy), Status.Code.INVALID_ARGUMENT))
                .startsWith("WEFT-C030: ")
                .contains("TrustDomain other.example", "reason");
    }

    private TrustDomainInfo domain(String name) {
        return mesh
                .domains()
                .listTrustDomains(ListTrustDomainsRequest.getDefaultInstance())
                .getTrustDomainsList()
                .stream()
                .filter(info -> info.getTrustDomain().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static SetTrustDomainStateRequest state(String domain, boolean disabled) {
        return SetTrustDomainStateRequest.newBuilder()
                .setTrustDomain(domain)
                .setState(
                        disabled
                                ? TrustDomainState.TRUST_DOMAIN_STATE_DISABLED
                                : TrustDomainState.TRUST_DOMAIN_STATE_ACTIVE)
                .setReason(disabled ? "test" : "")
                .build();
    }
}
