package dev.weft.control.certify;

import dev.weft.control.trust.TrustSource;
import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.identity.svid.Holder;
import dev.weft.identity.svid.WorkloadMark;
import dev.weft.identity.trust.SpkiFingerprint;
import dev.weft.identity.verify.SvidVerifier;
import dev.weft.identity.verify.Verification;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Judges the SVID of a connection as a proof, and limits how often it may be shown. Safe for use by several threads.
 */
final class SvidProofs {

    /**
     * Renewals per second of one identity, sustained, however many workloads have it: a tenth of what a core can sign.
     * So no identity keeps the issuer to itself.
     */
    static final double RENEWALS_PER_SECOND = 100;

    /** Renewals of one identity in a burst: enough for all its workloads after an outage of the control plane. */
    static final int RENEWALS_BURST = 10_000;

    /**
     * Requests per second that show the same SVID, sustained: an SVID is used for one renewal and its retries. This is
     * checked before the SVID is verified, which is most of the work.
     */
    static final double PER_SVID_PER_SECOND = 1;

    /** Requests that show the same SVID, in a burst. */
    static final int PER_SVID_BURST = 50;

    /**
     * Most certificates of one identity that have not ended, for each of its workloads; a correct one holds two. So few
     * identities cannot fill the records of all.
     */
    static final int LIVE_OF_A_WORKLOAD = 64;

    /** The same for an identity with few workloads. */
    static final int LIVE_OF_AN_IDENTITY = 2_000;

    /** Most callers whose rate is remembered. */
    static final int MAX_RATED_CALLERS = 10_000;

    /** The waiting time that a caller with too high a rate gets. */
    static final Duration RETRY = Duration.ofSeconds(5);

    private final TrustSource trust;
    private final CertificateRecords accounts;
    private final Clock clock;
    private final RateLimiter perSvid;
    private final RateLimiter perIdentity;

    SvidProofs(TrustSource trust, CertificateRecords accounts, Clock clock) {
        this.trust = trust;
        this.accounts = accounts;
        this.clock = clock;
        this.perSvid = new RateLimiter(PER_SVID_PER_SECOND, PER_SVID_BURST, MAX_RATED_CALLERS, clock);
        this.perIdentity = new RateLimiter(RENEWALS_PER_SECOND, RENEWALS_BURST, MAX_RATED_CALLERS, clock);
    }

    /** Refuses an SVID that is shown too often. Its holder has proven possession of the key. */
    void limit(X509Certificate leaf) throws NotIssuedException {
        // Keyed by public key and serial number: another certificate with the same number has another key.
        String shown = SpkiFingerprint.of(leaf).hex() + ":" + leaf.getSerialNumber();
        if (!perSvid.tryAcquire(shown)) {
            throw tooOften("the holder of this SVID", PER_SVID_PER_SECOND);
        }
    }

    private static NotIssuedException tooOften(String who, double perSecond) {
        return new NotIssuedException(
                RETRY,
                Refusal.TOO_MANY,
                who + " asks for more than " + perSecond + " certificates a second; try again later");
    }

    Claim claim(List<X509Certificate> chain, String peer) throws NotIssuedException {
        SvidVerifier before = trust.verifier();
        Verification.Verified verified = verified(before, chain);
        if (!perIdentity.tryAcquire(verified.id().toString())) {
            throw tooOften(verified.id().toString(), RENEWALS_PER_SECOND);
        }
        if (accounts.machines().revoked(verified.leaf())) {
            throw revokedMachine();
        }
        Optional<WorkloadMark> holder = MeshMembers.holderOf(verified.leaf(), accounts.machines());
        AtomicLong mark = new AtomicLong();
        return new Claim(
                verified.id(),
                new Holder(holder, accounts.machines().markOf(verified.leaf())),
                Optional.empty(),
                leaf -> {
                    verifyAgain(chain, before);
                    checkWorkload(verified, holder);
                    mark.set(recordDescent(verified, leaf));
                    recordRenewal(verified.leaf(), leaf, peer);
                },
                () -> accounts.descents().awaitStored(mark.get()));
    }

    private Verification.Verified verified(SvidVerifier verifier, List<X509Certificate> chain)
            throws NotIssuedException {
        return switch (verifier.verify(chain, clock.instant())) {
            case Verification.Verified verified -> verified;
            case Verification.Rejected rejected ->
                throw new NotIssuedException(
                        Refusal.of(rejected), "the SVID of the connection is refused: " + rejected.reason());
        };
    }

    /**
     * Refuses an SVID that a change of trust since the claim revokes. The certificate was signed after that change, so
     * the revocation of the identity or of the former issuer does not cover it.
     */
    @SuppressWarnings("ReferenceEquality") // each change of trust creates another verifier
    private void verifyAgain(List<X509Certificate> chain, SvidVerifier before) throws NotIssuedException {
        SvidVerifier present = trust.verifier();
        if (present != before) {
            var _ = verified(present, chain);
        }
    }

    /** Checked last: a caller that may have no certificate at all must get that reason first. */
    private void checkWorkload(Verification.Verified shown, Optional<WorkloadMark> holder) throws NotIssuedException {
        if (accounts.residents().has(shown.id(), holder)) {
            return;
        }
        if (holder.isPresent() && MeshMembers.isNew(shown.leaf(), clock.instant())) {
            throw new NotIssuedException(
                    WorkloadProofs.RETRY_UNKNOWN,
                    Refusal.WORKLOAD_NOT_KNOWN_YET,
                    "the mesh does not know the workload of this SVID of " + shown.id() + " yet; try again soon");
        }
        Optional<String> workload = accounts.machines().workloadOf(shown.leaf());
        throw new NotIssuedException(
                Refusal.NO_WORKLOAD,
                "the mesh has no meshed workload "
                        + workload.map(name -> name + " ").orElse("") + "of the identity " + shown.id()
                        + " that this SVID was issued to, or not any more");
    }

    private long recordDescent(Verification.Verified shown, X509Certificate leaf) throws NotIssuedException {
        return accounts.descents()
                .record(
                        shown.id(),
                        leaf.getSerialNumber(),
                        shown.leaf().getSerialNumber(),
                        leaf.getNotAfter().toInstant(),
                        mostLive(shown.id()));
    }

    private int mostLive(SpiffeId id) {
        return Math.clamp(
                (long) LIVE_OF_A_WORKLOAD * accounts.residents().workloadsOf(id),
                LIVE_OF_AN_IDENTITY,
                Descents.MAX_OF_AN_IDENTITY);
    }

    private void recordRenewal(X509Certificate by, X509Certificate leaf, String peer) throws NotIssuedException {
        switch (accounts.machines().renewed(by, leaf, peer)) {
            case GOOD -> {}
            case REVOKED -> throw revokedMachine();
            case NO_ACCOUNT ->
                throw new NotIssuedException(
                        Refusal.MACHINE_REVOKED,
                        "the mesh has no record of the machine of this SVID; it has to join again");
            case TOO_MANY ->
                throw new NotIssuedException(
                        Refusal.TOO_MANY, "the machine holds more certificates than it needs; try again later");
        }
    }

    private static NotIssuedException revokedMachine() {
        return new NotIssuedException(Refusal.MACHINE_REVOKED, "the machine of this SVID was revoked");
    }
}
