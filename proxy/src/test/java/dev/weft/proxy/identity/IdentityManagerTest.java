package dev.weft.proxy.identity;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.weft.api.v1.RefusedCall;
import dev.weft.api.v1.Renewal;
import dev.weft.api.v1.Report;
import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.identity.svid.X509Svid;
import dev.weft.identity.trust.Revocations;
import dev.weft.identity.trust.SerialNumber;
import dev.weft.identity.trust.TrustBundle;
import dev.weft.identity.trust.TrustBundles;
import dev.weft.proxy.control.ControlClient;
import dev.weft.proxy.control.ControlTarget;
import dev.weft.testing.Waiting;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IdentityManagerTest {
    private final EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
    private final BlockingQueue<Credentials> published = new LinkedBlockingQueue<>();

    @TempDir
    Path directory;

    @AfterEach
    void stop() throws Exception {
        group.shutdownGracefully(50, 2000, TimeUnit.MILLISECONDS).sync();
    }

    @Test
    void getsItsFirstCertificateByTheToken() throws Exception {
        try (FakeControlPlane control = new FakeControlPlane(group);
                IdentityManager manager = manager(control, "secret")) {
            control.tokens.add("secret");
            Credentials credentials = manager.start().get(30, TimeUnit.SECONDS);
            assertThat(credentials.svid().id()).isEqualTo(FakeControlPlane.WORKLOAD);
            assertThat(control.proofs.take()).isEqualTo("token");
            assertThat(manager.usable()).isTrue();
            Report report = Objects.requireNonNull(manager.report());
            assertThat(new BigInteger(1, report.getSerialNumber().toByteArray()))
                    .isEqualTo(credentials.svid().leaf().getSerialNumber());
            assertThat(report.getIssuerKeySha256().size()).isEqualTo(32);
            assertThat(report.getNotAfter())
                    .isEqualTo(
                            credentials.svid().leaf().getNotAfter().toInstant().getEpochSecond());
            assertThat(report.getRenewalFailure()).isEmpty();
            Instant renewAt = manager.health().nextTry();
            assertThat(renewAt)
                    .isBetween(Instant.now().plusSeconds(1000), Instant.now().plusSeconds(2500));
        }
    }

    @Test
    void renewsByTheCertificateHeldAndWithANewKey() throws Exception {
        try (FakeControlPlane control = new FakeControlPlane(group);
                IdentityManager manager = manager(control, "secret")) {
            control.tokens.add("secret");
            control.lifetime = Duration.ofSeconds(10);
            var _ = manager.start();
            Credentials first = published.poll(30, TimeUnit.SECONDS);
            Credentials second = published.poll(40, TimeUnit.SECONDS);
            assertThat(control.proofs.take()).isEqualTo("token");
            assertThat(control.proofs.take()).isEqualTo(FakeControlPlane.WORKLOAD.toString());
            assertThat(first).isNotNull();
            assertThat(second).isNotNull();
            assertThat(second.svid().leaf().getPublicKey())
                    .isNotEqualTo(first.svid().leaf().getPublicKey());
        }
    }

    @Test
    void renewsWhenTheCertificateShallBeOfAnotherIssuer() throws Exception {
        try (FakeControlPlane control = new FakeControlPlane(group);
                IdentityManager manager = manager(control, "secret")) {
            control.tokens.add("secret");
            var _ = manager.start();
            Credentials first = Objects.requireNonNull(published.poll(30, TimeUnit.SECONDS));
            ByteString own = ByteString.copyFrom(
                    CertificateRenewal.issuerKey(first.svid()).orElseThrow().bytes());
            manager.direct(
                    Optional.of(Renewal.newBuilder().setIssuerKeySha256(own).build()));
            manager.direct(Optional.of(Renewal.newBuilder()
                    .setIssuerKeySha256(ByteString.copyFrom(new byte[32]))
                    .setSpreadMillis(1)
                    .build()));
            assertThat(published.poll(30, TimeUnit.SECONDS)).isNotNull();
            assertThat(control.proofs.take()).isEqualTo("token");
            assertThat(control.proofs.take())
                    .as("nothing is renewed that is of the issuer wanted")
                    .isEqualTo(FakeControlPlane.WORKLOAD.toString());
        }
    }

    @Test
    void renewsByTheTokenWhenItsOwnIssuerIsTainted() throws Exception {
        try (FakeControlPlane control = new FakeControlPlane(group);
                IdentityManager manager = manager(control, "secret")) {
            control.tokens.add("secret");
            control.changeSigner();
            var _ = manager.start();
            Credentials first = Objects.requireNonNull(published.poll(30, TimeUnit.SECONDS));
            assertThat(control.proofs.take()).isEqualTo("token");
            manager.bundles(TrustBundles.of(new TrustBundle(
                    FakeControlPlane.DOMAIN,
                    List.of(control.anchor()),
                    TrustBundle.State.ACTIVE,
                    2,
                    new Revocations(
                            Set.of(),
                            Set.of(),
                            Map.of(),
                            Set.of(CertificateRenewal.issuerKey(first.svid()).orElseThrow())),
                    List.of())));
            Files.writeString(directory.resolve("token"), "another");
            control.tokens.add("another");
            control.changeSigner();
            manager.renewNow();
            assertThat(published.poll(30, TimeUnit.SECONDS)).isNotNull();
            assertThat(control.proofs.take()).isEqualTo("token");
        }
    }

    @Test
    void renewsSoonWhenItsOwnIssuerIsNotTrustedAnyMore() throws Exception {
        try (FakeControlPlane control = new FakeControlPlane(group);
                IdentityManager manager = manager(control, "secret")) {
            control.tokens.add("secret");
            control.changeSigner();
            var _ = manager.start();
            Credentials first = Objects.requireNonNull(published.poll(30, TimeUnit.SECONDS));
            assertThat(control.proofs.take()).isEqualTo("token");
            Files.writeString(directory.resolve("token"), "another");
            control.tokens.add("another");
            control.changeSigner();
            manager.bundles(TrustBundles.of(new TrustBundle(
                    FakeControlPlane.DOMAIN,
                    List.of(control.anchor()),
                    TrustBundle.State.ACTIVE,
                    2,
                    new Revocations(
                            Set.of(),
                            Set.of(CertificateRenewal.issuerKey(first.svid()).orElseThrow()),
                            Map.of(),
                            Set.of()),
                    List.of())));
            assertThat(published.poll(30, TimeUnit.SECONDS)).isNotNull();
            assertThat(control.proofs.take()).isEqualTo("token");
        }
    }

    @Test
    void aCertificateThatIsRevokedItselfIsNotRenewedForThat() throws Exception {
        try (FakeControlPlane control = new FakeControlPlane(group)) {
            X509Svid svid = control.svid(FakeControlPlane.WORKLOAD);
            TrustBundles revoked = TrustBundles.of(new TrustBundle(
                    FakeControlPlane.DOMAIN,
                    List.of(control.anchor()),
                    TrustBundle.State.ACTIVE,
                    2,
                    new Revocations(Set.of(SerialNumber.of(svid.leaf())), Set.of(), Map.of(), Set.of()),
                    List.of()));
            assertThat(CertificateRenewal.outOfTrust(svid, revoked, Instant.now()))
                    .isFalse();
        }
    }

    @Test
    void keepsAShortLivedCertificateForAMoment() throws Exception {
        try (FakeControlPlane control = new FakeControlPlane(group);
                IdentityManager manager = manager(control, "secret")) {
            control.tokens.add("secret");
            control.lifetime = Duration.ofSeconds(3);
            long began = System.nanoTime();
            var _ = manager.start();
            assertThat(published.poll(30, TimeUnit.SECONDS)).isNotNull();
            assertThat(published.poll(30, TimeUnit.SECONDS)).isNotNull();
            assertThat(System.nanoTime() - began).isGreaterThan(TimeUnit.MILLISECONDS.toNanos(900));
        }
    }

    @Test
    void triesAgainAndSaysWhyWhenRefused() throws Exception {
        try (FakeControlPlane control = new FakeControlPlane(group);
                IdentityManager manager = manager(control, "unknown")) {
            var first = manager.start();
            Waiting.until("failures", () -> manager.failuresTotal() >= 2);
            assertThat(manager.health().reason()).contains("UNAUTHENTICATED").contains("token is not known, or used");
            assertThat(manager.usable()).isFalse();
            control.tokens.add("unknown");
            first.get(20, TimeUnit.SECONDS);
            assertThat(manager.health().reason()).isNull();
        }
    }

    @Test
    void goesOnWithACertificateOfAFormerProcess() throws Exception {
        try (FakeControlPlane control = new FakeControlPlane(group)) {
            control.tokens.add("secret");
            control.lifetime = Duration.ofSeconds(10);
            X509Svid kept;
            try (IdentityManager former = manager(control, "secret")) {
                kept = former.start().get(30, TimeUnit.SECONDS).svid();
            }
            assertThat(control.proofs.take()).isEqualTo("token");
            try (IdentityManager manager = manager(control, "used")) {
                assertThat(manager.resume(kept).get(30, TimeUnit.SECONDS).svid())
                        .isEqualTo(kept);
                assertThat(control.proofs.poll(20, TimeUnit.SECONDS)).isEqualTo(FakeControlPlane.WORKLOAD.toString());
                assertThat(manager.failuresTotal()).isZero();
            }
        }
    }

    @Test
    void reachesAControlPlaneThatHasComeToRestOnAnotherAnchorOnceItHearsOfThat() throws Exception {
        try (FakeControlPlane control = new FakeControlPlane(group);
                FakeControlPlane former = new FakeControlPlane(group);
                IdentityManager manager = manager(control, "secret")) {
            control.tokens.add("secret");
            manager.anchors(FakeControlPlane.DOMAIN, List.of(former.anchor()));
            var _ = manager.start();
            Waiting.until("failures", () -> manager.failuresTotal() >= 1);
            assertThat(manager.refusal().map(RefusedCall::getCode)).contains("WEFT-D035");
            manager.anchors(FakeControlPlane.DOMAIN, List.of(control.anchor()));
            assertThat(published.poll(30, TimeUnit.SECONDS)).isNotNull();
            Waiting.until("all is well", () -> manager.refusal().isEmpty());
        }
    }

    @Test
    void refusesAServerThatIsNotTheControlPlane() throws Exception {
        SpiffeId other = SpiffeId.ofServiceAccount(FakeControlPlane.DOMAIN, "shop", "thief");
        try (FakeControlPlane control = new FakeControlPlane(group, other, Instant.now(), Duration.ofHours(1));
                IdentityManager manager = manager(control, "secret")) {
            control.tokens.add("secret");
            var _ = manager.start();
            Waiting.until("failures", () -> manager.failuresTotal() >= 1);
            assertThat(manager.health().reason()).contains("is " + other).contains("expected: " + FakeControlPlane.ID);
            assertThat(manager.refusal()).hasValueSatisfying(refusal -> {
                assertThat(refusal.getCode()).isEqualTo("WEFT-D035");
                assertThat(refusal.getLasts()).isTrue();
            });
            assertThat(control.tokens).as("the token was not shown").contains("secret");
        }
    }

    @Test
    void refusesAServerWhoseCertificateHasEnded() throws Exception {
        Instant past = Instant.now();
        try (FakeControlPlane control = new FakeControlPlane(group, FakeControlPlane.ID, past, Duration.ofMinutes(1))) {
            InstantSource later = () -> Instant.now().plus(Duration.ofMinutes(10));
            try (IdentityManager manager = manager(control, "secret", later)) {
                control.tokens.add("secret");
                var _ = manager.start();
                Waiting.until("failures", () -> manager.failuresTotal() >= 1);
                assertThat(manager.health().reason()).contains("EXPIRED");
                assertThat(manager.refusal()).isEmpty();
                assertThat(control.tokens).contains("secret");
            }
        }
    }

    private IdentityManager manager(FakeControlPlane control, String token) throws Exception {
        return manager(control, token, InstantSource.system());
    }

    private IdentityManager manager(FakeControlPlane control, String token, InstantSource clock) throws Exception {
        ControlClient client =
                new ControlClient(group.next(), new ControlTarget("127.0.0.1", control.port(), FakeControlPlane.ID, 0));
        return new IdentityManager(
                FakeControlPlane.WORKLOAD,
                new TokenFile(Files.writeString(directory.resolve("token"), token + "\n"), TokenFile.Kind.JOIN),
                client,
                new TlsContexts(control.bundles(), clock),
                clock,
                () -> 0, // of what is drawn, the least: no test waits longer than it must
                published::add);
    }
}
