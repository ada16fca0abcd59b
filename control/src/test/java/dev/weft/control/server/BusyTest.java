package dev.weft.control.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.weft.api.v1.CertifyRequest;
import dev.weft.api.v1.CertifyResponse;
import dev.weft.control.certify.IssuingQueue;
import dev.weft.control.certify.IssuingQueue.Entry;
import dev.weft.control.token.TokenCheck;
import dev.weft.identity.csr.CertificateSigningRequests;
import dev.weft.identity.keys.KeyPairs;
import dev.weft.testing.Waiting;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A control plane with more to do than it can: who waits, who is sent away, and whose token is left alone. */
@Timeout(60)
final class BusyTest {

    private static final Metadata.Key<String> RETRY =
            Metadata.Key.of("grpc-retry-pushback-ms", Metadata.ASCII_STRING_MARSHALLER);

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    private final byte[] csr = CertificateSigningRequests.create(KeyPairs.generateP256(), TestPlane.WEB);

    @Test
    void sendsAwayWhoWaitsForTooLongWithTheTimeToComeAgainAndItsToken() throws Exception {
        IssuingQueue queue = new IssuingQueue(1, 10, Duration.ofMillis(100));
        try (TestPlane plane = TestPlane.start(directory, queue);
                TestClient client = TestClient.withoutCertificate(plane)) {
            String token = plane.tokens.create(TestPlane.WEB, Duration.ofHours(1));
            try (Entry.Turn _ = turn(queue)) {
                assertThatThrownBy(() -> client.certify(csr, token))
                        .isInstanceOfSatisfying(StatusRuntimeException.class, e -> {
                            assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
                            assertThat(e.getStatus().getDescription()).startsWith("WEFT-C090");
                            assertThat(Objects.requireNonNull(e.getTrailers(), "trailers")
                                            .get(RETRY))
                                    .isEqualTo("1000");
                        });
            }
            assertThat(client.certify(csr, token).getCertificateChainCount()).isEqualTo(2);
        }
    }

    @Test
    void leavesTheTokenOfACallerThatIsGoneAsItWas() throws Exception {
        IssuingQueue queue = new IssuingQueue(1, 10, Duration.ofSeconds(30));
        try (TestPlane plane = TestPlane.start(directory, queue)) {
            String token = plane.tokens.create(TestPlane.WEB, Duration.ofHours(1));
            try (Entry.Turn _ = turn(queue)) {
                try (TestClient leaves = TestClient.withoutCertificate(plane)) {
                    Future<CertifyResponse> _ = leaves.certifyLater(CertifyRequest.newBuilder()
                            .setCertificateSigningRequest(ByteString.copyFrom(csr))
                            .setJoinToken(token)
                            .build());
                    Waiting.until(() -> queue.waiting() > 0);
                }
                Waiting.until(() -> plane.gate.connections() == 0);
                // A whole other call: what the server had to do for the one that left was begun before.
                try (TestClient other = TestClient.withoutCertificate(plane)) {
                    assertThatThrownBy(() -> other.certify(csr, "")).hasMessageContaining("WEFT-C001");
                }
            }
            Waiting.until(() -> audited(plane).contains("WEFT-C091"));
            assertThat(plane.tokens.check(token)).isInstanceOf(TokenCheck.Accepted.class);
            try (TestClient other = TestClient.withoutCertificate(plane)) {
                assertThat(other.certify(csr, token).getCertificateChainCount()).isEqualTo(2);
            }
        }
    }

    private static String audited(TestPlane plane) {
        try {
            return Files.readString(plane.auditFile);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Entry.Turn turn(IssuingQueue queue) {
        return (Entry.Turn) queue.enter();
    }
}
