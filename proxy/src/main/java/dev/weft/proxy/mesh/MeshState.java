package dev.weft.proxy.mesh;

import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.identity.trust.TrustBundles;
import dev.weft.identity.verify.SvidVerifier;
import dev.weft.identity.verify.Verification;
import dev.weft.proxy.identity.Credentials;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The snapshots that decisions are made by: each is replaced as a whole, readers take what is there. */
public final class MeshState {
    private final Clock clock;
    private volatile @Nullable InboundConfig inbound;
    private volatile @Nullable PolicyRefusal policyRefusal;
    private volatile @Nullable Credentials credentials;
    private volatile TrustBundles bundles = TrustBundles.EMPTY;

    public MeshState(Clock clock) {
        this.clock = clock;
    }

    /** What the workload accepts; none until the control plane has said it. */
    public @Nullable InboundConfig inbound() {
        return inbound;
    }

    /** Replaces what the workload accepts. */
    public void inbound(@Nullable InboundConfig config) {
        policyRefusal = null;
        inbound = config;
    }

    /** What the workload should accept cannot be used: it accepts nobody. */
    public void refused(PolicyRefusal refusal, TrustDomain trustDomain) {
        policyRefusal = refusal;
        InboundConfig former = inbound;
        inbound = former == null ? null : former.closed(refusal, trustDomain);
    }

    /** Why the workload accepts nobody; none while what the control plane said last is in force. */
    public @Nullable PolicyRefusal policyRefusal() {
        return policyRefusal;
    }

    /** The workload's certificate and key; none until issued. */
    public @Nullable Credentials credentials() {
        return credentials;
    }

    /** Replaces the certificate and key. */
    public void credentials(Credentials fresh) {
        credentials = fresh;
    }

    /** Whom to trust. */
    public TrustBundles bundles() {
        return bundles;
    }

    /** Replaces whom to trust. */
    public void bundles(TrustBundles fresh) {
        bundles = fresh;
    }

    /** Verifies a peer's chain by the present bundles. */
    public Verification verify(List<X509Certificate> chain) {
        return SvidVerifier.verify(chain, bundles, clock.instant());
    }

    /** Verifies anew, by the present bundles, the chain of a peer whose connection stands. */
    public Verification verifyEstablished(List<X509Certificate> chain) {
        return new SvidVerifier(bundles).verifyEstablished(chain, clock.instant());
    }

    /** Now. */
    public Instant now() {
        return clock.instant();
    }
}
