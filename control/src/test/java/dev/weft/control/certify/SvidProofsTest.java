package dev.weft.control.certify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.control.state.ControlState;
import dev.weft.control.token.JoinTokens;
import dev.weft.control.token.Machines;
import dev.weft.control.trust.DeclaredTrust;
import dev.weft.control.trust.TrustSource;
import dev.weft.identity.csr.ParsedCsr;
import dev.weft.identity.keys.KeyPairs;
import dev.weft.identity.keys.SignatureProvider;
import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.identity.svid.Holder;
import dev.weft.identity.svid.WorkloadMark;
import dev.weft.identity.trust.Revocations;
import dev.weft.identity.trust.SpkiFingerprint;
import dev.weft.testing.SettableClock;
import java.math.BigInteger;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Renewals, with changes of trust between the claim and the signature. */
final class SvidProofsTest {

    private static final TrustDomain DOMAIN = TrustDomain.parse("cluster.local");
    private static final SpiffeId WEB = SpiffeId.ofServiceAccount(DOMAIN, "shop", "web");
    private static final SpiffeId API = SpiffeId.ofServiceAccount(DOMAIN, "shop", "api");
    private static final Duration HOUR = Duration.ofHours(1);

    private int workloads = 1;
    private final SettableClock clock = new SettableClock(Instant.parse("2026-03-01T10:00:00Z"));

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    @SuppressWarnings("NullAway.Init")
    private TrustSource trust;

    @SuppressWarnings("NullAway.Init")
    private LiveIssuer issuer;

    @SuppressWarnings("NullAway.Init")
    private LeafSigner signer;

    @SuppressWarnings("NullAway.Init")
    private Descents descents;

    @SuppressWarnings("NullAway.Init")
    private SvidProofs proofs;

    @BeforeEach
    void start() throws Exception {
        ControlState state = ControlState.initialise(directory.resolve("state"), DOMAIN, clock);
        trust = new TrustSource(DOMAIN, state.store());
        issuer = new LiveIssuer(state, trust, clock);
        signer = new LeafSigner(DOMAIN, issuer, trust, SignatureProvider.JDK, HOUR, clock);
        descents = new Descents(state.descents(), clock);
        CertificateRecords records = new CertificateRecords(
                new JoinTokens(state.tokens(), clock), new Machines(state.machines(), clock), descents, new Members());
        proofs = new SvidProofs(trust, records, clock);
    }

    @AfterEach
    void stop() {
        descents.close();
    }

    @Test
    void aRenewalUnderWayDoesNotOutliveTheRevocationOfItsIdentity() throws Exception {
        Claim claim = claim();

        revoke(new Revocations(Set.of(), Set.of(), Map.of(WEB, clock.instant()), Set.of()));

        assertRevoked(claim);
    }

    @Test
    void aRenewalUnderWayDoesNotOutliveTheRevocationOfItsIssuer() throws Exception {
        Claim claim = claim();

        revoke(new Revocations(
                Set.of(),
                Set.of(SpkiFingerprint.of(issuer.issuer().chain().getFirst().getPublicKey())),
                Map.of(),
                Set.of()));

        assertRevoked(claim);
    }

    @Test
    void aRenewalUnderWayIsNotRefusedWhenAnotherIdentityIsRevoked() throws Exception {
        Claim claim = claim();

        revoke(new Revocations(Set.of(), Set.of(), Map.of(API, clock.instant()), Set.of()));

        claim.account().record(sign());
    }

    @Test
    void anIdentityHoldsNoMoreCertificatesThanItsWorkloadsNeed() throws Exception {
        workloads = 1;
        for (int i = 0; i < SvidProofs.LIVE_OF_AN_IDENTITY; i++) {
            var _ = descents.record(
                    WEB,
                    BigInteger.valueOf(100 + i),
                    BigInteger.ONE,
                    clock.instant().plus(HOUR),
                    Integer.MAX_VALUE);
        }
        assertRefused(claim(), Refusal.TOO_MANY);

        workloads = SvidProofs.LIVE_OF_AN_IDENTITY;
        claim().account().record(sign());

        workloads = 1;
        clock.set(clock.instant().plus(HOUR).plusSeconds(1));
        // The others have ended.
        claim().account().record(sign());
    }

    private final class Members implements MeshMembers {
        @Override
        public boolean has(SpiffeId identity, Optional<WorkloadMark> holder) {
            return true;
        }

        @Override
        public int workloadsOf(SpiffeId identity) {
            return workloads;
        }
    }

    private Claim claim() throws NotIssuedException {
        List<X509Certificate> shown =
                issuer.issuer().issue(KeyPairs.generateP256().getPublic(), WEB, HOUR, clock.instant());
        return proofs.claim(shown, "-");
    }

    private void revoke(Revocations revocations) {
        trust.changeDeclared(new DeclaredTrust(Map.of(), Map.of(DOMAIN, revocations)));
    }

    /** The certificate of the renewal, signed with the trust of this moment. */
    private X509Certificate sign() throws NotIssuedException {
        ParsedCsr request = new ParsedCsr(KeyPairs.generateP256().getPublic(), List.of());
        return signer.sign(issuer.issuer(), request, WEB, Holder.UNKNOWN, HOUR)
                .chain()
                .getFirst();
    }

    private void assertRevoked(Claim claim) {
        assertRefused(claim, Refusal.REVOKED);
        assertThat(descents.size()).isZero();
    }

    private void assertRefused(Claim claim, Refusal reason) {
        assertThatThrownBy(() -> claim.account().record(sign()))
                .isInstanceOfSatisfying(
                        NotIssuedException.class,
                        refused -> assertThat(refused.outcome().refusal()).isEqualTo(reason));
    }
}
