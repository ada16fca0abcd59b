package dev.weft.control.server;

import static dev.weft.control.server.OperatedMesh.identity;
import static dev.weft.control.server.OperatedMesh.refusal;
import static dev.weft.control.server.OperatedMesh.serial;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.api.v1.ListRevocationsRequest;
import dev.weft.api.v1.RevocationInfo;
import dev.weft.api.v1.RevocationTarget;
import dev.weft.api.v1.RevokeRequest;
import dev.weft.api.v1.RevokeResponse;
import dev.weft.api.v1.UndoRevocationRequest;
import dev.weft.identity.keys.Pem;
import dev.weft.identity.trust.SpkiFingerprint;
import dev.weft.mesh.state.StateException;
import dev.weft.testing.SettableClock;
import io.grpc.Status;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What operators revoke, through a whole control plane: its socket and its state. */
final class RevocationServiceTest {

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
    void keepsWhatIsRevokedAndTakesItBack() throws Exception {
        RevocationInfo made = mesh.revocations()
                .revoke(serial("0c", 0).toBuilder().setReason("lost").build())
                .getRevocation();
        assertThat(mesh.revocations().revoke(serial("0C", 0)).getRevocation().getId())
                .as("the same again")
                .isEqualTo(made.getId());
        assertThat(mesh.revocations().revoke(serial("000c", 0)).getRevocation().getId())
                .as("the same number")
                .isEqualTo(made.getId());
        mesh.restart();

        assertThat(mesh.listed()).extracting(RevocationInfo::getId).containsExactly(made.getId(), "of-a-file");
        assertThat(mesh.listed().getFirst().getReason()).isEqualTo("lost");
        assertThat(mesh.listed().getFirst().getCanUndo()).isTrue();
        assertThat(mesh.listed().getLast().getCanUndo()).isFalse();
        assertThat(mesh.serials()).containsExactlyInAnyOrder("a", "c");

        mesh.revocations().undoRevocation(undo(made.getId().substring(0, 14)));
        assertThat(mesh.serials()).containsExactly("a");
        assertThat(refusal(() -> mesh.revocations().undoRevocation(undo(made.getId())), Status.Code.NOT_FOUND))
                .startsWith("WEFT-C031: there is no revocation");
        assertThat(refusal(() -> mesh.revocations().undoRevocation(undo("of-a-file")), Status.Code.FAILED_PRECONDITION))
                .startsWith("WEFT-C035: ");
    }

    @Test
    void aLaterMomentCountsAndAnEarlierDoesNot() throws Exception {
        Instant early = Instant.parse("2026-01-01T00:00:00Z");
        mesh.revocations().revoke(identity(TestPlane.API, early.plusSeconds(60)));
        mesh.revocations().revoke(identity(TestPlane.API, early));
        assertThat(issuedBefore()).isEqualTo(early.plusSeconds(60));
        mesh.revocations().revoke(identity(TestPlane.API, early.plusSeconds(90)));
        assertThat(issuedBefore()).isEqualTo(early.plusSeconds(90));
    }

    @Test
    void whatWasIssuedInTheSameSecondAsARevocationIsRefusedByTheNext() throws Exception {
        Instant now = Instant.now();
        mesh.restart(Clock.fixed(now, ZoneOffset.UTC));
        mesh.revocations().revoke(identity(TestPlane.API, 0));
        assertThat(issuedBefore()).isEqualTo(now.truncatedTo(ChronoUnit.SECONDS));
        mesh.revocations().revoke(identity(TestPlane.API, 0));
        assertThat(issuedBefore()).isEqualTo(now.truncatedTo(ChronoUnit.SECONDS).plusSeconds(1));
    }

