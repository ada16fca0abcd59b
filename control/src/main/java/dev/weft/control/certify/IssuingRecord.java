package dev.weft.control.certify;

import dev.weft.daemon.metrics.Counter;
import dev.weft.daemon.metrics.Metrics;
import dev.weft.identity.trust.SpkiFingerprint;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;

/** Writes each certificate and each refusal to the audit log, and counts them. Safe for use by several threads. */
final class IssuingRecord {

    private final AuditLog audit;
    private final RefusalLog refusals;
    private final Clock clock;
    private final Counter issued;
    private final Counter refused;

    IssuingRecord(AuditLog audit, Clock clock, Metrics metrics) {
        this.audit = audit;
        this.refusals = new RefusalLog(audit, clock);
        this.clock = clock;
        this.issued = metrics.counter(
                        "weft_control_certificates_issued_total", "Certificates issued, by kind of proof.", "proof")
                .zero("token")
                .zero("workload-token")
                .zero("svid")
                .zero(PodCertificates.PROOF);
        this.refused =
                metrics.counter("weft_control_certificates_refused_total", "Certificates refused, by reason.", "code");
    }

    /**
     * Records an issued certificate. To be called before it is handed out.
     *
     * @param proof kind of proof, in one word
     * @throws java.io.UncheckedIOException if it cannot be written; then the certificate must not be handed out
     */
    void issued(Claim claim, X509Certificate leaf, String proof, String peerAddress) {
        Map<String, Object> event = event("certificate-issued", proof, peerAddress);
        event.put("identity", claim.id());
        claim.workload().ifPresent(workload -> {
            event.put("workload", workload.workload());
            event.put("podUid", workload.podUid());
            workload.node().ifPresent(node -> event.put("node", node));
        });
        event.put("serialNumber", leaf.getSerialNumber().toString(16));
        event.put("notBefore", leaf.getNotBefore().toInstant());
        event.put("notAfter", leaf.getNotAfter().toInstant());
        event.put("keySha256", SpkiFingerprint.of(leaf).hex());
        audit.record(event);
        issued.increment(proof);
    }

    void refused(Outcome.Refused outcome, String proof, String peerAddress) {
        refused.increment(outcome.refusal().code());
        Map<String, Object> event = event("certificate-refused", proof, peerAddress);
        event.put("code", outcome.refusal().code());
        event.put("reason", outcome.reason());
        refusals.record(peerAddress, event);
    }

    private Map<String, Object> event(String what, String proof, String peerAddress) {
        Map<String, Object> event = new LinkedHashMap<>();
        event.put("time", clock.instant());
        event.put("event", what);
        event.put("proof", proof);
        event.put("peer", peerAddress);
        return event;
    }
}
