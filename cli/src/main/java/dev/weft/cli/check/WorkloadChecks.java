package dev.weft.cli.check;

import dev.weft.api.v1.BundleVersion;
import dev.weft.api.v1.LeafInfo;
import dev.weft.api.v1.ProxyInfo;
import dev.weft.cli.check.Observation.Reply;
import dev.weft.cli.mesh.SidecarStatus;
import dev.weft.cli.screen.Human;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Checks each meshed workload. */
final class WorkloadChecks {

    /**
     * Fraction of a leaf's life below which a warning is due. Leaves are renewed at half of their life, and up to a
     * third of that may be dated back, so less is left only if renewals fail.
     */
    static final double LEAF_WARNING = 0.25;

    static final double LEAF_NEARLY_ENDED = 0.1;

    /** A renewal that is overdue by this fraction of the life counts as failed. */
    static final double OVERDUE = 0.05;

    private WorkloadChecks() {}

    static Verdict sidecars(Observation seen) {
        Findings findings = new Findings();
        int bad = 0;
        Map<String, List<String>> silent = new LinkedHashMap<>();
        for (Reply<SidecarStatus> sidecar : seen.sidecars()) {
            Optional<SidecarStatus> status = sidecar.answer();
            bad += status.filter(SidecarStatus::ready).isPresent() ? 0 : 1;
            if (status.isEmpty()) {
                // The text begins with who was asked; without it, many sidecars give the same reason on a busy machine.
                String why = sidecar.silence().replace("sidecar of " + sidecar.from() + " does not answer: ", "");
                silent.computeIfAbsent(why, _ -> new ArrayList<>()).add(sidecar.from());
            } else if (!status.get().ready()) {
                List<String> reasons = status.get().reasons();
                findings.failed(sidecar.from() + " is not ready: "
                        + (reasons.isEmpty() ? "no reason given" : String.join("; ", reasons)));
            }
        }
        silent.forEach((why, who) -> findings.failed(String.join(", ", who) + ": " + why));
        return findings.verdict(
                Human.count(seen.sidecars().size(), "sidecar") + " answered, all ready",
                bad + " of " + Human.count(seen.sidecars().size(), "sidecar") + " do not answer or are not ready",
                "see " + seen.mesh().whySidecarFails());
    }

    static Verdict connected(Observation seen) {
        Set<String> revoked = RevocationChecks.revoked(seen).keySet();
        return MeshChecks.known(seen, trust -> {
            Findings findings = new Findings();
            for (ProxyInfo proxy : trust.getProxiesList()) {
                // A workload that is shut out cannot connect; the check "revoked" reports it.
                if (!proxy.getConnected() && !revoked.contains(proxy.getWorkload())) {
                    disconnected(findings, proxy, seen.now());
                }
            }
            return findings.verdict(
                    "all " + Human.count(trust.getProxiesCount(), "sidecar") + " connected to the control plane",
                    findings.count() + " of " + Human.count(trust.getProxiesCount(), "sidecar")
                            + " not connected to the control plane",
                    "they get no changes and cannot renew: see " + seen.mesh().whySidecarFails());
        });
    }

    private static void disconnected(Findings findings, ProxyInfo proxy, Instant now) {
        if (proxy.getSince() == 0) {
            findings.failed(proxy.getWorkload() + ": never since the control plane started");
            return;
        }
        String since = proxy.getWorkload() + ": since "
                + Human.duration(Duration.between(Instant.ofEpochSecond(proxy.getSince()), now));
        if (!proxy.hasLeaf()) {
            findings.warning(since);
            return;
        }
        Lifetime life = Lifetime.ofSeconds(
                proxy.getLeaf().getNotBefore(), proxy.getLeaf().getNotAfter());
        if (life.ended(now)) {
            findings.failed(since + "; its certificate " + life.text(now));
        } else {
            findings.warning(since + "; goes on until its certificate " + life.text(now));
        }
    }

