package dev.weft.control.certify;

import dev.weft.control.metrics.Metrics;
import dev.weft.control.token.Consumption;
import dev.weft.control.token.JoinTokens;
import dev.weft.identity.csr.CsrVerifier;
import dev.weft.identity.csr.InvalidCsrException;
import dev.weft.identity.csr.ParsedCsr;
import dev.weft.identity.issue.Issuer;
import dev.weft.identity.issue.IssuingException;
import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.identity.trust.SpkiFingerprint;
import dev.weft.identity.verify.Verification;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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

    /** Certificates a second that one caller may ask for over a longer time. */
    public static final double REQUESTS_PER_SECOND = 2;

    /** Certificates that one caller may ask for at once. */
    public static final int REQUESTS_BURST = 50;

    /** Callers whose rate is remembered. */
    public static final int MAX_RATED_CALLERS = 10_000;

    private final TrustDomain trustDomain;
    private final LiveIssuer issuer;
    private final JoinTokens tokens;
    private final AuditLog audit;
    private final Duration leafLifetime;
    private final Clock clock;
    private final RateLimiter rates;
    private final Metrics.Counter issued;
    private final Metrics.Counter refused;

    /** @throws IllegalArgumentException if the leaf lifetime is out of range */
    public CertificateService(
            TrustDomain trustDomain,
            LiveIssuer issuer,
            JoinTokens tokens,
            AuditLog audit,
            Duration leafLifetime,
            Clock clock,
            Metrics metrics) {
        if (leafLifetime.compareTo(MIN_LEAF_LIFETIME) < 0 || leafLifetime.compareTo(MAX_LEAF_LIFETIME) > 0) {
            throw new IllegalArgumentException("leaf lifetime: " + leafLifetime + " (expected: " + MIN_LEAF_LIFETIME
                    + " to " + MAX_LEAF_LIFETIME + ")");
        }
        this.trustDomain = trustDomain;
        this.issuer = issuer;
        this.tokens = tokens;
        this.audit = audit;
        this.leafLifetime = leafLifetime;
        this.clock = clock;
        this.rates = new RateLimiter(REQUESTS_PER_SECOND, REQUESTS_BURST, MAX_RATED_CALLERS, clock);
        this.issued = metrics.counter(
                "weft_control_certificates_issued_total", "Certificates issued, by kind of proof.", "proof");
        this.refused =
                metrics.counter("weft_control_certificates_refused_total", "Certificates refused, by reason.", "code");
    }

    /**
     * Signs a certificate for the identity proven.
     *
     * @param csr PKCS#10, DER
     * @param peerAddress where the call came from, for the audit log
     */
    public Outcome certify(byte[] csr, Proof proof, String peerAddress) {
        Outcome outcome = decide(csr, proof, peerAddress);
        if (outcome instanceof Outcome.Refused(Refusal refusal, String reason)) {
            refused.increment(refusal.code());
            Map<String, Object> event = event("certificate-refused", proof, peerAddress);
            event.put("code", refusal.code());
            event.put("reason", reason);
            audit.record(event);
        }
        return outcome;
    }

    private Outcome decide(byte[] csr, Proof proof, String peerAddress) {
        if (csr.length > MAX_REQUEST) {
            return refuse(
                    Refusal.BAD_REQUEST,
                    "the signing request has " + csr.length + " bytes (at most " + MAX_REQUEST + ")");
        }
        return switch (proof) {
            case Proof.None _ ->
                refuse(Refusal.NO_PROOF, "no proof of identity: give a join token, or connect with the current SVID");
            case Proof.Svid(Verification.Rejected rejected) ->
                refuse(Refusal.BAD_SVID, "the SVID of the connection is refused: " + rejected.reason());
            case Proof.Svid(Verification.Verified verified) -> {
                SpiffeId id = verified.id();
                yield rates.tryAcquire(id.toString())
                        ? withRequest(csr, proof, peerAddress, () -> new Consumption.Accepted(id))
                        : tooMany(id.toString());
            }
            case Proof.Token(String value) ->
                rates.tryAcquire(peerAddress)
                        ? withRequest(csr, proof, peerAddress, () -> tokens.consume(value))
                        : tooMany(peerAddress);
        };
    }

    /** What can be wrong without the caller being at fault comes first: a token is used up only when all else is well. */
    private Outcome withRequest(byte[] csr, Proof proof, String peerAddress, Supplier<Consumption> identity) {
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
        return switch (identity.get()) {
            case Consumption.Refused(String reason) -> refuse(Refusal.BAD_TOKEN, reason);
            case Consumption.Accepted(SpiffeId id) -> sign(signer.get(), request, id, proof, peerAddress);
        };
    }

    private Outcome sign(Issuer signer, ParsedCsr request, SpiffeId id, Proof proof, String peerAddress) {
        if (!id.trustDomain().equals(trustDomain)) {
            return refuse(Refusal.FOREIGN_IDENTITY, id + " is not of the trust domain " + trustDomain);
        }
        for (String name : request.uris()) {
            if (!name.equals(id.toString())) {
                return refuse(
                        Refusal.OTHER_IDENTITY, "the signing request names another identity than the proven " + id);
            }
        }
        List<X509Certificate> chain;
        try {
            chain = signer.issue(request.publicKey(), id, leafLifetime, clock.instant());
        } catch (IssuingException e) {
            return refuse(Refusal.NO_ISSUER, "the issuer cannot sign: " + e.getMessage());
        }
        X509Certificate leaf = chain.getFirst();
        Map<String, Object> event = event("certificate-issued", proof, peerAddress);
        event.put("identity", id);
        event.put("serialNumber", leaf.getSerialNumber().toString(16));
        event.put("notBefore", leaf.getNotBefore().toInstant());
        event.put("notAfter", leaf.getNotAfter().toInstant());
        event.put("keySha256", SpkiFingerprint.of(request.publicKey()).hex());
        audit.record(event);
        issued.increment(proof.kind());
        return new Outcome.Issued(id, chain);
    }

    private Map<String, Object> event(String what, Proof proof, String peerAddress) {
        Map<String, Object> event = new LinkedHashMap<>();
        event.put("time", clock.instant());
        event.put("event", what);
        event.put("proof", proof.kind());
        event.put("peer", peerAddress);
        return event;
    }

    private static Outcome tooMany(String caller) {
        return refuse(
                Refusal.TOO_MANY,
                caller + " asks for more than " + REQUESTS_PER_SECOND + " certificates a second; try again later");
    }

    private static Outcome refuse(Refusal refusal, String reason) {
        return new Outcome.Refused(refusal, reason);
    }
}
