package dev.weft.proxy.mesh;

import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.identity.trust.TrustBundles;
import dev.weft.identity.verify.SvidVerifier;
import dev.weft.proxy.identity.Credentials;
import java.time.Clock;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** The snapshots that decisions are made by: each is replaced as a whole, readers take what is there. */
public final class MeshState {
    private final Clock clock;
    private volatile @Nullable InboundConfig inbound;
    private volatile @Nullable PolicyRefusal policyRefusal;
    private volatile @Nullable Credentials credentials;
    private volatile SvidVerifier verifier = new SvidVerifier(TrustBundles.EMPTY);

    public MeshState(Clock clock) {
        this.clock = clock;
    }

    /** What the workload accepts; none until the control plane has said it. */
    public @Nullable InboundConfig inbound() {
        return inbound;
    }

    /** Where the workload is; empty while nothing is said of it. */
    public String zone() {
        InboundConfig known = inbound;
        return known == null ? "" : known.zone();
    }

    /** Replaces what the workload accepts. */
    public void inbound(@Nullable InboundConfig config) {
        policyRefusal = null;
        inbound = config;
    }

    /** What the workload should accept cannot be used: it accepts no one. */
    public void refused(PolicyRefusal refusal, TrustDomain trustDomain) {
        policyRefusal = refusal;
        InboundConfig former = inbound;
        inbound = former == null ? null : former.closed(refusal, trustDomain);
    }

    /** Why the workload accepts no one; none while what the control plane said last is in force. */
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
        return verifier.bundles();
    }

    /** Replaces whom to trust. Written by one thread. */
    public void bundles(TrustBundles fresh) {
        verifier = verifier.next(fresh);
    }

    /** Judges by whom to trust now; another one as soon as that is replaced. */
    public SvidVerifier verifier() {
        return verifier;
    }

    /** Now. */
    public Instant now() {
        return clock.instant();
    }
}
