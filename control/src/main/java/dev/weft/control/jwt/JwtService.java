package dev.weft.control.jwt;

import dev.weft.control.certify.AuditLog;
import dev.weft.control.certify.IssuingQueue;
import dev.weft.control.certify.MeshMembers;
import dev.weft.control.certify.RateLimiter;
import dev.weft.control.certify.RefusalLog;
import dev.weft.control.refusal.Reason;
import dev.weft.control.refusal.RefusedException;
import dev.weft.control.token.Machines;
import dev.weft.control.trust.TrustSource;
import dev.weft.daemon.metrics.Counter;
import dev.weft.daemon.metrics.Metrics;
import dev.weft.identity.jwt.JwtSigningKey;
import dev.weft.identity.jwt.JwtSvid;
import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.identity.trust.SpkiFingerprint;
import dev.weft.identity.verify.Verification;
import io.grpc.Status.Code;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Issues JWT-SVIDs. The subject is the identity that the connection's SVID proves; the request determines only the
 * audiences and the lifetime. Safe for use by several threads.
 */
public final class JwtService {

    /** Lifetime of a token if the request names none. */
    public static final Duration DEFAULT_TTL = Duration.ofMinutes(5);

    /** Shortest lifetime that may be requested. */
    public static final Duration MIN_TTL = Duration.ofSeconds(10);

    /** Longest lifetime of a token. */
    public static final Duration MAX_TTL = Duration.ofHours(1);

    /** Most audiences of a token. */
    public static final int MAX_AUDIENCES = 16;

    /** Longest audience, in characters. */
    public static final int MAX_AUDIENCE = 256;

    /** Tokens per second that one identity may request, sustained. */
    public static final double REQUESTS_PER_SECOND = 10;

    /** Tokens that one identity may request in a burst. */
    public static final int REQUESTS_BURST = 100;

    /** Most identities whose rate is remembered. */
    public static final int MAX_RATED_CALLERS = 10_000;

    private static final int TOKEN_ID_BYTES = 16;

    // Reasons of refusals. The codes are for people and programs, and never change.

    /** The caller came without an SVID. */
    private static final Reason NO_SVID = Reason.of("WEFT-S001", Code.UNAUTHENTICATED);

    /** The SVID of the connection does not verify, or no longer does. */
    private static final Reason BAD_SVID = Reason.of("WEFT-S002", Code.UNAUTHENTICATED);

    /** The proven identity is of another trust domain. */
    private static final Reason FOREIGN_IDENTITY = Reason.of("WEFT-S003", Code.PERMISSION_DENIED);

    /** No audience, too many, or one that is too long. */
    private static final Reason BAD_AUDIENCE = Reason.of("WEFT-S004", Code.INVALID_ARGUMENT);

    /** The requested lifetime is not allowed. */
    private static final Reason BAD_TTL = Reason.of("WEFT-S005", Code.INVALID_ARGUMENT);

    /** Too many requests of one caller. */
    private static final Reason TOO_MANY = Reason.of("WEFT-S006", Code.RESOURCE_EXHAUSTED);

    /** Too many requests of all callers at once. */
    private static final Reason BUSY = Reason.of("WEFT-S007", Code.RESOURCE_EXHAUSTED);

    /** The registry has no workload of the identity, or no longer has one. */
    private static final Reason NO_WORKLOAD = Reason.of("WEFT-S018", Code.PERMISSION_DENIED);

    /** Most requests that wait for their turn at once. */
    public static final int MAX_WAITING = 1024;

    /** Longest wait for a turn. */
    public static final Duration MAX_WAIT = Duration.ofSeconds(5);

    /**
     * Requests worked on at once. Certificates have several turns per processor, so tokens never take the whole
     * machine.
     */
    private static final int TURNS = 1;

