package dev.weft.control.certify;

import dev.weft.control.metrics.Metrics;
import dev.weft.control.token.Consumption;
import dev.weft.control.token.JoinToken;
import dev.weft.control.token.JoinTokens;
import dev.weft.control.token.Machines;
import dev.weft.control.trust.TrustSource;
import dev.weft.identity.csr.CsrVerifier;
import dev.weft.identity.csr.InvalidCsrException;
import dev.weft.identity.csr.ParsedCsr;
import dev.weft.identity.issue.Issuer;
import dev.weft.identity.issue.IssuingException;
import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.identity.trust.TrustBundle;
import dev.weft.identity.verify.Verification;
import java.math.BigInteger;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Issues certificates. The identity comes from the proof, the key from the request, and nothing else from the request:
 * the names in it are only compared. Stateless but for join tokens and rate limits; safe for use by several threads.
 */
public final class CertificateService {

    /** Shortest life of a leaf. */
    public static final Duration MIN_LEAF_LIFETIME = Duration.ofMinutes(1);

    /** Longest life of a leaf. */
    public static final Duration MAX_LEAF_LIFETIME = Duration.ofDays(7);

    /** Largest signing request, in bytes of DER. */
    public static final int MAX_REQUEST = CsrVerifier.MAX_ENCODED;

    /**
     * Renewals a second of one identity over a longer time, whatever number of workloads has it. It keeps one of them from
     * holding the issuer for itself: a tenth of what a core signs.
     */
    public static final double RENEWALS_PER_SECOND = 100;

    /** Renewals of one identity at once: of all its workloads, after the control plane was away. */
    public static final int RENEWALS_BURST = 10_000;

    /**
     * Tokens that are none, a second, from one address over a longer time. Those that are good count for nothing: a rack
     * that starts behind one address is not to be told from one machine.
     */
    public static final double BAD_TOKENS_PER_SECOND = 2;

    /** Tokens that are none from one address at once. */
    public static final int BAD_TOKENS_BURST = 50;

    /** Callers whose rate is remembered. */
    public static final int MAX_RATED_CALLERS = 10_000;

    /** When one whose rate is too high shall try again. */
    private static final Duration RATE_RETRY = Duration.ofSeconds(5);

    private final TrustDomain trustDomain;
    private final LiveIssuer issuer;
    private final TrustSource trust;
    private final JoinTokens tokens;
    private final IssuingRecord record;
    private final Duration leafLifetime;
    private final Clock clock;
    private final Machines machines;
    private final RateLimiter renewals;
    private final RateLimiter badTokens;
    private final IssuingQueue queue;

    /** @throws IllegalArgumentException if the leaf lifetime is out of range */
    public CertificateService(
            TrustDomain trustDomain,
            LiveIssuer issuer,
            TrustSource trust,
            JoinTokens tokens,
            Machines machines,
            AuditLog audit,
            IssuingQueue queue,
            Duration leafLifetime,
            Clock clock,
            Metrics metrics) {
        if (leafLifetime.compareTo(MIN_LEAF_LIFETIME) < 0 || leafLifetime.compareTo(MAX_LEAF_LIFETIME) > 0) {
            throw new IllegalArgumentException("leaf lifetime: " + leafLifetime + " (expected: " + MIN_LEAF_LIFETIME
                    + " to " + MAX_LEAF_LIFETIME + ")");
        }
        this.trustDomain = trustDomain;
        this.issuer = issuer;
        this.trust = trust;
        this.tokens = tokens;
        this.machines = machines;
        this.queue = queue;
        this.record = new IssuingRecord(audit, clock, metrics);
        this.leafLifetime = leafLifetime;
        this.clock = clock;
        this.renewals = new RateLimiter(RENEWALS_PER_SECOND, RENEWALS_BURST, MAX_RATED_CALLERS, clock);
        this.badTokens = new RateLimiter(BAD_TOKENS_PER_SECOND, BAD_TOKENS_BURST, MAX_RATED_CALLERS, clock);
        queue.observe(metrics);
    }

