package dev.weft.proxy.mesh;

import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.identity.trust.TrustBundles;
import dev.weft.identity.verify.SvidVerifier;
import dev.weft.proxy.identity.Credentials;
import java.time.Clock;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** The snapshots that decisions are based on. Each is replaced as a whole; readers use the present one. */
public final class MeshState {
    private final Clock clock;
    private volatile @Nullable InboundConfig inbound;
    private volatile @Nullable PolicyRefusal policyRefusal;
    private volatile @Nullable Credentials credentials;
    private volatile SvidVerifier verifier = new SvidVerifier(TrustBundles.EMPTY);

    public MeshState(Clock clock) {
        this.clock = clock;
    }

    /** Returns what the workload accepts, or null until the control plane has sent it. */
    public @Nullable InboundConfig inbound() {
        return inbound;
    }

    /** Returns the workload's zone; empty while it is not known. */
    public String zone() {
        InboundConfig known = inbound;
        return known == null ? "" : known.zone();
    }

    /** Replaces what the workload accepts. */
    public void inbound(@Nullable InboundConfig config) {
        policyRefusal = null;
        inbound = config;
    }

    /** Called when the control plane's policy cannot be used: from then on the workload admits no peer. */
    public void refused(PolicyRefusal refusal, TrustDomain trustDomain) {
        policyRefusal = refusal;
        InboundConfig former = inbound;
        inbound = former == null ? null : former.closed(refusal, trustDomain);
    }

    /** Returns why the workload admits no peer, or null while the control plane's last policy is in force. */
    public @Nullable PolicyRefusal policyRefusal() {
        return policyRefusal;
    }

    /** Returns the workload's certificate and key, or null until they are issued. */
    public @Nullable Credentials credentials() {
        return credentials;
    }

    /** Replaces the certificate and key. */
    public void credentials(Credentials fresh) {
        credentials = fresh;
    }

    /** Returns the trust bundles. */
    public TrustBundles bundles() {
        return verifier.bundles();
    }

    /** Replaces the trust bundles. Must be called by one thread only. */
    public void bundles(TrustBundles fresh) {
        verifier = verifier.next(fresh);
    }

    /** Returns the verifier of the present trust bundles; new bundles come with a new verifier. */
    public SvidVerifier verifier() {
        return verifier;
    }

    /** Returns the present time. */
    public Instant now() {
        return clock.instant();
    }
}
