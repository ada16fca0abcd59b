package dev.weft.control.certify;

import dev.weft.control.attest.Attestation;
import dev.weft.control.attest.AttestationStage;
import dev.weft.control.attest.CallerDeparture;
import dev.weft.control.attest.Proof;
import dev.weft.control.attest.WorkloadClaims;
import dev.weft.daemon.metrics.Metrics;
import dev.weft.identity.csr.CsrVerifier;
import dev.weft.identity.csr.InvalidCsrException;
import dev.weft.identity.csr.ParsedCsr;
import dev.weft.identity.issue.Issuer;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
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
     * Signs a certificate for the identity proven.
     *
     * @param csr PKCS#10, DER
     * @param peerAddress where the call came from, for the audit log
     */
    public Outcome certify(byte[] csr, Proof proof, String peerAddress) {
        return certify(csr, proof, peerAddress, CallerDeparture.NEVER);
    }

    /**
     * Signs a certificate, but stops if the caller has gone: its token is then not used up.
     *
     * @param departure tells whether the caller has gone
     */
    public Outcome certify(byte[] csr, Proof proof, String peerAddress, CallerDeparture departure) {
        Outcome outcome = decide(csr, proof, new Requester(proof.kind(), peerAddress, departure));
        if (outcome instanceof Outcome.Refused no) {
            record.refused(no, proof.kind(), peerAddress);
        }
        return outcome;
    }

    @Override
    public Outcome certify(WorkloadClaims pod, PublicKey key, Duration longest) {
        Requester asker = new Requester(PodCertificates.PROOF, pod.workload(), CallerDeparture.NEVER);
        SigningRequest wish = new SigningRequest(() -> new ParsedCsr(key, List.of()), longest);
        Outcome outcome = issueInTurn(wish, asker, () -> Claim.Accepted.of(pod.identity(signer.trustDomain()), pod));
        if (outcome instanceof Outcome.Refused no) {
            record.refused(no, asker.proof(), asker.peer());
        }
        return outcome;
    }

    /**
     * The caller of a request.
     *
     * @param proof kind of its proof, in one word
     * @param peer its address, or the workload's name for a pod certificate
     */
    private record Requester(String proof, String peer, CallerDeparture departure) {}

    /**
     * The certificate that a caller asks for.
     *
     * @param request reads the signing request, when it is its turn
     * @param longest longest lifetime of the certificate
     */
    private record SigningRequest(Reading request, Duration longest) {

        private interface Reading {
            ParsedCsr read() throws InvalidCsrException;
        }
    }

    private Outcome decide(byte[] csr, Proof proof, Requester asker) {
        if (csr.length > MAX_REQUEST) {
            return Outcome.refuse(
                    Refusal.BAD_REQUEST,
                    "the signing request has " + csr.length + " bytes (at most " + MAX_REQUEST + ")");
        }
        SigningRequest wish = new SigningRequest(() -> signer.verify(csr), MAX_LEAF_LIFETIME);
        return switch (proof) {
            case Proof.None _ ->
                Outcome.refuse(
                        Refusal.NO_PROOF, "no proof of identity: give a token, or connect with the current SVID");
            case Proof.Svid(List<X509Certificate> chain) ->
                svids.tooOften(chain.getFirst())
                        .orElseGet(() -> issueInTurn(wish, asker, () -> svids.claim(chain, asker.peer())));
            case Proof.JoinToken(String value) ->
                joinTokens.withValidToken(
                        value,
                        asker.peer(),
                        seen -> issueInTurn(wish, asker, () -> joinTokens.claim(value, seen, asker.peer())));
            case Proof.WorkloadToken token -> withWorkload(wish, asker, token);
        };
    }

    /** Asks the platform before the request has its turn, because the answer may take seconds. */
    private Outcome withWorkload(SigningRequest wish, Requester asker, Proof.WorkloadToken token) {
        return switch (attestation.attest(token, asker.peer(), asker.departure())) {
            case Attestation.Refused refused -> workloads.refused(refused, asker.peer());
            case Attestation.Verified(WorkloadClaims claims) -> {
                Outcome outcome = issueInTurn(wish, asker, () -> workloads.claim(claims));
                if (outcome instanceof Outcome.Refused refused) {
                    workloads.notifyPlatform(claims, refused);
                }
                yield outcome;
            }
        };
    }

    /**
     * Checks the token last, after all that can fail without the caller's fault: so a token is used up only when all
     * else is well.
     */
    private Outcome issueInTurn(SigningRequest wish, Requester asker, Supplier<Claim> claim) {
        return switch (queue.enter()) {
            case IssuingQueue.Entry.Busy(Duration retryAfter) ->
                Outcome.refuseFor(
                        retryAfter, Refusal.BUSY, "too many ask for certificates at this moment; try again later");
            case IssuingQueue.Entry.Turn turn -> {
                Signed signed;
                try (turn) {
                    signed = signInTurn(wish, asker, claim);
                }
                yield handOut(signed, asker);
            }
        };
    }

    private record Signed(Outcome outcome, Optional<Claim.Accepted> claim) {
        static Signed not(Outcome refused) {
            return new Signed(refused, Optional.empty());
        }
    }

    private Signed signInTurn(SigningRequest wish, Requester asker, Supplier<Claim> claim) {
        if (asker.departure().isGone()) {
            return Signed.not(callerGone());
        }
        Optional<Issuer> issuer = signer.usable();
        if (issuer.isEmpty()) {
            return Signed.not(
                    Outcome.refuse(Refusal.NO_ISSUER, "the issuer's certificate ended at " + signer.notAfter()));
        }
        ParsedCsr request;
        try {
            request = wish.request().read();
        } catch (InvalidCsrException e) {
            return Signed.not(Outcome.refuse(Refusal.BAD_REQUEST, String.valueOf(e.getMessage())));
        }
        if (asker.departure().isGone()) {
            return Signed.not(callerGone());
        }
        return switch (claim.get()) {
            case Claim.Refused(Outcome outcome) -> Signed.not(outcome);
            case Claim.Accepted accepted ->
                switch (signer.sign(issuer.get(), request, accepted.id(), accepted.holder(), wish.longest())) {
                    case Outcome.Refused refused -> Signed.not(refused);
                    case Outcome.Issued issued ->
                        accepted.account()
                                .apply(issued.chain().getFirst())
                                .map(Signed::not)
                                .orElseGet(() -> new Signed(issued, Optional.of(accepted)));
                };
        };
    }

    /**
     * Waits until the certificate is recorded everywhere, then hands it out. Others have their turn during this wait.
     */
    private Outcome handOut(Signed signed, Requester asker) {
        if (signed.outcome() instanceof Outcome.Issued issued && signed.claim().isPresent()) {
            Claim.Accepted claim = signed.claim().get();
            claim.awaitRecorded().run();
            record.issued(claim, issued.chain().getFirst(), asker.proof(), asker.peer());
        }
        return signed.outcome();
    }

    private static Outcome callerGone() {
        return Outcome.refuse(Refusal.CALLER_GONE, "the caller went away before its turn; its token is still unused");
    }
}