    /**
     * Signs a certificate for the identity proven.
     *
     * @param csr PKCS#10, DER
     * @param peerAddress where the call came from, for the audit log
     */
    public Outcome certify(byte[] csr, Proof proof, String peerAddress) {
        return certify(csr, proof, peerAddress, () -> false);
    }

    /**
     * As above, unless nobody waits for it any more: a token is not used up for a caller that is gone.
     *
     * @param gone whether the caller has left
     */
    public Outcome certify(byte[] csr, Proof proof, String peerAddress, BooleanSupplier gone) {
        Outcome outcome = decide(csr, new Asker(proof, peerAddress, gone));
        if (outcome instanceof Outcome.Refused no) {
            record.refused(no, proof, peerAddress);
        }
        return outcome;
    }

    private record Asker(Proof proof, String peer, BooleanSupplier gone) {}

    private Outcome decide(byte[] csr, Asker asker) {
        if (csr.length > MAX_REQUEST) {
            return refuse(
                    Refusal.BAD_REQUEST,
                    "the signing request has " + csr.length + " bytes (at most " + MAX_REQUEST + ")");
        }
        return switch (asker.proof()) {
            case Proof.None _ ->
                refuse(Refusal.NO_PROOF, "no proof of identity: give a join token, or connect with the current SVID");
            case Proof.Svid(Verification.Rejected rejected) ->
                refuse(Refusal.of(rejected), "the SVID of the connection is refused: " + rejected.reason());
            case Proof.Svid(Verification.Verified verified) -> withSvid(csr, asker, verified);
            case Proof.Token(String value) -> withToken(csr, asker, value);
        };
    }

    private Outcome withSvid(byte[] csr, Asker asker, Verification.Verified verified) {
        if (!renewals.tryAcquire(verified.id().toString())) {
            return refuseFor(
                    RATE_RETRY,
                    Refusal.TOO_MANY,
                    verified.id() + " asks for more than " + RENEWALS_PER_SECOND
                            + " certificates a second; try again later");
        }
        BigInteger serial = verified.leaf().getSerialNumber();
        if (machines.revoked(serial)) {
            return revokedMachine();
        }
        return withRequest(
                csr,
                asker,
                () -> new Claim.Accepted(verified.id(), leaf -> switch (machines.renewed(serial, leaf, asker.peer())) {
                    case GOOD -> Optional.empty();
                    case REVOKED -> Optional.of(revokedMachine());
                    case TOO_MANY ->
                        Optional.of(refuse(
                                Refusal.TOO_MANY,
                                "the machine holds more certificates than it needs; try again later"));
                }));
    }

    private Outcome withToken(byte[] csr, Asker asker, String value) {
        if (tokens.look(value) instanceof Consumption.Refused(String reason)) {
            return badTokens.tryAcquire(asker.peer())
                    ? refuse(Refusal.BAD_TOKEN, reason)
                    : refuseFor(
                            RATE_RETRY,
                            Refusal.TOO_MANY,
                            asker.peer() + " shows more than " + BAD_TOKENS_PER_SECOND
                                    + " bad tokens a second; try again later");
        }
        return withRequest(csr, asker, () -> switch (tokens.consume(value)) {
            case Consumption.Refused(String reason) -> new Claim.Refused(reason);
            case Consumption.Accepted(JoinToken token) ->
                new Claim.Accepted(token.identity(), leaf -> {
                    if (token.grant().isPresent()) {
                        machines.joined(token, leaf, asker.peer());
                    }
                    return Optional.empty();
                });
        });
    }

    /** What the proof turned out to be worth, when all else was well. */
    private sealed interface Claim {
        /** @param account keeps account of the certificate before it is handed out, and may say no */
        record Accepted(SpiffeId id, Function<X509Certificate, Optional<Outcome>> account) implements Claim {}