    private final TrustDomain trustDomain;
    private final TrustSource trust;
    private final JwtKeys keys;
    private final Machines machines;
    private final MeshMembers residents;
    private final AuditLog audit;
    private final RefusalLog refusals;
    private final Clock clock;
    private final RateLimiter rates;
    /**
     * Limits requests by the shown certificate's key, before the certificate is verified: verifying is most of the
     * work.
     */
    private final RateLimiter shown;

    private final IssuingQueue queue;
    private final SecureRandom random = new SecureRandom();
    private final Counter results;

    /**
     * Creates a service for the identities of this trust domain.
     *
     * @param trust verifies SVIDs
     * @param machines knows which machines that joined from outside are revoked
     * @param residents knows which identities are workloads of the mesh
     * @param queue limits how many requests are worked on at once
     */
    public JwtService(
            TrustDomain trustDomain,
            JwtKeys keys,
            TrustSource trust,
            Machines machines,
            MeshMembers residents,
            AuditLog audit,
            IssuingQueue queue,
            Clock clock,
            Metrics metrics) {
        this.trustDomain = trustDomain;
        this.trust = trust;
        this.queue = queue;
        this.keys = keys;
        this.machines = machines;
        this.residents = residents;
        this.audit = audit;
        this.refusals = new RefusalLog(audit, clock);
        this.clock = clock;
        this.rates = new RateLimiter(REQUESTS_PER_SECOND, REQUESTS_BURST, MAX_RATED_CALLERS, clock);
        this.shown = new RateLimiter(REQUESTS_PER_SECOND, REQUESTS_BURST, MAX_RATED_CALLERS, clock);
        metrics.gauge("weft_control_jwts_waiting", "Requests for JWT-SVIDs that wait.", queue::waiting);
        this.results = metrics.counter(
                        "weft_control_jwts_total",
                        "Requests for JWT-SVIDs, by result: issued, or the code of the refusal.",
                        "result")
                .zero("issued");
    }

    /** Creates a waiting queue with the limits of a control plane. */
    public static IssuingQueue newQueue() {
        return new IssuingQueue(TURNS, MAX_WAITING, MAX_WAIT);
    }

    /**
     * Signs a token for the proven identity. Blocks while the request waits for its turn.
     *
     * @param chain the SVID that the connection showed, leaf first, verified here; empty if it showed none
     * @param ttlSeconds lifetime in seconds; 0 for the default
     * @param peerAddress the caller's address, for the audit log
     * @throws RefusedException if no token is issued
     */
    public JwtSvid issue(List<X509Certificate> chain, List<String> audiences, int ttlSeconds, String peerAddress) {
        try {
            return inTurn(chain, audiences, ttlSeconds, peerAddress);
        } catch (RefusedException e) {
            results.increment(e.reason().code());
            Map<String, Object> event = event("jwt-refused", peerAddress);
            event.put("code", e.reason().code());
            event.put("reason", e.refusal().getWhat());
            refusals.record(peerAddress, event);
            throw e;
        }
    }

    private JwtSvid inTurn(List<X509Certificate> chain, List<String> audiences, int ttlSeconds, String peerAddress) {
        if (chain.isEmpty()) {
            throw new RefusedException(NO_SVID, "no proof of identity: connect with the current SVID");
        }
        if (!shown.tryAcquire(SpkiFingerprint.of(chain.getFirst()).hex())) {
            throw tooMany("the holder of this SVID");
        }
        return switch (queue.enter()) {
            case IssuingQueue.Entry.Busy(Duration retryAfter) ->
                throw new RefusedException(
                                BUSY, "too many ask for tokens at once; try again in " + retryAfter.toSeconds() + " s")
                        .retryAfter(retryAfter);
            case IssuingQueue.Entry.Turn turn -> {
                try (turn) {
                    yield decide(chain, audiences, ttlSeconds, peerAddress);
                }
            }
        };
    }

    private static RefusedException tooMany(String who) {
        return new RefusedException(
                TOO_MANY, who + " asks for more than " + REQUESTS_PER_SECOND + " tokens a second; try again later");
    }

