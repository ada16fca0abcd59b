package dev.weft.control.certify;

import dev.weft.control.attest.Attestation;
import dev.weft.control.attest.AttestationStage;
import dev.weft.control.attest.CallerDeparture;
import dev.weft.control.attest.Proof;
import dev.weft.control.attest.WorkloadClaims;
import dev.weft.control.token.JoinToken;
import dev.weft.daemon.metrics.Metrics;
import dev.weft.identity.csr.CsrVerifier;
import dev.weft.identity.csr.InvalidCsrException;
import dev.weft.identity.csr.ParsedCsr;
import dev.weft.identity.issue.Issuer;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;

/**
 * Issues certificates. The identity comes from the proof. Only the key comes from the request; the names in it are
 * merely compared. Questions to the platform are asked first; then the request waits for its turn. Stateless except for
 * join tokens and rate limits; safe for use by several threads.
 */
public final class CertificateService implements PodCertificates {

    /** Shortest lifetime of a leaf. */
    public static final Duration MIN_LEAF_LIFETIME = Duration.ofMinutes(1);

    /** Longest lifetime of a leaf. */
    public static final Duration MAX_LEAF_LIFETIME = Duration.ofDays(7);

    /** Largest signing request, in bytes of DER. */
    public static final int MAX_REQUEST = CsrVerifier.MAX_ENCODED;

    /**
     * Invalid tokens accepted per second from one address, sustained. Valid tokens are not counted, because a rack of
     * machines that starts behind one address looks like one machine.
     */
    public static final double BAD_TOKENS_PER_SECOND = 2;

    /** Invalid tokens accepted from one address in a burst. */
    public static final int BAD_TOKENS_BURST = 50;

    private final LeafSigner signer;
    private final AttestationStage attestation;
    private final IssuingQueue queue;
    private final IssuingRecord record;
    private final SvidProofs svids;
    private final JoinTokenProofs joinTokens;
    private final WorkloadProofs workloads;

    /**
     * Creates the service.
     *
     * @param attestation asks the platform about workload tokens, before the request has its turn
     * @param queue limits how many requests are worked on at once
     */
    public CertificateService(
            LeafSigner signer,
            CertificateRecords accounts,
            AttestationStage attestation,
            IssuingQueue queue,
            AuditLog audit,
            Metrics metrics) {
        this.signer = signer;
        this.attestation = attestation;
        this.queue = queue;
        this.record = new IssuingRecord(audit, signer.clock(), metrics);
        this.svids = new SvidProofs(signer.trust(), accounts, signer.clock());
        BadTokenLimiter bad = new BadTokenLimiter(signer.clock());
        this.joinTokens = new JoinTokenProofs(accounts, bad);
        this.workloads = new WorkloadProofs(attestation, signer.trustDomain(), accounts.residents(), bad);
        queue.observe(metrics);
    }

    /**
     * Signs a certificate for the identity proven, but stops if the caller has gone: its token is then not used up.
     *
     * @param csr PKCS#10, DER
     * @param peerAddress where the call came from, for the audit log
     * @param departure tells whether the caller has gone
     */
    public Outcome certify(byte[] csr, Proof proof, String peerAddress, CallerDeparture departure) {
        return recorded(new Requester(proof.kind(), peerAddress, departure), asker -> decide(csr, proof, asker));
    }

    @Override
    public Outcome certify(WorkloadClaims pod, PublicKey key, Duration longest) {
        SigningRequest wish = new SigningRequest(() -> new ParsedCsr(key, List.of()), longest);
        return recorded(
                new Requester(PodCertificates.PROOF, pod.workload(), CallerDeparture.NEVER),
                asker -> issueInTurn(wish, asker, () -> Claim.of(pod.identity(signer.trustDomain()), pod)));
    }

    private interface Decision {
        Outcome on(Requester asker) throws NotIssuedException;
    }

    private Outcome recorded(Requester asker, Decision decision) {
        try {
            return decision.on(asker);
        } catch (NotIssuedException e) {
            record.refused(e.outcome(), asker.proof(), asker.peer());
            return e.outcome();
        }
    }

    /**
     * The caller of a request.
     *
     * @param proof kind of its proof, in one word
     * @param peer its address, or the workload's name for a pod certificate
     */
    private record Requester(String proof, String peer, CallerDeparture departure) {

