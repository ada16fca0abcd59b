package dev.weft.cli.check;

import dev.weft.api.v1.AnchorInfo;
import dev.weft.api.v1.AuthorityState;
import dev.weft.api.v1.IssuerInfo;
import dev.weft.api.v1.LeafInfo;
import dev.weft.api.v1.ShowTrustResponse;
import dev.weft.identity.keys.Certificates;
import dev.weft.identity.keys.InvalidEncodingException;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Checks of anchors, issuers, and the control plane's own certificate. */
final class AuthorityChecks {

    /** Fraction of an anchor's life below which a warning is due: a year of ten. */
    static final double ANCHOR_WARNING = 0.1;
    /** Fraction of an issuer's life below which a warning is due: ten weeks of a year. */
    static final double ISSUER_WARNING = 0.2;
    /** Fraction of life below which the check fails: ten weeks of ten years, a week of a year. */
    static final double NEARLY_ENDED = 0.02;

    private static final String NAME_CONSTRAINTS = "2.5.29.30";
    private static final Set<AuthorityState> TRUSTED = Set.of(
            AuthorityState.AUTHORITY_STATE_INCOMING,
            AuthorityState.AUTHORITY_STATE_CURRENT,
            AuthorityState.AUTHORITY_STATE_RETIRING);

    private AuthorityChecks() {}

    static Verdict anchorEnd(Observation seen) {
        return MeshChecks.known(seen, trust -> {
            Findings findings = new Findings();
            List<AnchorInfo> anchors = trust.getAnchorsList().stream()
                    .filter(anchor -> TRUSTED.contains(anchor.getState()))
                    .toList();
            if (anchors.isEmpty()) {
                findings.failed("no anchor is published: nothing of this trust domain is trusted");
            }
            anchors.forEach(anchor -> end(
                    findings,
                    anchor.getSubject(),
                    Lifetime.ofSeconds(anchor.getNotBefore(), anchor.getNotAfter()),
                    ANCHOR_WARNING,
                    seen.now()));
            return findings.verdict(
                    anchors.isEmpty() ? "" : earliest(anchors).text(seen.now()),
                    "an anchor ends soon, or has ended",
                    "replace it while there is time: 'weft trust rotate', docs/rotation.md");
        });
    }

    private static Lifetime earliest(List<AnchorInfo> anchors) {
        return anchors.stream()
                .map(anchor -> Lifetime.ofSeconds(anchor.getNotBefore(), anchor.getNotAfter()))
                .min(java.util.Comparator.comparing(Lifetime::to))
                .orElseThrow();
    }

    static Verdict issuerEnd(Observation seen) {
        return MeshChecks.known(seen, trust -> {
            Optional<IssuerInfo> current = current(trust);
            if (current.isEmpty()) {
                return Verdict.failed("no issuer is in use", "install one: 'weft issuer install'", List.of());
            }
            Findings findings = new Findings();
            IssuerInfo issuer = current.get();
            Lifetime life = Lifetime.ofSeconds(issuer.getNotBefore(), issuer.getNotAfter());
            end(findings, issuer.getSubject(), life, ISSUER_WARNING, seen.now());
            return findings.verdict(
                    life.text(seen.now()),
                    "the issuer ends soon, or has ended; no certificate outlives it",
                    trust.getIssuerDirectory().isEmpty()
                            ? "install another: 'weft issuer csr', 'weft trust sign', 'weft issuer install'"
                            : "have tls.crt and tls.key in " + trust.getIssuerDirectory() + " renewed");
        });
    }

    private static void end(Findings findings, String subject, Lifetime life, double warning, Instant now) {
        if (life.lessLeft(NEARLY_ENDED, now)) {
            findings.failed(subject + " " + life.text(now));
        } else if (life.lessLeft(warning, now)) {
            findings.warning(subject + " " + life.text(now));
        }
    }