        record Refused(String reason) implements Claim {}
    }

    /** What can be wrong without the caller being at fault comes first: a token is used up only when all else is well. */
    private Outcome withRequest(byte[] csr, Asker asker, Supplier<Claim> claim) {
        return switch (queue.enter()) {
            case IssuingQueue.Entry.Busy(Duration retryAfter) ->
                refuseFor(retryAfter, Refusal.BUSY, "too many ask for certificates at this moment; try again later");
            case IssuingQueue.Entry.Turn turn -> {
                try (turn) {
                    yield inTurn(csr, asker, claim);
                }
            }
        };
    }

    private Outcome inTurn(byte[] csr, Asker asker, Supplier<Claim> claim) {
        if (asker.gone().getAsBoolean()) {
            return gone();
        }
        Optional<Issuer> signer = issuer.usable();
        if (signer.isEmpty()) {
            return refuse(Refusal.NO_ISSUER, "the issuer's certificate ended at " + issuer.notAfter());
        }
        ParsedCsr request;
        try {
            request = CsrVerifier.verify(csr);
        } catch (InvalidCsrException e) {
            return refuse(Refusal.BAD_REQUEST, String.valueOf(e.getMessage()));
        }
        if (asker.gone().getAsBoolean()) {
            return gone();
        }
        return switch (claim.get()) {
            case Claim.Refused(String reason) -> refuse(Refusal.BAD_TOKEN, reason);
            case Claim.Accepted accepted -> sign(signer.get(), request, accepted, asker);
        };
    }

    private Outcome sign(Issuer signer, ParsedCsr request, Claim.Accepted claim, Asker asker) {
        SpiffeId id = claim.id();
        if (!id.trustDomain().equals(trustDomain)) {
            return refuse(Refusal.FOREIGN_IDENTITY, id + " is not of the trust domain " + trustDomain);
        }
        for (String name : request.uris()) {
            if (!name.equals(id.toString())) {
                return refuse(
                        Refusal.OTHER_IDENTITY, "the signing request names another identity than the proven " + id);
            }
        }
        Instant now = clock.instant();
        TrustBundle bundle = trust.bundles().find(trustDomain).orElseGet(() -> TrustBundle.of(trustDomain, List.of()));
        if (bundle.state() == TrustBundle.State.DISABLED) {
            return refuse(Refusal.REVOKED, "trust domain " + trustDomain + " is disabled");
        }
        // What is issued from then on must begin no earlier, however far certificates are dated back for slow clocks.
        Instant revokedBefore = bundle.revocations().identities().getOrDefault(id, Instant.EPOCH);
        if (revokedBefore.isAfter(now)) {
            return refuse(Refusal.REVOKED, id + " is revoked until " + revokedBefore);
        }
        List<X509Certificate> chain;
        try {
            chain = signer.issue(request.publicKey(), id, leafLifetime, now, revokedBefore);
        } catch (IssuingException e) {
            return refuse(Refusal.NO_ISSUER, "the issuer cannot sign: " + e.getMessage());
        }
        X509Certificate leaf = chain.getFirst();
        Optional<Outcome> objection = claim.account().apply(leaf);
        if (objection.isPresent()) {
            return objection.get();
        }
        record.issued(id, leaf, asker.proof(), asker.peer());
        return new Outcome.Issued(id, chain);
    }

    private static Outcome revokedMachine() {
        return refuse(Refusal.MACHINE_REVOKED, "the machine of this SVID was revoked");
    }

    private static Outcome gone() {
        return refuse(Refusal.CALLER_GONE, "the caller went away before its turn; its token is as it was");
    }

    private static Outcome refuse(Refusal refusal, String reason) {
        return new Outcome.Refused(refusal, reason, Optional.empty());
    }

    private static Outcome refuseFor(Duration retryAfter, Refusal refusal, String reason) {
        return new Outcome.Refused(refusal, reason, Optional.of(retryAfter));
    }
}