    static Verdict refusals(Observation seen) {
        return MeshChecks.known(seen, trust -> {
            Findings findings = new Findings();
            for (ProxyInfo proxy : trust.getProxiesList()) {
                if (proxy.getConnected() && !proxy.getLastRefusal().isEmpty()) {
                    findings.failed(proxy.getWorkload() + " refused " + proxy.getLastRefusal());
                }
            }
            return findings.verdict(
                    "no sidecar refused an update of the control plane",
                    findings.count() + " of " + Human.count(trust.getProxiesCount(), "sidecar")
                            + " cannot use an update of the control plane, and closed what the update is about",
                    "update the sidecar if it is older than the control plane, or undo the change");
        });
    }

    static Verdict bundles(Observation seen) {
        return MeshChecks.known(seen, trust -> {
            Findings findings = new Findings();
            for (ProxyInfo proxy : trust.getProxiesList()) {
                String lacks = lacking(proxy, trust.getBundlesList());
                if (proxy.getConnected() && !lacks.isEmpty()) {
                    if (proxy.getLastRefusal().isEmpty()) {
                        findings.warning(proxy.getWorkload() + " lacks " + lacks);
                    } else {
                        findings.failed(
                                proxy.getWorkload() + " lacks " + lacks + ", and refused: " + proxy.getLastRefusal());
                    }
                }
            }
            return findings.verdict(
                    "every connected sidecar holds " + names(trust.getBundlesList()),
                    findings.count() + " of " + Human.count(trust.getProxiesCount(), "sidecar")
                            + " lack a trust bundle that is published",
                    "it should arrive within a second: check again, then see 'weft logs WORKLOAD --sidecar'");
        });
    }

    private static String lacking(ProxyInfo proxy, List<BundleVersion> published) {
        Map<String, Long> held = proxy.getAcknowledgedList().stream()
                .collect(Collectors.toMap(BundleVersion::getTrustDomain, BundleVersion::getSequence, Math::max));
        return published.stream()
                .filter(bundle -> held.getOrDefault(bundle.getTrustDomain(), 0L) != bundle.getSequence())
                .map(bundle -> bundle.getTrustDomain() + " " + bundle.getSequence() + " ("
                        + (held.containsKey(bundle.getTrustDomain())
                                ? "has " + sequence(held.get(bundle.getTrustDomain()))
                                : "has none")
                        + ")")
                .collect(Collectors.joining(", "));
    }

    private static String sequence(long sequence) {
        return sequence == 0 ? "an older one" : Long.toString(sequence);
    }

    private static String names(List<BundleVersion> bundles) {
        return bundles.stream()
                .map(bundle -> bundle.getTrustDomain() + " " + bundle.getSequence())
                .collect(Collectors.joining(", "));
    }

    static Verdict leafEnd(Observation seen) {
        Map<String, Lifetime> lives = lives(seen);
        Findings findings = new Findings();
        lives.forEach((workload, life) -> leaf(findings, workload + " ", life, seen.now()));
        String well = lives.values().stream()
                .min(java.util.Comparator.comparing(Lifetime::to))
                .map(first -> Human.count(lives.size(), "certificate") + ", the first " + first.text(seen.now()))
                .orElse("no workload has a certificate");
        return findings.verdict(
                well,
                findings.count() + " of " + Human.count(lives.size(), "certificate") + " end soon, or have ended",
                "they should have been renewed: see check renewal; when a certificate ends, so do its connections");
    }

    /**
     * Returns the lifetimes of the certificates in use, by the sidecars' own answers, or else by their last reports.
     */
    private static Map<String, Lifetime> lives(Observation seen) {
        Map<String, Lifetime> lives = new TreeMap<>();
        seen.trust()
                .answer()
                .ifPresent(trust -> trust.getProxiesList().stream()
                        .filter(ProxyInfo::hasLeaf)
                        .forEach(proxy -> lives.put(
                                proxy.getWorkload(),
                                Lifetime.ofSeconds(
                                        proxy.getLeaf().getNotBefore(),
                                        proxy.getLeaf().getNotAfter()))));
        for (Reply<SidecarStatus> sidecar : seen.sidecars()) {
            sidecar.answer()
                    .flatMap(status -> Optional.ofNullable(status.certificate()))
                    .ifPresent(certificate ->
                            lives.put(sidecar.from(), new Lifetime(certificate.notBefore(), certificate.notAfter())));
        }
        return lives;
    }

