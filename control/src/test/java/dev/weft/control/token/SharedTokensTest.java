package dev.weft.control.token;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.contracts.FaultyStore;
import dev.weft.contracts.MemoryStore;
import dev.weft.identity.issue.Issuer;
import dev.weft.identity.issue.TrustAnchors;
import dev.weft.identity.keys.KeyPairs;
import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.identity.svid.Holder;
import dev.weft.identity.svid.MachineMark;
import dev.weft.identity.trust.SerialNumber;
import dev.weft.mesh.state.Store;
import dev.weft.testing.Waiting;
import java.io.IOException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Join tokens and machines of several control planes that share a store. */
final class SharedTokensTest {

    private static final Instant NOW = Instant.parse("2030-01-01T00:00:00Z");
    private static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);
    private static final TrustDomain DOMAIN = TrustDomain.parse("cluster.local");
    private static final String ID = "0123456789ab";
    private static final SpiffeId LAPTOP = SpiffeId.ofServiceAccount(DOMAIN, "shop", "laptop");

    private final MemoryStore store = new MemoryStore();
    private final Issuer issuer = Issuer.createUnder(
            TrustAnchors.create("anchor", Duration.ofDays(30), CLOCK), DOMAIN, Duration.ofDays(20), NOW);

    private X509Certificate leaf() {
        return issuer.issue(KeyPairs.generateP256().getPublic(), LAPTOP, Duration.ofHours(1), NOW)
                .getFirst();
    }

    @Test
    void aTokenWorksAtEachControlPlaneAndAtOneOfThemOnce() {
        JoinTokens one = new JoinTokens(store, CLOCK);
        JoinTokens other = new JoinTokens(store, CLOCK);
        String token = one.create(LAPTOP, Duration.ofHours(1));
        assertThat(one.check(token)).isInstanceOf(TokenCheck.Accepted.class);
        assertThat(other.consume(token)).isInstanceOf(TokenCheck.Accepted.class);
        assertThat(one.consume(token)).isInstanceOf(TokenCheck.Refused.class);
        assertThat(other.check(token)).isInstanceOf(TokenCheck.Refused.class);
    }

    /** More failures than a minute has; here a pause is a microsecond. */
    @Test
    void aRevocationIsHeardOfHoweverLongTheStoreDoesNotAnswer() throws Exception {
        AtomicInteger failing = new AtomicInteger();
        Store faltering = new FaultyStore(store, operation -> {
            if (operation == FaultyStore.Operation.READ && failing.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
                throw new IOException("no answer");
            }
        });
        Machines one = new Machines(store, CLOCK);
        Machines other = new Machines(faltering, CLOCK, Duration.ofNanos(1000));
        X509Certificate leaf = leaf();
        one.joined(token(), leaf, "192.0.2.1");
        try (var _ = other.follow(() -> {})) {
            failing.set(50);
            assertThat(one.revoke(ID)).isPresent();
            Waiting.until(() -> other.revoked(leaf));
        }
    }

    private static JoinToken token() {
        return new JoinToken(ID, LAPTOP, NOW.plusSeconds(60), Optional.of("shop/laptop"), Optional.of(NOW));
    }

    @Test
    void aMachineIsKnownWhereItDidNotJoin() throws Exception {
        Machines one = new Machines(store, CLOCK);
        Machines other = new Machines(store, CLOCK);
        AtomicInteger news = new AtomicInteger();
        try (var _ = other.follow(news::incrementAndGet);
                var _ = one.follow(() -> {})) {
            X509Certificate first = leaf();
            one.joined(token(), first, "192.0.2.1");
            Waiting.until(() -> news.get() > 0);
            X509Certificate second = leaf();
            assertThat(other.workloadOf(first)).contains("shop/laptop");
            assertThat(other.renewed(first, second, "192.0.2.2")).isEqualTo(Machines.Standing.GOOD);
            // Both write the same account: neither loses what the other has written.
            X509Certificate third = leaf();
            assertThat(one.renewed(first, third, "192.0.2.1")).isEqualTo(Machines.Standing.GOOD);
            assertThat(one.list().getFirst().certificates()).hasSize(3);
            assertThat(one.revoke(ID).orElseThrow().certificates()).hasSize(3);
            Waiting.until(() -> other.revoked(third));
            assertThat(other.renewed(second, leaf(), "192.0.2.2")).isEqualTo(Machines.Standing.REVOKED);
        }
    }

    /** The other control plane has heard neither of the machine nor of its revocation. */
    @Test
    void aRevokedMachineGetsNothingWhereNothingIsKnownOfIt() throws Exception {
        Machines one = new Machines(store, CLOCK);
        Machines other = new Machines(store, CLOCK);
        X509Certificate first = machinesLeaf();
        one.joined(token(), first, "192.0.2.1");
        assertThat(one.revoke(ID)).isPresent();

        assertThat(other.renewed(first, machinesLeaf(), "192.0.2.1")).isEqualTo(Machines.Standing.REVOKED);
        assertThat(other.revoked(first)).isTrue();
    }

    @Test
    void aRevocationKnowsTheCertificateOfARenewalWhereNothingWasKnownOfTheMachine() throws Exception {
        Machines one = new Machines(store, CLOCK);
        Machines other = new Machines(store, CLOCK);
        X509Certificate first = machinesLeaf();
        X509Certificate second = machinesLeaf();
        one.joined(token(), first, "192.0.2.1");

        assertThat(other.renewed(first, second, "192.0.2.2")).isEqualTo(Machines.Standing.GOOD);

        assertThat(one.revoke(ID)).isPresent();
        assertThat(one.revokedCertificates())
                .containsExactlyInAnyOrder(SerialNumber.of(first), SerialNumber.of(second));
    }

    @Test
    void aMachineIsRevokedWhereNothingIsKnownOfIt() throws Exception {
        Machines one = new Machines(store, CLOCK);
        Machines other = new Machines(store, CLOCK);
        one.joined(token(), machinesLeaf(), "192.0.2.1");

        assertThat(other.revoke(ID)).isPresent();
    }

    @Test
    void aMachineWithoutAnAccountCouldNotBeRevokedAndGetsNothing() throws Exception {
        Machines machines = new Machines(store, CLOCK);
        assertThat(machines.renewed(machinesLeaf(), machinesLeaf(), "192.0.2.1"))
                .isEqualTo(Machines.Standing.NO_ACCOUNT);
    }

    private X509Certificate machinesLeaf() {
        Holder holder = new Holder(Optional.empty(), Optional.of(new MachineMark(ID)));
        return issuer.issue(
                        KeyPairs.generateP256().getPublic(), LAPTOP, holder, Duration.ofHours(1), NOW, Instant.EPOCH)
                .getFirst();
    }
}