    private JwtSvid decide(List<X509Certificate> chain, List<String> audiences, int ttlSeconds, String peerAddress) {
        return switch (trust.verifier().verify(chain, clock.instant())) {
            case Verification.Rejected rejected ->
                throw new RefusedException(BAD_SVID, "the SVID of the connection is refused: " + rejected.reason());
            case Verification.Verified verified -> decide(verified, audiences, ttlSeconds, peerAddress);
        };
    }

    /** A workload that is not known here yet, as its SVID is new, is judged by its identity. */
    private boolean isResident(Verification.Verified proven) {
        return residents.has(proven.id(), MeshMembers.holderOf(proven.leaf(), machines))
                || (MeshMembers.isNew(proven.leaf(), clock.instant()) && residents.has(proven.id(), Optional.empty()));
    }

    private JwtSvid decide(Verification.Verified proven, List<String> audiences, int ttlSeconds, String peerAddress) {
        SpiffeId subject = proven.id();
        if (!subject.trustDomain().equals(trustDomain)) {
            throw new RefusedException(FOREIGN_IDENTITY, subject + " is not of the trust domain " + trustDomain);
        }
        if (machines.revoked(proven.leaf())) {
            throw new RefusedException(BAD_SVID, "the machine of this SVID was revoked");
        }
        if (!isResident(proven)) {
            throw new RefusedException(
                    NO_WORKLOAD,
                    "the mesh has no meshed workload of the identity " + subject
                            + " that this SVID was issued to, or not any more");
        }
        if (!rates.tryAcquire(subject.toString())) {
            throw tooMany(subject.toString());
        }
        if (audiences.isEmpty() || audiences.size() > MAX_AUDIENCES) {
            throw new RefusedException(
                    BAD_AUDIENCE, audiences.size() + " audiences (expected: 1 to " + MAX_AUDIENCES + ")");
        }
        if (audiences.stream().anyMatch(audience -> audience.isEmpty() || audience.length() > MAX_AUDIENCE)) {
            throw new RefusedException(
                    BAD_AUDIENCE,
                    "an audience that is empty or too long (expected: 1 to " + MAX_AUDIENCE + " characters)");
        }
        Duration ttl = ttlSeconds == 0 ? DEFAULT_TTL : Duration.ofSeconds(Integer.toUnsignedLong(ttlSeconds));
        if (ttl.compareTo(MIN_TTL) < 0 || ttl.compareTo(MAX_TTL) > 0) {
            throw new RefusedException(
                    BAD_TTL,
                    "a life of " + ttl.toSeconds() + " s (expected: " + MIN_TTL.toSeconds() + " to "
                            + MAX_TTL.toSeconds() + ")");
        }
        return sign(keys.signing(), proven, audiences, ttl, peerAddress);
    }

    private JwtSvid sign(
            JwtSigningKey key, Verification.Verified proven, List<String> audiences, Duration ttl, String peerAddress) {
        Instant now = clock.instant();
        // A token must not outlast the SVID that it was issued for.
        Instant wanted = now.plus(ttl);
        Instant end = wanted.isBefore(proven.notAfter()) ? wanted : proven.notAfter();
        byte[] id = new byte[TOKEN_ID_BYTES];
        random.nextBytes(id);
        String tokenId = HexFormat.of().formatHex(id);
        JwtSvid svid = key.sign(proven.id(), audiences, tokenId, now, end);
        Map<String, Object> event = event("jwt-issued", peerAddress);
        event.put("identity", proven.id());
        event.put("audiences", audiences);
        event.put("tokenId", tokenId);
        event.put("notAfter", svid.expiresAt());
        event.put("keyId", key.authority().keyId());
        audit.record(event);
        results.increment("issued");
        return svid;
    }

    private Map<String, Object> event(String what, String peerAddress) {
        Map<String, Object> event = new LinkedHashMap<>();
        event.put("time", clock.instant());
        event.put("event", what);
        event.put("peer", peerAddress);
        return event;
    }
}