    static void leaf(Findings findings, String subject, Lifetime life, Instant now) {
        if (life.lessLeft(LEAF_NEARLY_ENDED, now)) {
            findings.failed(subject + life.text(now));
        } else if (life.lessLeft(LEAF_WARNING, now)) {
            findings.warning(subject + life.text(now));
        }
    }

    static Verdict renewal(Observation seen) {
        Map<String, String> failing = new TreeMap<>();
        seen.trust()
                .answer()
                .ifPresent(trust -> trust.getProxiesList().stream()
                        .filter(ProxyInfo::hasLeaf)
                        .forEach(proxy ->
                                failure(proxy.getLeaf()).ifPresent(why -> failing.put(proxy.getWorkload(), why))));
        for (Reply<SidecarStatus> sidecar : seen.sidecars()) {
            Optional<SidecarStatus.Certificate> held =
                    sidecar.answer().flatMap(status -> Optional.ofNullable(status.certificate()));
            // The sidecar's own answer is newer; if the control plane is the cause, it is the only one.
            held.flatMap(certificate -> failure(certificate, seen.now()))
                    .ifPresent(why -> failing.put(sidecar.from(), why));
            held.filter(certificate -> overdue(certificate, seen.now()))
                    .ifPresent(certificate -> failing.putIfAbsent(
                            sidecar.from(),
                            "was due "
                                    + Human.relative(
                                            Optional.ofNullable(certificate.renewAt())
                                                    .orElseThrow(),
                                            seen.now())));
        }
        Findings findings = new Findings();
        failing.forEach((workload, why) -> findings.warning(workload + ": " + why));
        return findings.verdict(
                "no renewal failed or is overdue",
                Human.count(failing.size(), "workload") + " cannot renew",
                "each is tried again by itself until it succeeds; when the certificate ends, so do its connections");
    }

    private static Optional<String> failure(LeafInfo leaf) {
        return leaf.getRenewalFailure().isEmpty() ? Optional.empty() : Optional.of(leaf.getRenewalFailure());
    }

    private static Optional<String> failure(SidecarStatus.Certificate certificate, Instant now) {
        if (certificate.failures() == 0) {
            return Optional.empty();
        }
        String since = certificate.failingSince() == null
                ? ""
                : " since " + Human.duration(Duration.between(certificate.failingSince(), now));
        return Optional.of(
                Human.count(certificate.failures(), "attempt") + " failed" + since + ": " + certificate.lastFailure());
    }

    private static boolean overdue(SidecarStatus.Certificate certificate, Instant now) {
        if (certificate.renewAt() == null) {
            return false;
        }
        Duration life = Duration.between(certificate.notBefore(), certificate.notAfter());
        Duration late = Duration.between(certificate.renewAt(), now);
        return late.toMillis() > OVERDUE * life.toMillis();
    }

    static Verdict permissive(Observation seen) {
        List<String> open = seen.sidecars().stream()
                .filter(sidecar -> sidecar.answer()
                        .map(SidecarStatus::inbound)
                        .filter(inbound -> "permissive".equals(inbound.mode()))
                        .isPresent())
                .map(Reply::from)
                .toList();
        if (open.isEmpty() && seen.modesUnknown()) {
            return Verdict.ok(
                    "sidecars of a cluster do not report it: see 'weft harden NAMESPACE --cluster --dry-run'");
        }
        return open.isEmpty()
                ? Verdict.ok("every workload admits mutual TLS only")
                : Verdict.warning(
                        Human.count(open.size(), "workload") + " admit callers without an identity",
                        "once every caller is meshed, make them strict: docs/mesh-file.md",
                        List.of(String.join(", ", open)));
    }
}