    static Verdict issuerAnchor(Observation seen) {
        return MeshChecks.known(seen, trust -> {
            Findings findings = new Findings();
            if (!trust.getIssuerProblem().isEmpty()) {
                findings.failed("its files as they are now are not in use: " + trust.getIssuerProblem());
            }
            current(trust).ifPresent(issuer -> consistency(findings, issuer, trust.getAnchorsList()));
            trust.getIssuersList().stream()
                    .filter(issuer -> issuer.getState() == AuthorityState.AUTHORITY_STATE_REVOKED)
                    .filter(issuer -> issuer.getLiveLeaves() > 0)
                    .forEach(issuer -> findings.failed(issuer.getLiveLeaves()
                            + " workloads still have a certificate of an issuer that is revoked: "
                            + issuer.getSubject()));
            return findings.verdict(
                    "the issuer is under a published anchor and limited to " + trust.getTrustDomain(),
                    "issuer and anchor do not fit",
                    "'weft trust show' shows both; 'weft issuer csr' and 'weft issuer install' replace the issuer");
        });
    }

    private static void consistency(Findings findings, IssuerInfo issuer, List<AnchorInfo> anchors) {
        Optional<AnchorInfo> anchor = anchors.stream()
                .filter(each -> TRUSTED.contains(each.getState()))
                .filter(each -> each.getSpkiSha256().equals(issuer.getAnchorSpkiSha256()))
                .findFirst();
        if (anchor.isEmpty() || issuer.getChainCount() == 0) {
            findings.failed("no published anchor is above the issuer");
            return;
        }
        try {
            X509Certificate top =
                    Certificates.decode(anchor.get().getCertificate().toByteArray());
            X509Certificate last = Certificates.decode(
                    issuer.getChain(issuer.getChainCount() - 1).toByteArray());
            last.verify(top.getPublicKey());
            Set<String> critical =
                    Certificates.decode(issuer.getChain(0).toByteArray()).getCriticalExtensionOIDs();
            if (critical == null || !critical.contains(NAME_CONSTRAINTS)) {
                findings.warning(
                        "no critical name constraint keeps the issuer to its trust domain: verifiers other than"
                                + " Weft's would let it sign for others");
            }
        } catch (GeneralSecurityException | InvalidEncodingException e) {
            findings.failed("the issuer is not signed by the anchor that it names: " + e.getMessage());
        }
        if (issuer.getNotAfter() > anchor.get().getNotAfter()) {
            findings.warning("the issuer was made to outlive its anchor, but ends with it, "
                    + Instant.ofEpochSecond(anchor.get().getNotAfter()));
        }
    }

    static Verdict issuerDirectory(Observation seen) {
        return MeshChecks.known(seen, trust -> {
            if (trust.getIssuerDirectory().isEmpty()) {
                return Verdict.ok("the control plane keeps the issuer itself, in its state");
            }
            Findings findings = new Findings();
            if (!trust.getIssuerDirectoryProblem().isEmpty()) {
                findings.failed(trust.getIssuerDirectoryProblem());
            }
            trust.getIssuerDirectoryRemarksList().forEach(findings::warning);
            return findings.verdict(
                    "the issuer of " + trust.getIssuerDirectory() + " is in use",
                    trust.getIssuerDirectoryProblem().isEmpty()
                            ? "the issuer of " + trust.getIssuerDirectory() + " is in use, but its files have problems"
                            : "the issuer of " + trust.getIssuerDirectory()
                                    + " cannot be used as it is; the former one stays",
                    "correct the files there; they are read again by themselves: docs/issuer-directory.md");
        });
    }

    static Verdict controlPlaneCertificate(Observation seen) {
        return MeshChecks.known(seen, trust -> {
            if (!trust.hasControlPlane()) {
                return Verdict.failed(
                        "the control plane has no certificate of its own", "see 'weft logs --control'", List.of());
            }
            LeafInfo leaf = trust.getControlPlane();
            Lifetime life = Lifetime.ofSeconds(leaf.getNotBefore(), leaf.getNotAfter());
            Findings findings = new Findings();
            if (!leaf.getRenewalFailure().isEmpty()) {
                findings.warning("its renewal fails: " + leaf.getRenewalFailure());
            }
            WorkloadChecks.leaf(findings, "", life, seen.now());
            return findings.verdict(
                    life.text(seen.now()),
                    "the control plane's own certificate is not renewed; without it no sidecar can connect",
                    "see 'weft logs --control' and check issuer-end");
        });
    }

    private static Optional<IssuerInfo> current(ShowTrustResponse trust) {
        return trust.getIssuersList().stream()
                .filter(issuer -> issuer.getState() == AuthorityState.AUTHORITY_STATE_CURRENT)
                .findFirst();
    }
}