        void checkPresent() throws NotIssuedException {
            if (departure.isGone()) {
                throw new NotIssuedException(
                        Refusal.CALLER_GONE, "the caller went away before its turn; its token is still unused");
            }
        }
    }

    /**
     * The certificate that a caller asks for.
     *
     * @param request reads the signing request, when it is its turn
     * @param longest longest lifetime of the certificate
     */
    private record SigningRequest(Supplier<ParsedCsr> request, Duration longest) {}

    private Outcome decide(byte[] csr, Proof proof, Requester asker) throws NotIssuedException {
        if (csr.length > MAX_REQUEST) {
            throw new NotIssuedException(
                    Refusal.BAD_REQUEST,
                    "the signing request has " + csr.length + " bytes (at most " + MAX_REQUEST + ")");
        }
        SigningRequest wish = new SigningRequest(() -> signer.verify(csr), MAX_LEAF_LIFETIME);
        return switch (proof) {
            case Proof.None _ ->
                throw new NotIssuedException(
                        Refusal.NO_PROOF, "no proof of identity: give a token, or connect with the current SVID");
            case Proof.Svid(List<X509Certificate> chain) -> {
                svids.limit(chain.getFirst());
                yield issueInTurn(wish, asker, () -> svids.claim(chain, asker.peer()));
            }
            case Proof.JoinToken(String value) -> {
                JoinToken seen = joinTokens.check(value, asker.peer());
                yield issueInTurn(wish, asker, () -> joinTokens.claim(value, seen, asker.peer()));
            }
            case Proof.WorkloadToken token -> withWorkload(wish, asker, token);
        };
    }

    /** Asks the platform before the request has its turn, because the answer may take seconds. */
    private Outcome withWorkload(SigningRequest wish, Requester asker, Proof.WorkloadToken token)
            throws NotIssuedException {
        switch (attestation.attest(token, asker.peer(), asker.departure())) {
            case Attestation.Refused refused -> throw workloads.refusal(refused, asker.peer());
            case Attestation.Verified(WorkloadClaims claims) -> {
                try {
                    return issueInTurn(wish, asker, () -> workloads.claim(claims));
                } catch (NotIssuedException e) {
                    workloads.notifyPlatform(claims, e.outcome());
                    throw e;
                }
            }
        }
    }

    private record Signed(Outcome.Issued outcome, Claim claim) {}

    /**
     * Signs when it is the request's turn, waits until the certificate is recorded everywhere, then hands it out.
     * Others have their turn during this wait.
     */
    private Outcome issueInTurn(SigningRequest wish, Requester asker, Claim.Source source) throws NotIssuedException {
        Signed signed = switch (queue.enter()) {
            case IssuingQueue.Entry.Busy(Duration retryAfter) ->
                throw new NotIssuedException(
                        retryAfter, Refusal.BUSY, "too many ask for certificates at this moment; try again later");
            case IssuingQueue.Entry.Turn turn -> {
                try (turn) {
                    yield signInTurn(wish, asker, source);
                }
            }
        };
        signed.claim().awaitRecorded().run();
        record.issued(signed.claim(), signed.outcome().chain().getFirst(), asker.proof(), asker.peer());
        return signed.outcome();
    }

    /**
     * Checks the token last, after all that can fail without the caller's fault: so a token is used up only when all
     * else is well.
     */
    private Signed signInTurn(SigningRequest wish, Requester asker, Claim.Source source) throws NotIssuedException {
        asker.checkPresent();
        Issuer issuer = signer.usable()
                .orElseThrow(() -> new NotIssuedException(
                        Refusal.NO_ISSUER, "the issuer's certificate ended at " + signer.notAfter()));
        ParsedCsr request;
        try {
            request = wish.request().get();
        } catch (InvalidCsrException e) {
            throw new NotIssuedException(Refusal.BAD_REQUEST, String.valueOf(e.getMessage()));
        }
        asker.checkPresent();
        Claim claim = source.claim();
        Outcome.Issued issued = signer.sign(issuer, request, claim.id(), claim.holder(), wish.longest());
        claim.account().record(issued.chain().getFirst());
        return new Signed(issued, claim);
    }
}