    @Test
    void keepsAllThatAreRevokedAtOnce() throws Exception {
        try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<RevokeResponse>> answers = IntStream.rangeClosed(0x10, 0x2f)
                    .mapToObj(n -> callers.submit(() -> mesh.revocations().revoke(serial(Integer.toHexString(n), 0))))
                    .toList();
            for (Future<RevokeResponse> answer : answers) {
                answer.get();
            }
        }
        assertThat(mesh.listed()).hasSize(0x20 + 1);
    }

    @Test
    void startsNotWithoutWhatWasRevoked() throws Exception {
        mesh.revocations().revoke(serial("0c", 0));
        mesh.close();
        Path kept = mesh.state().resolve("objects").resolve("revocations.yaml");
        String good = Files.readString(kept);
        Files.writeString(kept, good.substring(0, good.length() / 2));
        assertThatThrownBy(() -> mesh.open(Clock.systemUTC()))
                .isInstanceOf(StateException.class)
                .hasMessageContaining("revocations.yaml");
        Files.writeString(kept, good);
        mesh.open(Clock.systemUTC());
        assertThat(mesh.serials()).containsExactlyInAnyOrder("a", "c");
    }

    @Test
    void whatHasEndedIsTrustedAgainAndComesBackWithAClockThatRanAhead() throws Exception {
        SettableClock clock = new SettableClock(Instant.now());
        mesh.restart(clock);
        Instant end = clock.instant().plus(Duration.ofHours(1));
        mesh.revocations()
                .revoke(serial("0c", 0).toBuilder()
                        .setExpires(end.getEpochSecond())
                        .build());
        clock.set(end.plusSeconds(60));
        assertThat(mesh.serials()).containsExactly("a");
        assertThat(mesh.revocations()
                        .listRevocations(ListRevocationsRequest.getDefaultInstance())
                        .getEndedList())
                .as("kept for clocks that come back")
                .singleElement()
                .satisfies(ended -> {
                    assertThat(ended.getTarget().getSerialNumber()).isEqualTo("c");
                    assertThat(ended.getCanUndo()).isTrue();
                });
        clock.set(end.minusSeconds(60));
        assertThat(mesh.serials()).containsExactlyInAnyOrder("a", "c");
    }

    @Test
    void refusesWhatCannotBeUsed() {
        assertThat(mesh.refused(RevokeRequest.getDefaultInstance(), Status.Code.INVALID_ARGUMENT))
                .isEqualTo("WEFT-C030: nothing to revoke (expected: a certificate, identity or issuer)");
        assertThat(mesh.refused(serial("xyz", 0), Status.Code.INVALID_ARGUMENT))
                .startsWith("WEFT-C030: certificate.serialNumber: xyz (expected: ");
        assertThat(mesh.refused(serial("1", 60_001), Status.Code.INVALID_ARGUMENT))
                .startsWith("WEFT-C030: wait");
        assertThat(mesh.refused(serial("1", 0).toBuilder().setTrustDomain("A B").build(), Status.Code.INVALID_ARGUMENT))
                .startsWith("WEFT-C030: trustDomain: ");
        assertThat(mesh.refused(
                        serial("1", 0).toBuilder().setExpires(Long.MAX_VALUE).build(), Status.Code.INVALID_ARGUMENT))
                .startsWith("WEFT-C030: expires: ");
        assertThat(mesh.refused(serial("1", 0).toBuilder().setExpires(1).build(), Status.Code.INVALID_ARGUMENT))
                .startsWith("WEFT-C030: expires: 1970-01-01T00:00:01Z (expected: a time to come)");
        assertThat(mesh.listed()).as("of the file").hasSize(1);
    }

    @Test
    void refusesToCutOffItsOwnMesh() throws Exception {
        X509Certificate issuer = Pem.decodeCertificates(
                        Files.readString(mesh.state().resolve("issuer.pem")))
                .getFirst();
        RevocationTarget key = RevocationTarget.newBuilder()
                .setIssuerKeySha256(SpkiFingerprint.of(issuer.getPublicKey()).hex())
                .build();
        assertThat(mesh.refused(RevokeRequest.newBuilder().setTarget(key).build(), Status.Code.FAILED_PRECONDITION))
                .startsWith("WEFT-C032: ")
                .contains("weft issuer rotate --emergency");
        assertThat(mesh.refused(serial(issuer.getSerialNumber().toString(16), 0), Status.Code.FAILED_PRECONDITION))
                .startsWith("WEFT-C032: ");
        assertThat(mesh.refused(identity(ControlServer.identity(TestPlane.DOMAIN), 0), Status.Code.FAILED_PRECONDITION))
                .startsWith("WEFT-C032: ");
        assertThat(mesh.refused(serial(mesh.served(), 0), Status.Code.FAILED_PRECONDITION))
                .startsWith("WEFT-C032: the control plane's own certificate would be refused");
        assertThat(mesh.listed()).hasSize(1);
    }

    @Test
    void refusesMoreRevocationsThanThereMayBe() throws Exception {
        Files.writeString(
                mesh.registry(),
                IntStream.range(0, 10_000)
                        .mapToObj(n -> """
                                {apiVersion: weft.dev/v1alpha1, kind: Revocation, metadata: {name: r%d}, spec: {certificate: {serialNumber: "%x"}}}
                                """.formatted(n, n + 1))
                        .collect(Collectors.joining("---\n")));
        mesh.restart();
        assertThat(mesh.refused(serial("ffffff", 0), Status.Code.RESOURCE_EXHAUSTED))
                .startsWith("WEFT-C036: ");
    }

    @Test
    void saysSoWhenItCannotKeepARevocation() throws Exception {
        Files.createDirectory(mesh.state().resolve("objects").resolve("revocations.yaml"));
        assertThat(mesh.refused(serial("ff", 0), Status.Code.UNAVAILABLE)).startsWith("WEFT-C037: ");
    }

    private Instant issuedBefore() {
        return mesh.listed().stream()
                .filter(info -> info.getTarget().hasIdentity())
                .map(info ->
                        Instant.ofEpochSecond(info.getTarget().getIdentity().getIssuedBefore()))
                .findFirst()
                .orElseThrow();
    }

    private static UndoRevocationRequest undo(String id) {
        return UndoRevocationRequest.newBuilder().setId(id).build();
    }
}
