package dev.weft.bench.issuing;

import dev.weft.control.attest.AttestationStage;
import dev.weft.control.attest.CallerDeparture;
import dev.weft.control.attest.Proof;
import dev.weft.control.certify.AuditLog;
import dev.weft.control.certify.CertificateRecords;
import dev.weft.control.certify.CertificateService;
import dev.weft.control.certify.Descents;
import dev.weft.control.certify.IssuingQueue;
import dev.weft.control.certify.LeafSigner;
import dev.weft.control.certify.LiveIssuer;
import dev.weft.control.certify.MeshMembers;
import dev.weft.control.certify.NativeSignatures;
import dev.weft.control.certify.Outcome;
import dev.weft.control.lead.Leadership;
import dev.weft.control.state.ControlState;
import dev.weft.control.token.JoinTokens;
import dev.weft.control.token.Machines;
import dev.weft.control.trust.TrustSource;
import dev.weft.daemon.metrics.Metrics;
import dev.weft.identity.csr.CertificateSigningRequests;
import dev.weft.identity.csr.CsrVerifier;
import dev.weft.identity.csr.ParsedCsr;
import dev.weft.identity.issue.Issuer;
import dev.weft.identity.keys.Certificates;
import dev.weft.identity.keys.KeyPairs;
import dev.weft.identity.keys.SignatureProvider;
import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.identity.verify.Verification;
import java.io.IOException;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The steps of issuing, each alone and all together, with the code of the control plane. */
final class IssuingWork implements AutoCloseable {
    /** Number of executions for the cold figure. */
    static final int COLD = 200;

    private static final TrustDomain DOMAIN = TrustDomain.parse("bench.example");
    private static final int IDENTITIES = 1_000;
    private static final Duration LIFE = Duration.ofHours(24);

    private final SpiffeId id = SpiffeId.ofServiceAccount(DOMAIN, "bench", "web");
    private final KeyPair keys = KeyPairs.generateP256();
    private final byte[] csr = CertificateSigningRequests.create(keys, id);
    /** Identities that take turns. The rate limit of a single identity would otherwise distort the measurement. */
    private final List<SpiffeId> others = IntStream.range(0, IDENTITIES)
            .mapToObj(i -> SpiffeId.ofServiceAccount(DOMAIN, "bench", "sa-" + i))
            .toList();

    private final List<byte[]> othersRequests = others.stream()
            .map(other -> CertificateSigningRequests.create(keys, other))
            .toList();
    private int next;
    private final TrustSource trust;
    private final JoinTokens tokens;
    private final Issuer issuer;
    private final SignatureProvider signatures;
    private final CertificateService service;
    private final AuditLog audit;
    /**
     * Chains of different identities. They are more than the JDK caches, both as parsed certificates and as verified
     * signatures.
     */
    private final List<List<byte[]>> othersChains;

    record Step(String name, Runnable work) {}

    IssuingWork(Path folder) throws IOException {
        Clock clock = Clock.systemUTC();
        ControlState state = ControlState.initialise(folder.resolve("state"), DOMAIN, clock);
        signatures = NativeSignatures.choose();
        trust = new TrustSource(DOMAIN, state.store(), signatures, Leadership.ALONE);
        LiveIssuer live = new LiveIssuer(state, trust, clock);
        issuer = live.usable().orElseThrow().signingBy(signatures);
        tokens = new JoinTokens(state.tokens(), clock);
        audit = AuditLog.toFile(folder.resolve("audit.log"));
        Metrics metrics = new Metrics();
        service = new CertificateService(
                new LeafSigner(DOMAIN, live, trust, signatures, LIFE, clock),
                new CertificateRecords(
                        tokens,
                        new Machines(state.machines(), clock),
                        new Descents(state.descents(), clock),
                        MeshMembers.ANYONE),
                AttestationStage.none(metrics),
                IssuingQueue.ofThisMachine(),
                audit,
                metrics);
        othersChains = others.stream()
                .map(other -> issuer.issue(keys.getPublic(), other, LIFE, Instant.now()).stream()
                        .map(Certificates::encode)
                        .toList())
                .toList();
    }

    /** Returns the steps: the parts of issuing a certificate, then issuing as a whole. */
    List<Step> steps() {
        ParsedCsr parsed = CsrVerifier.verify(csr, signatures);
        return List.of(
                new Step("verify the signing request", () -> check(CsrVerifier.verify(csr, signatures))),
                new Step(
                        "sign the certificate", () -> check(issuer.issue(parsed.publicKey(), id, LIFE, Instant.now()))),
                new Step("verify the SVID shown", () -> check(verifySvid())),
                new Step("certificate by SVID, all", this::renewAnother));
    }

    /** Issues certificates by join tokens. Each needs its own token, which is created outside of the measured part. */
    void withTokens(int count, Consumer<Runnable> measured) {
        List<String> fresh =
                Stream.generate(() -> tokens.create(id, LIFE)).limit(count).toList();
        for (String token : fresh) {
            measured.accept(() -> certify(csr, new Proof.JoinToken(token)));
        }
    }

    private Verification verifySvid() {
        return trust.verifier().verify(another(), Instant.now());
    }

    private void renewAnother() {
        List<X509Certificate> chain = another();
        certify(othersRequests.get(next), new Proof.Svid(chain));
    }

    private List<X509Certificate> another() {
        next = (next + 1) % IDENTITIES;
        return Certificates.decodeAll(othersChains.get(next));
    }

    private void certify(byte[] request, Proof proof) {
        if (service.certify(request, proof, "-", CallerDeparture.NEVER) instanceof Outcome.Refused refused) {
            throw new IllegalStateException("refused: " + refused);
        }
    }

    private static void check(Object result) {
        if (result instanceof Verification.Rejected rejected) {
            throw new IllegalStateException("rejected: " + rejected);
        }
    }

    @Override
    public void close() {
        audit.close();
    }
}
