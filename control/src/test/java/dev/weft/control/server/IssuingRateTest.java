package dev.weft.control.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.control.attest.AttestationStage;
import dev.weft.control.attest.CallerDeparture;
import dev.weft.control.attest.Proof;
import dev.weft.control.certify.AuditLog;
import dev.weft.control.certify.CertificateRecords;
import dev.weft.control.certify.CertificateService;
import dev.weft.control.certify.Descents;
import dev.weft.control.certify.IssuingQueue;
import dev.weft.control.certify.LeafSigner;
import dev.weft.control.certify.LiveIssuer;
import dev.weft.control.certify.MeshMembers;
import dev.weft.control.certify.Outcome;
import dev.weft.control.state.ControlState;
import dev.weft.control.token.JoinTokens;
import dev.weft.control.token.Machines;
import dev.weft.control.trust.TrustSource;
import dev.weft.daemon.metrics.Metrics;
import dev.weft.identity.csr.CertificateSigningRequests;
import dev.weft.identity.keys.KeyPairs;
import dev.weft.identity.keys.SignatureProvider;
import dev.weft.identity.spiffe.SpiffeId;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.PublicKey;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How many certificates one thread issues in a second, request verified and audit line written; prints the number. */
final class IssuingRateTest {

    private static final int WARM_UP = 500;
    private static final int MEASURED = 1000;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    @Test
    void issuesDistinctSerialsAtARateWorthKnowing() throws Exception {
        Clock clock = Clock.systemUTC();
        ControlState state = ControlState.initialise(directory.resolve("state"), TestPlane.DOMAIN, clock);
        TrustSource trust = new TrustSource(TestPlane.DOMAIN, state.store());
        LiveIssuer issuer = new LiveIssuer(state, trust, clock);
        try (AuditLog audit = AuditLog.toFile(directory.resolve("audit"))) {
            Metrics metrics = new Metrics();
            CertificateService service = new CertificateService(
                    new LeafSigner(TestPlane.DOMAIN, issuer, trust, SignatureProvider.JDK, Duration.ofHours(1), clock),
                    new CertificateRecords(
                            new JoinTokens(state.tokens(), clock),
                            new Machines(state.machines(), clock),
                            new Descents(state.descents(), clock),
                            MeshMembers.ANYONE),
                    AttestationStage.none(metrics),
                    IssuingQueue.ofThisMachine(),
                    audit,
                    metrics);
            KeyPair keys = KeyPairs.generateP256();
            Set<String> serials = new HashSet<>();
            List<Proof> proofs = IntStream.range(0, WARM_UP + MEASURED)
                    .mapToObj(i -> proof(issuer, keys.getPublic(), id(i)))
                    .toList();
            long begin = 0;
            for (int i = 0; i < WARM_UP + MEASURED; i++) {
                if (i == WARM_UP) {
                    begin = System.nanoTime();
                }
                Outcome outcome = service.certify(
                        CertificateSigningRequests.create(keys, id(i)), proofs.get(i), "-", CallerDeparture.NEVER);
                assertThat(outcome)
                        .isInstanceOfSatisfying(
                                Outcome.Issued.class,
                                issued -> serials.add(issued.chain()
                                        .getFirst()
                                        .getSerialNumber()
                                        .toString(16)));
            }
            double seconds = (System.nanoTime() - begin) / 1e9;
            System.out.printf("certificates a second, one thread: %.0f%n", MEASURED / seconds);
            assertThat(serials).hasSize(WARM_UP + MEASURED);
        }
    }

    private static SpiffeId id(int number) {
        return SpiffeId.ofServiceAccount(TestPlane.DOMAIN, "shop", "sa-" + number);
    }

    private static Proof proof(LiveIssuer issuer, PublicKey key, SpiffeId id) {
        return new Proof.Svid(issuer.usable().orElseThrow().issue(key, id, Duration.ofHours(1), Instant.now()));
    }
}
