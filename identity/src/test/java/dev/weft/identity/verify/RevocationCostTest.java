package dev.weft.identity.verify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.identity.issue.Issuer;
import dev.weft.identity.issue.TrustAnchor;
import dev.weft.identity.issue.TrustAnchors;
import dev.weft.identity.keys.KeyPairs;
import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.identity.trust.Revocations;
import dev.weft.identity.trust.SerialNumber;
import dev.weft.identity.trust.SpkiFingerprint;
import dev.weft.identity.trust.TrustBundle;
import dev.weft.identity.trust.TrustBundles;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.math.BigInteger;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What ten thousand revocations cost a handshake: nothing that can be told from none. */
final class RevocationCostTest {

    private static final int ENTRIES = 10_000;
    private static final int MIN_ROUNDS = 20;
    private static final int MAX_ROUNDS = 300;
    private static final int VERIFICATIONS = 50;
    private static final TrustDomain DOMAIN = TrustDomain.parse("cluster.local");

    @Test
    void verifyingTakesAsLongWithTenThousandRevocationsAsWithNone() {
        TrustAnchor anchor = TrustAnchors.create("test", Duration.ofDays(10), Clock.systemUTC());
        Instant now = Instant.now();
        List<X509Certificate> chain = Issuer.createUnder(anchor, DOMAIN, Duration.ofDays(1), now)
                .issue(
                        KeyPairs.generateP256().getPublic(),
                        SpiffeId.ofServiceAccount(DOMAIN, "shop", "web"),
                        Duration.ofHours(1),
                        now);
        SvidVerifier without = verifier(anchor, Revocations.NONE);
        SvidVerifier with = verifier(anchor, many());
        long least = Long.MAX_VALUE;
        long leastWith = Long.MAX_VALUE;
        // The least of rounds side by side, and as many as it takes on a machine that has other work too: looking
        // through
        // the entries one by one would never come near.
        for (int i = 0; i < MAX_ROUNDS && (i < MIN_ROUNDS || !isAbout(leastWith, least)); i++) {
            least = Math.min(least, time(without, chain, now));
            leastWith = Math.min(leastWith, time(with, chain, now));
        }
        System.out.printf(
                "verification: %.0f µs without revocations, %.0f µs with %d of each kind%n",
                least / 1000.0 / VERIFICATIONS, leastWith / 1000.0 / VERIFICATIONS, ENTRIES);
        assertThat(isAbout(leastWith, least)).isTrue();
    }

    private static boolean isAbout(long one, long other) {
        return one < other * 5 / 4;
    }

    private static long time(SvidVerifier verifier, List<X509Certificate> chain, Instant now) {
        ThreadMXBean thread = ManagementFactory.getThreadMXBean();
        long start = thread.getCurrentThreadCpuTime();
        for (int i = 0; i < VERIFICATIONS; i++) {
            assertThat(verifier.verify(chain, now) instanceof Verification.Verified)
                    .isTrue();
        }
        return thread.getCurrentThreadCpuTime() - start;
    }

    private static SvidVerifier verifier(TrustAnchor anchor, Revocations revocations) {
        return new SvidVerifier(TrustBundles.of(new TrustBundle(
                DOMAIN, List.of(anchor.certificate()), TrustBundle.State.ACTIVE, 1, revocations, List.of())));
    }

    /** As many of each. */
    private static Revocations many() {
        Set<SerialNumber> serials = new HashSet<>();
        Set<SpkiFingerprint> issuers = new HashSet<>();
        Map<SpiffeId, Instant> identities = new HashMap<>();
        for (int i = 1; i <= ENTRIES; i++) {
            serials.add(new SerialNumber(BigInteger.valueOf(i)));
            issuers.add(new SpkiFingerprint("%064x".formatted(i)));
            identities.put(SpiffeId.ofServiceAccount(DOMAIN, "shop", "gone" + i), Instant.EPOCH);
        }
        return new Revocations(serials, issuers, identities, Set.of());
    }
}
