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
import java.util.function.Supplier;

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

    /** Returns a refusal if this SVID is shown too often. Its holder has proven possession of the key. */
    Optional<Outcome> tooOften(X509Certificate leaf) {
        // Keyed by public key and serial number: another certificate with the same number has another key.
        String shown = SpkiFingerprint.of(leaf.getPublicKey()).hex() + ":" + leaf.getSerialNumber();
        return perSvid.tryAcquire(shown)
                ? Optional.empty()
                : Optional.of(Outcome.refuseFor(
                        RETRY,
                        Refusal.TOO_MANY,
                        "the holder of this SVID asks for more than " + PER_SVID_PER_SECOND
                                + " certificates a second; try again later"));
    }

    /** Returns what the SVID proves at this moment. */
    Claim claim(List<X509Certificate> chain, String peer) {
        SvidVerifier before = trust.verifier();
        return switch (before.verify(chain, clock.instant())) {
            case Verification.Rejected rejected -> new Claim.Refused(refused(rejected));
            case Verification.Verified verified -> claim(verified, peer, () -> verifyAgain(chain, before));
        };
    }

    private static Outcome refused(Verification.Rejected rejected) {
        return Outcome.refuse(Refusal.of(rejected), "the SVID of the connection is refused: " + rejected.reason());
    }

    /**
     * Refuses an SVID that a change of trust since the claim revokes. The certificate was signed after that change, so
     * the revocation of the identity or of the former issuer does not cover it.
     */
    @SuppressWarnings("ReferenceEquality") // each change of trust creates another verifier
    private Optional<Outcome> verifyAgain(List<X509Certificate> chain, SvidVerifier before) {
        SvidVerifier present = trust.verifier();
        return present != before && present.verify(chain, clock.instant()) instanceof Verification.Rejected rejected
                ? Optional.of(refused(rejected))
                : Optional.empty();
    }

    private Claim claim(Verification.Verified verified, String peer, Supplier<Optional<Outcome>> trustAgain) {
        if (!perIdentity.tryAcquire(verified.id().toString())) {
            return new Claim.Refused(Outcome.refuseFor(
                    RETRY,
                    Refusal.TOO_MANY,
                    verified.id() + " asks for more than " + RENEWALS_PER_SECOND
                            + " certificates a second; try again later"));
        }
        if (accounts.machines().revoked(verified.leaf())) {
            return new Claim.Refused(revokedMachine());
        }
        Optional<WorkloadMark> holder = MeshMembers.holderOf(verified.leaf(), accounts.machines());
        AtomicLong mark = new AtomicLong();
        return new Claim.Accepted(
                verified.id(),
                new Holder(holder, accounts.machines().markOf(verified.leaf())),
                Optional.empty(),
                leaf -> trustAgain
                        .get()
                        .or(() -> checkWorkload(verified, holder))
                        .or(() -> recordDescent(verified, leaf, mark))
                        .or(() -> recordRenewal(verified.leaf(), leaf, peer)),
                () -> accounts.descents().awaitStored(mark.get()));
    }

    /** Checked last: a caller that may have no certificate at all must get that reason first. */
    private Optional<Outcome> checkWorkload(Verification.Verified shown, Optional<WorkloadMark> holder) {
        if (accounts.residents().has(shown.id(), holder)) {
            return Optional.empty();
        }
        if (holder.isPresent() && MeshMembers.isNew(shown.leaf(), clock.instant())) {
            return Optional.of(Outcome.refuseFor(
                    WorkloadProofs.RETRY_UNKNOWN,
                    Refusal.WORKLOAD_NOT_KNOWN_YET,
                    "the mesh does not know the workload of this SVID of " + shown.id() + " yet; try again soon"));
        }
        Optional<String> workload = accounts.machines().workloadOf(shown.leaf());
        return Optional.of(Outcome.refuse(
                Refusal.NO_WORKLOAD,
                "the mesh has no meshed workload "
                        + workload.map(name -> name + " ").orElse("") + "of the identity " + shown.id()
                        + " that this SVID was issued to, or not any more"));
    }

    private Optional<Outcome> recordDescent(Verification.Verified shown, X509Certificate leaf, AtomicLong mark) {
        Recorded recorded = accounts.descents()
                .record(
                        shown.id(),
                        leaf.getSerialNumber(),
                        shown.leaf().getSerialNumber(),
                        leaf.getNotAfter().toInstant(),
                        mostLive(shown.id()));
        mark.set(recorded.mark());
        return switch (recorded.entry()) {
            case KEPT -> Optional.empty();
            case REVOKED ->
                Optional.of(Outcome.refuse(Refusal.REVOKED, "the SVID of the connection was revoked meanwhile"));
            case TOO_MANY ->
                Optional.of(Outcome.refuse(
                        Refusal.TOO_MANY, shown.id() + " holds more certificates than it needs; try again later"));
        };
    }

    private int mostLive(SpiffeId id) {
        return Math.clamp(
                (long) LIVE_OF_A_WORKLOAD * accounts.residents().workloadsOf(id),
                LIVE_OF_AN_IDENTITY,
                Descents.MAX_OF_AN_IDENTITY);
    }

    private Optional<Outcome> recordRenewal(X509Certificate by, X509Certificate leaf, String peer) {
        return switch (accounts.machines().renewed(by, leaf, peer)) {
            case GOOD -> Optional.empty();
            case REVOKED -> Optional.of(revokedMachine());
            case NO_ACCOUNT ->
                Optional.of(Outcome.refuse(
                        Refusal.MACHINE_REVOKED,
                        "the mesh has no record of the machine of this SVID; it has to join again"));
            case TOO_MANY ->
                Optional.of(Outcome.refuse(
                        Refusal.TOO_MANY, "the machine holds more certificates than it needs; try again later"));
        };
    }

    private static Outcome revokedMachine() {
        return Outcome.refuse(Refusal.MACHINE_REVOKED, "the machine of this SVID was revoked");
    }
}
