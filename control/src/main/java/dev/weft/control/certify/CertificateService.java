package dev.weft.control.certify;

import dev.weft.control.token.Consumption;
import dev.weft.control.token.JoinToken;
import dev.weft.control.token.JoinTokens;
import dev.weft.control.token.Machines;
import dev.weft.control.trust.TrustSource;
import dev.weft.daemon.metrics.Metrics;
import dev.weft.identity.csr.CsrVerifier;
import dev.weft.identity.csr.InvalidCsrException;
import dev.weft.identity.csr.ParsedCsr;
import dev.weft.identity.issue.Issuer;
import dev.weft.identity.issue.IssuingException;
import dev.weft.identity.keys.SignatureProvider;
import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.identity.trust.TrustBundle;
import dev.weft.mesh.model.ReservedIdentity;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
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
     * Tokens that are none, a second, from one address over a longer time. Those that are good count for nothing: a rack
     * that starts behind one address is not to be told from one machine.
     */
    public static final double BAD_TOKENS_PER_SECOND = 2;

    /** Tokens that are none from one address at once. */
    public static final int BAD_TOKENS_BURST = 50;

    private final TrustDomain trustDomain;
    private final LiveIssuer issuer;
    private final TrustSource trust;
    private final JoinTokens tokens;
    private final IssuingRecord record;
    private final Duration leafLifetime;
    private final Clock clock;
    private final Machines machines;
    private final Residents residents;
    private final SignatureProvider signatures;
    private final SvidProofs svids;
    private final RateLimiter badTokens;
    private final IssuingQueue queue;

    /** @throws IllegalArgumentException if the leaf lifetime is out of range */
    public CertificateService(
            TrustDomain trustDomain,
            LiveIssuer issuer,
            TrustSource trust,
            JoinTokens tokens,
            Accounts accounts,
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
        this.machines = accounts.machines();
        this.residents = accounts.residents();
        this.signatures = accounts.signatures();
        this.queue = queue;
        this.record = new IssuingRecord(audit, clock, metrics);
        this.leafLifetime = leafLifetime;
        this.clock = clock;
        this.svids = new SvidProofs(trust, accounts, clock);
        this.badTokens = new RateLimiter(BAD_TOKENS_PER_SECOND, BAD_TOKENS_BURST, SvidProofs.MAX_RATED_CALLERS, clock);
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
            return Outcome.refuse(
                    Refusal.BAD_REQUEST,
                    "the signing request has " + csr.length + " bytes (at most " + MAX_REQUEST + ")");
        }
        return switch (asker.proof()) {
            case Proof.None _ ->
                Outcome.refuse(
                        Refusal.NO_PROOF, "no proof of identity: give a join token, or connect with the current SVID");
            case Proof.Svid(List<X509Certificate> chain) -> withSvid(csr, asker, chain);
            case Proof.Token(String value) -> withToken(csr, asker, value);
        };
    }

    private Outcome withSvid(byte[] csr, Asker asker, List<X509Certificate> chain) {
        return svids.tooOften(chain.getFirst())
                .orElseGet(() -> withRequest(csr, asker, () -> svids.claim(chain, asker.peer())));
    }

    private Outcome withToken(byte[] csr, Asker asker, String value) {
        return switch (tokens.look(value)) {
            case Consumption.Accepted(JoinToken token) -> withRequest(csr, asker, () -> claim(value, token, asker));
            case Consumption.Refused(String reason) ->
                badTokens.tryAcquire(asker.peer())
                        ? Outcome.refuse(Refusal.BAD_TOKEN, reason)
                        : Outcome.refuseFor(
                                SvidProofs.RETRY,
                                Refusal.TOO_MANY,
                                asker.peer() + " shows more than " + BAD_TOKENS_PER_SECOND
                                        + " bad tokens a second; try again later");
        };
    }

    /** Whose workload is gone, or has another identity by now, is refused before its token is used up: that may be mended. */
    private Claim claim(String value, JoinToken seen, Asker asker) {
        if (seen.grant().isPresent()) {
            Optional<String> workload = seen.grant().get().workload();
            if (!residents.has(seen.identity(), workload)) {
                return new Claim.Refused(Outcome.refuse(Refusal.NO_WORKLOAD, noWorkload(seen, workload)));
            }
        }
        return switch (tokens.consume(value)) {
            case Consumption.Refused(String reason) -> new Claim.Refused(Outcome.refuse(Refusal.BAD_TOKEN, reason));
            case Consumption.Accepted(JoinToken token) ->
                new Claim.Accepted(token.identity(), leaf -> {
                    if (token.grant().isPresent()) {
                        machines.joined(token, leaf, asker.peer());
                    }
                    return Optional.empty();
                });
        };
    }

    private static String noWorkload(JoinToken token, Optional<String> workload) {
        return "the mesh has no meshed workload "
                + workload.map(name -> name + " ").orElse("") + "of the identity " + token.identity()
                + " any more, for which the token was made; the token is as it was";
    }

    /** What can be wrong without the caller being at fault comes first: a token is used up only when all else is well. */
    private Outcome withRequest(byte[] csr, Asker asker, Supplier<Claim> claim) {
        return switch (queue.enter()) {
            case IssuingQueue.Entry.Busy(Duration retryAfter) ->
                Outcome.refuseFor(
                        retryAfter, Refusal.BUSY, "too many ask for certificates at this moment; try again later");
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
            return Outcome.refuse(Refusal.NO_ISSUER, "the issuer's certificate ended at " + issuer.notAfter());
        }
        ParsedCsr request;
        try {
            request = CsrVerifier.verify(csr, signatures);
        } catch (InvalidCsrException e) {
            return Outcome.refuse(Refusal.BAD_REQUEST, String.valueOf(e.getMessage()));
        }
        if (asker.gone().getAsBoolean()) {
            return gone();
        }
        return switch (claim.get()) {
            case Claim.Refused(Outcome outcome) -> outcome;
            case Claim.Accepted accepted -> sign(signer.get(), request, accepted, asker);
        };
    }

    private Outcome sign(Issuer signer, ParsedCsr request, Claim.Accepted claim, Asker asker) {
        SpiffeId id = claim.id();
        if (!id.trustDomain().equals(trustDomain)) {
            return Outcome.refuse(Refusal.FOREIGN_IDENTITY, id + " is not of the trust domain " + trustDomain);
        }
        if (ReservedIdentity.is(id)) {
            return Outcome.refuse(
                    Refusal.RESERVED_IDENTITY, id + " is the control plane's own identity; nobody else gets it");
        }
        for (String name : request.uris()) {
            if (!name.equals(id.toString())) {
                return Outcome.refuse(
                        Refusal.OTHER_IDENTITY, "the signing request names another identity than the proven " + id);
            }
        }
        Instant now = clock.instant();
        TrustBundle bundle = trust.bundles().find(trustDomain).orElseGet(() -> TrustBundle.of(trustDomain, List.of()));
        if (bundle.state() == TrustBundle.State.DISABLED) {
            return Outcome.refuse(Refusal.REVOKED, "trust domain " + trustDomain + " is disabled");
        }
        // What is issued from then on must begin no earlier, however far certificates are dated back for slow clocks.
        Instant revokedBefore = bundle.revocations().identities().getOrDefault(id, Instant.EPOCH);
        if (revokedBefore.isAfter(now)) {
            return Outcome.refuse(Refusal.REVOKED, id + " is revoked until " + revokedBefore);
        }
        List<X509Certificate> chain;
        try {
            chain = signer.signingBy(signatures).issue(request.publicKey(), id, leafLifetime, now, revokedBefore);
        } catch (IssuingException e) {
            return Outcome.refuse(Refusal.NO_ISSUER, "the issuer cannot sign: " + e.getMessage());
        }
        X509Certificate leaf = chain.getFirst();
        Optional<Outcome> objection = claim.account().apply(leaf);
        if (objection.isPresent()) {
            return objection.get();
        }
        record.issued(id, leaf, asker.proof(), asker.peer());
        return new Outcome.Issued(id, chain);
    }

    private static Outcome gone() {
        return Outcome.refuse(Refusal.CALLER_GONE, "the caller went away before its turn; its token is as it was");
    }
}
